//! Cross-entropy as a sum and a count, so that means over any number of batches are exact.

use crate::{CharLm, Dropout, ModelState};
use burn::tensor::{Int, Tensor, TensorData};
use charnn_data::Batch;
use charnn_kernels::head::cross_entropy;
use std::ops::AddAssign;

/// A sum of natural-log cross-entropies with the number of characters it is over.
///
/// Batches are added, sum to sum and count to count; a mean of means would weigh short batches
/// too much.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Loss {
    /// Sum over characters of −ln p(character).
    pub sum: f64,
    /// How many characters.
    pub characters: u64,
}

impl Loss {
    /// Nats per character; NaN when nothing was counted.
    pub fn mean(self) -> f64 {
        self.sum / self.characters as f64
    }

    /// Bits per character.
    pub fn bits_per_character(self) -> f64 {
        self.mean() / std::f64::consts::LN_2
    }

    /// e to the nats per character: among how many equally likely characters the network chooses.
    pub fn perplexity(self) -> f64 {
        self.mean().exp()
    }
}

impl AddAssign for Loss {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.characters += other.characters;
    }
}

impl CharLm {
    /// The summed cross-entropy of a batch in nats, with the state after it.
    ///
    /// A batch with one target a lane asks for the character after the last step only; the head
    /// then runs on the last hidden state alone. Targets that are [`charnn_data::IGNORE`] add nothing.
    /// Where a document begins inside the batch, its lane starts from a state of zeros.
    ///
    /// # Shapes
    /// `state` of `B` lanes → `[1]`, state of `B` lanes.
    pub fn loss(&self, batch: &Batch, state: ModelState) -> (Tensor<1>, ModelState) {
        self.training_loss(batch, state, &Dropout::OFF)
    }

    /// [`CharLm::loss`] of what `dropout` leaves of the network.
    ///
    /// # Shapes
    /// `state` of `B` lanes → `[1]`, state of `B` lanes.
    pub fn training_loss(
        &self,
        batch: &Batch,
        state: ModelState,
        dropout: &Dropout,
    ) -> (Tensor<1>, ModelState) {
        let ids = TensorData::new(batch.inputs.clone(), [batch.steps, batch.lanes]);
        let ids = Tensor::<2, Int>::from_data(ids, &self.device()); // [T, B]
        let targets = TensorData::new(batch.targets.clone(), [batch.targets.len()]);
        let targets = Tensor::<1, Int>::from_data(targets, &self.device()); // [N]
        let (output, state) = if batch.targets.len() == batch.lanes {
            self.last_output(ids, state, dropout, &batch.borders) // [B, H]
        } else {
            let (hidden, state) = self.hidden(ids, state, dropout, &batch.borders); // [T, B, H]
            (self.top_output(hidden, dropout).flatten(0, 1), state) // [T·B, H]
        };
        let (kernel, bias) = (self.head_kernel(), self.head.bias.val());
        (cross_entropy(output, kernel, bias, targets), state) // [1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_add_to_sums_and_counts_to_counts() {
        let mut total = Loss { sum: 3.0, characters: 1 };
        total += Loss { sum: 1.0, characters: 3 };
        assert!((total.mean() - 1.0).abs() < 1e-12);
        assert!((total.bits_per_character() - 1.0 / std::f64::consts::LN_2).abs() < 1e-12);
        assert!((total.perplexity() - std::f64::consts::E).abs() < 1e-12);
    }
}
