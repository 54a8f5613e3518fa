//! The recurrence in burn's autodiff graph.
//!
//! A node of that graph has one output, and the recurrence has up to three. So its node is a
//! *bundle* with a placeholder tensor, and each output is a separate node above it. On the way
//! back the outputs leave their gradients in a [`Slot`] that they share with the bundle, whose
//! turn comes after theirs. An output that the loss does not use leaves nothing, and nothing is
//! computed for it.

use super::{
    InputGradients, Inputs, Integers, Kernels, Maybe, OutputGradients, Outputs, Recurrence, Trace,
};
use burn::backend::autodiff::{
    Autodiff,
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::tensor::FloatTensor;
use burn::backend::{AutodiffBackend, Backend, TensorMetadata};
use std::sync::{Arc, Mutex, PoisonError};

/// How many outputs the recurrence has.
const OUTPUTS: usize = 3;
/// How many inputs have a gradient: input, kernel, bias, hidden state, cell state.
const PARENTS: usize = 5;

/// Where outputs leave their gradients for the bundle.
#[derive(Debug)]
struct Slot<B: Backend>(Arc<Mutex<[Option<FloatTensor<B>>; OUTPUTS]>>);

impl<B: Backend> Clone for Slot<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B: Backend> Slot<B> {
    fn put(&self, output: usize, gradient: FloatTensor<B>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[output] = Some(gradient);
    }

    fn take(&self) -> OutputGradients<B> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [hidden, last_hidden, last_cell_state] = std::mem::take(&mut *slot);
        OutputGradients { hidden, last_hidden, last_cell_state }
    }
}

/// The node of the recurrence itself.
#[derive(Debug)]
struct Bundle;

impl<B: Kernels> Backward<B, PARENTS> for Bundle {
    type State = (Inputs<B>, Trace<B>, Slot<B>);

    fn backward(self, ops: Ops<Self::State, PARENTS>, grads: &mut Gradients, _: &mut Checkpointer) {
        grads.consume::<B>(&ops.node);
        let (inputs, trace, slot) = ops.state;
        let InputGradients { input, kernel, bias, hidden, cell_state } =
            B::backward(inputs, trace, slot.take());
        let found = [Some(input), kernel, bias, Some(hidden), cell_state];
        for (parent, gradient) in ops.parents.into_iter().zip(found) {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                grads.register::<B>(parent.id, gradient);
            }
        }
    }
}

/// The node of one output.
#[derive(Debug)]
struct Output;

impl<B: Kernels> Backward<B, 1> for Output {
    type State = (usize, Slot<B>);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let device = gradient.device();
        let (output, slot) = ops.state;
        slot.put(output, gradient);
        let [bundle] = ops.parents;
        if let Some(bundle) = bundle {
            grads.register::<B>(bundle.id, nothing::<B>(&device)); // it is this one's turn too
        }
    }
}

/// A placeholder where the graph needs a tensor, `[1]`; its number is never read.
fn nothing<B: Backend>(device: &B::Device) -> FloatTensor<B> {
    B::float_empty([1].into(), device, burn::tensor::FloatDType::F32)
}

impl<B: Kernels, C: CheckpointStrategy> Recurrence for Autodiff<B, C> {
    fn recurrence(inputs: Inputs<Self>) -> Outputs<Self> {
        let device = inputs.input.device();
        let absent = Self::from_inner(nothing::<B>(&device));
        let parents = [
            inputs.input.node(),
            inputs.kernel.as_ref().unwrap_or(&absent).node(),
            inputs.bias.as_ref().unwrap_or(&absent).node(),
            inputs.hidden.node(),
            inputs.cell_state.as_ref().unwrap_or(&absent).node(),
        ];
        let inputs = without_graph(inputs);
        let slot = Slot(Arc::default());
        let (outputs, bundle) = match Bundle.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let trace = B::forward(&inputs, true);
                let outputs = Outputs::of(&trace);
                (outputs, prep.finish((inputs, trace, slot.clone()), nothing::<B>(&device)))
            }
            OpsKind::UnTracked(prep) => {
                let outputs = Outputs::of(&B::forward(&inputs, false));
                (outputs, prep.finish(nothing::<B>(&device)))
            }
        };
        let output = |position: usize, value: FloatTensor<B>| match Output
            .prepare::<C>([bundle.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => prep.finish((position, slot.clone()), value),
            OpsKind::UnTracked(prep) => prep.finish(value),
        };
        Outputs {
            hidden: output(0, outputs.hidden),
            last_hidden: output(1, outputs.last_hidden),
            last_cell_state: Maybe::of(
                outputs.last_cell_state.into_option().map(|cell_state| output(2, cell_state)),
            ),
        }
    }
}

/// The tensors of the backend below.
fn without_graph<B: Backend, C: CheckpointStrategy>(inputs: Inputs<Autodiff<B, C>>) -> Inputs<B> {
    let plain = |tensor: FloatTensor<Autodiff<B, C>>| tensor.into_primitive();
    let integers = |integers: Integers<Autodiff<B, C>>| match integers {
        Integers::Absent => Integers::Absent,
        Integers::Present(tensor) => Integers::Present(tensor),
    };
    Inputs {
        algorithm: inputs.algorithm,
        cell: inputs.cell,
        input: plain(inputs.input),
        ids: integers(inputs.ids),
        kernel: Maybe::of(inputs.kernel.into_option().map(plain)),
        bias: Maybe::of(inputs.bias.into_option().map(plain)),
        hidden: plain(inputs.hidden),
        cell_state: Maybe::of(inputs.cell_state.into_option().map(plain)),
        resets: integers(inputs.resets),
    }
}
