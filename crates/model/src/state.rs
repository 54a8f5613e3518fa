//! The state of all layers: a value that the caller holds and moves in and out.
//!
//! Evaluation and generation start from a state of their own, so nothing they do can reach the
//! state that training carries.

use crate::{TensorError, host_tensor};
use burn::tensor::{Device, Tensor, TensorData};
use charnn_bundle::{Architecture, HostTensor, TensorError as HostError};
use charnn_kernels::CellState;
use std::collections::BTreeMap;
use std::ops::Range;

/// One [`CellState`] a layer, lowest first.
#[derive(Debug, Clone)]
pub struct ModelState {
    pub(crate) layers: Vec<CellState>,
}

impl ModelState {
    /// The state before the first character, `batch_size` rows.
    pub fn zeros(architecture: Architecture, batch_size: usize, device: &Device) -> Self {
        let Architecture { cell, hidden_size, num_layers, .. } = architecture;
        let zeros = || CellState::zeros(cell, batch_size, hidden_size, device);
        Self { layers: (0..num_layers).map(|_| zeros()).collect() }
    }

    /// Cuts the state off the graph it was computed in, so that the next backward pass ends
    /// here: truncated backpropagation through time.
    #[must_use]
    pub fn detach(self) -> Self {
        self.map(Tensor::detach)
    }

    /// Sets the batch rows marked in `resets` to zero.
    #[must_use]
    pub fn reset_rows(self, resets: &[bool]) -> Self {
        Self { layers: self.layers.into_iter().map(|layer| layer.reset_rows(resets)).collect() }
    }

    /// The number of its batch rows.
    pub fn batch_size(&self) -> usize {
        self.layers.first().map_or(0, |layer| layer.hidden.dims()[0])
    }

    /// The state of some batch rows.
    ///
    /// # Panics
    /// When `rows` ends after the last batch row.
    #[must_use]
    pub fn rows(self, rows: Range<usize>) -> Self {
        self.map(|tensor| tensor.narrow(0, rows.start, rows.len())) // [rows, H]
    }

    /// The state of the batch rows of all `parts` one after the other.
    ///
    /// # Panics
    /// When there are no parts.
    #[must_use]
    pub fn concat(parts: &[Self]) -> Self {
        let layers = parts[0].layers.len();
        let of = |layer: usize| {
            let all = || parts.iter().map(|part| &part.layers[layer]);
            let hidden = all().map(|layer| layer.hidden.clone()).collect();
            let cell: Option<Vec<_>> = all().map(|layer| layer.cell.clone()).collect();
            CellState {
                hidden: Tensor::cat(hidden, 0),                // [B, H]
                cell: cell.map(|cells| Tensor::cat(cells, 0)), // [B, H]
            }
        };
        Self { layers: (0..layers).map(of).collect() }
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

    /// Its tensors, named `0.hidden`, `0.cell`, `1.hidden` and so on, `[B, H]` each.
    ///
    /// # Errors
    /// When the device is lost.
    pub fn to_tensors(&self) -> Result<Vec<HostTensor>, TensorError> {
        let layers = self.layers.iter().enumerate();
        let parts = layers.flat_map(|(index, layer)| {
            let hidden = Some((format!("{index}.hidden"), layer.hidden.clone()));
            let cell = layer.cell.clone().map(|cell| (format!("{index}.cell"), cell));
            hidden.into_iter().chain(cell)
        });
        parts.map(|(name, tensor)| host_tensor(name, tensor)).collect()
    }

    /// The state of `batch_size` rows whose tensors these are.
    ///
    /// # Errors
    /// When they are not those of such a state.
    pub fn from_tensors(
        architecture: Architecture,
        batch_size: usize,
        mut tensors: BTreeMap<String, HostTensor>,
        device: &Device,
    ) -> Result<Self, HostError> {
        let Architecture { cell, hidden_size, num_layers, .. } = architecture;
        let shape = [batch_size, hidden_size];
        let mut take = |name: String| -> Result<Tensor<2>, HostError> {
            let tensor = tensors.remove(&name).ok_or(HostError::Missing(name))?;
            Ok(Tensor::from_data(TensorData::new(tensor.shaped(&shape)?, shape), device)) // [B, H]
        };
        let layers: Result<_, HostError> = (0..num_layers)
            .map(|index| {
                let hidden = take(format!("{index}.hidden"))?;
                let cell = cell.has_cell_state().then(|| take(format!("{index}.cell")));
                Ok(CellState { hidden, cell: cell.transpose()? })
            })
            .collect();
        let layers = layers?;
        match tensors.into_keys().next() {
            Some(name) => Err(HostError::Unknown(name)),
            None => Ok(Self { layers }),
        }
    }

    fn map(self, change: impl Fn(Tensor<2>) -> Tensor<2>) -> Self {
        Self { layers: self.layers.into_iter().map(|layer| layer.map(&change)).collect() }
    }
}
