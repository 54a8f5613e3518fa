//! One update of one parameter by Adam, in one pass over its numbers.
//!
//! Owns: the formula ([`reference()`]), the choice between it and a backend's own kernel
//! (`flex/adam.rs`, `gpu/adam.rs`), and what such a kernel promises. Knows nothing of steps, of
//! schedules, or of the places that ε and weight decay can have: they are all in [`Rates`].

use crate::fused::Maybe;
use crate::path::has_kernels;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, ExtensionType, backend_extension};
use burn::tensor::Tensor;
pub(crate) use charnn_cpu::adam::Factors;

/// A parameter and its moments, outside of any graph; each `[N]`.
#[derive(Debug, Clone)]
pub struct State {
    /// The parameter itself: θ.
    pub value: Tensor<1>,
    /// The mean gradient: m.
    pub mean: Tensor<1>,
    /// The mean squared gradient: v.
    pub square: Tensor<1>,
}

/// The scalars of an update.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Decay of the mean gradient.
    pub beta1: f64,
    /// Decay of the mean squared gradient.
    pub beta2: f64,
    /// The learning rate, with the corrections of both moments in it.
    pub rate: f64,
    /// What is added to the root of the mean squared gradient.
    pub epsilon: f64,
    /// Share of the parameter that is added to its gradient: L2 regularisation; 0 for none.
    pub l2: f64,
    /// What the parameter is multiplied by beforehand: decoupled weight decay; 1 for none.
    pub shrink: f64,
}

/// Updates a parameter and its moments against `gradient`, first multiplied by `scale` if there
/// is one. Writes over the storage of `before` where nobody else holds it.
///
/// # Shapes
/// All `[N]`, and `scale` `[1]`.
pub fn update(before: State, gradient: Tensor<1>, scale: Option<Tensor<1>>, rates: Rates) -> State {
    if !has_kernels(&before.value.device()) {
        return reference(before, gradient, scale, rates);
    }
    let before = Buffers {
        value: before.value.into_dispatch(),
        mean: before.mean.into_dispatch(),
        square: before.square.into_dispatch(),
    };
    let scale = Maybe::of(scale.map(Tensor::into_dispatch));
    let after = Dispatch::adam(before, gradient.into_dispatch(), scale, rates);
    State {
        value: Tensor::from_dispatch(after.value),
        mean: Tensor::from_dispatch(after.mean),
        square: Tensor::from_dispatch(after.square),
    }
}

/// [`update`] in plain tensor operations: the law, on every device.
///
/// # Shapes
/// All `[N]`, and `scale` `[1]`.
pub fn reference(
    before: State,
    gradient: Tensor<1>,
    scale: Option<Tensor<1>>,
    rates: Rates,
) -> State {
    let State { value, mean, square } = before;
    let Rates { beta1, beta2, rate, epsilon, l2, shrink } = rates;
    let g = match scale {
        Some(scale) => gradient * scale,
        None => gradient,
    };
    let g = g + value.clone() * l2;
    let mean = mean * beta1 + g.clone() * (1.0 - beta1);
    let square = square * beta2 + g.clone() * g * (1.0 - beta2);
    let step = mean.clone() * rate / (square.clone().sqrt() + epsilon);
    State { value: value * shrink - step, mean, square }
}

/// The kernel of one backend.
#[backend_extension(Cube: cfg(feature = "gpu"), Flex)]
pub(crate) trait Adam: Backend {
    /// See [`update`].
    fn adam(
        #[extension_type] before: Buffers<Self>,
        gradient: FloatTensor<Self>,
        #[extension_type] scale: Maybe<Self>,
        rates: Rates,
    ) -> Buffers<Self>;
}

/// A [`State`] as a backend holds it.
#[derive(Debug, Clone, ExtensionType)]
pub(crate) struct Buffers<B: Backend> {
    pub(crate) value: FloatTensor<B>,
    pub(crate) mean: FloatTensor<B>,
    pub(crate) square: FloatTensor<B>,
}

impl From<Rates> for Factors {
    fn from(rates: Rates) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "as burn rounds the scalars it gets")]
        let single = |number: f64| number as f32;
        let pair = |beta: f64| [single(beta), single(1.0 - beta)];
        Self {
            mean: pair(rates.beta1),
            square: pair(rates.beta2),
            rate: single(rates.rate),
            epsilon: single(rates.epsilon),
            l2: single(rates.l2),
            shrink: single(rates.shrink),
        }
    }
}
