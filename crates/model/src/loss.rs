//! Cross-entropy as a sum and a count, so that means over any number of batches are exact.

use crate::{CharLm, Dropout, ModelState};
use burn::tensor::{Int, Tensor, TensorData};
use charnn_data::{Batch, IGNORE};
use charnn_kernels::head::cross_entropy;

impl CharLm {
    /// The summed cross-entropy of a batch in nats, with the state after it.
    ///
    /// With one target per batch row, the head runs on the last hidden state alone. Targets equal to
    /// [`charnn_data::IGNORE`] add nothing. Where a document begins inside the batch, its row starts
    /// from a zero state.
    ///
    /// # Shapes
    /// `state` of `B` rows → `[1]`, state of `B` rows.
    ///
    /// # Panics
    /// When an input or a target is not in the vocabulary.
    pub fn loss(&self, batch: &Batch, state: ModelState) -> (Tensor<1>, ModelState) {
        self.training_loss(batch, state, &Dropout::OFF)
    }

    /// [`CharLm::loss`] with `dropout` applied.
    ///
    /// # Shapes
    /// `state` of `B` rows → `[1]`, state of `B` rows.
    ///
    /// # Panics
    /// As [`CharLm::loss`].
    pub fn training_loss(
        &self,
        batch: &Batch,
        state: ModelState,
        dropout: &Dropout,
    ) -> (Tensor<1>, ModelState) {
        let vocabulary_size = self.vocabulary_size();
        assert_ids(&batch.inputs, vocabulary_size);
        let predicted: Vec<i32> =
            batch.targets.iter().copied().filter(|target| *target != IGNORE).collect();
        assert_ids(&predicted, vocabulary_size);
        let ids = TensorData::new(batch.inputs.clone(), [batch.steps, batch.rows]);
        let ids = Tensor::<2, Int>::from_data(ids, &self.device()); // [T, B]
        let targets = TensorData::new(batch.targets.clone(), [batch.targets.len()]);
        let targets = Tensor::<1, Int>::from_data(targets, &self.device()); // [N]
        let (output, state) = if batch.targets.len() == batch.rows {
            self.last_output(ids, state, dropout, &batch.boundaries) // [B, H]
        } else {
            let (hidden, state) = self.hidden(ids, state, dropout, &batch.boundaries); // [T, B, H]
            (self.top_output(hidden, dropout).flatten(0, 1), state) // [T·B, H]
        };
        let (kernel, bias) = (self.head_kernel(), self.head.bias.val());
        (cross_entropy(output, kernel, bias, targets), state) // [1]
    }
}

/// Asserts that ids are in the vocabulary, before they are copied to a device: a GPU cannot panic, and would
/// compute with others.
pub(crate) fn assert_ids(ids: &[i32], vocabulary_size: usize) {
    let inside = |id: &i32| usize::try_from(*id).is_ok_and(|id| id < vocabulary_size);
    if let Some(id) = ids.iter().find(|id| !inside(id)) {
        panic!("id {id} in a vocabulary of {vocabulary_size}");
    }
}
