//! Backpropagation through time for one text: the gradient of a function of the last output with respect to every
//! input.

use super::forward::{LayerStep, Step, normalized};
use super::weights::{Weights, transposed_product};
use charnn_bundle::Cell;

/// The gradients with respect to the input of every step, `[E]` each, given the gradient with respect to the output of
/// the last layer at the last step, `[H]`.
pub(super) fn input_gradients(
    weights: &Weights<'_>,
    steps: &[Step],
    output: &[f64],
) -> Vec<Vec<f64>> {
    let zeros = vec![0.0; weights.units];
    // With respect to the state of each layer after the step: hidden state and cell state.
    let mut carried = vec![(zeros.clone(), zeros.clone()); weights.layers.len()];
    let mut last = Some(output.to_vec());
    let mut gradients = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let mut output = last.take().unwrap_or_else(|| zeros.clone());
        for (index, (layer, step)) in weights.layers.iter().zip(step).enumerate().rev() {
            if let Some((gain, _)) = layer.norm {
                output = through_norm(&step.after.hidden, gain, &output);
            }
            let (hidden, cell) = &mut carried[index];
            for (hidden, output) in hidden.iter_mut().zip(&output) {
                *hidden += output;
            }
            let gates = through_gates(weights.cell, step, hidden, cell);
            *hidden = gates.before;
            if !layer.recurrent_kernel.is_empty() {
                let more = transposed_product(layer.recurrent_kernel, &gates.recurrent);
                hidden.iter_mut().zip(more).for_each(|(hidden, more)| *hidden += more);
            }
            *cell = gates.cell_before;
            output = transposed_product(layer.kernel, &gates.pre);
        }
        gradients.push(output);
    }
    gradients.reverse();
    gradients
}

/// The gradient with respect to the values before a norm.
fn through_norm(hidden: &[f64], gain: &[f32], output: &[f64]) -> Vec<f64> {
    let (normalized, scale) = normalized(hidden);
    let gradients: Vec<f64> =
        output.iter().zip(gain).map(|(output, gain)| output * f64::from(*gain)).collect();
    let count = hidden.len() as f64;
    let mean = gradients.iter().sum::<f64>() / count;
    let along = gradients.iter().zip(&normalized).map(|(a, b)| a * b).sum::<f64>() / count;
    let one = |(gradient, value): (&f64, &f64)| scale * (gradient - mean - value * along);
    gradients.iter().zip(&normalized).map(one).collect()
}

/// Gradients of one step of a layer.
struct Gates {
    /// With respect to the input's part of the pre-activations, `[G·H]`.
    pre: Vec<f64>,
    /// With respect to the recurrent product, `[G·H]`.
    recurrent: Vec<f64>,
    /// With respect to the states before, without the recurrent product, `[H]`.
    before: Vec<f64>,
    cell_before: Vec<f64>,
}

/// `hidden` and `cell` are the gradients with respect to the states after the step.
fn through_gates(cell: Cell, step: &LayerStep, hidden: &[f64], cells: &[f64]) -> Gates {
    let size = hidden.len();
    let mut out = Gates {
        pre: vec![0.0; step.gates.len()],
        recurrent: vec![0.0; step.gates.len()],
        before: vec![0.0; size],
        cell_before: vec![0.0; size],
    };
    let logistic = |value: f64| value * (1.0 - value);
    for unit in 0..size {
        let at = |gate: usize| gate * size + unit;
        let gate = |index: usize| step.gates[at(index)];
        let (dh, h) = (hidden[unit], step.before.hidden[unit]);
        let mut set = |gate: usize, pre: f64, recurrent: f64| {
            out.pre[at(gate)] = pre;
            out.recurrent[at(gate)] = recurrent;
        };
        match cell {
            Cell::Rnn => {
                let da = dh * (1.0 - gate(0).powi(2));
                set(0, da, da);
            }
            Cell::Gru => {
                let (z, r, n) = (gate(0), gate(1), gate(2));
                let dn = dh * (1.0 - z) * (1.0 - n * n);
                let dz = dh * (h - n) * logistic(z);
                let dr = dn * step.recurrent[at(2)] * logistic(r);
                set(0, dz, dz);
                set(1, dr, dr);
                set(2, dn, dn * r);
                out.before[unit] = dh * z;
            }
            Cell::Lstm => {
                let (i, f, g, o) = (gate(0), gate(1), gate(2), gate(3));
                let c = step.after.cell[unit].tanh();
                let dc = cells[unit] + dh * o * (1.0 - c * c);
                let dgates = [
                    dc * g * logistic(i),
                    dc * step.before.cell[unit] * logistic(f),
                    dc * i * (1.0 - g * g),
                    dh * c * logistic(o),
                ];
                for (gate, gradient) in dgates.into_iter().enumerate() {
                    set(gate, gradient, gradient);
                }
                out.cell_before[unit] = dc * f;
            }
            Cell::MinGru => {
                let (z, n) = (gate(0), gate(1));
                set(0, dh * (n - h) * logistic(z), 0.0);
                set(1, dh * z, 0.0);
                out.before[unit] = dh * (1.0 - z);
            }
        }
    }
    out
}
