//! A layer over time steps in which documents begin: the recurrence is cut there, so that each
//! document starts from a zero state.
//!
//! Only the recurrence is cut. Products over all time steps and dropout masks are the same with and
//! without boundaries.

use burn::tensor::Tensor;
use charnn_kernels::{Cell, CellState, Input, Recurrent, sequence};

/// Runs a layer over `T` time steps. `boundaries` are pairs (step, batch row) with steps above 0 in
/// rising order: before such a step, the state of the row is set to zero.
///
/// # Shapes
/// `input` `[T, B, G·H]` (or a table and ids), `state` `[B, H]` → `[T, B, H]`, `[B, H]`.
pub(crate) fn sequence_with_boundaries(
    cell: Cell,
    input: Input,
    weights: &Recurrent,
    state: CellState,
    boundaries: &[(usize, usize)],
) -> (Tensor<3>, CellState) {
    if boundaries.is_empty() {
        return sequence(cell, input, weights, state);
    }
    let [batch_size, _] = state.hidden.dims();
    let mut groups: Vec<&[(usize, usize)]> = boundaries.chunk_by(|a, b| a.0 == b.0).collect();
    let steps: Vec<usize> = groups.iter().map(|group| group[0].0).collect();
    let mut state = state;
    let mut hidden = Vec::with_capacity(steps.len() + 1);
    groups.insert(0, &[]);
    for (input, group) in input.cut(&steps).into_iter().zip(groups) {
        let mut resets = vec![false; batch_size];
        for &(_, row) in group {
            resets[row] = true;
        }
        let (part, after) = sequence(cell, input, weights, state.reset_rows(&resets));
        hidden.push(part); // [_, B, H]
        state = after;
    }
    (Tensor::cat(hidden, 0), state) // [T, B, H]
}
