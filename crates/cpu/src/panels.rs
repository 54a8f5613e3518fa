//! A recurrent kernel, packed in the order in which the product reads it.

use pulp::Simd;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

/// A matrix `[K, G·N]` cut into *panels*: one panel holds, for every row, `vector` columns of one
/// gate.
///
/// A panel is read from front to back while the sums of its columns stay in registers. The panels
/// of a gate lie together; columns beyond its `N` are zeros.
pub(crate) struct Panels {
    /// `[G · panels of a gate][K][vector]`.
    values: Vec<f32>,
    depth: usize,
    vector: usize,
}

impl Panels {
    /// Packs `matrix` `[K, G·N]`, for `N` = `units`.
    pub(crate) fn pack(matrix: &[f32], units: usize, gates: usize, vector: usize) -> Self {
        let width = gates * units;
        let depth = matrix.len() / width;
        Self::pack_by(depth, units, gates, vector, |k, gate, unit| {
            matrix[k * width + gate * units + unit]
        })
    }

    /// Packs the transpose of `matrix` `[N, K]`: one gate, `N` = `units`.
    pub(crate) fn pack_transposed(matrix: &[f32], units: usize, vector: usize) -> Self {
        let depth = matrix.len() / units;
        Self::pack_by(depth, units, 1, vector, |k, _, unit| matrix[unit * depth + k])
    }

    fn pack_by(
        depth: usize,
        units: usize,
        gates: usize,
        vector: usize,
        value: impl Fn(usize, usize, usize) -> f32 + Sync,
    ) -> Self {
        let of_a_gate = units.div_ceil(vector);
        let mut values = vec![0.0; gates * of_a_gate * depth * vector];
        let panels = values.par_chunks_exact_mut((depth * vector).max(1));
        panels.enumerate().for_each(|(panel, values)| {
            let (gate, first) = (panel / of_a_gate, panel % of_a_gate * vector);
            for (k, values) in values.chunks_exact_mut(vector).enumerate() {
                for (to, unit) in values.iter_mut().zip(first..units) {
                    *to = value(k, gate, unit);
                }
            }
        });
        Self { values, depth, vector }
    }

    /// How many panels there are.
    pub(crate) fn count(&self) -> usize {
        self.values.len() / (self.depth * self.vector).max(1)
    }

    /// A panel, `[K]` vectors.
    #[inline(always)]
    pub(crate) fn panel<S: Simd>(&self, index: usize) -> &[S::f32s] {
        let length = self.depth * self.vector;
        S::as_simd_f32s(&self.values[index * length..][..length]).0
    }
}
