//! `[model]`: the network.

use charnn_bundle::{Architecture, Cell};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[model]`: the architecture, and dropout in training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// The recurrent cell.
    #[schemars(extend("x-zh" = "循环单元的类型。"))]
    pub cell: Cell,
    /// Embedding dimension: the length of a character's vector.
    #[schemars(range(min = 1, max = 65_536))]
    #[schemars(extend("x-zh" = "嵌入维度：每个字符的向量长度。"))]
    pub embedding_dim: usize,
    /// Hidden size: units in each recurrent layer.
    #[schemars(range(min = 1, max = 65_536))]
    #[schemars(extend("x-zh" = "每个循环层的隐藏单元数。"))]
    pub hidden_size: usize,
    /// Stacked recurrent layers.
    #[schemars(range(min = 1, max = 64))]
    #[schemars(extend("x-zh" = "堆叠的循环层数。"))]
    pub num_layers: usize,
    /// Whether the output layer shares the weights of the embedding (Press and Wolf 2016). Requires
    /// `embedding_dim` equal to `hidden_size`.
    #[schemars(extend("x-zh" = "输出层是否与嵌入层共享权重（Press and Wolf 2016）。要求 embedding_dim 等于 hidden_size。"))]
    pub tie_weights: bool,
    /// Whether to normalize the output of every recurrent layer (layer normalization, Ba et al. 2016).
    #[schemars(extend("x-zh" = "是否对每个循环层的输出做层归一化（Ba et al. 2016）。"))]
    pub layer_norm: bool,
    /// Dropout rate on the output of every recurrent layer, including the last (Zaremba et al. 2014).
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    #[schemars(extend("x-zh" = "每个循环层输出（含最后一层）的 dropout 比例（Zaremba et al. 2014）。"))]
    pub dropout: f64,
    /// Dropout rate on the embedding. 0 is faster: the first layer's products are looked up.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    #[schemars(extend("x-zh" = "嵌入层的 dropout 比例。为 0 时，第一层的乘积可以查表，速度更快。"))]
    pub embedding_dropout: f64,
    /// Whether these two masks change from time step to time step.
    #[schemars(extend("x-zh" = "以上两种 dropout 的掩码是否随时间步变化。"))]
    pub dropout_kind: DropoutKind,
    /// Dropout rate on the recurrent weights, with one mask per batch (Merity et al. 2017).
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    #[schemars(extend("x-zh" = "循环权重的 dropout 比例，每个批次使用同一掩码（Merity et al. 2017）。"))]
    pub recurrent_dropout: f64,
    /// Initial bias of the output layer.
    #[schemars(extend("x-zh" = "输出层偏置的初始值。"))]
    pub output_bias: OutputBias,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            cell: Cell::Gru,
            embedding_dim: 128,
            hidden_size: 256,
            num_layers: 1,
            tie_weights: false,
            layer_norm: false,
            dropout: 0.0,
            embedding_dropout: 0.0,
            dropout_kind: DropoutKind::Standard,
            recurrent_dropout: 0.0,
            output_bias: OutputBias::Unigram,
        }
    }
}

/// The initial bias of the output layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OutputBias {
    /// The logarithm of each character's frequency in the training text, so that the first loss is that of
    /// the unigram model (Karpathy 2019, "A recipe for training neural networks").
    #[schemars(extend("x-zh" = "训练文本中各字符频率的对数，因此初始损失等于单字频率模型的损失（Karpathy 2019）。"))]
    Unigram,
    /// Zeros, as in Keras: the first loss is that of uniform guessing.
    #[schemars(extend("x-zh" = "全零，与 Keras 相同：初始损失等于均匀猜测。"))]
    Zeros,
}

/// Whether a dropout mask changes from time step to time step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DropoutKind {
    /// A new mask at every time step.
    #[schemars(extend("x-zh" = "每个时间步使用新的掩码。"))]
    Standard,
    /// One mask for all time steps of a batch (Gal and Ghahramani 2016).
    #[schemars(extend("x-zh" = "一个批次的所有时间步使用同一掩码（Gal and Ghahramani 2016）。"))]
    Locked,
}

impl ModelConfig {
    /// The network without dropout.
    pub fn architecture(&self) -> Architecture {
        Architecture {
            cell: self.cell,
            embedding_dim: self.embedding_dim,
            hidden_size: self.hidden_size,
            num_layers: self.num_layers,
            tie_weights: self.tie_weights,
            layer_norm: self.layer_norm,
        }
    }

    /// How many numbers the network learns, for a vocabulary of `vocabulary_size` symbols.
    pub fn parameter_count(&self, vocabulary_size: usize) -> usize {
        self.architecture().parameter_count(vocabulary_size)
    }
}
