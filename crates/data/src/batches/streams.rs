//! Contiguous streams: `B` batch rows walk side by side through the corpus, `T` characters per batch,
//! and every position predicts the next character.
//!
//! Row `b` of a batch continues where row `b` of the previous batch ended, so the hidden state is
//! carried over (truncated backpropagation through time). Rows restart once per epoch, and where a
//! document begins; the batch marks both in `resets` and `boundaries`.

use crate::{Batch, Batches, IGNORE, Section};
use std::ops::Range;

/// Parallel batch rows through a corpus.
#[derive(Debug, Clone, Copy)]
pub struct Streams<'a> {
    text: Section<'a>,
    rows: usize,
    steps: usize,
}

impl<'a> Streams<'a> {
    /// The smallest corpus that gives each of `rows` rows one character to predict.
    pub fn characters_needed(rows: usize) -> usize {
        rows + 1
    }

    /// `rows` batch rows of at most `steps` characters per batch.
    ///
    /// # Panics
    /// When `text` is shorter than [`Streams::characters_needed`] or a size is 0.
    pub fn new(text: impl Into<Section<'a>>, rows: usize, steps: usize) -> Self {
        let text = text.into();
        assert!(steps > 0 && rows > 0, "streams of {rows} × {steps}");
        let length = text.len();
        assert!(length >= Self::characters_needed(rows), "{length} characters for {rows}");
        Self { text, rows, steps }
    }

    /// The number of targets: every character but the first. The rows share them evenly.
    fn targets(&self) -> usize {
        self.text.len() - 1
    }

    /// The positions that `row` reads. If the targets do not divide evenly, the first rows read one more.
    fn row(&self, row: usize) -> Range<usize> {
        let start =
            |row: usize| row * (self.targets() / self.rows) + row.min(self.targets() % self.rows);
        start(row)..start(row + 1)
    }

    fn longest_row(&self) -> usize {
        self.targets().div_ceil(self.rows)
    }
}

impl Batches for Streams<'_> {
    fn per_epoch(&self) -> usize {
        self.longest_row().div_ceil(self.steps)
    }

    /// Batches of an epoch differ by at most one step in length: a short rest at the end would
    /// weigh as much in training as a full batch.
    fn batch(&mut self, _epoch: u64, index: usize) -> Batch {
        let batches = self.per_epoch();
        assert!(index < batches, "batch {index} of {batches}");
        let cut = |index: usize| index * self.longest_row() / batches;
        let steps = cut(index + 1) - cut(index);
        let mut batch = Batch {
            steps,
            rows: self.rows,
            inputs: Vec::with_capacity(steps * self.rows),
            targets: Vec::with_capacity(steps * self.rows),
            resets: vec![index == 0; self.rows],
            boundaries: Vec::new(),
        };
        let ids = self.text.ids();
        for step in cut(index)..cut(index + 1) {
            for row in 0..self.rows {
                let row = self.row(row);
                let position = row.start + step;
                let inside = position < row.end;
                let target = i32::from(ids[position + usize::from(inside)]);
                batch.inputs.push(i32::from(ids[position]));
                batch.targets.push(if inside { target } else { IGNORE });
            }
        }
        for row in 0..self.rows {
            let first = self.row(row).start + cut(index);
            // The target of the last step too may be the beginning of a document.
            for start in self.text.starts(first..first + steps + 1) {
                let step = start - first;
                if step > 0 {
                    batch.targets[(step - 1) * self.rows + row] = IGNORE;
                }
                if step == 0 {
                    batch.resets[row] = true;
                } else if step < steps {
                    batch.boundaries.push((step, row));
                }
            }
        }
        batch.boundaries.sort_unstable();
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seven_characters_in_two_rows_of_two_steps() {
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
    fn a_row_that_ends_early_is_padded_with_ignored_targets() {
        let ids = [0, 1, 2, 3];
        let batch = Streams::new(&ids[..], 2, 9).batch(0, 0);
        assert_eq!(batch.inputs, [0, 2, 1, 3]);
        assert_eq!(batch.targets, [1, 3, 2, IGNORE]);
        assert_eq!(batch.predicted(), 3);
    }

    #[test]
    fn a_document_that_begins_is_no_target_and_starts_from_zero() {
        // Three documents, 0 1 2 | 3 4 5 | 6 7 8 9; rows 0..5 and 5..9, cut after two steps.
        let (ids, starts) = ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 3, 6]);
        let mut streams = Streams::new(Section::new(&ids, &starts), 2, 3);
        let first = streams.batch(0, 0);
        assert_eq!(first.inputs, [0, 5, 1, 6]);
        assert_eq!(first.targets, [1, IGNORE, 2, 7]);
        assert_eq!((&first.resets[..], &first.boundaries[..]), (&[true; 2][..], &[(1, 1)][..]));
        let second = streams.batch(0, 1);
        assert_eq!(second.inputs, [2, 7, 3, 8, 4, 9]);
        assert_eq!(second.targets, [IGNORE, 8, 4, 9, 5, IGNORE]);
        assert_eq!((&second.resets[..], &second.boundaries[..]), (&[false; 2][..], &[(1, 0)][..]));
        // A document that begins with a batch.
        let starts = [0, 2];
        let second = Streams::new(Section::new(&ids, &starts), 2, 3).batch(0, 1);
        assert_eq!((&second.resets[..], &second.boundaries[..]), (&[true, false][..], &[][..]));
    }

    proptest! {
        #[test]
        fn lanes_tile_the_corpus_exactly_once_and_go_on_where_they_ended(
            len in 2_usize..200, rows in 1_usize..12, steps in 1_usize..20,
        ) {
            prop_assume!(len > rows);
            let ids: Vec<u16> = (0..u16::try_from(len).unwrap()).collect();
            let mut streams = Streams::new(&ids[..], rows, steps);
            let mut targets = Vec::new();
            let mut next = vec![None; rows];
            for index in 0..streams.per_epoch() {
                let batch = streams.batch(0, index);
                prop_assert!(batch.steps > 0 && batch.steps <= steps);
                prop_assert_eq!(&batch.resets, &vec![index == 0; rows]);
                for (at, (&input, &target)) in batch.inputs.iter().zip(&batch.targets).enumerate() {
                    if target != IGNORE {
                        prop_assert_eq!(target, input + 1);
                        prop_assert!(next[at % rows].is_none_or(|next| next == input));
                        next[at % rows] = Some(target);
                        targets.push(target);
                    }
                }
            }
            targets.sort_unstable();
            prop_assert_eq!(targets, (1..i32::try_from(len).unwrap()).collect::<Vec<_>>());
        }
    }
}
