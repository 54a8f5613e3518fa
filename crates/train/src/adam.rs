//! Adam (Kingma and Ba 2014):
//!
//! ```text
//! m ← β₁·m + (1 − β₁)·g
//! v ← β₂·v + (1 − β₂)·g²
//! θ ← θ − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
//! ```
//!
//! That is the paper's Algorithm 1, and PyTorch. Keras and TensorFlow follow the end of the
//! paper's section 2 and put ε beside the root of the uncorrected v, where it weighs more in the
//! first thousand steps. State is a value: moved in, moved out. What is done to each number is
//! [`charnn_kernels::adam`]'s.

use crate::config::{Optimizer, TrainConfig};
use burn::tensor::Tensor;
use charnn_kernels::adam::{Rates, State, update};
use charnn_model::{CharLm, Parameter, map_parameters, visit_parameters};

/// The constants of Adam.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamConfig {
    /// Where ε stands.
    pub form: Optimizer,
    /// β₁, decay of the mean gradient.
    pub beta1: f64,
    /// β₂, decay of the mean squared gradient.
    pub beta2: f64,
    /// ε.
    pub epsilon: f64,
}

impl From<&TrainConfig> for AdamConfig {
    fn from(train: &TrainConfig) -> Self {
        Self {
            form: train.optimizer,
            beta1: train.adam_beta1,
            beta2: train.adam_beta2,
            epsilon: train.adam_epsilon,
        }
    }
}

/// The moments of every parameter, in the order of [`charnn_model::visit_parameters`].
#[derive(Debug, Clone)]
pub struct Adam {
    config: AdamConfig,
    /// Updates made: t.
    updates: u64,
    moments: Vec<Moments>,
}

#[derive(Debug, Clone)]
struct Moments {
    mean: Tensor<1>,
    square: Tensor<1>,
}

impl Adam {
    /// Adam before its first update: all moments zero.
    pub fn new(config: AdamConfig) -> Self {
        Self { config, updates: 0, moments: Vec::new() }
    }

    /// Updates `model` against `gradients`, given in the order of its parameters, each first
    /// multiplied by `scale` `[1]` if there is one.
    ///
    /// # Panics
    /// When there are not as many gradients as parameters.
    #[must_use]
    pub fn update(
        self,
        model: CharLm,
        gradients: Vec<Tensor<1>>,
        scale: Option<&Tensor<1>>,
        rate: f64,
    ) -> (CharLm, Self) {
        let Self { config, updates, moments } = self;
        let AdamConfig { form, beta1, beta2, epsilon } = config;
        let t = i32::try_from(updates + 1).unwrap_or(i32::MAX);
        // Both corrections become one factor of the rate; the paper's ε shrinks with it.
        let correction = (1.0 - beta2.powi(t)).sqrt();
        let rate = rate * correction / (1.0 - beta1.powi(t));
        let epsilon = match form {
            Optimizer::Adam => epsilon * correction,
            Optimizer::KerasAdam => epsilon,
        };
        let rates = Rates { beta1, beta2, rate, epsilon };

        let mut before = moments.into_iter();
        let mut after = Vec::with_capacity(gradients.len());
        let mut gradients = gradients.into_iter();
        let model = map_parameters(model, |parameter| {
            let g = gradients.next().expect("a gradient for every parameter");
            let Moments { mean, square } = before
                .next()
                .unwrap_or_else(|| Moments { mean: g.zeros_like(), square: g.zeros_like() });
            let state = State { value: parameter.value, mean, square };
            let State { value, mean, square } = update(state, g, scale.cloned(), rates);
            after.push(Moments { mean, square });
            value
        });
        assert!(gradients.next().is_none(), "more gradients than parameters");
        (model, Self { config, updates: updates + 1, moments: after })
    }

    /// Updates made.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// Calls `visit` for every tensor that it remembers, by its name, such as
    /// `mean.layers.0.kernel`.
    pub fn visit_state(&self, model: &CharLm, mut visit: impl FnMut(String, Tensor<1>)) {
        let mut moments = self.moments.iter();
        visit_parameters(model, |parameter| {
            if let Some(Moments { mean, square }) = moments.next() {
                visit(format!("mean.{}", parameter.name), mean.clone());
                visit(format!("square.{}", parameter.name), square.clone());
            }
        });
    }

    /// The optimiser of `model` after `updates`, which remembers what `read` gives for each name.
    ///
    /// # Errors
    /// When a tensor is missing or has another length than its parameter.
    pub fn restore(
        config: AdamConfig,
        model: &CharLm,
        updates: u64,
        mut read: impl FnMut(&str) -> Option<Vec<f32>>,
    ) -> Result<Self, String> {
        let mut moments = Vec::new();
        let mut problem = None;
        visit_parameters(model, |Parameter { name, value, .. }| {
            let mut take = |name: String| match read(&name) {
                Some(numbers) if numbers.len() == value.dims()[0] => {
                    Tensor::from_floats(&numbers[..], &value.device())
                }
                found => {
                    let found =
                        found.map_or("missing".into(), |n| format!("of {} numbers", n.len()));
                    problem.get_or_insert(format!("tensor {name:?} is {found}"));
                    value.zeros_like()
                }
            };
            if updates > 0 {
                let (mean, square) = (take(format!("mean.{name}")), take(format!("square.{name}")));
                moments.push(Moments { mean, square });
            }
        });
        problem.map_or(Ok(Self { config, updates, moments }), Err)
    }
}
