//! What a run is told: one struct a table of the TOML file, every key with its default.
//!
//! Plain values only; whether they make sense together is for [`crate::Plan`].

use charnn_data::{
    Encoding, Normalization, OnMalformed, ReadOptions, Vocabulary, VocabularyLimits, Whitespace,
};
use charnn_model::{ModelConfig, Sampling};
use serde::{Deserialize, Serialize};

/// A whole configuration file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunConfig {
    /// The text.
    pub data: DataConfig,
    /// The network.
    pub model: ModelConfig,
    /// How it learns.
    pub train: TrainConfig,
    /// How it is measured on the held-out text.
    pub eval: EvalConfig,
    /// How it writes.
    pub sample: SampleConfig,
    /// How often it is saved.
    pub checkpoint: CheckpointConfig,
    /// Where the run is kept.
    pub run: RunDirConfig,
}

/// `[data]`: the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// A file, a folder or a pattern such as `texts/*.txt`, relative to the configuration file, or
    /// `builtin:tales` or `builtin:tales-zh`.
    pub path: String,
    /// Its encoding, such as `gb18030`; `auto` finds it out.
    #[serde(with = "charnn_data::encoding::auto")]
    pub encoding: Option<Encoding>,
    /// What becomes of bytes that begin no character.
    pub on_malformed: OnMalformed,
    /// The most bytes that are read.
    pub max_bytes: u64,
    /// A text of more bytes is not held in memory, but kept as ids in a file under `run.root`.
    pub in_memory_bytes: u64,
    /// Unicode normalisation.
    pub normalize: Normalization,
    /// What becomes of runs of white space.
    pub whitespace: Whitespace,
    /// Characters that occur less often are unknown to the network.
    pub min_count: u64,
    /// The most characters it knows, the frequent ones; 0 for all. At most 65,536.
    pub max_vocab: usize,
    /// Share of the text, at its end, that is held out for validation; 0 trains on everything.
    pub valid_fraction: f64,
}

impl Default for DataConfig {
    fn default() -> Self {
        let ReadOptions { encoding, on_malformed, max_bytes, normalize, whitespace } =
            ReadOptions::default();
        let VocabularyLimits { min_count, max_vocab } = VocabularyLimits::default();
        Self {
            path: String::new(),
            encoding,
            on_malformed,
            max_bytes,
            in_memory_bytes: 64 << 20,
            normalize,
            whitespace,
            min_count,
            max_vocab,
            valid_fraction: 0.1,
        }
    }
}

impl DataConfig {
    /// How the text is to be read.
    pub fn reading(&self) -> ReadOptions {
        ReadOptions {
            encoding: self.encoding,
            on_malformed: self.on_malformed,
            max_bytes: self.max_bytes,
            normalize: self.normalize,
            whitespace: self.whitespace,
        }
    }

    /// Which of its characters the network knows.
    pub fn limits(&self) -> VocabularyLimits {
        VocabularyLimits { min_count: self.min_count, max_vocab: self.max_vocab }
    }
}

/// `[train]`: how the network learns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// What is predicted.
    pub objective: Objective,
    /// Lanes (or windows) a batch.
    pub batch_size: usize,
    /// Batches that make one update together, as one of their size would, in the memory of one.
    pub accumulate: u64,
    /// Characters a lane reads in one batch; the length of a window.
    pub seq_length: usize,
    /// How often the whole training text is read.
    pub epochs: u64,
    /// Stop after this many steps, if the epochs last longer; 0 for no limit.
    pub max_steps: u64,
    /// Stop after this much training, such as `"10m"`; empty for no limit.
    pub max_time: String,
    /// Stop after this many evaluations without a lower loss; 0 for never.
    pub early_stop_patience: u64,
    /// What to do when the loss is not a finite number.
    pub on_nonfinite: OnNonfinite,
    /// Which optimiser.
    pub optimizer: OptimizerKind,
    /// Its step size.
    pub learning_rate: f64,
    /// How the learning rate changes.
    pub lr_schedule: Schedule,
    /// The share of the learning rate that its schedule never goes below.
    pub lr_min_factor: f64,
    /// What the exponential schedule and that by steps multiply the learning rate by.
    pub lr_decay_factor: f64,
    /// Steps after which they have done so once.
    pub lr_decay_steps: u64,
    /// Steps over which the learning rate first rises from 0, in a straight line.
    pub warmup_steps: u64,
    /// What the learning rate is multiplied by when the held-out text is no longer predicted
    /// better; 1 for never.
    pub plateau_factor: f64,
    /// Evaluations without improvement that are borne before that.
    pub plateau_patience: u64,
    /// Adam's decay of the mean gradient.
    pub adam_beta1: f64,
    /// Adam's decay of the mean squared gradient.
    pub adam_beta2: f64,
    /// Adam's and `RMSProp`'s guard against division by zero.
    pub adam_epsilon: f64,
    /// `RMSProp`'s decay of the mean squared gradient.
    pub rmsprop_alpha: f64,
    /// How much of the last update SGD and `RMSProp` repeat; 0 for none.
    pub momentum: f64,
    /// Whether SGD looks ahead along its momentum (Nesterov).
    pub nesterov: bool,
    /// Pull of every weight towards 0, added to the gradient by adam, rmsprop and sgd, apart from
    /// it by adamw and keras-adam; 0 for none.
    pub weight_decay: f64,
    /// Gradients are scaled down to this global norm; 0 for never.
    pub grad_clip: f64,
    /// Every random choice follows from this number.
    pub seed: u64,
    /// `auto`, `gpu`, `cpu`, `software` or `ndarray`.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// The next character at every position of contiguous streams; the state is carried over.
    Every,
    /// The one character after each window; every window starts from a zero state.
    Last,
}

