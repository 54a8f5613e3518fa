//! What every batcher gives: ids on the host, time-major, ready to become tensors.
//!
//! Letters: `T` time steps, `B` lanes (the rows of a batch). Time-major because the
//! recurrence walks over time: all lanes of one step lie side by side.

mod permutation;
pub(crate) mod section;
pub(crate) mod split;
pub(crate) mod streams;
pub(crate) mod windows;

/// A target that is not to be predicted: padding of a lane that ended a step early, or the first
/// character of another document.
///
/// PyTorch's `ignore_index` plays the same part.
pub const IGNORE: i32 = -1;

/// The inputs and targets of one training step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// `T`.
    pub steps: usize,
    /// `B`.
    pub lanes: usize,
    /// Character ids, `[T, B]`.
    pub inputs: Vec<i32>,
    /// The next character at every step, `[T, B]`, or after the last step only, `[B]`.
    pub targets: Vec<i32>,
    /// Lanes whose carried state must be set to zero before the batch, `[B]`.
    pub resets: Vec<bool>,
    /// Where a document begins inside the batch, as (step, lane) in the order of steps, none of them
    /// 0: the state of the lane must be zero when that step is read.
    pub borders: Vec<(usize, usize)>,
}

impl Batch {
    /// How many targets count; the others are [`IGNORE`].
    pub fn predicted(&self) -> usize {
        self.targets.iter().filter(|&&target| target != IGNORE).count()
    }
}

/// An epoch cut into batches that can be asked for in any order.
///
/// A batch is a function of (epoch, index), so a run resumes by remembering two numbers.
pub trait Batches {
    /// Batches in one epoch. At least 1.
    fn per_epoch(&self) -> usize;

    /// The batch `index` of `epoch`, both counted from 0.
    ///
    /// # Panics
    /// When `index` is not below [`Batches::per_epoch`].
    fn batch(&mut self, epoch: u64, index: usize) -> Batch;
}
