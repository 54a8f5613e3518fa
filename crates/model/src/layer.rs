//! One recurrent layer: its weights, the projection of its input, and the norm of its output.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use charnn_kernels::{LAYER_NORM_EPSILON, Recurrent, linear};

/// One recurrent layer.
#[derive(Module, Debug)]
pub struct RecurrentLayer {
    /// From the layer's input, `[E or H, G·H]`.
    pub kernel: Param<Tensor<2>>,
    /// From the hidden state before, `[H, G·H]`, where the cell has a recurrent kernel.
    pub recurrent_kernel: Option<Param<Tensor<2>>>,
    /// `[G·H]`.
    pub bias: Param<Tensor<1>>,
    /// Bias of the recurrent product, `[G·H]`; GRU only.
    pub recurrent_bias: Option<Param<Tensor<1>>>,
    /// Layer normalization of the output, with `layer_norm`. The state between time steps is not
    /// normalized.
    pub norm: Option<LayerNorm>,
}

/// Layer normalization (Ba et al. 2016).
#[derive(Module, Debug)]
pub struct LayerNorm {
    /// `[H]`.
    pub gain: Param<Tensor<1>>,
    /// `[H]`.
    pub bias: Param<Tensor<1>>,
}

impl RecurrentLayer {
    /// The input's part of the gates' pre-activations, all time steps in one product.
    ///
    /// # Shapes
    /// `[T, B, E or H]` → `[T, B, G·H]`.
    pub(crate) fn project(&self, input: Tensor<3>) -> Tensor<3> {
        let [steps, batch_size, size] = input.dims();
        let kernel = self.kernel.val();
        let [_, width] = kernel.dims();
        let flat = linear(input.reshape([steps * batch_size, size]), kernel, self.bias.val());
        flat.reshape([steps, batch_size, width]) // [T, B, G·H]
    }

    /// The weights of the recurrence, its kernel `[H, G·H]` changed by `drop`.
    pub(crate) fn recurrent(&self, drop: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Recurrent {
        Recurrent {
            kernel: self.recurrent_kernel.as_ref().map(|kernel| drop(kernel.val())),
            bias: self.recurrent_bias.as_ref().map(Param::val),
        }
    }

    /// The layer's output from its hidden states, `[.., H]` → `[.., H]`.
    pub(crate) fn output<const D: usize>(&self, hidden: Tensor<D>) -> Tensor<D> {
        match &self.norm {
            Some(norm) => norm.apply(hidden),
            None => hidden,
        }
    }
}

impl LayerNorm {
    /// `[.., H]` → `[.., H]`.
    fn apply<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let centred = x.clone() - x.mean_dim(D - 1); // [.., H]
        let variance = (centred.clone() * centred.clone()).mean_dim(D - 1); // [.., 1]
        let normed = centred / (variance + f64::from(LAYER_NORM_EPSILON)).sqrt(); // [.., H]
        normed * self.gain.val().unsqueeze() + self.bias.val().unsqueeze() // [.., H]
    }
}
