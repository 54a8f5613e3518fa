//! The configuration as structs: one struct per table, one field per key.
//!
//! A field declares everything about its key. The doc comment is the English description, `x-zh` the
//! Chinese one, the other attributes are the allowed range, and `x-resume` marks keys that a resumed
//! run may change. [`crate::keys`] reads all of it through the JSON Schema.

mod data;
mod model;
mod train;
pub(crate) mod version;

pub use data::{DataConfig, SplitKind};
pub use model::{DropoutKind, ModelConfig, OutputBias};
pub use train::{OnNonfinite, OptimizerKind, Predict, Schedule, TrainConfig};
pub use version::ConfigVersion;

use crate::values::Interval;
use charnn_bundle::Seed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A complete configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "charnn")]
pub struct RunConfig {
    /// The format version of the file, on its first line: 2. Newer versions are rejected.
    #[schemars(with = "u32", range(min = 1, max = 2))]
    #[schemars(extend("x-zh" = "文件的格式版本，写在第一行：2。更新的版本会被拒绝。"))]
    pub config_version: ConfigVersion,
    /// The text and how to read it.
    #[schemars(extend("x-zh" = "训练文本及其读取方式。"))]
    pub data: DataConfig,
    /// The network.
    #[schemars(extend("x-zh" = "网络结构。"))]
    pub model: ModelConfig,
    /// Training.
    #[schemars(extend("x-zh" = "训练过程。"))]
    pub train: TrainConfig,
    /// Evaluation on the validation set.
    #[schemars(extend("x-zh" = "在验证集上的评估。"))]
    pub eval: EvalConfig,
    /// Text generation, during training and afterwards.
    #[schemars(extend("x-zh" = "文本生成：训练期间的示例以及之后的生成。"))]
    pub sample: SampleConfig,
    /// Checkpoints.
    #[schemars(extend("x-zh" = "检查点。"))]
    pub checkpoint: CheckpointConfig,
    /// Records for other programs.
    #[schemars(extend("x-zh" = "供其他程序使用的记录。"))]
    pub log: LogConfig,
    /// The run folder.
    #[schemars(extend("x-zh" = "训练记录所在的文件夹。"))]
    pub run: RunDirConfig,
}

impl RunConfig {
    /// The seed of the order of records; `None` keeps the order of the text.
    pub fn record_order(&self) -> Option<Seed> {
        (self.data.split == SplitKind::Records).then_some(Seed(self.train.seed))
    }
}

/// `[eval]`: evaluation on the validation set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EvalConfig {
    /// Steps between evaluations on the whole validation set; 0 evaluates at the end of each epoch.
    #[schemars(extend("x-zh" = "每隔多少步在整个验证集上评估一次；0 表示每轮结束时评估。"))]
    pub every_steps: u64,
}

/// `[log]`: records for other programs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-resume" = true))]
pub struct LogConfig {
    /// Whether to write event files for TensorBoard, into the folder `tensorboard` of the run.
    #[schemars(extend("x-zh" = "是否为 TensorBoard 写事件文件（保存在训练记录的 tensorboard 文件夹中）。"))]
    pub tensorboard: bool,
}

/// `[sample]`: text generation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-resume" = true))]
pub struct SampleConfig {
    /// Steps between samples; 0 generates one at the end of each epoch.
    #[schemars(extend("x-zh" = "每隔多少步生成一段示例；0 表示每轮结束时生成。"))]
    pub every_steps: u64,
    /// How the text starts. If empty or short, the network first reads a passage of the training text,
    /// which is not shown.
    #[schemars(extend("x-zh" = "文本的开头。留空或很短时，网络先读一段训练文本（不输出），再开始生成。"))]
    pub prompt: String,
    /// Characters to generate after the prompt.
    #[schemars(range(max = 10_000_000))]
    #[schemars(extend("x-zh" = "在开头之后生成多少个字符。"))]
    pub length: usize,
    /// Sampling temperature: lower is more predictable, higher more varied; 0 always takes the
    /// likeliest character.
    #[schemars(range(min = 0.0, max = 100.0))]
    #[schemars(extend("x-zh" = "采样温度：越低越保守，越高越多样；0 表示总是选概率最大的字符。"))]
    pub temperature: f64,
    /// Sample only from this many of the likeliest characters; 0 for all.
    #[schemars(extend("x-zh" = "只在概率最大的这么多个字符中采样；0 表示全部字符。"))]
    pub top_k: usize,
    /// Sample only from the likeliest characters whose probabilities sum to this; 1 for all.
    #[schemars(extend("exclusiveMinimum" = 0.0), range(max = 1.0))]
    #[schemars(extend("x-zh" = "只在累计概率达到此值的高概率字符中采样；1 表示全部字符。"))]
    pub top_p: f64,
    /// Reread this many of the last characters from a zero state for each new one; 0 keeps the hidden
    /// state instead.
    #[schemars(extend("x-zh" = "每生成一个字符，都从零状态重新读取最后这么多个字符；0 表示沿用隐藏状态。"))]
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

/// `[checkpoint]`: how often the run is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-resume" = true))]
pub struct CheckpointConfig {
    /// Time or steps between checkpoints, such as `"2m"` or `"500 steps"`. If empty, only the best and
    /// the last network are saved, at the end.
    #[schemars(extend("x-zh" = "每隔多长时间或多少步保存一次检查点，例如 \"2m\" 或 \"500 steps\"。留空则只在结束时保存最佳和最后的网络。"))]
    pub every: Interval,
    /// How many of the newest checkpoints to keep. The best one is always kept.
    #[schemars(range(min = 1))]
    #[schemars(extend("x-zh" = "保留最新的多少个检查点；最佳检查点总会保留。"))]
    pub keep_last: usize,
}

impl Default for CheckpointConfig {
    fn default() -> Self {
        Self { every: Interval::Time(std::time::Duration::from_mins(2)), keep_last: 2 }
    }
}

/// `[run]`: the run folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RunDirConfig {
    /// The folder of all runs, relative to the configuration file. The default is `runs` in the working
    /// directory.
    #[schemars(extend("x-zh" = "存放所有训练记录的文件夹，相对于配置文件。默认是当前目录下的 runs。"))]
    pub root: String,
    /// The name of the run. If empty, the name of the configuration with date and time.
    #[schemars(extend("x-zh" = "训练记录的名称。留空则使用配置文件名加日期时间。"))]
    pub name: String,
}

impl Default for RunDirConfig {
    fn default() -> Self {
        Self { root: "runs".into(), name: String::new() }
    }
}
