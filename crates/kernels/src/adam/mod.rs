//! One update of one parameter by Adam, in one pass over its numbers.
//!
//! Owns: the reference implementation ([`reference()`]), the choice between it and a backend's own
//! kernel (`flex/adam.rs`, `gpu/adam.rs`), and the contract of such a kernel. Steps, schedules and
//! the variants of ε and weight decay are the caller's: [`Rates`] covers them all.

use crate::algorithm::has_kernels;
use crate::fused::Maybe;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, ExtensionType, backend_extension};
use burn::tensor::Tensor;
pub(crate) use charnn_cpu::adam::Factors;

/// A parameter and its moments, outside of any autodiff graph; each `[N]`.
#[derive(Debug, Clone)]
pub struct State {
    /// The parameter itself: θ.
    pub value: Tensor<1>,
    /// The mean gradient: m.
    pub exp_avg: Tensor<1>,
    /// The mean squared gradient: v.
    pub exp_avg_sq: Tensor<1>,
}

/// The scalars of an update.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Decay of the mean gradient.
    pub beta1: f64,
    /// Decay of the mean squared gradient.
    pub beta2: f64,
    /// The learning rate, bias corrections of both moments included.
    pub rate: f64,
    /// Added to the root of the mean squared gradient.
    pub epsilon: f64,
    /// Factor of the parameter in its gradient: L2 regularization; 0 for none.
    pub l2: f64,
    /// Factor of the parameter before the update: decoupled weight decay; 1 for none.
    pub decay: f64,
}

/// Updates a parameter and its moments, with `gradient` multiplied by `scale` if given. Reuses the
/// storage of `before` where no other tensor shares it.
///
/// # Shapes
/// All `[N]`, and `scale` `[1]`.
pub fn update(before: State, gradient: Tensor<1>, scale: Option<Tensor<1>>, rates: Rates) -> State {
    if !has_kernels(&before.value.device()) {
        return reference(before, gradient, scale, rates);
    }
    let before = Buffers {
        value: before.value.into_dispatch(),
        exp_avg: before.exp_avg.into_dispatch(),
        exp_avg_sq: before.exp_avg_sq.into_dispatch(),
    };
    let scale = Maybe::of(scale.map(Tensor::into_dispatch));
    let after = Dispatch::adam(before, gradient.into_dispatch(), scale, rates);
    State {
        value: Tensor::from_dispatch(after.value),
        exp_avg: Tensor::from_dispatch(after.exp_avg),
        exp_avg_sq: Tensor::from_dispatch(after.exp_avg_sq),
    }
}

/// The reference implementation of [`update()`], in plain tensor operations on any device.
///
/// # Shapes
/// All `[N]`, and `scale` `[1]`.
pub fn reference(
    before: State,
    gradient: Tensor<1>,
    scale: Option<Tensor<1>>,
    rates: Rates,
) -> State {
    let State { value, exp_avg, exp_avg_sq } = before;
    let Rates { beta1, beta2, rate, epsilon, l2, decay } = rates;
    let g = match scale {
        Some(scale) => gradient * scale,
        None => gradient,
    };
    let g = g + value.clone() * l2;
    let exp_avg = exp_avg * beta1 + g.clone() * (1.0 - beta1);
    let exp_avg_sq = exp_avg_sq * beta2 + g.clone() * g * (1.0 - beta2);
    let step = exp_avg.clone() * rate / (exp_avg_sq.clone().sqrt() + epsilon);
    State { value: value * decay - step, exp_avg, exp_avg_sq }
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
    pub(crate) exp_avg: FloatTensor<B>,
    pub(crate) exp_avg_sq: FloatTensor<B>,
}

impl From<Rates> for Factors {
    fn from(rates: Rates) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "as burn rounds the scalars it gets")]
        let single = |number: f64| number as f32;
        let pair = |beta: f64| [single(beta), single(1.0 - beta)];
        Self {
            beta1: pair(rates.beta1),
            beta2: pair(rates.beta2),
            rate: single(rates.rate),
            epsilon: single(rates.epsilon),
            l2: single(rates.l2),
            decay: single(rates.decay),
        }
    }
}
