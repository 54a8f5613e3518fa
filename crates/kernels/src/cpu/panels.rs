//! A recurrent kernel, packed in the order in which the product reads it.

use pulp::Simd;

/// A matrix `[K, G·N]` cut into *panels*: one panel holds, for every row, as many units as fit
/// `vector` numbers, of every gate.
///
/// A panel is read from front to back while the sums of its columns stay in registers. Units
/// beyond `N` are zeros.
pub(crate) struct Panels {
    /// `[panels][K][G][vector]`.
    values: Vec<f32>,
    depth: usize,
    gates: usize,
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
        value: impl Fn(usize, usize, usize) -> f32,
    ) -> Self {
        let mut values = Vec::with_capacity(units.next_multiple_of(vector) * gates * depth);
        for first in (0..units).step_by(vector) {
            for k in 0..depth {
                for gate in 0..gates {
                    values.extend(
                        (first..first + vector)
                            .map(|unit| if unit < units { value(k, gate, unit) } else { 0.0 }),
                    );
                }
            }
        }
        Self { values, depth, gates, vector }
    }

    /// How many panels there are.
    pub(crate) fn count(&self) -> usize {
        self.values.len() / (self.depth * self.gates * self.vector).max(1)
    }

    /// A panel, `[K][G]` vectors.
    #[inline(always)]
    pub(crate) fn panel<S: Simd, const G: usize>(&self, index: usize) -> &[[S::f32s; G]] {
        let length = self.depth * self.gates * self.vector;
        let (vectors, _) = S::as_simd_f32s(&self.values[index * length..][..length]);
        vectors.as_chunks().0
    }
}
