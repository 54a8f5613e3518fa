//! Contiguous streams: `B` lanes walk side by side through the corpus, `T` characters a batch,
//! and every position predicts the next character.
//!
//! Lane `b` of a batch goes on where lane `b` of the batch before ended, so the hidden state is
//! carried over (truncated backpropagation through time). Lanes restart once per epoch, and where a
//! document begins; the batch says so in its reset marks and borders, nobody counts loops.

use crate::{Batch, Batches, IGNORE, Section};
use std::ops::Range;

/// Parallel lanes through a corpus.
#[derive(Debug, Clone, Copy)]
pub struct Streams<'a> {
    text: Section<'a>,
    lanes: usize,
    steps: usize,
}

impl<'a> Streams<'a> {
    /// The smallest corpus that gives each of `lanes` lanes one character to predict.
    pub fn characters_needed(lanes: usize) -> usize {
        lanes + 1
    }

    /// `lanes` lanes of at most `steps` characters a batch.
    ///
    /// # Panics
    /// When `text` is shorter than [`Streams::characters_needed`] or a size is 0.
    pub fn new(text: impl Into<Section<'a>>, lanes: usize, steps: usize) -> Self {
        let text = text.into();
        assert!(steps > 0 && lanes > 0, "streams of {lanes} × {steps}");
        let length = text.len();
        assert!(length >= Self::characters_needed(lanes), "{length} characters for {lanes}");
        Self { text, lanes, steps }
    }

    /// Every character but the first is a target once; the lanes share them out evenly.
    fn targets(&self) -> usize {
        self.text.len() - 1
    }

    /// The positions that `lane` reads, the first lanes being one longer where it does not divide.
    fn lane(&self, lane: usize) -> Range<usize> {
        let start = |lane: usize| {
            lane * (self.targets() / self.lanes) + lane.min(self.targets() % self.lanes)
        };
        start(lane)..start(lane + 1)
    }

    fn longest_lane(&self) -> usize {
        self.targets().div_ceil(self.lanes)
    }
}

impl Batches for Streams<'_> {
    fn per_epoch(&self) -> usize {
        self.longest_lane().div_ceil(self.steps)
    }

    /// Batches of an epoch differ by at most one step in length: a short rest at the end would
    /// weigh as much in training as a full batch.
    fn batch(&mut self, _epoch: u64, index: usize) -> Batch {
        let batches = self.per_epoch();
        assert!(index < batches, "batch {index} of {batches}");
        let cut = |index: usize| index * self.longest_lane() / batches;
        let steps = cut(index + 1) - cut(index);
        let mut batch = Batch {
            steps,
            lanes: self.lanes,
            inputs: Vec::with_capacity(steps * self.lanes),
            targets: Vec::with_capacity(steps * self.lanes),
            resets: vec![index == 0; self.lanes],
            borders: Vec::new(),
        };
        let ids = self.text.ids();
        for step in cut(index)..cut(index + 1) {
            for lane in 0..self.lanes {
                let lane = self.lane(lane);
                let position = lane.start + step;
                let inside = position < lane.end;
                let target = i32::from(ids[position + usize::from(inside)]);
                batch.inputs.push(i32::from(ids[position]));
                batch.targets.push(if inside { target } else { IGNORE });
            }
        }
        for lane in 0..self.lanes {
            let first = self.lane(lane).start + cut(index);
            // The target of the last step too may be the beginning of a document.
            for start in self.text.starts(first..first + steps + 1) {
                let step = start - first;
                if step > 0 {
                    batch.targets[(step - 1) * self.lanes + lane] = IGNORE;
                }
                if step == 0 {
                    batch.resets[lane] = true;
                } else if step < steps {
                    batch.borders.push((step, lane));
                }
            }
        }
        batch.borders.sort_unstable();
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seven_characters_in_two_lanes_of_two_steps() {
        let ids = [0, 1, 2, 3, 4, 5, 6];
        let mut streams = Streams::new(&ids[..], 2, 2);
        assert_eq!(streams.per_epoch(), 2);
        let first = streams.batch(0, 0);
        assert_eq!((first.steps, &first.inputs[..]), (1, &[0, 3][..]));
        assert_eq!((&first.targets[..], &first.resets[..]), (&[1, 4][..], &[true, true][..]));
        let second = streams.batch(0, 1);
        assert_eq!((second.steps, &second.inputs[..]), (2, &[1, 4, 2, 5][..]));
        assert_eq!(second.targets, [2, 5, 3, 6]);
        assert_eq!(second.resets, [false, false]);
    }

    #[test]
    fn a_lane_that_ends_early_is_padded_with_ignored_targets() {
        let ids = [0, 1, 2, 3];
        let batch = Streams::new(&ids[..], 2, 9).batch(0, 0);
        assert_eq!(batch.inputs, [0, 2, 1, 3]);
        assert_eq!(batch.targets, [1, 3, 2, IGNORE]);
        assert_eq!(batch.predicted(), 3);
    }

    #[test]
    fn a_document_that_begins_is_no_target_and_starts_from_zero() {
        // Three documents, 0 1 2 | 3 4 5 | 6 7 8 9; lanes 0..5 and 5..9, cut after two steps.
        let (ids, starts) = ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 3, 6]);
        let mut streams = Streams::new(Section::new(&ids, &starts), 2, 3);
        let first = streams.batch(0, 0);
        assert_eq!(first.inputs, [0, 5, 1, 6]);
        assert_eq!(first.targets, [1, IGNORE, 2, 7]);
        assert_eq!((&first.resets[..], &first.borders[..]), (&[true; 2][..], &[(1, 1)][..]));
        let second = streams.batch(0, 1);
        assert_eq!(second.inputs, [2, 7, 3, 8, 4, 9]);
        assert_eq!(second.targets, [IGNORE, 8, 4, 9, 5, IGNORE]);
        assert_eq!((&second.resets[..], &second.borders[..]), (&[false; 2][..], &[(1, 0)][..]));
        // A document that begins with a batch.
        let starts = [0, 2];
        let second = Streams::new(Section::new(&ids, &starts), 2, 3).batch(0, 1);
        assert_eq!((&second.resets[..], &second.borders[..]), (&[true, false][..], &[][..]));
    }

    proptest! {
        #[test]
        fn lanes_tile_the_corpus_exactly_once_and_go_on_where_they_ended(
            len in 2_usize..200, lanes in 1_usize..12, steps in 1_usize..20,
        ) {
            prop_assume!(len > lanes);
            let ids: Vec<u16> = (0..u16::try_from(len).unwrap()).collect();
            let mut streams = Streams::new(&ids[..], lanes, steps);
            let mut targets = Vec::new();
            let mut next = vec![None; lanes];
            for index in 0..streams.per_epoch() {
                let batch = streams.batch(0, index);
                prop_assert!(batch.steps > 0 && batch.steps <= steps);
                prop_assert_eq!(&batch.resets, &vec![index == 0; lanes]);
                for (at, (&input, &target)) in batch.inputs.iter().zip(&batch.targets).enumerate() {
                    if target != IGNORE {
                        prop_assert_eq!(target, input + 1);
                        prop_assert!(next[at % lanes].is_none_or(|next| next == input));
                        next[at % lanes] = Some(target);
                        targets.push(target);
                    }
                }
            }
            targets.sort_unstable();
            prop_assert_eq!(targets, (1..i32::try_from(len).unwrap()).collect::<Vec<_>>());
        }
    }
}
