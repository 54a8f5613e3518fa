//! A recurrent kernel, packed in the order in which the product reads it.

use crate::linear::precision::{Pair, Precision, Single, Word};
use pulp::Simd;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

/// A matrix `[K, G·N]` cut into *panels*: one panel holds, for every row, `vector` columns of one
/// gate.
///
/// A panel is read from front to back while the sums of its columns stay in registers. The panels
/// of a gate lie together; columns beyond its `N` are zeros. Where a word holds two numbers, two
/// panels share their words.
pub(crate) struct Panels {
    /// `[G · panels of a gate / numbers of a word][K][vector]`.
    words: Vec<u32>,
    precision: Precision,
    count: usize,
    depth: usize,
    vector: usize,
}

impl Panels {
    /// Packs `matrix` `[K, G·N]`, for `N` = `units`.
    pub(crate) fn pack(
        matrix: &[f32],
        units: usize,
        gates: usize,
        vector: usize,
        precision: Precision,
    ) -> Self {
        let width = gates * units;
        let depth = matrix.len() / width;
        let value = |k, gate, unit| matrix[k * width + gate * units + unit];
        match precision {
            Precision::F32 => Self::pack_by(Single, depth, units, gates, vector, value),
            Precision::Bf16 => Self::pack_by(Pair, depth, units, gates, vector, value),
        }
    }

    /// Packs the transpose of `matrix` `[N, K]`: one gate, `N` = `units`.
    pub(crate) fn pack_transposed(matrix: &[f32], units: usize, vector: usize) -> Self {
        let depth = matrix.len() / units;
        Self::pack_by(Single, depth, units, 1, vector, |k, _, unit| matrix[unit * depth + k])
    }

    fn pack_by<W: Word>(
        word: W,
        depth: usize,
        units: usize,
        gates: usize,
        vector: usize,
        value: impl Fn(usize, usize, usize) -> f32 + Sync,
    ) -> Self {
        let of_a_gate = units.div_ceil(vector);
        let count = gates * of_a_gate;
        let mut words = vec![0; count.div_ceil(W::NUMBERS) * depth * vector];
        let groups = words.par_chunks_exact_mut((depth * vector).max(1));
        groups.enumerate().for_each(|(group, words)| {
            let panels = group * W::NUMBERS..count.min((group + 1) * W::NUMBERS);
            for (position, panel) in panels.enumerate() {
                let (gate, first) = (panel / of_a_gate, panel % of_a_gate * vector);
                for (k, words) in words.chunks_exact_mut(vector).enumerate() {
                    for (to, unit) in words.iter_mut().zip(first..units) {
                        *to |= word.with(value(k, gate, unit), position);
                    }
                }
            }
        });
        Self { words, precision: W::PRECISION, count, depth, vector }
    }

    pub(crate) fn precision(&self) -> Precision {
        self.precision
    }

    /// How many panels there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The words of a group of panels that share them, `[K]` vectors.
    #[inline(always)]
    pub(crate) fn group<S: Simd>(&self, index: usize) -> &[S::u32s] {
        let length = self.depth * self.vector;
        S::as_simd_u32s(&self.words[index * length..][..length]).0
    }
}
