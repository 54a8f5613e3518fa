//! Cross-entropy as a sum and a count, so that means over any number of batches are exact.

use crate::{CharLm, ModelState};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor, TensorData};
use charnn_data::{Batch, IGNORE};
use std::ops::AddAssign;

/// A sum of natural-log cross-entropies with the number of characters it is over.
///
/// Batches are added, sum to sum and count to count; a mean of means would weigh short batches
/// too much.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Nats {
    /// Sum over characters of −ln p(character).
    pub sum: f64,
    /// How many characters.
    pub characters: u64,
}

impl Nats {
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

impl AddAssign for Nats {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.characters += other.characters;
    }
}

impl CharLm {
    /// The summed cross-entropy of a batch in nats, with the state after it.
    ///
    /// A batch with one target a lane asks for the character after the last step only; the head
    /// then runs on the last hidden state alone.
    ///
    /// # Shapes
    /// `state` of `B` lanes → `[1]`, state of `B` lanes.
    pub fn loss(&self, batch: &Batch, state: ModelState) -> (Tensor<1>, ModelState) {
        let ids = TensorData::new(batch.inputs.clone(), [batch.steps, batch.lanes]);
        let ids = Tensor::<2, Int>::from_data(ids, &self.device()); // [T, B]
        let (logits, state) = if batch.targets.len() == batch.lanes {
            self.predict(ids, state) // [B, V]
        } else {
            let (hidden, state) = self.forward(ids, state); // [T, B, H]
            (self.logits(hidden.flatten(0, 1)), state) // [T·B, V]
        };
        (cross_entropy_sum(logits, batch), state)
    }
}

/// The summed cross-entropy of `logits` with the targets of `batch`, in nats; ignored targets
/// add nothing. Divide by [`Batch::predicted`] for the mean.
///
/// # Shapes
/// `logits` `[N, V]`, with `N` targets in the batch → `[1]`.
///
/// # Source
/// Keras' `sparse_categorical_crossentropy(from_logits=True)` and PyTorch's `cross_entropy` with
/// `reduction="sum"`.
pub fn cross_entropy_sum(logits: Tensor<2>, batch: &Batch) -> Tensor<1> {
    let [rows, _] = logits.dims();
    assert_eq!(rows, batch.targets.len(), "one row of logits a target");
    let device = logits.device();
    let padded = batch.targets.contains(&IGNORE);
    let ids: Vec<i32> = batch.targets.iter().map(|&id| id.max(0)).collect();
    let ids = Tensor::<1, Int>::from_data(&ids[..], &device).unsqueeze_dim::<2>(1); // [N, 1]
    let chosen = log_softmax(logits, 1).gather(1, ids).squeeze_dim::<1>(1); // [N]
    if !padded {
        return -chosen.sum(); // [1]
    }
    let counts: Vec<f32> =
        batch.targets.iter().map(|&id| if id == IGNORE { 0.0 } else { 1.0 }).collect();
    -(chosen * Tensor::<1>::from_floats(&counts[..], &device)).sum() // [1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_add_to_sums_and_counts_to_counts() {
        let mut total = Nats { sum: 3.0, characters: 1 };
        total += Nats { sum: 1.0, characters: 3 };
        assert!((total.mean() - 1.0).abs() < 1e-12);
        assert!((total.bits_per_character() - 1.0 / std::f64::consts::LN_2).abs() < 1e-12);
        assert!((total.perplexity() - std::f64::consts::E).abs() < 1e-12);
    }
}
