//! The classic tutorial form: every window of `T` characters predicts the one after it.
//!
//! Windows start at every character (stride 1), never reach from one document into the next, and
//! are shuffled each epoch. They are views into the ids: memory is the corpus and at most one
//! permutation, never a matrix of windows.

use crate::batches::permutation::Permutation;
use crate::{Batch, Batches, Purpose, Section, Seed};
use rand::seq::SliceRandom;

/// The order of so many windows is drawn and held; that of more is computed.
const MOST_HELD: usize = 1 << 25;

/// Shuffled windows with one target each.
#[derive(Debug, Clone)]
pub struct Windows<'a> {
    ids: &'a [u16],
    /// For each document with windows, the number of its first one and where that starts.
    documents: Vec<(usize, usize)>,
    count: usize,
    steps: usize,
    batch_size: usize,
    seed: Seed,
    order: Order,
}

/// The numbers of the windows in the order of an epoch.
#[derive(Debug, Clone)]
enum Order {
    Held { epoch: Option<u64>, numbers: Vec<u32> },
    Computed,
}

impl<'a> Windows<'a> {
    /// The smallest document that holds one window of `steps` characters and its target.
    pub fn characters_needed(steps: usize) -> usize {
        steps + 1
    }

    /// Windows of `steps` ids, `batch_size` a batch; the last batch may be smaller, as in Keras.
    ///
    /// # Panics
    /// When no document has [`Windows::characters_needed`] or a size is 0.
    pub fn new(text: impl Into<Section<'a>>, steps: usize, batch_size: usize, seed: Seed) -> Self {
        let text = text.into();
        assert!(steps > 0 && batch_size > 0, "windows of {steps} × {batch_size}");
        let (mut documents, mut count) = (Vec::new(), 0);
        for document in text.documents().filter(|document| document.len() > steps) {
            documents.push((count, document.start));
            count += document.len() - steps;
        }
        assert!(count > 0, "no document for windows of {steps}");
        let order = if count > MOST_HELD {
            Order::Computed
        } else {
            Order::Held { epoch: None, numbers: Vec::new() }
        };
        Self { ids: text.ids(), documents, count, steps, batch_size, seed, order }
    }

    /// Where the windows at `first..last` in the order of `epoch` start: a permutation drawn from
    /// (seed, epoch).
    fn starts(&mut self, epoch: u64, first: usize, last: usize) -> Vec<usize> {
        if let Order::Held { epoch: held, numbers } = &mut self.order
            && *held != Some(epoch)
        {
            let windows = u32::try_from(self.count).expect("few enough to be held");
            *numbers = (0..windows).collect();
            numbers.shuffle(&mut self.seed.rng(Purpose::Shuffle, epoch));
            *held = Some(epoch);
        }
        let size = |number: u64| usize::try_from(number).expect("below the number of windows");
        match &self.order {
            Order::Held { numbers, .. } => {
                numbers[first..last].iter().map(|&number| self.start(number as usize)).collect()
            }
            Order::Computed => {
                let order = Permutation::new(self.count as u64, self.seed, epoch);
                (first..last).map(|at| self.start(size(order.at(at as u64)))).collect()
            }
        }
    }

    /// Where window `number` starts.
    fn start(&self, number: usize) -> usize {
        let document = self.documents.partition_point(|&(first, _)| first <= number) - 1;
        let (first, start) = self.documents[document];
        start + number - first
    }
}

impl Batches for Windows<'_> {
    fn per_epoch(&self) -> usize {
        self.count.div_ceil(self.batch_size)
    }

    fn batch(&mut self, epoch: u64, index: usize) -> Batch {
        assert!(index < self.per_epoch(), "batch {index} of {}", self.per_epoch());
        let first = index * self.batch_size;
        let last = (first + self.batch_size).min(self.count);
        let starts = self.starts(epoch, first, last);
        let (ids, steps) = (self.ids, self.steps);
        let id = |position: usize| i32::from(ids[position]);
        Batch {
            steps,
            rows: starts.len(),
            inputs: (0..steps)
                .flat_map(|step| starts.iter().map(move |&start| id(start + step)))
                .collect(), // [T, B]
            targets: starts.iter().map(|&start| id(start + steps)).collect(), // [B]
            resets: vec![true; starts.len()],
            boundaries: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ids that are their own positions, so that a batch shows where it was cut from.
    fn positions(len: u16) -> Vec<u16> {
        (0..len).collect()
    }

    #[test]
    fn two_windows_of_three_predict_the_fourth_and_fifth_character() {
        let ids = positions(5);
        let batch = Windows::new(&ids[..], 3, 2, Seed(7)).batch(0, 0);
        let mut rows: Vec<_> = (0..2)
            .map(|b| {
                ((0..3).map(|t| batch.inputs[t * 2 + b]).collect::<Vec<_>>(), batch.targets[b])
            })
            .collect();
        rows.sort();
        assert_eq!(rows, [(vec![0, 1, 2], 3), (vec![1, 2, 3], 4)]);
        assert!(batch.resets.iter().all(|&reset| reset));
    }

    #[test]
    fn the_order_follows_from_seed_and_epoch_alone() {
        let ids = positions(50);
        let order = |seed, epoch| Windows::new(&ids[..], 5, 4, Seed(seed)).starts(epoch, 0, 45);
        assert_eq!(order(1, 3), order(1, 3));
        assert_ne!(order(1, 3), order(1, 4));
        assert_ne!(order(1, 3), order(2, 3));
    }

    #[test]
    fn no_window_reaches_into_another_document() {
        let (ids, starts) = (positions(12), [0, 4, 6]);
        let text = Section::new(&ids, &starts);
        let mut batch = Windows::new(text, 3, 99, Seed(1)).batch(0, 0);
        batch.targets.sort_unstable();
        assert_eq!(batch.targets, [3, 9, 10, 11]);
    }

    #[test]
    fn an_order_that_is_computed_holds_every_window_too() {
        let ids = positions(50);
        let mut windows = Windows::new(&ids[..], 5, 4, Seed(7));
        windows.order = Order::Computed;
        let mut starts = windows.starts(2, 0, 45);
        assert_ne!(starts, windows.starts(3, 0, 45));
        starts.sort_unstable();
        assert_eq!(starts, (0..45).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn an_epoch_holds_every_window_exactly_once(
            len in 2_u16..90, steps in 1_usize..20, batch_size in 1_usize..9, epoch in 0_u64..3,
        ) {
            prop_assume!(usize::from(len) > steps);
            let ids = positions(len);
            let mut windows = Windows::new(&ids[..], steps, batch_size, Seed(1));
            let mut targets = Vec::new();
            for index in 0..windows.per_epoch() {
                let batch = windows.batch(epoch, index);
                for row in 0..batch.rows {
                    for step in 0..steps {
                        let id = batch.inputs[step * batch.rows + row];
                        prop_assert_eq!(id + i32::try_from(steps - step).unwrap(), batch.targets[row]);
                    }
                }
                targets.extend(batch.targets);
            }
            targets.sort_unstable();
            let all: Vec<i32> = (i32::try_from(steps).unwrap()..i32::from(len)).collect();
            prop_assert_eq!(targets, all);
        }
    }
}
