//! Stochastic gradient descent with momentum, in PyTorch's form:
//!
//! ```text
//! g ← g + w·θ
//! b ← μ·b + g
//! θ ← θ − rate · b            (Nesterov: θ ← θ − rate · (g + μ·b))
//! ```
//!
//! Without momentum μ there is no b, and θ moves by rate · g.

use super::Update;
use crate::TrainConfig;
use burn::tensor::Tensor;

/// The constants of SGD.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sgd {
    /// μ.
    momentum: f64,
    nesterov: bool,
    /// w.
    decay: f64,
}

impl From<&TrainConfig> for Sgd {
    fn from(train: &TrainConfig) -> Self {
        let TrainConfig { momentum, nesterov, weight_decay, .. } = *train;
        Self { momentum, nesterov, decay: weight_decay }
    }
}

impl Sgd {
    pub(super) fn kept(self) -> &'static [&'static str] {
        if self.momentum > 0.0 { &["momentum_buffer"] } else { &[] }
    }

    /// A parameter after an update, with its state.
    pub(super) fn update(
        self,
        parameter: Update<'_>,
        kept: Vec<Tensor<1>>,
    ) -> (Tensor<1>, Vec<Tensor<1>>) {
        let Self { momentum, nesterov, decay } = self;
        let rate = parameter.rate;
        let (value, g) = parameter.value_and_gradient(decay);
        match kept.into_iter().next() {
            None => (value - g * rate, Vec::new()),
            Some(sum) => {
                let sum = sum * momentum + g.clone();
                let step = if nesterov { g + sum.clone() * momentum } else { sum.clone() };
                (value - step * rate, vec![sum])
            }
        }
    }
}
