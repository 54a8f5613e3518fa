//! The reference implementation: each cell in plain tensor operations, one line per equation.
//!
//! Burn's autodiff differentiates it on every backend, and every faster implementation is tested
//! against it.

mod gru;
mod lstm;
mod min_gru;
mod rnn;

use crate::sequence::cut;
use crate::{Cell, CellState, Input, Recurrent, Resets};
use burn::tensor::Tensor;

/// See [`crate::sequence()`].
pub(crate) fn sequence(
    cell: Cell,
    input: Input,
    weights: &Recurrent,
    state: CellState,
    resets: Option<&Resets>,
) -> (Tensor<3>, CellState) {
    let equations = match cell {
        Cell::Rnn => rnn::step,
        Cell::Gru => gru::step,
        Cell::Lstm => lstm::step,
        Cell::MinGru => min_gru::step,
    };
    let pre = input.into_dense(); // [T, B, G·H]
    let mut state = state;
    let mut hidden = Vec::with_capacity(pre.dims()[0]);
    for (step, x) in time_steps(pre).into_iter().enumerate() {
        state = equations(x, weights, reset(state, resets, step));
        hidden.push(state.hidden.clone()); // [B, H]
    }
    (Tensor::stack(hidden, 0), state) // [T, B, H]
}

/// The state before `step`: zero in the rows that `resets` marks there.
fn reset(state: CellState, resets: Option<&Resets>, step: usize) -> CellState {
    let Some(resets) = resets.filter(|resets| resets.steps().contains(&step)) else { return state };
    let [batch_size, hidden_size] = state.hidden.dims();
    let flags = resets.flags().narrow(0, step, 1).reshape([batch_size, 1]); // [B, 1]
    let rows = flags.equal_elem(1).expand([batch_size, hidden_size]); // [B, H]
    state.map(|tensor| tensor.mask_fill(rows.clone(), 0.0)) // [B, H]
}

/// Cuts `[T, B, N]` into `T` tensors `[B, N]`.
fn time_steps(x: Tensor<3>) -> Vec<Tensor<2>> {
    let [steps, batch_size, width] = x.dims();
    let all: Vec<usize> = (1..steps).collect();
    cut(x, &all, 0).into_iter().map(|step| step.reshape([batch_size, width])).collect()
}

/// The product of the hidden state `[B, H]` with the recurrent kernel, `[B, G·H]`.
fn product(hidden: Tensor<2>, weights: &Recurrent) -> Tensor<2> {
    let kernel = weights.kernel.clone();
    hidden.matmul(kernel.expect("a recurrent kernel, as the cell has one")) // [B, G·H]
}

/// Cuts `[B, G·H]` into its gates, `G` tensors `[B, H]`.
fn gates<const G: usize>(x: Tensor<2>) -> [Tensor<2>; G] {
    let gates = x.chunk(G, 1);
    gates.try_into().expect("the width is a multiple of the number of gates")
}
