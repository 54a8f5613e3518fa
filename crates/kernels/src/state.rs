//! The state of a layer between two time steps: a value that callers move in and out.

use crate::Cell;
use burn::tensor::{Device, Tensor};
use std::sync::{Mutex, PoisonError};

/// Shapes whose zeros are kept: of training, evaluation and samples.
const MOST_ZEROS: usize = 8;

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
        let zeros = || zeros([batch_size, hidden_size], device); // [B, H]
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

/// Zeros. Those of a GPU are made once: windows start from them at every step, and a launch costs more than
/// the numbers do.
fn zeros(shape: [usize; 2], device: &Device) -> Tensor<2> {
    static MADE: Mutex<Vec<Tensor<2>>> = Mutex::new(Vec::new());
    if !crate::update::is_fused(device) {
        return Tensor::zeros(shape, device);
    }
    let plain = device.clone().inner();
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let same = |zeros: &&Tensor<2>| zeros.dims() == shape && zeros.device() == plain;
    let zeros = made.iter().find(same).cloned().unwrap_or_else(|| {
        if made.len() == MOST_ZEROS {
            made.remove(0);
        }
        made.push(Tensor::zeros(shape, &plain));
        made[made.len() - 1].clone()
    });
    if device.is_autodiff() { zeros.autodiff() } else { zeros }
}
