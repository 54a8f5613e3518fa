//! What makes a network: the `[model]` table of a configuration.

use charnn_kernels::Cell;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sizes and parts of a [`crate::CharLm`], the vocabulary brings the remaining size, `V`; and what
/// is dropped of it in training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// Which recurrent cell.
    pub cell: CellKind,
    /// `E`: entries of a character's embedding.
    #[schemars(range(min = 1, max = 65_536))]
    pub embedding_size: usize,
    /// `H`: hidden units of each layer.
    #[schemars(range(min = 1, max = 65_536))]
    pub hidden_size: usize,
    /// `L`: recurrent layers, one upon the other.
    #[schemars(range(min = 1, max = 64))]
    pub num_layers: usize,
    /// Whether the head multiplies by the embedding (Press and Wolf 2016), for which `E` = `H`.
    pub tie_embedding: bool,
    /// Whether the output of every recurrent layer is normed (Ba et al. 2016).
    pub layer_norm: bool,
    /// Share of every recurrent layer's output that is dropped in training, before the head too
    /// (Zaremba et al. 2014); 0 for none.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub dropout: f64,
    /// Share of every embedded character that is dropped in training; 0 for none, which keeps the
    /// look-up of the first layer's products.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub embedding_dropout: f64,
    /// How a mask of these two goes on from step to step.
    pub dropout_kind: DropoutKind,
    /// Share of the weights from hidden state to hidden state that is dropped in training, the
    /// same at every step of a batch (Merity et al. 2017); 0 for none.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub recurrent_dropout: f64,
}

/// How a mask of dropout goes on from time step to time step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DropoutKind {
    /// Each step has one of its own.
    Standard,
    /// All steps of a batch have the same (Gal and Ghahramani 2016).
    Locked,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            cell: CellKind::Gru,
            embedding_size: 64,
            hidden_size: 256,
            num_layers: 1,
            tie_embedding: false,
            layer_norm: false,
            dropout: 0.0,
            embedding_dropout: 0.0,
            dropout_kind: DropoutKind::Standard,
            recurrent_dropout: 0.0,
        }
    }
}

/// The name of a cell in a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    /// Plain tanh network, Keras' `SimpleRNN`.
    Rnn,
    /// Gated recurrent unit, reset after the product.
    Gru,
    /// Long short-term memory.
    Lstm,
}

impl From<CellKind> for Cell {
    fn from(kind: CellKind) -> Self {
        match kind {
            CellKind::Rnn => Self::Rnn,
            CellKind::Gru => Self::Gru,
            CellKind::Lstm => Self::Lstm,
        }
    }
}

impl From<Cell> for CellKind {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Rnn => Self::Rnn,
            Cell::Gru => Self::Gru,
            Cell::Lstm => Self::Lstm,
        }
    }
}

impl ModelConfig {
    /// The cell of every layer.
    pub fn cell(&self) -> Cell {
        self.cell.into()
    }

    /// How many numbers the network learns with a vocabulary of `vocabulary_size` characters.
    pub fn parameter_count(&self, vocabulary_size: usize) -> usize {
        let (v, e, h) = (vocabulary_size, self.embedding_size, self.hidden_size);
        let cell = self.cell();
        let width = cell.gates() * h;
        let biases = if cell.has_recurrent_bias() { 2 } else { 1 };
        let norm = if self.layer_norm { 2 * h } else { 0 };
        let layer = |inputs: usize| width * (inputs + h + biases) + norm;
        let head = if self.tie_embedding { v } else { (h + 1) * v };
        v * e + layer(e) + (self.num_layers - 1) * layer(h) + head
    }
}
