//! The classic tutorial form: every window of `T` characters predicts the one after it.
//!
//! Windows start at every character (stride 1) and are shuffled each epoch. They are views
//! into the ids: memory is the corpus and one permutation, never a matrix of windows.

use crate::{Batch, Batches, Purpose, Seed};
use rand::seq::SliceRandom;

/// Shuffled windows with one target each.
#[derive(Debug, Clone)]
pub struct Windows<'a> {
    ids: &'a [u32],
    steps: usize,
    batch_size: usize,
    seed: Seed,
    order: Vec<u32>,
    order_epoch: Option<u64>,
}

impl<'a> Windows<'a> {
    /// The smallest corpus that holds one window of `steps` characters and its target.
    pub fn characters_needed(steps: usize) -> usize {
        steps + 1
    }

    /// Windows of `steps` ids, `batch_size` a batch; the last batch may be smaller, as in Keras.
    ///
    /// # Panics
    /// When `ids` is shorter than [`Windows::characters_needed`] or a size is 0.
    pub fn new(ids: &'a [u32], steps: usize, batch_size: usize, seed: Seed) -> Self {
        assert!(steps > 0 && batch_size > 0, "windows of {steps} × {batch_size}");
        assert!(ids.len() >= Self::characters_needed(steps), "{} ids for {steps}", ids.len());
        Self { ids, steps, batch_size, seed, order: Vec::new(), order_epoch: None }
    }

    fn windows(&self) -> usize {
        self.ids.len() - self.steps
    }

    /// Start positions in the order of `epoch`: a permutation drawn from (seed, epoch).
    fn order(&mut self, epoch: u64) -> &[u32] {
        if self.order_epoch != Some(epoch) {
            let windows = u32::try_from(self.windows()).expect("a corpus has under 2³² characters");
            self.order = (0..windows).collect();
            self.order.shuffle(&mut self.seed.rng(Purpose::Shuffle, epoch));
            self.order_epoch = Some(epoch);
        }
        &self.order
    }
}

impl Batches for Windows<'_> {
    fn per_epoch(&self) -> usize {
        self.windows().div_ceil(self.batch_size)
    }

    fn batch(&mut self, epoch: u64, index: usize) -> Batch {
        assert!(index < self.per_epoch(), "batch {index} of {}", self.per_epoch());
        let first = index * self.batch_size;
        let last = (first + self.batch_size).min(self.windows());
        let (ids, steps) = (self.ids, self.steps);
        let starts = &self.order(epoch)[first..last];
        let id = |position: usize| ids[position].cast_signed();
        Batch {
            steps,
            lanes: starts.len(),
            inputs: (0..steps)
                .flat_map(|step| starts.iter().map(move |&start| id(start as usize + step)))
                .collect(), // [T, B]
            targets: starts.iter().map(|&start| id(start as usize + steps)).collect(), // [B]
            resets: vec![true; starts.len()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ids that are their own positions, so that a batch shows where it was cut from.
    fn positions(len: u32) -> Vec<u32> {
        (0..len).collect()
    }

    #[test]
    fn two_windows_of_three_predict_the_fourth_and_fifth_character() {
        let ids = positions(5);
        let batch = Windows::new(&ids, 3, 2, Seed(7)).batch(0, 0);
        let mut lanes: Vec<_> = (0..2)
            .map(|b| {
                ((0..3).map(|t| batch.inputs[t * 2 + b]).collect::<Vec<_>>(), batch.targets[b])
            })
            .collect();
        lanes.sort();
        assert_eq!(lanes, [(vec![0, 1, 2], 3), (vec![1, 2, 3], 4)]);
        assert!(batch.resets.iter().all(|&reset| reset));
    }

    #[test]
    fn the_order_follows_from_seed_and_epoch_alone() {
        let ids = positions(50);
        let order = |seed, epoch| Windows::new(&ids, 5, 4, Seed(seed)).order(epoch).to_vec();
        assert_eq!(order(1, 3), order(1, 3));
        assert_ne!(order(1, 3), order(1, 4));
        assert_ne!(order(1, 3), order(2, 3));
    }

    proptest! {
        #[test]
        fn an_epoch_holds_every_window_exactly_once(
            len in 2_u32..90, steps in 1_usize..20, batch_size in 1_usize..9, epoch in 0_u64..3,
        ) {
            prop_assume!(len as usize > steps);
            let ids = positions(len);
            let mut windows = Windows::new(&ids, steps, batch_size, Seed(1));
            let mut targets = Vec::new();
            for index in 0..windows.per_epoch() {
                let batch = windows.batch(epoch, index);
                for lane in 0..batch.lanes {
                    for step in 0..steps {
                        let id = batch.inputs[step * batch.lanes + lane];
                        prop_assert_eq!(id + i32::try_from(steps - step).unwrap(), batch.targets[lane]);
                    }
                }
                targets.extend(batch.targets);
            }
            targets.sort_unstable();
            let all: Vec<i32> = (i32::try_from(steps).unwrap()..len.cast_signed()).collect();
            prop_assert_eq!(targets, all);
        }
    }
}
