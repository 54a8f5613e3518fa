//! Optimizers: they turn gradients into updates, with a state for every parameter.
//!
//! Owns: that state, as a value that callers move in and out, and its export and import by name.
//! Each formula is in a file of its own.

mod adam;
mod rmsprop;
mod sgd;

use crate::{OptimizerKind, TrainConfig};
use adam::Adam;
use burn::tensor::{Tensor, TensorData};
use charnn_kernels::update::{Criteria, Gathered, Verdict};
use charnn_message::{Describe, Message, display, text};
use charnn_model::{CharLm, map_parameters, visit_parameters};
use rmsprop::RmsProp;
use sgd::Sgd;

/// An optimizer with the state of every parameter, in the order of
/// [`charnn_model::visit_parameters`].
#[derive(Debug, Clone)]
pub struct Optimizer {
    rule: Rule,
    /// Updates made: t.
    updates: u64,
    /// Empty before the first update.
    states: Vec<State>,
}

/// The state of one parameter.
#[derive(Debug, Clone)]
struct State {
    /// The parameter's name.
    parameter: String,
    /// One `[N]` for each of [`Rule::kept`].
    tensors: Vec<Tensor<1>>,
}

/// State names, and what they were in checkpoints of charnn 0.1 before.
const EARLIER_NAMES: [(&str, &str); 3] =
    [("exp_avg", "mean"), ("exp_avg_sq", "square"), ("momentum_buffer", "momentum")];

/// Which formula, with its constants.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rule {
    Adam(Adam),
    RmsProp(RmsProp),
    Sgd(Sgd),
}

/// One parameter in the middle of an update; every tensor is `[N]`.
struct Update<'a> {
    /// The parameter itself: θ.
    value: Tensor<1>,
    /// The gradient of the loss: g.
    gradient: Tensor<1>,
    /// Factor of the gradient from clipping, `[1]`.
    scale: Option<&'a Tensor<1>>,
    /// The learning rate.
    rate: f64,
    /// Which update this is, counted from 1: t.
    number: u64,
}

impl Update<'_> {
    /// θ and g, scaled and with `decay`·θ added: L2 regularization.
    fn value_and_gradient(self, decay: f64) -> (Tensor<1>, Tensor<1>) {
        let Self { value, gradient, scale, .. } = self;
        let gradient = match scale {
            Some(scale) => gradient * scale.clone(),
            None => gradient,
        };
        let gradient = if decay > 0.0 { gradient + value.clone() * decay } else { gradient };
        (value, gradient)
    }
}

/// A saved state that does not fit the network or the optimizer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A tensor is missing.
    Missing(String),
    /// A tensor has another length.
    Length {
        /// Which tensor.
        name: String,
        /// Numbers in it.
        found: usize,
        /// Numbers of the parameter.
        expected: usize,
    },
}

impl Describe for StateError {
    fn describe(&self) -> Message {
        match self {
            Self::Missing(name) => Message::new(
                "optimizer/missing-tensor",
                text!(
                    en: "the optimizer state has no tensor {name:?}; it belongs to another network or optimizer",
                    zh: "优化器状态中没有张量 {name:?}；它属于另一个网络或优化器"
                ),
            ),
            Self::Length { name, found, expected } => Message::new(
                "optimizer/tensor-length",
                text!(
                    en: "the optimizer tensor {name:?} has {found} numbers, but the network needs {expected}",
                    zh: "优化器张量 {name:?} 有 {found} 个数，而网络需要 {expected} 个"
                ),
            ),
        }
    }
}

display!(StateError);

impl Optimizer {
    /// The optimizer of `train` before its first update.
    pub fn new(train: &TrainConfig) -> Self {
        let rule = match train.optimizer {
            OptimizerKind::Adam | OptimizerKind::AdamW | OptimizerKind::KerasAdam => {
                Rule::Adam(train.into())
            }
            OptimizerKind::RmsProp | OptimizerKind::KerasRmsProp => Rule::RmsProp(train.into()),
            OptimizerKind::Sgd => Rule::Sgd(train.into()),
        };
        Self { rule, updates: 0, states: Vec::new() }
    }

    /// Updates `model` with `gradients` in the order of its parameters, each multiplied by `scale`
    /// `[1]` if given.
    ///
    /// # Panics
    /// When the numbers of gradients and parameters differ.
    #[must_use]
    pub fn update(
        self,
        model: CharLm,
        gradients: Vec<Tensor<1>>,
        scale: Option<&Tensor<1>>,
        rate: f64,
    ) -> (CharLm, Self) {
        let Self { rule, updates, states } = self;
        let number = updates + 1;
        let mut before = states.into_iter();
        let mut states = Vec::with_capacity(gradients.len());
        let mut gradients = gradients.into_iter();
        let model = map_parameters(model, |parameter| {
            let gradient = gradients.next().expect("a gradient for every parameter");
            let tensors = match before.next() {
                Some(state) => state.tensors,
                None => rule.kept().iter().map(|_| gradient.zeros_like()).collect(),
            };
            let update = Update { value: parameter.value, gradient, scale, rate, number };
            let (value, tensors) = rule.update(update, tensors);
            states.push(State { parameter: parameter.name, tensors });
            value
        });
        assert!(gradients.next().is_none(), "more gradients than parameters");
        (model, Self { rule, updates: number, states })
    }

