//! A product with a bias: `y = x·W + b`, for whatever does not wait for the step before.

use super::lanes::{Place, of_lane_mut};
use super::panels::Panels;
use super::product::{Finish, Rows, product};
use pulp::Simd;

/// `y` `[lanes, N]` = `x` `[lanes, K]` · `panels` `[K, N]` + `bias` `[N]`, on one thread.
#[inline(always)]
pub(crate) fn affine<S: Simd>(
    simd: S,
    x: &[f32],
    panels: &Panels,
    bias: &[f32],
    y: &mut [f32],
    spare: &mut Vec<f32>,
) {
    let lanes = y.len() / bias.len();
    let depth = x.len() / lanes;
    let rows = Rows { values: x, stride: depth, lanes, depth };
    product(simd, rows, panels, spare, &mut AddBias { bias, y });
}

struct AddBias<'a> {
    bias: &'a [f32],
    y: &'a mut [f32],
}

impl<S: Simd> Finish<S> for AddBias<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, lane: usize, sums: &[S::f32s]) {
        let size = self.bias.len();
        let y = of_lane_mut(self.y, lane, size);
        for (index, &sum) in sums.iter().enumerate() {
            let place = Place::new::<S>(index, size);
            place.store(simd, y, simd.add_f32s(sum, place.load(simd, self.bias)));
        }
    }
}
