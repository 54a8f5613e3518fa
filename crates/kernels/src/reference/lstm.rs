//! Long short-term memory:
//!
//! ```text
//! i, f, g, o = x + h·U
//! c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)
//! h' = σ(o) ⊙ tanh(c')
//! ```

use super::{gates, product};
use crate::{CellState, Recurrent};
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;

/// One time step; `x` is the input's pre-activation, `[B, 4·H]`.
pub(super) fn step(x: Tensor<2>, weights: &Recurrent, state: CellState) -> CellState {
    let c = state.cell.expect("an LSTM has a cell state"); // [B, H]
    let pre = x + product(state.hidden, weights); // [B, 4·H]
    let [i, f, g, o] = gates(pre);
    let c = sigmoid(f) * c + sigmoid(i) * g.tanh(); // [B, H]
    let h = sigmoid(o) * c.clone().tanh(); // [B, H]
    CellState { hidden: h, cell: Some(c) }
}
