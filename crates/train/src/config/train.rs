//! `[train]`: how the network learns.

use charnn_kernels::device::DeviceChoice;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[train]`: how the network learns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// What the network is trained to predict.
    pub objective: Objective,
    /// Places in the text that are read side by side, in one batch: lanes, or windows.
    #[schemars(range(min = 1, max = 65_536))]
    pub batch_size: usize,
    /// Batches that make one update together, as one batch of their size would, in the memory of
    /// one.
    #[schemars(range(min = 1, max = 65_536))]
    pub accumulate: u64,
    /// Characters a lane reads in one batch; the length of a window.
    #[schemars(range(min = 1, max = 65_536))]
    pub seq_length: usize,
    /// How often the whole training text is read.
    #[schemars(range(min = 1))]
    #[schemars(extend("x-resume" = true))]
    pub epochs: u64,
    /// Stop after this many steps, if the epochs last longer; 0 for no limit.
    #[schemars(extend("x-resume" = true))]
    pub max_steps: u64,
    /// Stop after this much training, such as `"10m"`; empty for no limit. The learning rate follows the
    /// steps all the same.
    #[schemars(extend("x-resume" = true))]
    pub max_time: String,
    /// Stop after this many evaluations without a lower loss; 0 for never.
    #[schemars(extend("x-resume" = true))]
    pub early_stop_patience: u64,
    /// What to do when the loss is not a finite number.
    #[schemars(extend("x-resume" = true))]
    pub on_nonfinite: OnNonfinite,
    /// How gradients become updates.
    pub optimizer: OptimizerKind,
    /// The optimiser's step size, at its highest.
    #[schemars(extend("exclusiveMinimum" = 0.0), range(max = 10.0))]
    pub learning_rate: f64,
    /// How the learning rate changes.
    pub lr_schedule: Schedule,
    /// The share of the learning rate that its schedule never goes below.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub lr_min_factor: f64,
    /// What the schedules `exponential` and `step` multiply the learning rate by.
    #[schemars(extend("exclusiveMinimum" = 0.0), range(max = 1.0))]
    pub lr_decay_factor: f64,
    /// Steps in which the schedules `exponential` and `step` multiply it once.
    #[schemars(range(min = 1))]
    pub lr_decay_steps: u64,
    /// Steps over which the learning rate first rises from 0, in a straight line.
    pub warmup_steps: u64,
    /// What the learning rate is multiplied by when the held-out text is no longer predicted
    /// better; 1 for never.
    #[schemars(extend("exclusiveMinimum" = 0.0), range(max = 1.0))]
    pub plateau_factor: f64,
    /// Evaluations without improvement that are borne before `plateau_factor` is applied.
    pub plateau_patience: u64,
    /// Adam's decay of the mean gradient.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub adam_beta1: f64,
    /// Adam's decay of the mean squared gradient.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub adam_beta2: f64,
    /// Adam's and `RMSProp`'s guard against division by zero.
    #[schemars(range(min = 1e-30), extend("exclusiveMaximum" = 1.0))]
    pub adam_epsilon: f64,
    /// `RMSProp`'s decay of the mean squared gradient.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub rmsprop_alpha: f64,
    /// How much of the last update SGD and `RMSProp` repeat; 0 for none.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub momentum: f64,
    /// Whether SGD looks ahead along its momentum (Nesterov).
    pub nesterov: bool,
    /// Pull of every weight towards 0, added to the gradient by adam, rmsprop and sgd, apart from
    /// it by adamw and keras-adam; 0 for none.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub weight_decay: f64,
    /// Gradients are scaled down to this global norm; 0 for never.
    #[schemars(range(min = 0.0, max = 1e6))]
    pub grad_clip: f64,
    /// Every random choice follows from this number.
    pub seed: u64,
    /// Where to train; `auto` takes a GPU where there is one.
    #[schemars(extend("enum" = DeviceChoice::ALL.map(|(_, word)| word)))]
    #[schemars(extend("x-resume" = true))]
    pub device: String,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            objective: Objective::Every,
            batch_size: 32,
            accumulate: 1,
            seq_length: 64,
            epochs: 10,
            max_steps: 0,
            max_time: String::new(),
            early_stop_patience: 0,
            on_nonfinite: OnNonfinite::Stop,
            optimizer: OptimizerKind::Adam,
            learning_rate: 4e-3,
            lr_schedule: Schedule::Cosine,
            lr_min_factor: 0.0,
            lr_decay_factor: 0.5,
            lr_decay_steps: 1000,
            warmup_steps: 50,
            plateau_factor: 1.0,
            plateau_patience: 2,
            adam_beta1: 0.9,
            adam_beta2: 0.999,
            adam_epsilon: 1e-8,
            rmsprop_alpha: 0.99,
            momentum: 0.0,
            nesterov: false,
            weight_decay: 0.0,
            grad_clip: 1.0,
            seed: 1,
            device: "auto".into(),
        }
    }
}

/// What a network is trained to predict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// The next character at every position of contiguous streams; the state is carried over.
    Every,
    /// The one character after each window; every window starts from a zero state.
    Last,
}

/// What to do when the loss is not a finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnNonfinite {
    /// Keep the last good network and end.
    Stop,
    /// Go back to the last checkpoint and on with half the learning rate, three times at most.
    Rollback,
}

/// How gradients become updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OptimizerKind {
    /// Adam as in the paper and in PyTorch.
    Adam,
    /// Adam with decoupled weight decay, as in PyTorch.
    #[serde(rename = "adamw")]
    AdamW,
    /// Adam as in Keras and TensorFlow, which place ε elsewhere and decouple weight decay.
    KerasAdam,
    /// `RMSProp` as in PyTorch, with ε outside the root.
    #[serde(rename = "rmsprop")]
    RmsProp,
    /// `RMSProp` as in Keras and TensorFlow: ε inside the root, decoupled weight decay.
    #[serde(rename = "keras-rmsprop")]
    KerasRmsProp,
    /// Stochastic gradient descent, with momentum if asked for.
    Sgd,
}

/// How the learning rate changes after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// It does not.
    Constant,
    /// Half a cosine wave down to its least at the last step.
    Cosine,
    /// By `lr_decay_factor` every `lr_decay_steps` steps, a little with each step.
    Exponential,
    /// By `lr_decay_factor` every `lr_decay_steps` steps, at once.
    Step,
}
