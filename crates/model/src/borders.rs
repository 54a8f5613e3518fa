//! A layer over time steps in which documents begin: cut there, so that each starts from zero.
//!
//! Kernels know nothing of it. Only the recurrence is cut; what is computed of all time steps at
//! once, and what dropout hits, stays as it is without borders.

use burn::tensor::Tensor;
use charnn_kernels::{Cell, CellState, Input, Recurrent, sequence};

/// Runs a layer over `T` time steps. `borders` are places (step, lane) in the order of steps, none of
/// them 0: before such a step the state of the lane is set to zero.
///
/// # Shapes
/// `input` `[T, B, G·H]` (or a table and ids), `state` `[B, H]` → `[T, B, H]`, `[B, H]`.
pub(crate) fn sequence_with_borders(
    cell: Cell,
    input: Input,
    weights: &Recurrent,
    state: CellState,
    borders: &[(usize, usize)],
) -> (Tensor<3>, CellState) {
    if borders.is_empty() {
        return sequence(cell, input, weights, state);
    }
    let [lanes, _] = state.hidden.dims();
    let mut groups: Vec<&[(usize, usize)]> = borders.chunk_by(|a, b| a.0 == b.0).collect();
    let steps: Vec<usize> = groups.iter().map(|group| group[0].0).collect();
    let mut state = state;
    let mut hidden = Vec::with_capacity(steps.len() + 1);
    groups.insert(0, &[]);
    for (input, group) in input.cut(&steps).into_iter().zip(groups) {
        let mut resets = vec![false; lanes];
        for &(_, lane) in group {
            resets[lane] = true;
        }
        let (part, after) = sequence(cell, input, weights, state.reset_lanes(&resets));
        hidden.push(part); // [_, B, H]
        state = after;
    }
    (Tensor::cat(hidden, 0), state) // [T, B, H]
}
