//! Batches: ids on the host, time-major, ready to become tensors.
//!
//! Letters: `T` time steps, `B` batch rows. Time-major because the recurrence walks over time: all rows
//! of one step lie side by side.

mod permutation;
pub(crate) mod section;
pub(crate) mod split;
pub(crate) mod streams;
pub(crate) mod too_short;
pub(crate) mod windows;

use std::ops::Range;

/// A target without a loss: the padding of a row that ended a step early, or the first character of
/// another document.
///
/// Like PyTorch's `ignore_index`.
pub const IGNORE: i32 = -1;

/// The inputs and targets of one training step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// `T`.
    pub steps: usize,
    /// `B`.
    pub rows: usize,
    /// Character ids, `[T, B]`.
    pub inputs: Vec<i32>,
    /// The next character at every step, `[T, B]`, or after the last step only, `[B]`.
    pub targets: Vec<i32>,
    /// Rows whose state must be set to zero before the batch, `[B]`.
    pub resets: Vec<bool>,
    /// Where a document begins inside the batch, as (step, row) in the order of steps, without step 0:
    /// the state of the row must be zero before that step.
    pub boundaries: Vec<(usize, usize)>,
}

impl Batch {
    /// The number of targets with a loss; the others are [`IGNORE`].
    pub fn predicted(&self) -> usize {
        self.targets.iter().filter(|&&target| target != IGNORE).count()
    }

    /// The batch of `rows` alone.
    ///
    /// # Panics
    /// When `rows` ends after the last batch row.
    #[must_use]
    pub fn of_rows(&self, rows: Range<usize>) -> Self {
        let of = |values: &[i32]| {
            let steps = values.chunks_exact(self.rows.max(1));
            steps.flat_map(|step| &step[rows.clone()]).copied().collect()
        };
        let inside = self.boundaries.iter().filter(|(_, row)| rows.contains(row));
        Self {
            steps: self.steps,
            rows: rows.len(),
            inputs: of(&self.inputs),
            targets: of(&self.targets),
            resets: self.resets[rows.clone()].to_vec(),
            boundaries: inside.map(|&(step, row)| (step, row - rows.start)).collect(),
        }
    }
}

/// An epoch cut into batches, which can be requested in any order.
///
/// A batch is a function of (epoch, index), so a run needs only two numbers to resume.
pub trait Batches {
    /// Batches in one epoch. At least 1.
    fn per_epoch(&self) -> usize;

    /// The batch `index` of `epoch`, both counted from 0.
    ///
    /// # Panics
    /// When `index` is not below [`Batches::per_epoch`].
    fn batch(&mut self, epoch: u64, index: usize) -> Batch;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_rows_are_a_batch_of_their_own() {
        let batch = Batch {
            steps: 2,
            rows: 3,
            inputs: vec![1, 2, 3, 4, 5, 6],
            targets: vec![4, 5, 6, 7, 8, 9],
            resets: vec![true, false, true],
            boundaries: vec![(1, 0), (1, 2)],
        };
        let expected = Batch {
            steps: 2,
            rows: 2,
            inputs: vec![2, 3, 5, 6],
            targets: vec![5, 6, 8, 9],
            resets: vec![false, true],
            boundaries: vec![(1, 1)],
        };
        assert_eq!(batch.of_rows(1..3), expected);
        assert_eq!(batch.of_rows(0..3), batch);
        let last = Batch { targets: vec![7, 8, 9], ..batch };
        assert_eq!(last.of_rows(2..3).targets, [9]);
        assert_eq!(last.of_rows(1..1).inputs, [0; 0]);
    }
}
