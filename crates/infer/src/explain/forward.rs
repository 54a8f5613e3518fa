//! The equations of every cell in f64, with everything that they compute.

use super::weights::{LayerWeights, Weights, add, product};
use charnn_bundle::Cell;
use charnn_cpu::LAYER_NORM_EPSILON;

/// What a layer carries from symbol to symbol, both `[H]`.
#[derive(Debug, Clone)]
pub(super) struct LayerState {
    pub(super) hidden: Vec<f64>,
    /// Zeros without a cell state.
    pub(super) cell: Vec<f64>,
}

/// What a layer computes at one symbol.
#[derive(Debug, Clone)]
pub(super) struct LayerStep {
    /// `[E]` or `[H]`.
    pub(super) input: Vec<f64>,
    pub(super) before: LayerState,
    /// The recurrent product with its bias, `[G·H]`.
    pub(super) recurrent: Vec<f64>,
    /// After activation, `[G·H]`.
    pub(super) gates: Vec<f64>,
    pub(super) after: LayerState,
    /// The hidden state, after the norm if there is one, `[H]`.
    pub(super) output: Vec<f64>,
}

/// All layers at one symbol, the lowest first.
pub(super) type Step = Vec<LayerStep>;

/// Reads one input, `[E]`, and moves `states`, one for each layer, to after it.
pub(super) fn step(weights: &Weights<'_>, states: &mut [LayerState], input: Vec<f64>) -> Step {
    let mut input = input;
    let mut steps = Vec::with_capacity(states.len());
    for (layer, state) in weights.layers.iter().zip(states) {
        let made = layer_step(weights, layer, state.clone(), &input);
        input.clone_from(&made.output);
        *state = made.after.clone();
        steps.push(made);
    }
    steps
}

fn layer_step(
    weights: &Weights<'_>,
    layer: &LayerWeights<'_>,
    before: LayerState,
    input: &[f64],
) -> LayerStep {
    let width = weights.width();
    let mut pre = product(input, layer.kernel, width);
    add(&mut pre, layer.bias);
    let mut recurrent = product(&before.hidden, layer.recurrent_kernel, width);
    add(&mut recurrent, layer.recurrent_bias);
    let (gates, after) = apply(weights.cell, &pre, &recurrent, &before);
    let output = match layer.norm {
        None => after.hidden.clone(),
        Some((gain, bias)) => {
            let (normalized, _) = normalized(&after.hidden);
            let scaled = normalized.iter().zip(gain).map(|(value, gain)| value * f64::from(*gain));
            let mut output: Vec<f64> = scaled.collect();
            add(&mut output, bias);
            output
        }
    };
    let input = input.to_vec();
    LayerStep { input, before, recurrent, gates, after, output }
}

/// `values` with mean 0 and variance 1, and what their distances from the mean were multiplied by.
pub(super) fn normalized(values: &[f64]) -> (Vec<f64>, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    let scale = 1.0 / (variance + f64::from(LAYER_NORM_EPSILON)).sqrt();
    (values.iter().map(|value| (value - mean) * scale).collect(), scale)
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The gates, `[G·H]`, and the state after them. `pre` is the input's part of the pre-activations.
fn apply(
    cell: Cell,
    pre: &[f64],
    recurrent: &[f64],
    before: &LayerState,
) -> (Vec<f64>, LayerState) {
    let size = before.hidden.len();
    let mut gates = vec![0.0; pre.len()];
    let mut after = before.clone();
    for unit in 0..size {
        let at = |gate: usize| gate * size + unit;
        let both = |gate: usize| pre[at(gate)] + recurrent[at(gate)];
        let mut set = |gate: usize, value: f64| {
            gates[at(gate)] = value;
            value
        };
        let (h, c) = (before.hidden[unit], before.cell[unit]);
        after.hidden[unit] = match cell {
            Cell::Rnn => set(0, both(0).tanh()),
            Cell::Gru => {
                let (z, r) = (set(0, sigmoid(both(0))), set(1, sigmoid(both(1))));
                let n = set(2, (pre[at(2)] + r * recurrent[at(2)]).tanh());
                (1.0 - z) * n + z * h
            }
            Cell::Lstm => {
                let (i, f) = (set(0, sigmoid(both(0))), set(1, sigmoid(both(1))));
                let (g, o) = (set(2, both(2).tanh()), set(3, sigmoid(both(3))));
                after.cell[unit] = f * c + i * g;
                o * after.cell[unit].tanh()
            }
            Cell::MinGru => {
                let (z, n) = (set(0, sigmoid(pre[at(0)])), set(1, pre[at(1)]));
                (1.0 - z) * h + z * n
            }
        };
    }
    (gates, after)
}
