//! The gated recurrent unit, the reset gate applied after the recurrent product:
//!
//! ```text
//! u  = h·U + b            (all three gates at once)
//! z  = σ(x_z + u_z)
//! r  = σ(x_r + u_r)
//! n  = tanh(x_n + r ⊙ u_n)
//! h' = z ⊙ h + (1 − z) ⊙ n
//! ```

use super::{gates, product};
use crate::{CellState, Recurrent};
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;

/// One time step; `x` is the input's pre-activation, `[B, 3·H]`.
pub(super) fn step(x: Tensor<2>, weights: &Recurrent, state: CellState) -> CellState {
    let bias = weights.bias.clone().expect("a GRU has a recurrent bias"); // [3·H]
    let h = state.hidden; // [B, H]
    let u = product(h.clone(), weights) + bias.unsqueeze(); // [B, 3·H]
    let [x_z, x_r, x_n] = gates(x);
    let [u_z, u_r, u_n] = gates(u);
    let z = sigmoid(x_z + u_z); // [B, H]
    let r = sigmoid(x_r + u_r); // [B, H]
    let n = (x_n + r * u_n).tanh(); // [B, H]
    CellState { hidden: n.clone() + z * (h - n), cell: None }
}
