//! The gated recurrent unit: with `u = h·U + b`,
//!
//! ```text
//! z  = σ(x_z + u_z)
//! r  = σ(x_r + u_r)
//! n  = tanh(x_n + r ⊙ u_n)
//! h' = n + z ⊙ (h − n)
//! ```

use crate::activation::{sigmoid, tanh};
use crate::linear::product::Finish;
use crate::recurrence::backward::HiddenGradient;
use crate::recurrence::partition::{Span, by_gate, by_gate_mut, row_mut, row_of};
use crate::recurrence::step::Pre;
use pulp::Simd;

/// One time step; the sums are `h·U`, gate by gate.
pub(crate) struct Forward<'a> {
    pub(crate) units: usize,
    pub(crate) pre: Pre<'a>,
    /// Of row 0, in `[T, B]`.
    pub(crate) first_position: usize,
    /// `b`, `[3·H]`.
    pub(crate) bias: &'a [f32],
    /// `h`, `[rows, H]`.
    pub(crate) before: &'a [f32],
    /// To be filled with `h'`, `[rows, H]`.
    pub(crate) hidden: &'a mut [f32],
    /// To be filled with `z`, `r`, `n` and `u_n`, `[rows, 4·H]`.
    pub(crate) gates: Option<&'a mut [f32]>,
}

impl<S: Simd> Finish<S> for Forward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]) {
        let [x_z, x_r, x_n] = by_gate(self.pre.row(self.first_position + row, 3 * self.units));
        let [b_z, b_r, b_n] = by_gate(self.bias);
        let [u_z, u_r, u_n] = by_gate(sums);
        let before = row_of(self.before, row, self.units);
        let after = row_mut(self.hidden, row, self.units);
        let mut kept = self
            .gates
            .as_deref_mut()
            .map(|gates| by_gate_mut::<4>(row_mut(gates, row, 4 * self.units)));
        for (index, ((&u_z, &u_r), &u_n)) in u_z.iter().zip(u_r).zip(u_n).enumerate() {
            let span = Span::new::<S>(index, self.units);
            let add = |sum, row| simd.add_f32s(sum, span.load(simd, row));
            let z = sigmoid(simd, add(add(u_z, b_z), x_z));
            let r = sigmoid(simd, add(add(u_r, b_r), x_r));
            let u_n = add(u_n, b_n);
            let n = tanh(simd, simd.mul_add_e_f32s(r, u_n, span.load(simd, x_n)));
            let h = span.load(simd, before);
            span.store(simd, after, simd.mul_add_e_f32s(z, simd.sub_f32s(h, n), n));
            if let Some(kept) = &mut kept {
                for (row, value) in kept.iter_mut().zip([z, r, n, u_n]) {
                    span.store(simd, row, value);
                }
            }
        }
    }
}

/// One time step back; the sums are what the step after sends through the recurrent product.
pub(crate) struct Backward<'a> {
    pub(crate) units: usize,
    pub(crate) dh: HiddenGradient<'a>,
    /// `h`, `[rows, H]`.
    pub(crate) before: &'a [f32],
    /// `z`, `r`, `n` and `u_n`; to be filled with the gradients of u, three gates, `[rows, 4·H]`.
    pub(crate) gates: &'a mut [f32],
    /// To be filled with the gradients of x, `[rows, 3·H]`.
    pub(crate) d_pre: &'a mut [f32],
}

impl<S: Simd> Finish<S> for Backward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]) {
        let one = simd.splat_f32s(1.0);
        let mul = |a, b| simd.mul_f32s(a, b);
        let sub = |a, b| simd.sub_f32s(a, b);
        let mut dh = self.dh.row_of(row, self.units);
        let before = row_of(self.before, row, self.units);
        let gates = row_mut(self.gates, row, 4 * self.units);
        let mut gates = by_gate_mut::<4>(gates);
        let mut d_pre = by_gate_mut::<3>(row_mut(self.d_pre, row, 3 * self.units));
        for (index, &product) in sums.iter().enumerate() {
            let span = Span::new::<S>(index, self.units);
            let [z, r, n, u_n] = gates.each_ref().map(|row| span.load(simd, row));
            let h = span.load(simd, before);
            let dh = dh.take(simd, span, product, Some(z));
            let d_n = mul(mul(dh, sub(one, z)), sub(one, mul(n, n)));
            let d_z = mul(mul(dh, sub(h, n)), mul(z, sub(one, z)));
            let d_r = mul(mul(d_n, u_n), mul(r, sub(one, r)));
            for (row, d_u) in gates.iter_mut().zip([d_z, d_r, mul(d_n, r)]) {
                span.store(simd, row, d_u);
            }
            for (row, d_x) in d_pre.iter_mut().zip([d_z, d_r, d_n]) {
                span.store(simd, row, d_x);
            }
        }
    }
}
