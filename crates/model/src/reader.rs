//! The network on a device as a reader of texts.

use crate::loss::assert_ids;
use crate::{CharLm, ModelState};
use burn::tensor::{Int, Tensor, TensorData};
use charnn_infer::Reader;
use charnn_kernels::DeviceFault;

/// Texts that a network reads on the device of its weights, all in one batch.
///
/// A device may sum batches of another size in another order, and then the texts may differ.
#[derive(Debug, Clone)]
pub struct DeviceReader<'a> {
    model: &'a CharLm,
    state: ModelState,
    rows: usize,
    logits: Vec<f32>,
}

impl<'a> DeviceReader<'a> {
    /// `rows` texts before their first symbol.
    pub fn new(model: &'a CharLm, rows: usize) -> Self {
        Self { model, state: start(model, rows), rows, logits: Vec::new() }
    }
}

impl Reader for DeviceReader<'_> {
    type Error = DeviceFault;

    fn rows(&self) -> usize {
        self.rows
    }

    fn read(&mut self, ids: &[u16]) -> Result<&[f32], DeviceFault> {
        let steps = ids.len() / self.rows;
        let ids: Vec<i32> = ids.iter().map(|&id| i32::from(id)).collect();
        assert_ids(&ids, self.model.vocabulary_size());
        let ids = TensorData::new(ids, [steps, self.rows]);
        let ids = Tensor::<2, Int>::from_data(ids, &self.model.device()); // [T, B]
        let (logits, after) = self.model.predict(ids, self.state.clone());
        self.state = after;
        let data = logits.flatten::<1>(0, 1).try_into_data().map_err(DeviceFault::new)?; // [B·V]
        self.logits = data.try_into_vec().expect("logits are f32");
        Ok(&self.logits)
    }

    fn reset(&mut self) {
        self.state = start(self.model, self.rows);
    }
}

fn start(model: &CharLm, rows: usize) -> ModelState {
    ModelState::zeros(model.architecture(), rows, &model.device())
}
