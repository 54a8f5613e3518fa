//! The minimal gated recurrent unit (Feng et al. 2024), which has no recurrent kernel:
//!
//! ```text
//! z  = σ(x_z)
//! h' = (1 − z) ⊙ h + z ⊙ x_n
//! ```

use super::gates;
use crate::{CellState, Recurrent};
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;

/// One time step; `x` is the input's pre-activation, `[B, 2·H]`.
pub(super) fn step(x: Tensor<2>, _: &Recurrent, state: CellState) -> CellState {
    let h = state.hidden; // [B, H]
    let [x_z, n] = gates(x);
    let z = sigmoid(x_z); // [B, H]
    CellState { hidden: h.clone() + z * (n - h), cell: None }
}
