//! What reads symbols and scores the next ones: an [`Engine`], or another implementation of a network.

use crate::Engine;
use charnn_cpu::PackedState;
use std::convert::Infallible;

/// A network with the state of some texts, one a row.
pub trait Reader: Send {
    /// Why reading may fail.
    type Error: Send;

    /// How many texts are read side by side.
    fn rows(&self) -> usize;

    /// Reads `ids` `[T, rows]`. Returns the logits of every row's next symbol, `[rows, V]`.
    ///
    /// # Errors
    /// When the device fails.
    fn read(&mut self, ids: &[u16]) -> Result<&[f32], Self::Error>;

    /// Reads the same `ids` in every row. All rows must be equal before.
    ///
    /// # Errors
    /// When the device fails.
    fn read_same(&mut self, ids: &[u16]) -> Result<(), Self::Error> {
        let rows = self.rows();
        let ids: Vec<u16> = ids.iter().flat_map(|&id| std::iter::repeat_n(id, rows)).collect();
        self.read(&ids).map(drop)
    }

    /// Returns to the state before the first symbol.
    fn reset(&mut self);
}

/// Texts that an [`Engine`] reads side by side, on the thread of the caller.
#[derive(Debug, Clone)]
pub struct Rows {
    engine: Engine,
    state: PackedState,
}

impl Rows {
    /// `rows` texts before their first symbol.
    pub fn new(engine: &Engine, rows: usize) -> Self {
        Self { engine: engine.clone(), state: engine.start_rows(rows) }
    }

    /// `rows` texts with this state.
    pub(crate) fn from(engine: &Engine, state: PackedState, rows: usize) -> Self {
        Self { engine: engine.clone(), state: state.repeated(rows) }
    }
}

impl Reader for Rows {
    type Error = Infallible;

    fn rows(&self) -> usize {
        self.state.rows()
    }

    fn read(&mut self, ids: &[u16]) -> Result<&[f32], Infallible> {
        let network = self.engine.network();
        for ids in ids.chunks_exact(self.state.rows()) {
            network.read(&mut self.state, ids);
        }
        Ok(network.logits(&mut self.state))
    }

    /// Reads in one row and copies its state.
    fn read_same(&mut self, ids: &[u16]) -> Result<(), Infallible> {
        let network = self.engine.network();
        let rows = self.state.rows();
        let mut state = self.state.first_row();
        for id in ids {
            network.read(&mut state, std::slice::from_ref(id));
        }
        self.state = state.repeated(rows);
        Ok(())
    }

    fn reset(&mut self) {
        self.state = self.engine.start_rows(self.state.rows());
    }
}
