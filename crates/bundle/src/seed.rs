//! All randomness is a function of (seed, purpose, index). No generator state has to be saved, so a run can
//! be resumed anywhere, and evaluation cannot disturb training.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// The one number that every random choice of a run follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub u64);

/// What random numbers are drawn for. Two purposes never share a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Initial weights; the index is the place of the tensor in the network.
    Weights = 1,
    /// The order of windows; the index is the epoch.
    Shuffle = 2,
    /// Sampled text; the index tells samples of one run apart.
    Sample = 3,
    /// Masks of dropout; the index is the number of the batch.
    Dropout = 4,
    /// The points of a random search; the index is the number of the point.
    Sweep = 5,
    /// The order of records.
    Split = 6,
}

impl Seed {
    /// The generator for the `index`-th use of `purpose`.
    pub fn rng(self, purpose: Purpose, index: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.0);
        rng.set_stream((purpose as u64) << 56 | index);
        rng
    }

    /// The `place`-th number of that generator: a key for what is hashed and not drawn.
    pub fn key(self, purpose: Purpose, index: u64, place: u64) -> u64 {
        let mut rng = self.rng(purpose, index);
        rng.set_word_pos(2 * u128::from(place)); // a number is two words
        rng.next_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_purpose_and_index_each_change_the_sequence() {
        let draw = |seed, purpose, index| Seed(seed).rng(purpose, index).next_u64();
        let first = draw(1, Purpose::Shuffle, 0);
        assert_eq!(first, draw(1, Purpose::Shuffle, 0));
        assert_ne!(first, draw(2, Purpose::Shuffle, 0));
        assert_ne!(first, draw(1, Purpose::Weights, 0));
        assert_ne!(first, draw(1, Purpose::Shuffle, 1));
    }

    #[test]
    fn keys_are_the_numbers_of_the_sequence() {
        let mut rng = Seed(5).rng(Purpose::Dropout, 9);
        for place in 0..40 {
            assert_eq!(Seed(5).key(Purpose::Dropout, 9, place), rng.next_u64());
        }
    }
}
