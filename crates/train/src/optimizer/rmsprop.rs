//! `RMSProp` (Tieleman and Hinton 2012) in PyTorch's form, ε outside of the root:
//!
//! ```text
//! g ← g + w·θ
//! v ← α·v + (1 − α)·g²
//! b ← μ·b + g / (√v + ε)
//! θ ← θ − rate · b
//! ```
//!
//! Without momentum μ there is no b, and θ moves by its last summand.

use super::Update;
use crate::TrainConfig;
use burn::tensor::Tensor;

/// The constants of `RMSProp`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RmsProp {
    /// α.
    alpha: f64,
    epsilon: f64,
    /// μ.
    momentum: f64,
    /// w.
    decay: f64,
}

impl From<&TrainConfig> for RmsProp {
    fn from(train: &TrainConfig) -> Self {
        Self {
            alpha: train.rmsprop_alpha,
            epsilon: train.adam_epsilon,
            momentum: train.momentum,
            decay: train.weight_decay,
        }
    }
}

impl RmsProp {
    pub(super) fn kept(self) -> &'static [&'static str] {
        if self.momentum > 0.0 { &["square", "momentum"] } else { &["square"] }
    }

    /// A parameter after an update, with what is kept of it.
    pub(super) fn update(
        self,
        parameter: Update<'_>,
        kept: Vec<Tensor<1>>,
    ) -> (Tensor<1>, Vec<Tensor<1>>) {
        let Self { alpha, epsilon, momentum, decay } = self;
        let rate = parameter.rate;
        let (value, g) = parameter.value_and_gradient(decay);
        let mut kept = kept.into_iter();
        let square = kept.next().expect("a mean square a parameter");
        let square = square * alpha + g.clone() * g.clone() * (1.0 - alpha);
        let step = g / (square.clone().sqrt() + epsilon);
        match kept.next() {
            None => (value - step * rate, vec![square]),
            Some(sum) => {
                let sum = sum * momentum + step;
                (value - sum.clone() * rate, vec![square, sum])
            }
        }
    }
}
