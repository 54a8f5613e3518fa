//! The plain network: `h' = tanh(x + h·U)`.

use super::product;
use crate::{CellState, Recurrent};
use burn::tensor::Tensor;

/// One time step; `x` is the input's pre-activation, `[B, H]`.
pub(super) fn step(x: Tensor<2>, weights: &Recurrent, state: CellState) -> CellState {
    let hidden = (x + product(state.hidden, weights)).tanh(); // [B, H]
    CellState { hidden, cell: None }
}
