//! The state of all layers: a value that the caller holds and moves in and out.
//!
//! Evaluation and generation start from a state of their own, so nothing they do can reach the
//! state that training carries.

use crate::ModelConfig;
use burn::tensor::{Device, Tensor};
use charnn_kernels::CellState;

/// One [`CellState`] a layer, lowest first.
#[derive(Debug, Clone)]
pub struct ModelState {
    pub(crate) layers: Vec<CellState>,
}

impl ModelState {
    /// The state before the first character, `lanes` rows.
    pub fn zeros(config: &ModelConfig, lanes: usize, device: &Device) -> Self {
        let zeros = || CellState::zeros(config.cell(), lanes, config.hidden_size, device);
        Self { layers: (0..config.num_layers).map(|_| zeros()).collect() }
    }

    /// Cuts the state off the graph it was computed in, so that the next backward pass ends
    /// here: truncated backpropagation through time.
    #[must_use]
    pub fn detach(self) -> Self {
        self.map(Tensor::detach)
    }

    /// Sets the lanes marked in `resets` to zero.
    #[must_use]
    pub fn reset_lanes(self, resets: &[bool]) -> Self {
        if !resets.contains(&true) {
            return self;
        }
        let keep: Vec<f32> = resets.iter().map(|&reset| if reset { 0.0 } else { 1.0 }).collect();
        let device = self.layers[0].hidden.device();
        let keep = Tensor::<1>::from_floats(&keep[..], &device).unsqueeze_dim::<2>(1); // [B, 1]
        self.map(|tensor| tensor * keep.clone()) // [B, H]
    }

    /// The hidden state of every layer, `[L, B, H]`, for inspection.
    pub fn hidden(&self) -> Tensor<3> {
        Tensor::stack(self.layers.iter().map(|layer| layer.hidden.clone()).collect(), 0)
    }

    /// The cell state of every layer, `[L, B, H]`; `None` unless the cells are LSTMs.
    pub fn cell(&self) -> Option<Tensor<3>> {
        let cells: Option<Vec<_>> = self.layers.iter().map(|layer| layer.cell.clone()).collect();
        cells.map(|cells| Tensor::stack(cells, 0))
    }

    fn map(self, change: impl Fn(Tensor<2>) -> Tensor<2>) -> Self {
        Self { layers: self.layers.into_iter().map(|layer| layer.map(&change)).collect() }
    }
}
