//! How large a pass is.

use crate::Cell;

/// Sizes of a pass: `T`, `B` and `H`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) cell: Cell,
    pub(crate) steps: usize,
    pub(crate) lanes: usize,
    pub(crate) units: usize,
}

impl Sizes {
    /// `T·B`.
    pub(crate) fn places(self) -> usize {
        self.steps * self.lanes
    }

    /// `G·H`.
    pub(crate) fn width(self) -> usize {
        self.cell.gates() * self.units
    }

    /// Numbers a place that the pass forward keeps for the pass backward: see
    /// [`crate::fused::Trace::gates`].
    pub(crate) fn kept(self) -> usize {
        match self.cell {
            Cell::Rnn => 0,
            Cell::Gru | Cell::Lstm => 4 * self.units,
        }
    }

    /// Gradients a place that find no room in what was kept: those of an RNN's pre-activations,
    /// and those of a GRU's, which differ from those of its recurrent product.
    pub(crate) fn fresh(self) -> usize {
        match self.cell {
            Cell::Rnn | Cell::Gru => self.width(),
            Cell::Lstm => 0,
        }
    }
}
