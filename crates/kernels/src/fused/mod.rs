//! The recurrence as one operation of burn, with a hand-written backward pass.
//!
//! Owns: the contract that a backend's kernels fulfil (`Kernels`), and their place in burn's
//! autodiff graph (`differentiable`). How a backend computes is its own concern.

mod differentiable;

use crate::{Algorithm, Cell, CellState, Input, Recurrent, Resets};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, ExtensionType, TensorMetadata, backend_extension};
use burn::tensor::{Slice, Tensor};

/// See [`crate::sequence()`]. The caller has checked the shapes.
pub(crate) fn sequence(
    algorithm: Algorithm,
    cell: Cell,
    input: Input,
    weights: &Recurrent,
    state: CellState,
    resets: Option<&Resets>,
) -> (Tensor<3>, CellState) {
    let (input, ids) = match input {
        Input::Table { table, ids } => {
            (table.into_dispatch(), Integers::Present(ids.into_dispatch()))
        }
        Input::Dense(pre) => (pre.into_dispatch(), Integers::Absent),
    };
    let resets = resets.map(|resets| resets.flags().into_dispatch());
    let outputs = Dispatch::recurrence(Inputs {
        algorithm,
        cell,
        input,
        ids,
        kernel: Maybe::of(weights.kernel.clone().map(Tensor::into_dispatch)),
        bias: Maybe::of(weights.bias.clone().map(Tensor::into_dispatch)),
        hidden: state.hidden.into_dispatch(),
        cell_state: Maybe::of(state.cell.map(Tensor::into_dispatch)),
        resets: resets.map_or(Integers::Absent, Integers::Present),
    });
    let last = CellState {
        hidden: Tensor::from_dispatch(outputs.last_hidden), // [B, H]
        cell: outputs.last_cell_state.into_option().map(Tensor::from_dispatch), // [B, H]
    };
    (Tensor::from_dispatch(outputs.hidden), last) // [T, B, H]
}

/// The operation as burn's tensors see it: differentiable where the backend is.
#[backend_extension(Cube: cfg(feature = "gpu"), Flex, Autodiff)]
pub(crate) trait Recurrence: Backend {
    /// Runs all time steps.
    fn recurrence(#[extension_type] inputs: Inputs<Self>) -> Outputs<Self>;
}

/// The inputs of the recurrence.
#[derive(Debug, Clone, ExtensionType)]
pub(crate) struct Inputs<B: Backend> {
    /// Not [`Algorithm::Reference`].
    pub(crate) algorithm: Algorithm,
    pub(crate) cell: Cell,
    /// A table of pre-activations `[V, G·H]` when there are `ids`, else one row a step and batch row
    /// `[T, B, G·H]`.
    pub(crate) input: FloatTensor<B>,
    /// Rows of the table, `[T, B]`.
    #[extension_type]
    pub(crate) ids: Integers<B>,
    /// `[H, G·H]`, where the cell has a recurrent kernel.
    #[extension_type]
    pub(crate) kernel: Maybe<B>,
    /// Bias of the recurrent product, `[G·H]`; GRU only.
    #[extension_type]
    pub(crate) bias: Maybe<B>,
    /// Hidden state before the first step, `[B, H]`.
    pub(crate) hidden: FloatTensor<B>,
    /// Cell state before the first step, `[B, H]`; LSTM only.
    #[extension_type]
    pub(crate) cell_state: Maybe<B>,
    /// 1 where the state before a step is zero, whatever the step before has left, else 0, `[T, B]`; absent
    /// where no state is reset.
    #[extension_type]
    pub(crate) resets: Integers<B>,
}

/// The outputs of the recurrence.
#[derive(Debug, Clone, ExtensionType)]
pub(crate) struct Outputs<B: Backend> {
    /// Hidden state after every step, `[T, B, H]`.
    pub(crate) hidden: FloatTensor<B>,
    /// The last of them, `[B, H]`.
    pub(crate) last_hidden: FloatTensor<B>,
    /// Cell state after the last step, `[B, H]`; LSTM only.
    #[extension_type]
    pub(crate) last_cell_state: Maybe<B>,
}

/// A tensor that only some cells have. (Burn's extensions carry enums, but not `Option`.)
#[derive(Debug, Clone, ExtensionType)]
pub(crate) enum Maybe<B: Backend> {
    Absent,
    Present(FloatTensor<B>),
}

/// Integers that only some inputs have.
#[derive(Debug, Clone, ExtensionType)]
pub(crate) enum Integers<B: Backend> {
    Absent,
    Present(IntTensor<B>),
}

impl<B: Backend> Maybe<B> {
    pub(crate) fn as_ref(&self) -> Option<&FloatTensor<B>> {
        match self {
            Self::Absent => None,
            Self::Present(tensor) => Some(tensor),
        }
    }

