//! The sizes of a pass.

use crate::Cell;

/// Sizes of a pass: `T`, `B` and `H`.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Its equations.
    pub cell: Cell,
    /// Time steps: `T`.
    pub steps: usize,
    /// Rows of the batch: `B`.
    pub batch_size: usize,
    /// Hidden units: `H`.
    pub units: usize,
}

impl Sizes {
    /// `T·B`.
    pub fn positions(self) -> usize {
        self.steps * self.batch_size
    }

    /// `G·H`.
    pub fn width(self) -> usize {
        self.cell.gates() * self.units
    }

    /// Numbers per position that the forward pass keeps for the backward pass: see
    /// [`crate::recurrence::forward::States::gates`].
    pub fn kept(self) -> usize {
        match self.cell {
            Cell::Rnn => 0,
            Cell::Gru | Cell::Lstm => 4 * self.units,
            Cell::MinGru => 2 * self.units,
        }
    }

    /// Depth of the recurrent product: `H`, or 0 where the cell has none.
    pub fn depth(self) -> usize {
        if self.cell.has_recurrent_kernel() { self.units } else { 0 }
    }

    /// Gradients per position that do not fit where the forward pass kept its numbers: those of an
    /// RNN's pre-activations, and those of a GRU's, which differ from those of its recurrent
    /// product.
    pub fn extra_gradients(self) -> usize {
        match self.cell {
            Cell::Rnn | Cell::Gru => self.width(),
            Cell::Lstm | Cell::MinGru => 0,
        }
    }
}
