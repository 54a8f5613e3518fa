//! The product with a bias in burn's autodiff graph.

use super::{Gradients, Kernels, Linear, Operands};
use burn::backend::autodiff::{
    Autodiff,
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients as Graph,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::tensor::FloatTensor;

/// What has a gradient: x, kernel, bias.
const PARENTS: usize = 3;

#[derive(Debug)]
struct Node;

impl<B: Kernels> Backward<B, PARENTS> for Node {
    type State = Operands<B>;

    fn backward(self, ops: Ops<Self::State, PARENTS>, graph: &mut Graph, _: &mut Checkpointer) {
        let of_product = graph.consume::<B>(&ops.node); // [N, W]
        let [x, kernel, bias] = ops.parents;
        let found = B::gradients(ops.state, of_product, x.is_some());
        let Gradients { x: of_x, kernel: of_kernel, bias: of_bias } = found;
        let all = [(x, of_x), (kernel, Some(of_kernel)), (bias, Some(of_bias))];
        for (parent, gradient) in all {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                graph.register::<B>(parent.id, gradient);
            }
        }
    }
}

impl<B: Kernels, C: CheckpointStrategy> Linear for Autodiff<B, C> {
    fn linear(operands: Operands<Self>) -> FloatTensor<Self> {
        let Operands { x, kernel, bias } = operands;
        let parents = [x.node(), kernel.node(), bias.node()];
        let operands = Operands {
            x: x.into_primitive(),
            kernel: kernel.into_primitive(),
            bias: bias.into_primitive(),
        };
        match Node.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let product = B::product(operands.clone());
                prep.finish(operands, product)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::product(operands)),
        }
    }
}
