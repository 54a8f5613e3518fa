//! The recurrent cells: their gates, the order of these, and what each cell needs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A recurrent cell.
///
/// Kernels hold the gates side by side, `[.., G·H]`, in Keras' order:
///
/// | cell | gates | source |
/// |---|---|---|
/// | `Rnn` | (the candidate alone, tanh) | Elman 1990; Keras `SimpleRNN` |
/// | `Gru` | z update, r reset, n candidate | Cho et al. 2014; Keras `GRU(reset_after=True)`, cuDNN |
/// | `Lstm` | i input, f forget, g candidate, o output | Hochreiter and Schmidhuber 1997 with forget gates; Keras `LSTM` |
/// | `MinGru` | z update, n candidate | Feng et al. 2024, "Were RNNs All We Needed?", vanilla form |
///
/// PyTorch stores the gates of a GRU as r, z, n; the other two agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cell {
    /// Plain tanh network, Keras' `SimpleRNN`.
    #[schemars(extend("x-zh" = "普通的 tanh 循环网络，即 Keras 的 SimpleRNN。"))]
    Rnn,
    /// Gated recurrent unit; the reset gate acts after the recurrent product.
    #[schemars(extend("x-zh" = "门控循环单元，重置门作用在循环乘积之后。"))]
    Gru,
    /// Long short-term memory.
    #[schemars(extend("x-zh" = "长短期记忆网络。"))]
    Lstm,
    /// Minimal gated recurrent unit, whose gates read the input alone: no recurrent kernel.
    #[schemars(extend("x-zh" = "最小门控循环单元：门只取决于输入，没有循环核。"))]
    MinGru,
}

impl Cell {
    /// Every cell, for tests and listings.
    pub const ALL: [Self; 4] = [Self::Rnn, Self::Gru, Self::Lstm, Self::MinGru];

    /// The gates in the order in which kernels hold them, by their letters in the equations.
    pub fn gate_names(self) -> &'static [&'static str] {
        match self {
            Self::Rnn => &["h"],
            Self::Gru => &["z", "r", "n"],
            Self::Lstm => &["i", "f", "g", "o"],
            Self::MinGru => &["z", "n"],
        }
    }

    /// How many gates share a kernel: `G`.
    pub fn gates(self) -> usize {
        self.gate_names().len()
    }

    /// Whether a kernel leads from the hidden state to the gates. Without one, the state before acts
    /// unit by unit.
    pub fn has_recurrent_kernel(self) -> bool {
        self != Self::MinGru
    }

    /// Whether the recurrent product has a bias of its own. Only the GRU needs one, because its reset
    /// gate multiplies that product before it is added to the input's.
    pub fn has_recurrent_bias(self) -> bool {
        self == Self::Gru
    }

    /// Whether the state has a cell state `c` beside the hidden state `h`. Only the LSTM's has.
    pub fn has_cell_state(self) -> bool {
        self == Self::Lstm
    }

    /// The word for it in configurations and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rnn => "rnn",
            Self::Gru => "gru",
            Self::Lstm => "lstm",
            Self::MinGru => "mingru",
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Cell {
    type Err = UnknownCell;

    fn from_str(name: &str) -> Result<Self, UnknownCell> {
        Self::ALL.into_iter().find(|cell| cell.name() == name).ok_or(UnknownCell)
    }
}

/// A name that no [`Cell`] has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cell: choose rnn, gru, lstm or mingru")]
pub struct UnknownCell;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn the_name_of_a_cell_is_its_word_in_files() {
        for cell in Cell::ALL {
            assert_eq!(serde_json::to_value(cell).unwrap(), cell.name());
            assert_eq!(cell.name().parse(), Ok(cell));
        }
        assert_eq!("GRU".parse::<Cell>(), Err(UnknownCell));
    }
}
