//! The plain network: `h' = tanh(x + u)`.

use crate::activation::tanh;
use crate::backward::HiddenGradient;
use crate::lanes::{Place, of_lane, of_lane_mut};
use crate::product::Finish;
use crate::step::Pre;
use pulp::Simd;

/// One time step; the sums are `u = h·U`.
pub(crate) struct Forward<'a> {
    pub(crate) units: usize,
    pub(crate) pre: Pre<'a>,
    /// Of lane 0, in `[T, B]`.
    pub(crate) first_place: usize,
    /// To be filled, `[lanes, H]`.
    pub(crate) hidden: &'a mut [f32],
}

impl<S: Simd> Finish<S> for Forward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, lane: usize, sums: &[S::f32s]) {
        let x = self.pre.row(self.first_place + lane, self.units);
        let h = of_lane_mut(self.hidden, lane, self.units);
        for (index, &u) in sums.iter().enumerate() {
            let place = Place::new::<S>(index, self.units);
            place.store(simd, h, tanh(simd, simd.add_f32s(place.load(simd, x), u)));
        }
    }
}

/// One time step back; the sums are what the step after sends through the recurrent product.
pub(crate) struct Backward<'a> {
    pub(crate) units: usize,
    pub(crate) dh: HiddenGradient<'a>,
    /// The state after the step, `[lanes, H]`.
    pub(crate) after: &'a [f32],
    /// To be filled with the gradient of the pre-activation, `[lanes, H]`.
    pub(crate) d_pre: &'a mut [f32],
}

impl<S: Simd> Finish<S> for Backward<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, lane: usize, sums: &[S::f32s]) {
        let mut dh = self.dh.of_lane(lane, self.units);
        let h = of_lane(self.after, lane, self.units);
        let d_u = of_lane_mut(self.d_pre, lane, self.units);
        for (index, &product) in sums.iter().enumerate() {
            let place = Place::new::<S>(index, self.units);
            let dh = dh.take(simd, place, product, None);
            let h = place.load(simd, h);
            let slope = simd.negate_mul_add_e_f32s(h, h, simd.splat_f32s(1.0)); // 1 − h²
            place.store(simd, d_u, simd.mul_f32s(dh, slope));
        }
    }
}
