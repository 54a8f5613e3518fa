//! Dropout in burn's autodiff graph: the gradient meets the same mask, computed once more.

use super::{Dropout, Kernels, Mask};
use burn::backend::autodiff::{
    Autodiff,
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::tensor::FloatTensor;

#[derive(Debug)]
struct Node;

impl<B: Kernels> Backward<B, 1> for Node {
    type State = Mask;

    fn backward(self, ops: Ops<Self::State, 1>, graph: &mut Gradients, _: &mut Checkpointer) {
        let gradient = graph.consume::<B>(&ops.node);
        let [parent] = ops.parents;
        if let Some(parent) = parent {
            graph.register::<B>(parent.id, B::dropped(gradient, ops.state));
        }
    }
}

impl<B: Kernels, C: CheckpointStrategy> Dropout for Autodiff<B, C> {
    fn dropout(x: FloatTensor<Self>, mask: Mask) -> FloatTensor<Self> {
        let parents = [x.node()];
        let dropped = B::dropped(x.into_primitive(), mask);
        match Node.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(mask, dropped),
            OpsKind::UnTracked(prep) => prep.finish(dropped),
        }
    }
}
