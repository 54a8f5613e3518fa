//! The plain network: `h' = tanh(x + u)`.

use crate::activation::tanh;
use crate::linear::product::Finish;
use crate::recurrence::backward::HiddenGradient;
use crate::recurrence::partition::{Span, row_mut, row_of};
use crate::recurrence::step::Pre;
use pulp::Simd;

/// One time step; the sums are `u = h·U`.
pub(crate) struct Forward<'a> {
    pub(crate) units: usize,
    pub(crate) pre: Pre<'a>,
    /// Of row 0, in `[T, B]`.
    pub(crate) first_position: usize,
    /// To be filled, `[rows, H]`.
    pub(crate) hidden: &'a mut [f32],
}

impl<S: Simd> Finish<S> for Forward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]) {
        let x = self.pre.row(self.first_position + row, self.units);
        let h = row_mut(self.hidden, row, self.units);
        for (index, &u) in sums.iter().enumerate() {
            let span = Span::new::<S>(index, self.units);
            span.store(simd, h, tanh(simd, simd.add_f32s(span.load(simd, x), u)));
        }
    }
}

/// One time step back; the sums are what the step after sends through the recurrent product.
pub(crate) struct Backward<'a> {
    pub(crate) units: usize,
    pub(crate) dh: HiddenGradient<'a>,
    /// The state after the step, `[rows, H]`.
    pub(crate) after: &'a [f32],
    /// To be filled with the gradient of the pre-activation, `[rows, H]`.
    pub(crate) d_pre: &'a mut [f32],
}

impl<S: Simd> Finish<S> for Backward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]) {
        let mut dh = self.dh.row_of(row, self.units);
        let h = row_of(self.after, row, self.units);
        let d_u = row_mut(self.d_pre, row, self.units);
        for (index, &product) in sums.iter().enumerate() {
            let span = Span::new::<S>(index, self.units);
            let dh = dh.take(simd, span, product, None);
            let h = span.load(simd, h);
            let slope = simd.negate_mul_add_e_f32s(h, h, simd.splat_f32s(1.0)); // 1 − h²
            span.store(simd, d_u, simd.mul_f32s(dh, slope));
        }
    }
}
