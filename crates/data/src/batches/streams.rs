//! Contiguous streams: `B` batch rows walk side by side through the corpus, `T` characters per batch,
//! and every position predicts the next character.
//!
//! Row `b` of a batch continues where row `b` of the previous batch ended, so the hidden state is
//! carried over (truncated backpropagation through time). Rows restart once per epoch, and where a
//! document or a record begins; the batch marks both in `resets` and `boundaries`. The first character of
//! a document is no target. The symbol between two records is one: it ends the first of them.

use crate::{Batch, Batches, IGNORE, Section};
use std::ops::Range;

/// Parallel batch rows through a corpus.
#[derive(Debug, Clone)]
pub struct Streams<'a> {
    text: Section<'a>,
    rows: usize,
    steps: usize,
    /// Where each row starts to read, and the position of the last target.
    starts: Vec<usize>,
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
        Self { text, rows, steps, starts: text.row_starts(rows) }
    }

    /// The positions that `row` reads. If the targets do not divide evenly, the first rows read one more.
    fn row(&self, row: usize) -> Range<usize> {
        self.starts[row]..self.starts[row + 1]
    }

    fn longest_row(&self) -> usize {
        self.starts.windows(2).map(|row| row[1] - row[0]).max().unwrap_or(0)
    }
}

impl Batches for Streams<'_> {
    fn per_epoch(&self) -> usize {
        self.longest_row().div_ceil(self.steps)
    }

    /// Batches of an epoch differ by at most one step in length: a short rest at the end would
    /// weigh as much in training as a full batch. Rows that end early are padded.
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
                let position = (row.start + step).min(row.end);
                let inside = position < row.end;
                let target = i32::from(ids[position + usize::from(inside)]);
                batch.inputs.push(i32::from(ids[position]));
                batch.targets.push(if inside { target } else { IGNORE });
            }
        }
        for row in 0..self.rows {
            let first = self.row(row).start + cut(index);
            // The target of the last step too may be the beginning of a document.
            let mut end = first + steps + 1;
            if self.text.are_records() {
                end = end.min(self.row(row).end);
            }
            for start in self.text.starts(first..end) {
                let step = start - first;
                if step > 0 && !self.text.are_records() {
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
    use crate::Vocabulary;
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

    #[test]
    fn records_are_read_from_zero_and_their_ends_are_targets() {
        // R a b R c R d e f R, with R = 0, in two rows of five targets each.
        let ids = [0, 1, 2, 0, 3, 0, 4, 5, 6, 0];
        let vocabulary = Vocabulary::of_characters("\u{1E}abcdef".chars(), false).unwrap();
        let vocabulary = vocabulary.with_records().unwrap();
        let text = Section::of(&ids, &[0, 3, 5, 9], &vocabulary);
        let mut streams = Streams::new(text, 2, 9);
        assert_eq!(streams.per_epoch(), 1);
        let batch = streams.batch(0, 0);
        assert_eq!((batch.steps, batch.predicted()), (5, 9));
        assert_eq!(batch.inputs, [0, 0, 1, 4, 2, 5, 0, 6, 3, 0]);
        assert_eq!(batch.targets, [1, 4, 2, 5, 0, 6, 3, 0, 0, IGNORE]);
        assert_eq!((&batch.resets[..], &batch.boundaries[..]), (&[true; 2][..], &[(3, 0)][..]));
        // A record that begins with a batch.
        let second = Streams::new(text, 2, 3).batch(0, 1);
        assert_eq!((second.steps, &second.resets[..]), (3, &[false, false][..]));
        assert_eq!(second.boundaries, [(1, 0)]);
    }

    proptest! {
        /// Packing wastes nothing: all symbols but the first are targets once, after the symbols of their
        /// record alone.
        #[test]
        fn an_epoch_has_every_record_once_with_its_end(
            lengths in prop::collection::vec(1_usize..9, 2..40), rows in 1_usize..9, steps in 1_usize..20,
        ) {
            let mut ids = vec![0];
            for (record, length) in (1_u16..).zip(&lengths) {
                ids.extend(std::iter::repeat_n(record, *length));
                ids.push(0);
            }
            let symbols = (0..=u16::MAX).take(lengths.len()).filter_map(|id| char::from_u32(0x4E00 + u32::from(id)));
            let vocabulary = Vocabulary::of_characters(symbols.chain(['\u{1E}']), false).unwrap();
            let starts = crate::corpus::records::starts(&ids, 0);
            let text = Section::of(&ids, &starts, &vocabulary.with_records().unwrap());
            prop_assume!(ids.len() > rows);
            let mut streams = Streams::new(text, rows, steps);
            let mut read: Vec<Vec<i32>> = vec![Vec::new(); rows];
            let (mut found, mut others) = (Vec::new(), 0);
            for index in 0..streams.per_epoch() {
                let batch = streams.batch(3, index);
                prop_assert!(batch.boundaries.is_sorted());
                for step in 0..batch.steps {
                    for (row, read) in read.iter_mut().enumerate() {
                        let (input, target) =
                            (batch.inputs[step * rows + row], batch.targets[step * rows + row]);
                        if target == IGNORE {
                            continue;
                        }
                        let is_reset = if step == 0 { batch.resets[row] } else { batch.boundaries.contains(&(step, row)) };
                        if is_reset {
                            read.clear();
                        }
                        prop_assert!(input != 0 || is_reset, "the symbol is read from zero");
                        read.push(input);
                        others += usize::from(target != 0);
                        if target == 0 {
                            found.push(read.clone());
                        }
                    }
                }
            }
            prop_assert_eq!(others, lengths.iter().sum::<usize>());
            // Rows that start inside a record have its end only.
            let mut ends: Vec<i32> = found.iter().map(|record| record[record.len() - 1]).collect();
            ends.sort_unstable();
            prop_assert_eq!(ends, (1..).take(lengths.len()).collect::<Vec<i32>>());
            let whole = |record: &&Vec<i32>| record[0] == 0;
            for record in found.iter().filter(whole) {
                let id = usize::try_from(record[1]).unwrap();
                prop_assert_eq!(record.len(), 1 + lengths[id - 1]);
                prop_assert!(record[1..].iter().all(|symbol| *symbol == record[1]));
            }
            prop_assert!(found.len() - found.iter().filter(whole).count() < rows);
        }

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
