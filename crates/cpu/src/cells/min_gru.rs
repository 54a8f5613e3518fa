//! The minimal gated recurrent unit, which reads the state before in its last line only:
//!
//! ```text
//! z  = σ(x_z)
//! h' = h + z ⊙ (x_n − h)
//! ```

use crate::activation::sigmoid;
use crate::backward::HiddenGradient;
use crate::lanes::{Place, by_gate, by_gate_mut, of_lane, of_lane_mut};
use crate::product::Finish;
use crate::step::Pre;
use pulp::Simd;

/// One time step. There is no recurrent product, so the sums are zeros.
pub(crate) struct Forward<'a> {
    pub(crate) units: usize,
    pub(crate) pre: Pre<'a>,
    /// Of lane 0, in `[T, B]`.
    pub(crate) first_place: usize,
    /// `h`, `[lanes, H]`.
    pub(crate) before: &'a [f32],
    /// To be filled with `h'`, `[lanes, H]`.
    pub(crate) hidden: &'a mut [f32],
    /// To be filled with `z` and `x_n`, `[lanes, 2·H]`.
    pub(crate) gates: Option<&'a mut [f32]>,
}

impl<S: Simd> Finish<S> for Forward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, lane: usize, _: &[S::f32s]) {
        let [x_z, x_n] = by_gate(self.pre.row(self.first_place + lane, 2 * self.units));
        let before = of_lane(self.before, lane, self.units);
        let after = of_lane_mut(self.hidden, lane, self.units);
        let mut kept = self
            .gates
            .as_deref_mut()
            .map(|gates| by_gate_mut::<2>(of_lane_mut(gates, lane, 2 * self.units)));
        for index in 0..self.units.div_ceil(S::F32_LANES) {
            let place = Place::new::<S>(index, self.units);
            let z = sigmoid(simd, place.load(simd, x_z));
            let n = place.load(simd, x_n);
            let h = place.load(simd, before);
            place.store(simd, after, simd.mul_add_e_f32s(z, simd.sub_f32s(n, h), h));
            if let Some(kept) = &mut kept {
                for (row, value) in kept.iter_mut().zip([z, n]) {
                    place.store(simd, row, value);
                }
            }
        }
    }
}

/// One time step back. No gradient comes through a recurrent product, so the sums are zeros.
pub(crate) struct Backward<'a> {
    pub(crate) units: usize,
    pub(crate) dh: HiddenGradient<'a>,
    /// `h`, `[lanes, H]`.
    pub(crate) before: &'a [f32],
    /// `z` and `x_n`; to be filled with the gradients of `x_z` and `x_n`, `[lanes, 2·H]`.
    pub(crate) gates: &'a mut [f32],
}

impl<S: Simd> Finish<S> for Backward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, lane: usize, sums: &[S::f32s]) {
        let one = simd.splat_f32s(1.0);
        let mul = |a, b| simd.mul_f32s(a, b);
        let sub = |a, b| simd.sub_f32s(a, b);
        let mut dh = self.dh.of_lane(lane, self.units);
        let before = of_lane(self.before, lane, self.units);
        let mut gates = by_gate_mut::<2>(of_lane_mut(self.gates, lane, 2 * self.units));
        for (index, &product) in sums.iter().enumerate() {
            let place = Place::new::<S>(index, self.units);
            let [z, n] = gates.each_ref().map(|row| place.load(simd, row));
            let h = place.load(simd, before);
            let dh = dh.take(simd, place, product, Some(sub(one, z)));
            let d_z = mul(mul(dh, sub(n, h)), mul(z, sub(one, z)));
            for (row, gradient) in gates.iter_mut().zip([d_z, mul(dh, z)]) {
                place.store(simd, row, gradient);
            }
        }
    }
}
