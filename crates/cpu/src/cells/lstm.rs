//! Long short-term memory:
//!
//! ```text
//! i, f, g, o = x + u
//! c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)
//! h' = σ(o) ⊙ tanh(c')
//! ```

use crate::activation::{sigmoid, tanh};
use crate::backward::HiddenGradient;
use crate::lanes::{Place, by_gate, by_gate_mut, of_lane, of_lane_mut};
use crate::product::Finish;
use crate::step::Pre;
use pulp::Simd;

/// One time step; the sums are `u = h·U`, gate by gate.
pub(crate) struct Forward<'a> {
    pub(crate) units: usize,
    pub(crate) pre: Pre<'a>,
    /// Of lane 0, in `[T, B]`.
    pub(crate) first_place: usize,
    /// `c`, `[lanes, H]`.
    pub(crate) before: &'a [f32],
    /// To be filled with `c'`, `[lanes, H]`.
    pub(crate) carried: &'a mut [f32],
    /// To be filled with `h'`, `[lanes, H]`.
    pub(crate) hidden: &'a mut [f32],
    /// To be filled with i, f, g and o after activation, `[lanes, 4·H]`.
    pub(crate) gates: Option<&'a mut [f32]>,
}

impl<S: Simd> Finish<S> for Forward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, lane: usize, sums: &[S::f32s]) {
        let [x_i, x_f, x_g, x_o] = by_gate(self.pre.row(self.first_place + lane, 4 * self.units));
        let before = of_lane(self.before, lane, self.units);
        let carried = of_lane_mut(self.carried, lane, self.units);
        let hidden = of_lane_mut(self.hidden, lane, self.units);
        let mut kept = self
            .gates
            .as_deref_mut()
            .map(|gates| by_gate_mut::<4>(of_lane_mut(gates, lane, 4 * self.units)));
        let [u_i, u_f, u_g, u_o] = by_gate(sums);
        let sums = u_i.iter().zip(u_f).zip(u_g).zip(u_o);
        for (index, (((&u_i, &u_f), &u_g), &u_o)) in sums.enumerate() {
            let place = Place::new::<S>(index, self.units);
            let add = |sum, row| simd.add_f32s(sum, place.load(simd, row));
            let i = sigmoid(simd, add(u_i, x_i));
            let f = sigmoid(simd, add(u_f, x_f));
            let g = tanh(simd, add(u_g, x_g));
            let o = sigmoid(simd, add(u_o, x_o));
            let c = place.load(simd, before);
            let c = simd.mul_add_e_f32s(f, c, simd.mul_f32s(i, g));
            place.store(simd, carried, c);
            place.store(simd, hidden, simd.mul_f32s(o, tanh(simd, c)));
            if let Some(kept) = &mut kept {
                for (row, value) in kept.iter_mut().zip([i, f, g, o]) {
                    place.store(simd, row, value);
                }
            }
        }
    }
}

/// One time step back; the sums are what the step after sends through the recurrent product.
pub(crate) struct Backward<'a> {
    pub(crate) units: usize,
    pub(crate) dh: HiddenGradient<'a>,
    /// `c`, `[lanes, H]`.
    pub(crate) before: &'a [f32],
    /// `c'`, `[lanes, H]`.
    pub(crate) after: &'a [f32],
    /// i, f, g and o; to be filled with the gradients of their pre-activations, `[lanes, 4·H]`.
    pub(crate) gates: &'a mut [f32],
    /// The gradient of `c'`; to be filled with that of `c`, `[lanes, H]`.
    pub(crate) d_carried: &'a mut [f32],
}

impl<S: Simd> Finish<S> for Backward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, lane: usize, sums: &[S::f32s]) {
        let one = simd.splat_f32s(1.0);
        let mul = |a, b| simd.mul_f32s(a, b);
        let sub = |a, b| simd.sub_f32s(a, b);
        let mut dh = self.dh.of_lane(lane, self.units);
        let before = of_lane(self.before, lane, self.units);
        let after = of_lane(self.after, lane, self.units);
        let gates = of_lane_mut(self.gates, lane, 4 * self.units);
        let mut gates = by_gate_mut::<4>(gates);
        let d_carried = of_lane_mut(self.d_carried, lane, self.units);
        for (index, &product) in sums.iter().enumerate() {
            let place = Place::new::<S>(index, self.units);
            let [i, f, g, o] = gates.each_ref().map(|row| place.load(simd, row));
            let tanh_c = tanh(simd, place.load(simd, after));
            let dh = dh.take(simd, place, product, None);
            let slope = sub(one, mul(tanh_c, tanh_c));
            let dc = simd.mul_add_e_f32s(mul(dh, o), slope, place.load(simd, d_carried));
            place.store(simd, d_carried, mul(dc, f));
            let d_i = mul(mul(dc, g), mul(i, sub(one, i)));
            let d_f = mul(mul(dc, place.load(simd, before)), mul(f, sub(one, f)));
            let d_g = mul(mul(dc, i), sub(one, mul(g, g)));
            let d_o = mul(mul(dh, tanh_c), mul(o, sub(one, o)));
            for (row, gradient) in gates.iter_mut().zip([d_i, d_f, d_g, d_o]) {
                place.store(simd, row, gradient);
            }
        }
    }
}
