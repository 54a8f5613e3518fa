//! The sizes that make a network: the `[model]` table of a configuration.

use charnn_kernels::Cell;
use serde::{Deserialize, Serialize};

/// Sizes of a [`crate::CharLm`]; the vocabulary brings the remaining one, `V`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// Which recurrent cell.
    pub cell: CellKind,
    /// `E`: entries of a character's embedding.
    pub embedding_size: usize,
    /// `H`: hidden units of each layer.
    pub hidden_size: usize,
    /// `L`: recurrent layers, one upon the other.
    pub num_layers: usize,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self { cell: CellKind::Gru, embedding_size: 64, hidden_size: 256, num_layers: 1 }
    }
}

/// The name of a cell in a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
        let layer = |inputs: usize| width * (inputs + h + biases);
        v * e + layer(e) + (self.num_layers - 1) * layer(h) + (h + 1) * v
    }
}