/// What to do when the loss is not a finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnNonfinite {
    /// Keep the last good network and end.
    Stop,
    /// Go back to the last checkpoint and on with half the learning rate, three times at most.
    Rollback,
}

/// How gradients become updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptimizerKind {
    /// Adam as in the paper and in PyTorch.
    Adam,
    /// Adam with decoupled weight decay, as in PyTorch.
    #[serde(rename = "adamw")]
    AdamW,
    /// Adam as in Keras and TensorFlow, which place ε elsewhere and decouple weight decay.
    KerasAdam,
    /// `RMSProp` as in PyTorch.
    #[serde(rename = "rmsprop")]
    RmsProp,
    /// Stochastic gradient descent, with momentum if asked for.
    Sgd,
}

/// How the learning rate changes after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// `[eval]`: how the network is measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvalConfig {
    /// Steps between evaluations on the whole held-out text; 0 for the end of each epoch.
    pub every_steps: u64,
}

/// `[sample]`: how the network writes, during training and in `charnn generate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SampleConfig {
    /// Steps between samples; 0 for the end of each epoch.
    pub every_steps: u64,
    /// What the text starts with; empty for a line break, or the vocabulary's first character.
    pub prompt: String,
    /// Characters to write after the prompt.
    pub length: usize,
    /// Below 1 plays safe, above 1 takes risks; 0 always takes the most likely character.
    pub temperature: f64,
    /// Choose among this many most likely characters; 0 for all.
    pub top_k: usize,
    /// Choose among the most likely characters that together have this probability; 1 for all.
    pub top_p: f64,
    /// Read the last this many characters again for every new one, from a zero state; 0 carries
    /// the state instead.
    pub window: usize,
}

impl Default for SampleConfig {
    fn default() -> Self {
        Self {
            every_steps: 0,
            prompt: String::new(),
            length: 300,
            temperature: 0.7,
            top_k: 0,
            top_p: 1.0,
            window: 0,
        }
    }
}

impl SampleConfig {
    /// The part that chooses characters.
    ///
    /// U+FFFD is never written: it stands for damage and for what `vocabulary` leaves out.
    pub fn sampling(&self, vocabulary: &Vocabulary) -> Sampling {
        let never = vocabulary.id(Vocabulary::UNKNOWN);
        Sampling { temperature: self.temperature, top_k: self.top_k, top_p: self.top_p, never }
    }
}

/// `[checkpoint]`: how often the run is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckpointConfig {
    /// Time or steps between checkpoints, such as `"2m"` or `"500 steps"`; empty for none but the
    /// best and the last.
    pub every: String,
    /// How many of the newest are kept; the best one is kept besides.
    pub keep_last: usize,
}

impl Default for CheckpointConfig {
    fn default() -> Self {
        Self { every: "2m".into(), keep_last: 2 }
    }
}

/// `[run]`: where the run is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunDirConfig {
    /// The folder of all runs, relative to the working directory.
    pub root: String,
    /// The run's name; empty for the configuration's name with date and time.
    pub name: String,
}

impl Default for RunDirConfig {
    fn default() -> Self {
        Self { root: "runs".into(), name: String::new() }
    }
}