    pub(crate) fn into_option(self) -> Option<FloatTensor<B>> {
        match self {
            Self::Absent => None,
            Self::Present(tensor) => Some(tensor),
        }
    }

    pub(crate) fn of(tensor: Option<FloatTensor<B>>) -> Self {
        tensor.map_or(Self::Absent, Self::Present)
    }
}

/// What the forward pass keeps for the backward pass.
#[derive(Debug, Clone)]
pub(crate) struct Trace<B: Backend> {
    /// The state before the first step and after each, `[T+1, B, H]`: the states that a step
    /// starts from are a prefix, the states it ends in a suffix, and neither needs a copy.
    pub(crate) hidden: FloatTensor<B>,
    /// The same of an LSTM's cell state, `[T+1, B, H]`.
    pub(crate) cell_state: Option<FloatTensor<B>>,
    /// What else the backward pass needs, if `keep` was set, `[T, B, 4·H]`: an LSTM's i, f, g, o
    /// after activation; a GRU's z, r, n after activation and then the recurrent product of n with
    /// its bias, before r multiplies it. A minimal GRU's z after activation and n, `[T, B, 2·H]`.
    /// `None` for a plain RNN.
    pub(crate) gates: Option<FloatTensor<B>>,
    /// The recurrent kernel transposed, `[G·H, H]`, where the forward pass made it on the way.
    #[cfg_attr(not(feature = "gpu"), allow(dead_code, reason = "GPUs read it"))]
    pub(crate) transposed: Option<FloatTensor<B>>,
}

/// The gradients of the outputs; `None` where the loss does not use an output.
#[derive(Debug)]
pub(crate) struct OutputGradients<B: Backend> {
    /// `[T, B, H]`.
    pub(crate) hidden: Option<FloatTensor<B>>,
    /// `[B, H]`.
    pub(crate) last_hidden: Option<FloatTensor<B>>,
    /// `[B, H]`.
    pub(crate) last_cell_state: Option<FloatTensor<B>>,
}

/// The gradients of everything in [`Inputs`], in the same shapes.
#[derive(Debug)]
pub(crate) struct InputGradients<B: Backend> {
    pub(crate) input: FloatTensor<B>,
    pub(crate) kernel: Option<FloatTensor<B>>,
    pub(crate) bias: Option<FloatTensor<B>>,
    pub(crate) hidden: FloatTensor<B>,
    pub(crate) cell_state: Option<FloatTensor<B>>,
}

/// The kernels of one backend.
pub(crate) trait Kernels: Backend {
    /// Runs all time steps. `keep` asks for [`Trace::gates`].
    fn forward(inputs: &Inputs<Self>, keep: bool) -> Trace<Self>;

    /// Backpropagation through time, from the gradients of the outputs to those of the inputs.
    fn backward(
        inputs: Inputs<Self>,
        trace: Trace<Self>,
        gradients: OutputGradients<Self>,
    ) -> InputGradients<Self>;
}

impl<B: Kernels> Recurrence for B {
    fn recurrence(inputs: Inputs<Self>) -> Outputs<Self> {
        Outputs::of(&B::forward(&inputs, false))
    }
}

impl<B: Backend> Outputs<B> {
    /// The outputs are views of a trace.
    fn of(trace: &Trace<B>) -> Self {
        let [states, batch_size, units] = trace.hidden.shape().dims::<3>();
        let from = |tensor: &FloatTensor<B>, first: usize| {
            let slices = [first..states, 0..batch_size, 0..units].map(Slice::from);
            B::float_slice(tensor.clone(), &slices) // [T+1-first, B, H]
        };
        let last = |tensor: &FloatTensor<B>| {
            B::float_reshape(from(tensor, states - 1), [batch_size, units].into()) // [B, H]
        };
        Self {
            hidden: from(&trace.hidden, 1),
            last_hidden: last(&trace.hidden),
            last_cell_state: Maybe::of(trace.cell_state.as_ref().map(last)),
        }
    }
}
