//! A shuffled order that does not need to be stored.

use crate::{Purpose, Seed};

/// Rounds of the network; four with good keys leave no pattern (Luby and Rackoff).
const ROUNDS: usize = 4;

/// A permutation of `0..count`, drawn from a seed: a Feistel network, applied again while the result is
/// outside the range.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Permutation {
    count: u64,
    /// Bits of each half of a number.
    half: u32,
    keys: [u64; ROUNDS],
}

impl Permutation {
    /// The order of `epoch`.
    pub(crate) fn new(count: u64, seed: Seed, epoch: u64) -> Self {
        let bits = u64::BITS - count.saturating_sub(1).leading_zeros();
        let key = |round: usize| seed.key(Purpose::Shuffle, epoch, round as u64);
        Self { count, half: bits.div_ceil(2).max(1), keys: std::array::from_fn(key) }
    }

    /// The number at position `place`.
    ///
    /// # Panics
    /// When `place` is not below the count.
    pub(crate) fn at(&self, place: u64) -> u64 {
        assert!(place < self.count, "{place} of {}", self.count);
        // The range is at least a quarter of what the network permutes.
        let mut found = self.network(place);
        while found >= self.count {
            found = self.network(found);
        }
        found
    }

    fn network(&self, number: u64) -> u64 {
        let mask = (1 << self.half) - 1;
        let (mut left, mut right) = (number >> self.half, number & mask);
        for key in self.keys {
            (left, right) = (right, left ^ (mix(right ^ key) & mask));
        }
        left << self.half | right
    }
}

/// A hash of 64 bits (the last steps of `SplitMix64`).
fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everything_comes_once(count in 1_u64..700, seed in any::<u64>(), epoch in 0_u64..9) {
            let order = Permutation::new(count, Seed(seed), epoch);
            let mut all: Vec<u64> = (0..count).map(|place| order.at(place)).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn neighbours_are_scattered_and_epochs_differ() {
        let order = |epoch| Permutation::new(1 << 33, Seed(1), epoch);
        let mean = (0..1000).map(|at| order(0).at(at) as f64).sum::<f64>() / 1000.0;
        assert!((mean / f64::from(2).powi(32) - 1.0).abs() < 0.1, "{mean}");
        assert!((0..100).all(|at| order(0).at(at) != order(1).at(at)));
    }
}
