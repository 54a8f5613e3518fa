//! One time step of some batch rows, forward.

use crate::Cell;
use crate::linear::panels::Panels;
use crate::linear::product::{Rows, product};
use crate::recurrence::cells::{gru, lstm, min_gru, rnn};
use pulp::Simd;

/// The input's share of the pre-activations.
#[derive(Clone, Copy)]
pub enum Pre<'a> {
    /// Rows of a table.
    Table {
        /// `[V, G·H]`.
        table: &'a [f32],
        /// The row of each position, `[T, B]`.
        ids: &'a [usize],
    },
    /// `[T, B, G·H]`.
    Dense(&'a [f32]),
}

impl<'a> Pre<'a> {
    /// The row of a position in `[T, B]`, `[G·H]`.
    #[inline(always)]
    pub(crate) fn row(self, position: usize, width: usize) -> &'a [f32] {
        match self {
            Self::Table { table, ids } => &table[ids[position] * width..][..width],
            Self::Dense(rows) => &rows[position * width..][..width],
        }
    }
}

/// What a step reads and fills.
pub(crate) struct Step<'a> {
    pub(crate) cell: Cell,
    pub(crate) units: usize,
    /// The recurrent kernel.
    pub(crate) panels: &'a Panels,
    /// The recurrent product's, `[G·H]`; empty unless in a GRU.
    pub(crate) bias: &'a [f32],
    pub(crate) pre: Pre<'a>,
    /// Of the first row, in `[T, B]`.
    pub(crate) first_position: usize,
    /// States before, `[rows, H]`; the second one empty unless in an LSTM.
    pub(crate) before: [&'a [f32]; 2],
    /// The same, to be filled.
    pub(crate) after: [&'a mut [f32]; 2],
    /// To be filled with what the pass backward needs, `[rows, 4·H]`.
    pub(crate) gates: Option<&'a mut [f32]>,
}

impl Step<'_> {
    #[inline(always)]
    pub(crate) fn run<S: Simd>(self, simd: S, spare: &mut Vec<f32>) {
        let Self { units, panels, bias, pre, first_position, gates, .. } = self;
        let [before, cell_state_before] = self.before;
        let [hidden, cell_state] = self.after;
        let depth = if self.cell.has_recurrent_kernel() { units } else { 0 };
        let rows = Rows { values: before, stride: units, count: before.len() / units, depth };
        match self.cell {
            Cell::Rnn => {
                let mut cell = rnn::Forward { units, pre, first_position, hidden };
                product(simd, rows, panels, spare, &mut cell);
            }
            Cell::Gru => {
                let mut cell =
                    gru::Forward { units, pre, first_position, bias, before, hidden, gates };
                product(simd, rows, panels, spare, &mut cell);
            }
            Cell::Lstm => {
                let before = cell_state_before;
                let mut cell =
                    lstm::Forward { units, pre, first_position, before, cell_state, hidden, gates };
                product(simd, rows, panels, spare, &mut cell);
            }
            Cell::MinGru => {
                let mut cell =
                    min_gru::Forward { units, pre, first_position, before, hidden, gates };
                product(simd, rows, panels, spare, &mut cell);
            }
        }
    }
}
