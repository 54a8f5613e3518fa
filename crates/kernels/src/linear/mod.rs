//! A product with a bias added to every row.
//!
//! On GPUs it is one launch, and its gradients are one more; elsewhere it is burn's product and addition.

#[cfg(feature = "gpu")]
mod differentiable;

#[cfg(feature = "gpu")]
use burn::backend::Dispatch;
#[cfg(feature = "gpu")]
use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::{Backend, ExtensionType, backend_extension};
use burn::tensor::Tensor;

/// `x · kernel + bias`.
///
/// # Shapes
/// `x` `[N, E]`, `kernel` `[E, W]`, `bias` `[W]` → `[N, W]`.
///
/// # Source
/// Keras' `Dense` without an activation.
pub fn linear(x: Tensor<2>, kernel: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    #[cfg(feature = "gpu")]
    if crate::update::is_fused(&x.device()) {
        return Tensor::from_dispatch(Dispatch::linear(Operands {
            x: x.into_dispatch(),
            kernel: kernel.into_dispatch(),
            bias: bias.into_dispatch(),
        }));
    }
    x.matmul(kernel) + bias.unsqueeze() // [N, W]
}

/// The operation as burn's tensors see it: differentiable where the backend is.
#[cfg(feature = "gpu")]
#[backend_extension(Cube, Autodiff)]
pub(crate) trait Linear: Backend {
    /// See [`linear`].
    fn linear(#[extension_type] operands: Operands<Self>) -> FloatTensor<Self>;
}

/// What [`linear`] reads.
#[cfg(feature = "gpu")]
#[derive(Debug, Clone, ExtensionType)]
pub(crate) struct Operands<B: Backend> {
    /// `[N, E]`.
    pub(crate) x: FloatTensor<B>,
    /// `[E, W]`.
    pub(crate) kernel: FloatTensor<B>,
    /// `[W]`.
    pub(crate) bias: FloatTensor<B>,
}

/// The gradients that are wanted, in the shapes of [`Operands`].
#[cfg(feature = "gpu")]
#[derive(Debug)]
pub(crate) struct Gradients<B: Backend> {
    pub(crate) x: Option<FloatTensor<B>>,
    pub(crate) kernel: FloatTensor<B>,
    pub(crate) bias: FloatTensor<B>,
}

/// The kernels of one backend.
#[cfg(feature = "gpu")]
pub(crate) trait Kernels: Backend {
    /// The product, `[N, W]`.
    fn product(operands: Operands<Self>) -> FloatTensor<Self>;

    /// Gradients from that of the product, `[N, W]`; that of `x` only on demand.
    fn gradients(
        operands: Operands<Self>,
        of_product: FloatTensor<Self>,
        of_x: bool,
    ) -> Gradients<Self>;
}

#[cfg(feature = "gpu")]
impl<B: Kernels> Linear for B {
    fn linear(operands: Operands<Self>) -> FloatTensor<Self> {
        B::product(operands)
    }
}
