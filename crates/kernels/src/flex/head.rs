//! The head and its loss on burn-flex.

use super::{dense, tensor, values};
use crate::head::{Gradients, Head, Kernels};
use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::DType;
use charnn_cpu::head;
use charnn_cpu::machine::Machine;

impl Kernels for Flex {
    /// The gradients themselves: they are computed with the loss.
    type Kept = Gradients<Self>;

    fn loss(head: Head<Self>) -> FlexTensor {
        tensor(vec![run(&head, |head| head.loss(Machine::here()))], [1])
    }

    fn loss_to_differentiate(head: Head<Self>) -> (FlexTensor, Gradients<Self>) {
        let (loss, gradients) = run(&head, |head| head.loss_and_gradients(Machine::here()));
        let shape = |tensor: &FlexTensor| tensor.shape().dims::<2>();
        let gradients = Gradients {
            hidden: tensor(gradients.hidden, shape(&head.hidden)),
            kernel: tensor(gradients.kernel, shape(&head.kernel)),
            bias: tensor(gradients.bias, head.bias.shape().dims::<1>()),
        };
        (tensor(vec![loss], [1]), gradients)
    }

    fn gradients(kept: Gradients<Self>, of_loss: FlexTensor) -> Gradients<Self> {
        let Gradients { hidden, kernel, bias } = kept;
        let scaled = |gradient: FlexTensor| {
            let ones = vec![1; gradient.shape().num_dims()];
            Flex::float_mul(gradient, Flex::float_reshape(of_loss.clone(), ones.into()))
        };
        Gradients { hidden: scaled(hidden), kernel: scaled(kernel), bias: scaled(bias) }
    }
}

fn run<R>(head: &Head<Flex>, by: impl FnOnce(head::Head<'_>) -> R) -> R {
    let [hidden, kernel, bias] = [&head.hidden, &head.kernel, &head.bias].map(dense);
    let targets = targets(&head.targets);
    by(head::Head {
        hidden: values(&hidden),
        kernel: values(&kernel),
        bias: values(&bias),
        targets: &targets,
    })
}

fn targets(ids: &FlexTensor) -> Vec<i32> {
    let ids = ids.to_contiguous();
    match ids.dtype() {
        DType::I64 => {
            ids.storage::<i64>().iter().map(|&id| i32::try_from(id).expect("an id")).collect()
        }
        _ => ids.storage::<i32>().to_vec(),
    }
}
