//! `RMSProp` (Tieleman and Hinton 2012), in PyTorch's form:
//!
//! ```text
//! g ← g + w·θ
//! v ← α·v + (1 − α)·g²
//! b ← μ·b + g / (√v + ε)
//! θ ← θ − rate · b
//! ```
//!
//! and in Keras':
//!
//! ```text
//! θ ← θ − rate · w·θ
//! v ← α·v + (1 − α)·g²
//! b ← μ·b + rate · g / √(v + ε)
//! θ ← θ − b
//! ```
//!
//! ε stands inside the root in Keras, so small gradients are damped far more; the learning rate
//! stands inside the momentum, so a change of the rate takes effect gradually; and the weight decay
//! w is decoupled. Without momentum μ there is no b, and θ moves by its last summand.
//!
//! # Source
//! `torch.optim.RMSprop` and `keras.optimizers.RMSprop` (Keras 3), neither of them centered.

use super::Update;
use crate::{OptimizerKind, TrainConfig};
use burn::tensor::Tensor;

/// The constants of `RMSProp`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RmsProp {
    /// Keras' form; PyTorch's otherwise.
    keras: bool,
    /// α, which Keras calls ρ.
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
            keras: train.optimizer == OptimizerKind::KerasRmsProp,
            alpha: train.rmsprop_alpha,
            epsilon: train.adam_epsilon,
            momentum: train.momentum,
            decay: train.weight_decay,
        }
    }
}

impl RmsProp {
    /// The names of the state of a parameter.
    pub(super) fn kept(self) -> &'static [&'static str] {
        if self.momentum > 0.0 { &["exp_avg_sq", "momentum_buffer"] } else { &["exp_avg_sq"] }
    }

    /// A parameter after an update, with its state.
    ///
    /// # Shapes
    /// `kept` `[N]` each → `[N]`, `[N]` each.
    pub(super) fn update(
        self,
        parameter: Update<'_>,
        kept: Vec<Tensor<1>>,
    ) -> (Tensor<1>, Vec<Tensor<1>>) {
        let Self { keras, alpha, epsilon, momentum, decay } = self;
        let rate = parameter.rate;
        let (value, g) = parameter.value_and_gradient(if keras { 0.0 } else { decay });
        let value = if keras && decay > 0.0 { value * (1.0 - rate * decay) } else { value };
        // The learning rate of the step, and of the parameter's movement along b.
        let (inside, outside) = if keras { (rate, 1.0) } else { (1.0, rate) };

        let mut kept = kept.into_iter();
        let exp_avg_sq = kept.next().expect("RMSProp keeps exp_avg_sq of every parameter");
        let exp_avg_sq = exp_avg_sq * alpha + g.clone() * g.clone() * (1.0 - alpha);
        let root = if keras {
            (exp_avg_sq.clone() + epsilon).sqrt()
        } else {
            exp_avg_sq.clone().sqrt() + epsilon
        };
        let step = g / root * inside;
        match kept.next() {
            None => (value - step * outside, vec![exp_avg_sq]),
            Some(sum) => {
                let sum = sum * momentum + step;
                (value - sum.clone() * outside, vec![exp_avg_sq, sum])
            }
        }
    }
}
