//! The three recurrent cells and the order of their gates.

use std::fmt;

/// A recurrent cell.
///
/// Kernels hold the gates side by side, `[.., G·H]`, in Keras' order:
///
/// | cell | gates | source |
/// |---|---|---|
/// | `Rnn` | (the candidate alone, tanh) | Elman 1990; Keras `SimpleRNN` |
/// | `Gru` | z update, r reset, n candidate | Cho et al. 2014; Keras `GRU(reset_after=True)`, cuDNN |
/// | `Lstm` | i input, f forget, g candidate, o output | Hochreiter and Schmidhuber 1997 with forget gates; Keras `LSTM` |
///
/// PyTorch stores the gates of a GRU as r, z, n; the other two agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Plain tanh network.
    Rnn,
    /// Gated recurrent unit, the reset gate applied after the recurrent product.
    Gru,
    /// Long short-term memory.
    Lstm,
}

impl Cell {
    /// Every cell, for tests and listings.
    pub const ALL: [Self; 3] = [Self::Rnn, Self::Gru, Self::Lstm];

    /// How many gates share a kernel: `G`.
    pub fn gates(self) -> usize {
        match self {
            Self::Rnn => 1,
            Self::Gru => 3,
            Self::Lstm => 4,
        }
    }

    /// Whether the recurrent product has a bias of its own, because a gate multiplies it before
    /// it meets the input's: the GRU alone.
    pub fn has_recurrent_bias(self) -> bool {
        self == Self::Gru
    }

    /// Whether a cell state is carried beside the hidden state: the LSTM alone.
    pub fn has_cell_state(self) -> bool {
        self == Self::Lstm
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Rnn => "rnn",
            Self::Gru => "gru",
            Self::Lstm => "lstm",
        })
    }
}
