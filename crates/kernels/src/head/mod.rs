//! The head of a network with its loss, as one operation of burn.
//!
//! Owns: the reference implementation ([`reference()`]), the node in the autodiff graph
//! (`differentiable`), and the contract of a backend's kernels (`Kernels`; `flex/head.rs`,
//! `gpu/head.rs`). The caller handles batches, and means over them.

mod differentiable;

use crate::algorithm::has_kernels;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, ExtensionType, backend_extension};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};

/// The cross-entropy of the softmax of `hidden · kernel + bias` with `targets`, summed, in nats.
/// A negative target adds nothing.
///
/// On the CPU the gradient of the loss with respect to each parameter is computed with the loss, so that
/// the logits need not be kept.
///
/// # Shapes
/// `hidden` `[N, H]`, `kernel` `[H, V]`, `bias` `[V]`, `targets` `[N]` → `[1]`.
///
/// # Panics
/// On the CPU, when a target is not below `V`. A GPU cannot panic: there the loss is infinite.
///
/// # Source
/// Keras' `sparse_categorical_crossentropy(from_logits=True)` and PyTorch's `cross_entropy` with
/// `reduction="sum"`.
pub fn cross_entropy(
    hidden: Tensor<2>,
    kernel: Tensor<2>,
    bias: Tensor<1>,
    targets: Tensor<1, Int>,
) -> Tensor<1> {
    if !has_kernels(&hidden.device().inner()) {
        return reference(hidden, kernel, bias, targets);
    }
    Tensor::from_dispatch(Dispatch::cross_entropy(Head {
        hidden: hidden.into_dispatch(),
        kernel: kernel.into_dispatch(),
        bias: bias.into_dispatch(),
        targets: targets.into_dispatch(),
    }))
}

/// The reference implementation of [`cross_entropy`], in plain tensor operations.
///
/// # Shapes
/// See [`cross_entropy`].
pub fn reference(
    hidden: Tensor<2>,
    kernel: Tensor<2>,
    bias: Tensor<1>,
    targets: Tensor<1, Int>,
) -> Tensor<1> {
    let logits = hidden.matmul(kernel) + bias.unsqueeze(); // [N, V]
    let counted = targets.clone().greater_equal_elem(0).float(); // [N]
    let chosen = targets.clamp_min(0).unsqueeze_dim::<2>(1); // [N, 1]
    let chosen = log_softmax(logits, 1).gather(1, chosen).squeeze_dim::<1>(1); // [N]
    -(chosen * counted).sum() // [1]
}

/// The operation as burn's tensors see it: differentiable where the backend is.
#[backend_extension(Cube: cfg(feature = "gpu"), Flex, Autodiff)]
pub(crate) trait CrossEntropy: Backend {
    /// See [`cross_entropy`].
    fn cross_entropy(#[extension_type] head: Head<Self>) -> FloatTensor<Self>;
}

/// What the head reads.
#[derive(Debug, Clone, ExtensionType)]
pub(crate) struct Head<B: Backend> {
    /// `[N, H]`.
    pub(crate) hidden: FloatTensor<B>,
    /// `[H, V]`.
    pub(crate) kernel: FloatTensor<B>,
    /// `[V]`.
    pub(crate) bias: FloatTensor<B>,
    /// `[N]`.
    pub(crate) targets: IntTensor<B>,
}

/// The gradients of a loss, in the shapes of [`Head`].
#[derive(Debug, Clone)]
pub(crate) struct Gradients<B: Backend> {
    pub(crate) hidden: FloatTensor<B>,
    pub(crate) kernel: FloatTensor<B>,
    pub(crate) bias: FloatTensor<B>,
}

/// The kernels of one backend.
pub(crate) trait Kernels: Backend {
    /// What the backward pass needs.
    type Kept: Clone + std::fmt::Debug + Send + 'static;

    /// The loss, `[1]`.
    fn loss(head: Head<Self>) -> FloatTensor<Self>;

    /// The same, with what the backward pass needs.
    fn loss_to_differentiate(head: Head<Self>) -> (FloatTensor<Self>, Self::Kept);

    /// The gradients of the loss times `of_loss`, `[1]`.
    fn gradients(kept: Self::Kept, of_loss: FloatTensor<Self>) -> Gradients<Self>;
}

impl<B: Kernels> CrossEntropy for B {
    fn cross_entropy(head: Head<Self>) -> FloatTensor<Self> {
        B::loss(head)
    }
}
