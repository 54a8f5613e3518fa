//! What the units of the last layer add to a difference of logits, and what their gates are made of.

use super::explanation::{GateDetail, Origin, Source, UnitDetail, UnitEffect};
use super::forward::LayerStep;
use super::weights::{LayerWeights, Weights};
use charnn_bundle::Cell;

/// Terms that are kept of each pre-activation.
const SOURCES: usize = 4;

/// What each unit adds, largest first. `output` is that of the last layer, `[H]`.
pub(super) fn effects(weights: &Weights<'_>, output: &[f64], pair: [u16; 2]) -> Vec<UnitEffect> {
    let of = |(unit, output): (usize, &f64)| {
        let [target, against] = pair.map(|id| weights.head(unit, id));
        let effect = output * (target - against);
        UnitEffect { unit, output: *output, weights: [target, against], effect }
    };
    let mut effects: Vec<UnitEffect> = output.iter().enumerate().map(of).collect();
    effects.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
    effects
}

/// How a unit of the last layer came to its value in `step`.
pub(super) fn detail(weights: &Weights<'_>, step: &LayerStep, unit: usize) -> UnitDetail {
    let index = weights.layers.len() - 1;
    let layer = &weights.layers[index];
    let names = weights.cell.gate_names().iter().enumerate();
    let gates = names.map(|(gate, &name)| {
        let column = gate * weights.units + unit;
        let value = step.gates[column];
        // The reset gate of a GRU multiplies what the candidate gets from the states before.
        let factor = match (weights.cell, gate) {
            (Cell::Gru, 2) => step.gates[weights.units + unit],
            _ => 1.0,
        };
        gate_detail(weights, layer, step, (column, factor), index == 0, name, value)
    });
    let cell = [step.before.cell[unit], step.after.cell[unit]];
    UnitDetail {
        unit,
        hidden: [step.before.hidden[unit], step.after.hidden[unit]],
        cell: weights.cell.has_cell_state().then_some(cell),
        gates: gates.collect(),
    }
}

fn gate_detail(
    weights: &Weights<'_>,
    layer: &LayerWeights<'_>,
    step: &LayerStep,
    (column, factor): (usize, f64),
    is_lowest: bool,
    name: &'static str,
    value: f64,
) -> GateDetail {
    let width = weights.width();
    let terms = |values: &[f64], kernel: &[f32], factor: f64, origin: fn(usize) -> Origin| {
        let column = kernel.iter().skip(column).step_by(width);
        let term = |(at, (value, weight)): (usize, (&f64, &f32))| {
            let weight = factor * f64::from(*weight);
            Source { origin: origin(at), value: *value, weight, effect: value * weight }
        };
        values.iter().zip(column).enumerate().map(term).collect::<Vec<_>>()
    };
    let below = terms(&step.input, layer.kernel, 1.0, Origin::Below);
    let before = terms(&step.before.hidden, layer.recurrent_kernel, factor, Origin::Before);
    let sum = |terms: &[Source]| terms.iter().map(|it| it.effect).sum::<f64>();
    let (input, recurrent) = (sum(&below), sum(&before));
    let bias = |bias: &[f32]| bias.get(column).copied().map_or(0.0, f64::from);
    let mut sources = if is_lowest {
        vec![Source { origin: Origin::Symbol, value: 1.0, weight: input, effect: input }]
    } else {
        below
    };
    sources.extend(before);
    sources.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
    sources.truncate(SOURCES);
    let bias = bias(layer.bias) + factor * bias(layer.recurrent_bias);
    GateDetail { name, value, input, recurrent, bias, sources }
}
