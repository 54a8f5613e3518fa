//! The state of a layer between two time steps: a value that callers move in and out.

use crate::Cell;
use burn::tensor::{Device, Tensor};

/// The state of one layer for every row of a batch.
#[derive(Debug, Clone)]
pub struct CellState {
    /// Hidden state, `[B, H]`.
    pub hidden: Tensor<2>,
    /// Cell state of an LSTM, `[B, H]`.
    pub cell: Option<Tensor<2>>,
}

impl CellState {
    /// The state before the first character: zeros.
    pub fn zeros(cell: Cell, batch_size: usize, hidden_size: usize, device: &Device) -> Self {
        let zeros = || Tensor::zeros([batch_size, hidden_size], device); // [B, H]
        Self { hidden: zeros(), cell: cell.has_cell_state().then(zeros) }
    }

    /// Sets the batch rows marked in `resets` to zero.
    #[must_use]
    pub fn reset_rows(self, resets: &[bool]) -> Self {
        if !resets.contains(&true) {
            return self;
        }
        let keep: Vec<f32> = resets.iter().map(|&reset| if reset { 0.0 } else { 1.0 }).collect();
        let device = self.hidden.device();
        let keep = Tensor::<1>::from_floats(&keep[..], &device).unsqueeze_dim::<2>(1); // [B, 1]
        self.map(|tensor| tensor * keep.clone()) // [B, H]
    }

    /// Applies `change` to every tensor of the state, `[B, H]` each.
    #[must_use]
    pub fn map(self, change: impl Fn(Tensor<2>) -> Tensor<2>) -> Self {
        Self { hidden: change(self.hidden), cell: self.cell.map(change) }
    }
}
