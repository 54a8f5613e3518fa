//! The minimal gated recurrent unit, which reads the state before in its last line only:
//!
//! ```text
//! z  = σ(x_z)
//! h' = h + z ⊙ (x_n − h)
//! ```

use crate::activation::sigmoid;
use crate::linear::product::Finish;
use crate::recurrence::backward::HiddenGradient;
use crate::recurrence::partition::{Span, by_gate, by_gate_mut, row_mut, row_of};
use crate::recurrence::step::Pre;
use pulp::Simd;

/// One time step. There is no recurrent product, so the sums are zeros.
pub(crate) struct Forward<'a> {
    pub(crate) units: usize,
    pub(crate) pre: Pre<'a>,
    /// Of row 0, in `[T, B]`.
    pub(crate) first_position: usize,
    /// `h`, `[rows, H]`.
    pub(crate) before: &'a [f32],
    /// To be filled with `h'`, `[rows, H]`.
    pub(crate) hidden: &'a mut [f32],
    /// To be filled with `z` and `x_n`, `[rows, 2·H]`.
    pub(crate) gates: Option<&'a mut [f32]>,
}

impl<S: Simd> Finish<S> for Forward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, row: usize, _: &[S::f32s]) {
        let [x_z, x_n] = by_gate(self.pre.row(self.first_position + row, 2 * self.units));
        let before = row_of(self.before, row, self.units);
        let after = row_mut(self.hidden, row, self.units);
        let mut kept = self
            .gates
            .as_deref_mut()
            .map(|gates| by_gate_mut::<2>(row_mut(gates, row, 2 * self.units)));
        for index in 0..self.units.div_ceil(S::F32_LANES) {
            let span = Span::new::<S>(index, self.units);
            let z = sigmoid(simd, span.load(simd, x_z));
            let n = span.load(simd, x_n);
            let h = span.load(simd, before);
            span.store(simd, after, simd.mul_add_e_f32s(z, simd.sub_f32s(n, h), h));
            if let Some(kept) = &mut kept {
                for (row, value) in kept.iter_mut().zip([z, n]) {
                    span.store(simd, row, value);
                }
            }
        }
    }
}

/// One time step back. No gradient comes through a recurrent product, so the sums are zeros.
pub(crate) struct Backward<'a> {
    pub(crate) units: usize,
    pub(crate) dh: HiddenGradient<'a>,
    /// `h`, `[rows, H]`.
    pub(crate) before: &'a [f32],
    /// `z` and `x_n`; to be filled with the gradients of `x_z` and `x_n`, `[rows, 2·H]`.
    pub(crate) gates: &'a mut [f32],
}

impl<S: Simd> Finish<S> for Backward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]) {
        let one = simd.splat_f32s(1.0);
        let mul = |a, b| simd.mul_f32s(a, b);
        let sub = |a, b| simd.sub_f32s(a, b);
        let mut dh = self.dh.row_of(row, self.units);
        let before = row_of(self.before, row, self.units);
        let mut gates = by_gate_mut::<2>(row_mut(self.gates, row, 2 * self.units));
        for (index, &product) in sums.iter().enumerate() {
            let span = Span::new::<S>(index, self.units);
            let [z, n] = gates.each_ref().map(|row| span.load(simd, row));
            let h = span.load(simd, before);
            let dh = dh.take(simd, span, product, Some(sub(one, z)));
            let d_z = mul(mul(dh, sub(n, h)), mul(z, sub(one, z)));
            for (row, gradient) in gates.iter_mut().zip([d_z, mul(dh, z)]) {
                span.store(simd, row, gradient);
            }
        }
    }
}
