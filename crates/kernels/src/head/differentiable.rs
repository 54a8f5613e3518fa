//! The head in burn's autodiff graph.

use super::{CrossEntropy, Gradients, Head, Kernels};
use burn::backend::autodiff::{
    Autodiff,
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients as Graph,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::tensor::FloatTensor;

/// What has a gradient: hidden, kernel, bias.
const PARENTS: usize = 3;

#[derive(Debug)]
struct Node;

impl<B: Kernels> Backward<B, PARENTS> for Node {
    type State = B::Kept;

    fn backward(self, ops: Ops<Self::State, PARENTS>, graph: &mut Graph, _: &mut Checkpointer) {
        let of_loss = graph.consume::<B>(&ops.node); // [1]
        let Gradients { hidden, kernel, bias } = B::gradients(ops.state, of_loss);
        for (parent, gradient) in ops.parents.into_iter().zip([hidden, kernel, bias]) {
            if let Some(parent) = parent {
                graph.register::<B>(parent.id, gradient);
            }
        }
    }
}

impl<B: Kernels, C: CheckpointStrategy> CrossEntropy for Autodiff<B, C> {
    fn cross_entropy(head: Head<Self>) -> FloatTensor<Self> {
        let parents = [head.hidden.node(), head.kernel.node(), head.bias.node()];
        let head = Head {
            hidden: head.hidden.into_primitive(),
            kernel: head.kernel.into_primitive(),
            bias: head.bias.into_primitive(),
            targets: head.targets,
        };
        match Node.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let (loss, kept) = B::loss_to_differentiate(head);
                prep.finish(kept, loss)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::loss(head)),
        }
    }
}
