//! The contract of the recurrent sequence operation.
//!
//! Everything that does not depend on the step before is done outside, for all time steps at
//! once: the product of the inputs with the input kernel and its bias arrive ready as
//! *pre-activations*. This operation runs the recurrence alone. [`Algorithm::choose`] picks the
//! implementation: fused kernels where the device has them, else the reference in plain tensor
//! operations. Callers need not know which.

use crate::{Algorithm, Cell, CellState, Resets, fused, reference};
use burn::tensor::{Int, Tensor};

/// What a layer reads: the input's share of the gate pre-activations, bias included.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "made and moved once a layer and batch")]
pub enum Input {
    /// The first layer over characters. There are only `V` different inputs, so each is
    /// projected once and looked up: exact, and it halves the arithmetic of a training step.
    Table {
        /// embedding · kernel + bias, `[V, G·H]`.
        table: Tensor<2>,
        /// Character ids, `[T, B]`.
        ids: Tensor<2, Int>,
    },
    /// Any other layer: one pre-activation per step and batch row, `[T, B, G·H]`.
    Dense(Tensor<3>),
}

impl Input {
    /// `T`, `B` and `G·H`.
    fn dims(&self) -> [usize; 3] {
        match self {
            Self::Table { table, ids } => {
                let [steps, batch_size] = ids.dims();
                [steps, batch_size, table.dims()[1]]
            }
            Self::Dense(pre) => pre.dims(),
        }
    }

    /// The pre-activations of every step, `[T, B, G·H]`.
    pub(crate) fn into_dense(self) -> Tensor<3> {
        match self {
            Self::Dense(pre) => pre,
            Self::Table { table, ids } => {
                let [steps, batch_size] = ids.dims();
                let [_, width] = table.dims();
                table.select(0, ids.flatten(0, 1)).reshape([steps, batch_size, width]) // [T, B, G·H]
            }
        }
    }
}

/// Cuts `[T, B, N]` before each of `steps`, counted from `first`.
///
/// By halves, not piece by piece: the gradient of a cut is as large as what it was cut from, so
/// single steps would move O(T²) memory backward; halves move O(T log T).
pub(crate) fn cut(x: Tensor<3>, steps: &[usize], first: usize) -> Vec<Tensor<3>> {
    let Some(&middle) = steps.get(steps.len() / 2) else { return vec![x] };
    let (half, all) = (middle - first, x.dims()[0]);
    let mut parts = cut(x.clone().narrow(0, 0, half), &steps[..steps.len() / 2], first);
    parts.extend(cut(x.narrow(0, half, all - half), &steps[steps.len() / 2 + 1..], middle));
    parts
}

/// The weights of the recurrence of one layer.
#[derive(Debug, Clone)]
pub struct Recurrent {
    /// `[H, G·H]`; `Some` exactly where [`Cell::has_recurrent_kernel`].
    pub kernel: Option<Tensor<2>>,
    /// Added to the recurrent product, `[G·H]`; `Some` exactly where [`Cell::has_recurrent_bias`].
    pub bias: Option<Tensor<1>>,
}

/// Runs a layer over `T` time steps. `resets` mark where a batch row starts from a zero state.
///
/// Returns the hidden state after every step, and the state after the last.
///
/// # Shapes
/// `input` `[T, B, G·H]` (or a table and ids), `state` `[B, H]`, `resets` `[T, B]` → `[T, B, H]`,
/// `[B, H]`.
///
/// # Panics
/// When the shapes do not match. On the CPU, when an id is not below `V`. A GPU cannot panic, and looks up
/// the last row: callers check ids before they copy them to a device.
///
/// # Source
/// Keras' `SimpleRNN`, `GRU(reset_after=True)` and `LSTM`; equations in [`Cell`]'s table and in
/// the reference.
pub fn sequence(
    cell: Cell,
    input: Input,
    weights: &Recurrent,
    state: CellState,
    resets: Option<&Resets>,
) -> (Tensor<3>, CellState) {
    let [batch_size, hidden_size] = state.hidden.dims();
    let device = state.hidden.device();
    let algorithm = Algorithm::choose(&device, cell, hidden_size, batch_size);
    sequence_by(algorithm, cell, input, weights, state, resets)
}

/// [`sequence`] by a given algorithm, for tests and benches.
///
/// # Shapes
/// As in [`sequence`].
///
/// # Panics
/// As in [`sequence`], and when the device has no kernels for `algorithm`.
pub fn sequence_by(
    algorithm: Algorithm,
    cell: Cell,
    input: Input,
    weights: &Recurrent,
    state: CellState,
    resets: Option<&Resets>,
) -> (Tensor<3>, CellState) {
    let [steps, batch_size, width] = input.dims();
    let [_, hidden_size] = state.hidden.dims();
    assert_eq!(width, cell.gates() * hidden_size, "pre-activations of {cell} with H={hidden_size}");
    let kernel = cell.has_recurrent_kernel().then_some([hidden_size, width]);
    assert_eq!(weights.kernel.as_ref().map(Tensor::dims), kernel, "recurrent kernel of {cell}");
    assert_eq!(weights.bias.is_some(), cell.has_recurrent_bias(), "recurrent bias of {cell}");
    assert_eq!(state.hidden.dims(), [batch_size, hidden_size], "initial state of {cell}");
    assert_eq!(state.cell.is_some(), cell.has_cell_state(), "initial cell state of {cell}");
    if let Some(resets) = resets {
        assert_eq!(resets.dims(), [steps, batch_size], "resets of {cell}");
    }
    match algorithm {
        Algorithm::Reference => reference::sequence(cell, input, weights, state, resets),
        Algorithm::TimeLoop | Algorithm::PerStep => {
            fused::sequence(algorithm, cell, input, weights, state, resets)
        }
    }
}
