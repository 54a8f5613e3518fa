//! Long short-term memory:
//!
//! ```text
//! i, f, g, o = x + u
//! c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)
//! h' = σ(o) ⊙ tanh(c')
//! ```

use crate::activation::{sigmoid, tanh};
use crate::linear::product::Finish;
use crate::recurrence::backward::HiddenGradient;
use crate::recurrence::partition::{Span, by_gate, by_gate_mut, row_mut, row_of};
use crate::recurrence::step::Pre;
use pulp::Simd;

/// One time step; the sums are `u = h·U`, gate by gate.
pub(crate) struct Forward<'a> {
    pub(crate) units: usize,
    pub(crate) pre: Pre<'a>,
    /// Of row 0, in `[T, B]`.
    pub(crate) first_position: usize,
    /// `c`, `[rows, H]`.
    pub(crate) before: &'a [f32],
    /// To be filled with `c'`, `[rows, H]`.
    pub(crate) cell_state: &'a mut [f32],
    /// To be filled with `h'`, `[rows, H]`.
    pub(crate) hidden: &'a mut [f32],
    /// To be filled with i, f, g and o after activation, `[rows, 4·H]`.
    pub(crate) gates: Option<&'a mut [f32]>,
}

impl<S: Simd> Finish<S> for Forward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]) {
        let [x_i, x_f, x_g, x_o] = by_gate(self.pre.row(self.first_position + row, 4 * self.units));
        let before = row_of(self.before, row, self.units);
        let cell_state = row_mut(self.cell_state, row, self.units);
        let hidden = row_mut(self.hidden, row, self.units);
        let mut kept = self
            .gates
            .as_deref_mut()
            .map(|gates| by_gate_mut::<4>(row_mut(gates, row, 4 * self.units)));
        let [u_i, u_f, u_g, u_o] = by_gate(sums);
        let sums = u_i.iter().zip(u_f).zip(u_g).zip(u_o);
        for (index, (((&u_i, &u_f), &u_g), &u_o)) in sums.enumerate() {
            let span = Span::new::<S>(index, self.units);
            let add = |sum, row| simd.add_f32s(sum, span.load(simd, row));
            let i = sigmoid(simd, add(u_i, x_i));
            let f = sigmoid(simd, add(u_f, x_f));
            let g = tanh(simd, add(u_g, x_g));
            let o = sigmoid(simd, add(u_o, x_o));
            let c = span.load(simd, before);
            let c = simd.mul_add_e_f32s(f, c, simd.mul_f32s(i, g));
            span.store(simd, cell_state, c);
            span.store(simd, hidden, simd.mul_f32s(o, tanh(simd, c)));
            if let Some(kept) = &mut kept {
                for (row, value) in kept.iter_mut().zip([i, f, g, o]) {
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
    /// `c`, `[rows, H]`.
    pub(crate) before: &'a [f32],
    /// `c'`, `[rows, H]`.
    pub(crate) after: &'a [f32],
    /// i, f, g and o; to be filled with the gradients of their pre-activations, `[rows, 4·H]`.
    pub(crate) gates: &'a mut [f32],
    /// The gradient of `c'`; to be filled with that of `c`, `[rows, H]`.
    pub(crate) d_cell_state: &'a mut [f32],
}

impl<S: Simd> Finish<S> for Backward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]) {
        let one = simd.splat_f32s(1.0);
        let mul = |a, b| simd.mul_f32s(a, b);
        let sub = |a, b| simd.sub_f32s(a, b);
        let mut dh = self.dh.row_of(row, self.units);
        let before = row_of(self.before, row, self.units);
        let after = row_of(self.after, row, self.units);
        let gates = row_mut(self.gates, row, 4 * self.units);
        let mut gates = by_gate_mut::<4>(gates);
        let d_cell_state = row_mut(self.d_cell_state, row, self.units);
        for (index, &product) in sums.iter().enumerate() {
            let span = Span::new::<S>(index, self.units);
            let [i, f, g, o] = gates.each_ref().map(|row| span.load(simd, row));
            let tanh_c = tanh(simd, span.load(simd, after));
            let dh = dh.take(simd, span, product, None);
            let slope = sub(one, mul(tanh_c, tanh_c));
            let dc = simd.mul_add_e_f32s(mul(dh, o), slope, span.load(simd, d_cell_state));
            span.store(simd, d_cell_state, mul(dc, f));
            let d_i = mul(mul(dc, g), mul(i, sub(one, i)));
            let d_f = mul(mul(dc, span.load(simd, before)), mul(f, sub(one, f)));
            let d_g = mul(mul(dc, i), sub(one, mul(g, g)));
            let d_o = mul(mul(dh, tanh_c), mul(o, sub(one, o)));
            for (row, gradient) in gates.iter_mut().zip([d_i, d_f, d_g, d_o]) {
                span.store(simd, row, gradient);
            }
        }
    }
}
