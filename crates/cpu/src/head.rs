//! The head of a network with its loss: logits, softmax, cross-entropy, and all gradients, one block of
//! positions at a time.
//!
//! With thousands of distinct characters, logits take megabytes. The logits of a block are
//! turned into their gradients, and these into those of the hidden states and the weights, while
//! they are in the caches; the logits of all positions never exist.
//!
//! # Source
//! The idea of the fused linear cross-entropy in Liger Kernel (Hsu et al. 2024).

use crate::linear::matrix::{Matrix, Output, multiply};
use crate::machine::Machine;
use crate::softmax;
use crate::sums::column_sums;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

/// What the head reads.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    /// Hidden states of all positions, `[N, H]`.
    pub hidden: &'a [f32],
    /// `[H, V]`.
    pub kernel: &'a [f32],
    /// `[V]`.
    pub bias: &'a [f32],
    /// The target character of each position, `[N]`; negative for positions without a target.
    pub targets: &'a [i32],
}

/// The gradients of the summed loss.
pub struct Gradients {
    /// `[N, H]`.
    pub hidden: Vec<f32>,
    /// `[H, V]`.
    pub kernel: Vec<f32>,
    /// `[V]`.
    pub bias: Vec<f32>,
}

/// Logits in flight: 4 MB of them.
const LOGITS: usize = 1 << 20;
/// Fewer positions do not fill a product.
const FEWEST_POSITIONS: usize = 64;
/// Positions that a thread takes at once.
const SHARE: usize = 8;

impl Head<'_> {
    /// The cross-entropy of all positions in nats, summed.
    ///
    /// # Panics
    /// When a target is not below `V`, or sizes do not fit.
    pub fn loss(self, machine: Machine) -> f32 {
        let mut sum = 0.0;
        for piece in self.pieces() {
            let mut logits = piece.logits();
            sum += piece.by_rows(&mut logits, machine, |row, bias, target| {
                target.map_or(0.0, |target| softmax::loss(row, bias, target))
            });
        }
        single(sum)
    }

    /// The same, and its gradients.
    ///
    /// # Panics
    /// See [`Head::loss`].
    pub fn loss_and_gradients(self, machine: Machine) -> (f32, Gradients) {
        let (size, vocabulary) = (self.size(), self.bias.len());
        let mut sum = 0.0;
        let mut hidden = Vec::with_capacity(self.hidden.len());
        let mut kernel = vec![0.0; self.kernel.len()];
        let mut bias = vec![0.0; vocabulary];
        for piece in self.pieces() {
            let mut logits = piece.logits();
            sum += piece.by_rows(&mut logits, machine, |row, bias, target| {
                if let Some(target) = target {
                    return softmax::gradient_in_place(row, bias, target);
                }
                row.fill(0.0);
                0.0
            });
            let gradients = Matrix::rows(&logits, vocabulary, vocabulary); // [N, V]
            let weights = Matrix::rows(self.kernel, vocabulary, vocabulary); // [H, V]
            let states = Matrix::rows(piece.hidden, size, size); // [N, H]
            let first = hidden.len();
            hidden.resize(first + piece.hidden.len(), 0.0);
            multiply(gradients, weights.transposed(), &mut hidden[first..], Output::Overwrite);
            multiply(states.transposed(), gradients, &mut kernel, Output::Add);
            let columns = column_sums(&logits, vocabulary, vocabulary);
            bias.iter_mut().zip(&columns).for_each(|(sum, column)| *sum += column);
        }
        (single(sum), Gradients { hidden, kernel, bias })
    }

    fn size(&self) -> usize {
        self.kernel.len() / self.bias.len()
    }

    /// The same head over some of the positions.
    fn pieces(&self) -> impl Iterator<Item = Self> {
        let (size, vocabulary) = (self.size(), self.bias.len());
        assert_eq!(self.hidden.len(), self.targets.len() * size, "a hidden state for each target");
        assert_eq!(self.kernel.len(), size * vocabulary, "a column of weights for each logit");
        let positions = (LOGITS / vocabulary).max(FEWEST_POSITIONS);
        let pieces = self.hidden.chunks(positions * size).zip(self.targets.chunks(positions));
        pieces.map(|(hidden, targets)| Self { hidden, targets, ..*self })
    }

    /// The logits without their bias, `[N, V]`.
    fn logits(&self) -> Vec<f32> {
        let (size, vocabulary) = (self.size(), self.bias.len());
        let mut logits = vec![0.0; self.targets.len() * vocabulary];
        let states = Matrix::rows(self.hidden, size, size);
        let weights = Matrix::rows(self.kernel, vocabulary, vocabulary);
        multiply(states, weights, &mut logits, Output::Overwrite);
        logits
    }

    /// Calls `by` with each row of logits, the bias and the target, on all threads, and sums the results
    /// in the order of the positions.
    fn by_rows(
        &self,
        logits: &mut [f32],
        machine: Machine,
        by: impl Fn(&mut [f32], &[f32], Option<usize>) -> f32 + Sync,
    ) -> f64 {
        let mut losses = vec![0.0; self.targets.len()];
        let rows = logits.par_chunks_mut(SHARE * self.bias.len());
        let targets = self.targets.par_chunks(SHARE);
        losses.par_chunks_mut(SHARE).zip(rows.zip(targets)).for_each(
            |(losses, (rows, targets))| {
                machine.arch.dispatch(
                    #[inline(always)]
                    || {
                        let rows = rows.chunks_exact_mut(self.bias.len());
                        for ((loss, row), &target) in losses.iter_mut().zip(rows).zip(targets) {
                            *loss = by(row, self.bias, usize::try_from(target).ok());
                        }
                    },
                );
            },
        );
        losses.iter().copied().map(f64::from).sum()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a loss is a tensor of f32")]
fn single(sum: f64) -> f32 {
    sum as f32
}
