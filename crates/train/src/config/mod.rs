//! What a run is told: one struct a table of the TOML file, every key with its default.
//!
//! These structs are the only list of keys. A field's comment is what `charnn config explain` says
//! of its key, its attributes are the range that is checked, and `x-resume` marks what a run that
//! goes on may change: [`keys`] reads all of it. Whether values make sense together is for
//! [`rules`].

mod aliases;
mod error;
mod first;
mod idle;
pub(crate) mod keys;
mod learned;
mod listing;
mod meant;
mod nearest;
mod problem;
mod rules;
mod setting;
mod settings;
mod slips;
mod toml_text;
mod train;
mod version;

pub use error::ConfigError;
pub use first::{DECIDED, Preset, first_config};
pub use idle::idle;
pub use keys::Key;
pub use listing::{commented, explain, schema_text, show};
pub use problem::{Place, Problem};
pub(crate) use rules::check_values;
pub use settings::Settings;
pub use train::{Objective, OnNonfinite, OptimizerKind, Schedule, TrainConfig};
pub use version::ConfigVersion;

use charnn_data::VocabularyLimits;
use charnn_infer::Sampling;
use charnn_model::ModelConfig;
use charnn_text::{Encoding, Normalization, OnMalformed, ReadOptions, Whitespace};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A configuration of charnn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "charnn")]
pub struct RunConfig {
    /// The version of the form of a file, on its first line: 1.
    #[schemars(with = "u32", range(min = 1, max = 1))]
    pub config_version: ConfigVersion,
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

impl RunConfig {
    /// Reads a whole configuration file, whatever its bytes are, and checks it.
    ///
    /// # Errors
    /// Lists everything that is wrong with it.
    pub fn from_toml(bytes: &[u8]) -> Result<Self, ConfigError> {
        Settings::parse("config", "config.toml", bytes, Path::new(""))?.resolve()
    }
}

/// `[data]`: the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// A file, a folder or a pattern such as `texts/*.txt` or `texts/{one,two}.txt`, relative to the
    /// configuration file, or `builtin:tales` or `builtin:tales-zh`.
    #[schemars(extend("x-resume" = true))]
    pub path: String,
    /// The text's encoding, such as `gb18030`; `auto` finds it out.
    #[serde(with = "charnn_text::encoding::auto")]
    #[schemars(with = "String")]
    pub encoding: Option<Encoding>,
    /// What becomes of bytes that begin no character.
    pub on_malformed: OnMalformed,
    /// The most bytes that are read, after `.gz` is unpacked.
    pub max_bytes: u64,
    /// A text of more bytes is not held in memory, but kept as ids in a file under `run.root`.
    #[schemars(extend("x-resume" = true))]
    pub in_memory_bytes: u64,
    /// Which of several spellings of the same character is used (Unicode normalisation).
    pub normalize: Normalization,
    /// What becomes of runs of white space.
    pub whitespace: Whitespace,
    /// Characters that occur less often are unknown to the network.
    pub min_count: u64,
    /// The most characters the network knows, the frequent ones; 0 for all.
    #[schemars(range(max = 65_536))]
    pub max_vocab: usize,
    /// Share of the text, at its end, that is held out for validation; 0 trains on everything.
    #[schemars(range(min = 0.0, max = 0.9))]
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

    /// From now on the text is to be read so.
    pub fn read_by(&mut self, options: &ReadOptions) {
        let ReadOptions { encoding, on_malformed, max_bytes, normalize, whitespace } = *options;
        (self.encoding, self.on_malformed, self.max_bytes) = (encoding, on_malformed, max_bytes);
        (self.normalize, self.whitespace) = (normalize, whitespace);
    }

    /// Which of its characters the network knows.
    pub fn limits(&self) -> VocabularyLimits {
        VocabularyLimits { min_count: self.min_count, max_vocab: self.max_vocab }
    }
}

/// `[eval]`: how the network is measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EvalConfig {
    /// Steps between evaluations on the whole held-out text; 0 for the end of each epoch.
    pub every_steps: u64,
}

/// `[sample]`: how the network writes, during training and in `charnn generate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-resume" = true))]
pub struct SampleConfig {
    /// Steps between samples; 0 for the end of each epoch.
    pub every_steps: u64,
    /// What the text starts with; empty for a line break, or the vocabulary's first character.
    pub prompt: String,
    /// Characters to write after the prompt.
    #[schemars(range(max = 10_000_000))]
    pub length: usize,
    /// Below 1 plays safe, above 1 takes risks; 0 always takes the most likely character.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub temperature: f64,
    /// Choose among this many most likely characters; 0 for all.
    pub top_k: usize,
    /// Choose among the most likely characters that together have this probability; 1 for all.
    #[schemars(extend("exclusiveMinimum" = 0.0), range(max = 1.0))]
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
    /// How characters are chosen.
    pub fn sampling(&self) -> Sampling {
        Sampling { temperature: self.temperature, top_k: self.top_k, top_p: self.top_p }
    }
}

/// `[checkpoint]`: how often the run is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-resume" = true))]
pub struct CheckpointConfig {
    /// Time or steps between checkpoints, such as `"2m"` or `"500 steps"`; empty for none before the
    /// end, when the best network and the last are saved.
    pub every: String,
    /// How many of the newest are kept; the best one is kept besides.
    #[schemars(range(min = 1))]
    pub keep_last: usize,
}

impl Default for CheckpointConfig {
    fn default() -> Self {
        Self { every: "2m".into(), keep_last: 2 }
    }
}

/// `[run]`: where the run is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RunDirConfig {
    /// The folder of all runs, relative to the configuration file; where nobody names one, `runs` in
    /// the working directory.
    pub root: String,
    /// The run's name; empty for the configuration's name with date and time.
    pub name: String,
}

impl Default for RunDirConfig {
    fn default() -> Self {
        Self { root: "runs".into(), name: String::new() }
    }
}