    /// Whether the formula is Adam's, as [`Optimizer::update_at_once`] demands.
    pub(crate) fn is_adam(&self) -> bool {
        matches!(self.rule, Rule::Adam(_))
    }

    /// Updates `model` with all its gradients at once, on devices that have such an operation. The device
    /// judges whether the update is made: see [`charnn_kernels::update`].
    ///
    /// # Panics
    /// When the formula is another than Adam's, or the numbers of gradients and parameters differ.
    #[must_use]
    pub(crate) fn update_at_once(
        self,
        model: CharLm,
        gradients: Gathered,
        criteria: Criteria<'_>,
        rate: f64,
    ) -> (CharLm, Self, Verdict) {
        let Self { rule, updates, states } = self;
        let Rule::Adam(adam) = rule else { panic!("an update at once by {rule:?}") };
        let number = updates + 1;
        let mut before = states.into_iter();
        let (mut names, mut parameters) = (Vec::new(), Vec::new());
        visit_parameters(&model, |parameter| {
            let value = parameter.value;
            let [exp_avg, exp_avg_sq] = match before.next() {
                Some(state) => state.tensors.try_into().expect("two moments a parameter"),
                None => [value.zeros_like(), value.zeros_like()],
            };
            names.push(parameter.name);
            parameters.push(charnn_kernels::adam::State { value, exp_avg, exp_avg_sq });
        });
        let rates = adam.rates(rate, number);
        let (after, verdict) = gradients.adam(parameters, criteria, rates);
        let mut after = after.into_iter();
        let mut states = Vec::with_capacity(names.len());
        let mut names = names.into_iter();
        let model = map_parameters(model, |_| {
            let after = after.next().expect("a state of every parameter");
            let parameter = names.next().expect("a name of every parameter");
            states.push(State { parameter, tensors: vec![after.exp_avg, after.exp_avg_sq] });
            after.value
        });
        (model, Self { rule, updates: number, states }, verdict)
    }

    /// The optimizer with its number of updates set back to `updates`, after updates that were not made.
    #[must_use]
    pub(crate) fn back_to(mut self, updates: u64) -> Self {
        self.updates = updates;
        if updates == 0 {
            self.states.clear();
        }
        self
    }

    /// The number of updates so far.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// Calls `visit` with every tensor of the state, flattened to `[N]`, and its name: what it is,
    /// then the parameter it is of, such as `exp_avg.layers.0.kernel`.
    ///
    /// With [`Optimizer::updates`] that is all that [`Optimizer::restore`] needs.
    pub fn visit_state(&self, mut visit: impl FnMut(&str, Tensor<1>)) {
        for State { parameter, tensors } in &self.states {
            for (kept, tensor) in self.rule.kept().iter().zip(tensors) {
                visit(&format!("{kept}.{parameter}"), tensor.clone());
            }
        }
    }

    /// The optimizer that `train` asks for as it was after `updates` updates of `model`, from the
    /// tensors that `read` finds by the names of [`Optimizer::visit_state`].
    ///
    /// # Errors
    /// When a tensor is missing, or its length differs from its parameter's.
    pub fn restore(
        train: &TrainConfig,
        model: &CharLm,
        updates: u64,
        mut read: impl FnMut(&str) -> Option<Vec<f32>>,
    ) -> Result<Self, StateError> {
        let fresh = Self::new(train);
        if updates == 0 {
            return Ok(fresh);
        }
        let device = model.device().without_autodiff();
        let mut states = Ok(Vec::new());
        visit_parameters(model, |parameter| {
            let [count] = parameter.value.dims();
            let tensor = |kept: &&str| {
                let name = format!("{kept}.{}", parameter.name);
                let found = read(&name).or_else(|| {
                    let (_, earlier) = EARLIER_NAMES.iter().find(|(now, _)| now == kept)?;
                    read(&format!("{earlier}.{}", parameter.name))
                });
                let Some(values) = found else { return Err(StateError::Missing(name)) };
                if values.len() != count {
                    let found = values.len();
                    return Err(StateError::Length { name, found, expected: count });
                }
                Ok(Tensor::from_data(TensorData::new(values, [count]), &device))
            };
            if let Ok(found) = &mut states {
                match fresh.rule.kept().iter().map(tensor).collect() {
                    Ok(tensors) => found.push(State { parameter: parameter.name, tensors }),
                    Err(error) => states = Err(error),
                }
            }
        });
        Ok(Self { updates, states: states?, ..fresh })
    }
}

impl Rule {
    /// The names of the state of a parameter.
    fn kept(self) -> &'static [&'static str] {
        match self {
            Self::Adam(_) => &["exp_avg", "exp_avg_sq"],
            Self::RmsProp(rule) => rule.kept(),
            Self::Sgd(rule) => rule.kept(),
        }
    }

    /// A parameter after an update, with its state.
    fn update(self, update: Update<'_>, kept: Vec<Tensor<1>>) -> (Tensor<1>, Vec<Tensor<1>>) {
        match self {
            Self::Adam(rule) => rule.update(update, kept),
            Self::RmsProp(rule) => rule.update(update, kept),
            Self::Sgd(rule) => rule.update(update, kept),
        }
    }
}
