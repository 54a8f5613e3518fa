//! The settings of a network: the `[model]` table of a configuration.

use charnn_bundle::{Architecture, Cell};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sizes and parts of a [`crate::CharLm`], and its dropout in training. The vocabulary adds the
/// remaining size, `V`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// The recurrent cell.
    pub cell: Cell,
    /// `E`: embedding dimension.
    #[schemars(range(min = 1, max = 65_536))]
    pub embedding_dim: usize,
    /// `H`: hidden units of each layer.
    #[schemars(range(min = 1, max = 65_536))]
    pub hidden_size: usize,
    /// `L`: stacked recurrent layers.
    #[schemars(range(min = 1, max = 64))]
    pub num_layers: usize,
    /// Whether the head multiplies by the embedding (Press and Wolf 2016). Requires `E` = `H`.
    pub tie_weights: bool,
    /// Whether the output of every recurrent layer is normalized (Ba et al. 2016).
    pub layer_norm: bool,
    /// Dropout rate of every recurrent layer's output, including the last (Zaremba et al. 2014); 0 for
    /// none.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub dropout: f64,
    /// Dropout rate of the embedding; 0 for none, which keeps the look-up of the first layer's
    /// products.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub embedding_dropout: f64,
    /// Whether these two masks change from time step to time step.
    pub dropout_kind: DropoutKind,
    /// Dropout rate of the recurrent kernels, with one mask per batch (Merity et al. 2017); 0 for
    /// none.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub recurrent_dropout: f64,
}

/// Whether a dropout mask changes from time step to time step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DropoutKind {
    /// A new mask at every time step.
    Standard,
    /// One mask for all time steps of a batch (Gal and Ghahramani 2016).
    Locked,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            cell: Cell::Gru,
            embedding_dim: 64,
            hidden_size: 256,
            num_layers: 1,
            tie_weights: false,
            layer_norm: false,
            dropout: 0.0,
            embedding_dropout: 0.0,
            dropout_kind: DropoutKind::Standard,
            recurrent_dropout: 0.0,
        }
    }
}

impl From<Architecture> for ModelConfig {
    /// Without dropout.
    fn from(architecture: Architecture) -> Self {
        let Architecture { cell, embedding_dim, hidden_size, num_layers, tie_weights, layer_norm } =
            architecture;
        Self {
            cell,
            embedding_dim,
            hidden_size,
            num_layers,
            tie_weights,
            layer_norm,
            ..Self::default()
        }
    }
}

impl ModelConfig {
    /// The cell of every layer.
    pub fn cell(&self) -> Cell {
        self.cell
    }

    /// The architecture that this describes.
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

    /// The number of parameters with a vocabulary of `vocabulary_size` characters.
    pub fn parameter_count(&self, vocabulary_size: usize) -> usize {
        self.architecture().parameter_count(vocabulary_size)
    }
}
