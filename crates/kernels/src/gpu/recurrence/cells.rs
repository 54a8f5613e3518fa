//! The equations of the cells on the numbers of one time step: forward as in the reference,
//! and backward, their derivatives.
//!
//! A kernel is compiled for one cell, so the choices here are made before it runs.

use super::activation::{sigmoid, tanh};
use crate::Cell;
use cubecl::prelude::*;

/// The state of some units between two steps, or the gradient that flows there.
#[derive(CubeType, Clone, Copy)]
#[expand(derive(Clone, Copy))]
pub(super) struct State<N: Size> {
    /// Hidden state.
    pub(super) hidden: Vector<f32, N>,
    /// Cell state; zero where the cell has none.
    pub(super) cell_state: Vector<f32, N>,
}

/// One step forward, from the input's pre-activations `x` and the recurrent products `u` (bias
/// included), `[G]` each. Leaves in `kept` `[4]` what [`backward_cell()`] needs.
#[cube]
pub(super) fn forward_cell<N: Size>(
    x: &Array<Vector<f32, N>>,
    u: &Array<Vector<f32, N>>,
    before: State<N>,
    kept: &mut Array<Vector<f32, N>>,
    #[comptime] cell: Cell,
) -> State<N> {
    match cell {
        Cell::Rnn => State::<N> { hidden: tanh(x[0] + u[0]), cell_state: before.cell_state },
        Cell::Gru => {
            let z = sigmoid(x[0] + u[0]);
            let r = sigmoid(x[1] + u[1]);
            let n = tanh(fma(r, u[2], x[2]));
            kept[0] = z;
            kept[1] = r;
            kept[2] = n;
            kept[3] = u[2];
            State::<N> { hidden: fma(z, before.hidden - n, n), cell_state: before.cell_state }
        }
        Cell::Lstm => {
            let i = sigmoid(x[0] + u[0]);
            let f = sigmoid(x[1] + u[1]);
            let g = tanh(x[2] + u[2]);
            let o = sigmoid(x[3] + u[3]);
            kept[0] = i;
            kept[1] = f;
            kept[2] = g;
            kept[3] = o;
            let c = fma(f, before.cell_state, i * g);
            State::<N> { hidden: o * tanh(c), cell_state: c }
        }
        Cell::MinGru => {
            let z = sigmoid(x[0]);
            let n = x[1];
            kept[0] = z;
            kept[1] = n;
            kept[2] = Vector::new(0.0);
            kept[3] = Vector::new(0.0);
            State::<N> {
                hidden: fma(z, n - before.hidden, before.hidden),
                cell_state: before.cell_state,
            }
        }
    }
}

/// One step backward, from the gradient `after` it and what [`forward_cell()`] kept. `state_before` and
/// `state_after` are cell states in an LSTM and hidden states otherwise.
///
/// Leaves the gradients of the recurrent products in `products` `[4]`, in a GRU also that of the
/// candidate's pre-activation behind them, and returns what flows to the step before without
/// passing through the products.
#[cube]
pub(super) fn backward_cell<N: Size>(
    after: State<N>,
    kept: &Array<Vector<f32, N>>,
    state_before: Vector<f32, N>,
    state_after: Vector<f32, N>,
    products: &mut Array<Vector<f32, N>>,
    #[comptime] cell: Cell,
) -> State<N> {
    let one = Vector::new(1.0);
    let dh = after.hidden;
    match cell {
        Cell::Rnn => {
            products[0] = dh * (one - state_after * state_after);
            State::<N> { hidden: Vector::new(0.0), cell_state: after.cell_state }
        }
        Cell::Gru => {
            let z = kept[0];
            let r = kept[1];
            let n = kept[2];
            let q = kept[3];
            let dn = dh * (one - z) * (one - n * n);
            products[0] = dh * (state_before - n) * z * (one - z);
            products[1] = dn * q * r * (one - r);
            products[2] = dn * r;
            products[3] = dn;
            State::<N> { hidden: dh * z, cell_state: after.cell_state }
        }
        Cell::Lstm => {
            let i = kept[0];
            let f = kept[1];
            let g = kept[2];
            let o = kept[3];
            let tanh_c = tanh(state_after);
            let dc = fma(dh * o, one - tanh_c * tanh_c, after.cell_state);
            products[0] = dc * g * i * (one - i);
            products[1] = dc * state_before * f * (one - f);
            products[2] = dc * i * (one - g * g);
            products[3] = dh * tanh_c * o * (one - o);
            State::<N> { hidden: Vector::new(0.0), cell_state: dc * f }
        }
        Cell::MinGru => {
            let z = kept[0];
            let n = kept[1];
            products[0] = dh * (n - state_before) * z * (one - z);
            products[1] = dh * z;
            State::<N> { hidden: dh * (one - z), cell_state: after.cell_state }
        }
    }
}
