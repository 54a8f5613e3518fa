//! Adam (Kingma and Ba 2014) and `AdamW` (Loshchilov and Hutter 2017):
//!
//! ```text
//! m ← β₁·m + (1 − β₁)·g
//! v ← β₂·v + (1 − β₂)·g²
//! θ ← θ − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
//! ```
//!
//! That is the paper's Algorithm 1, and PyTorch. Keras and TensorFlow follow the end of the
//! paper's section 2 and put ε beside the root of the uncorrected v, where it weighs more in the
//! first thousand steps.
//!
//! Weight decay w stands where each framework has it: Adam adds w·θ to the gradient, as PyTorch's
//! `Adam`; `AdamW`, and Keras' Adam, first shrink θ by 1 − rate·w. All parameters decay, biases too,
//! as in PyTorch without parameter groups. What is done to each number is
//! [`charnn_kernels::adam`]'s.

use super::Update;
use crate::{OptimizerKind, TrainConfig};
use burn::tensor::Tensor;
use charnn_kernels::adam::{Rates, State, update};

/// The constants of Adam.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Adam {
    /// Whether ε stands beside the root of the uncorrected v.
    keras_epsilon: bool,
    /// Whether θ itself shrinks, or w·θ is added to the gradient.
    decoupled: bool,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    /// w.
    decay: f64,
}

impl From<&TrainConfig> for Adam {
    fn from(train: &TrainConfig) -> Self {
        Self {
            keras_epsilon: train.optimizer == OptimizerKind::KerasAdam,
            decoupled: train.optimizer != OptimizerKind::Adam,
            beta1: train.adam_beta1,
            beta2: train.adam_beta2,
            epsilon: train.adam_epsilon,
            decay: train.weight_decay,
        }
    }
}

impl Adam {
    /// A parameter after an update, with its moments `[exp_avg, exp_avg_sq]`.
    pub(super) fn update(
        self,
        parameter: Update<'_>,
        kept: Vec<Tensor<1>>,
    ) -> (Tensor<1>, Vec<Tensor<1>>) {
        let [exp_avg, exp_avg_sq] = kept.try_into().expect("two moments a parameter");
        let Update { value, gradient, scale, rate, number } = parameter;
        let rates = self.rates(rate, number);
        let before = State { value, exp_avg, exp_avg_sq };
        let State { value, exp_avg, exp_avg_sq } = update(before, gradient, scale.cloned(), rates);
        (value, vec![exp_avg, exp_avg_sq])
    }

    /// The scalars of update `number`.
    pub(super) fn rates(self, rate: f64, number: u64) -> Rates {
        let Self { keras_epsilon, decoupled, beta1, beta2, epsilon, decay } = self;
        let t = i32::try_from(number).unwrap_or(i32::MAX);
        // Both corrections become one factor of the rate; the paper's ε shrinks with it.
        let correction = (1.0 - beta2.powi(t)).sqrt();
        Rates {
            beta1,
            beta2,
            rate: rate * correction / (1.0 - beta1.powi(t)),
            epsilon: if keras_epsilon { epsilon } else { epsilon * correction },
            l2: if decoupled { 0.0 } else { decay },
            decay: if decoupled { 1.0 - rate * decay } else { 1.0 },
        }
    }
}
