//! A product with a bias: `y = x·W + b`, for inputs that do not depend on the previous time step.

use crate::linear::panels::Panels;
use crate::linear::product::{Finish, Rows, product};
use crate::recurrence::partition::{Span, row_mut};
use pulp::Simd;

/// `y` `[rows, N]` = `x` `[rows, K]` · `panels` `[K, N]` + `bias` `[N]`, on one thread.
#[inline(always)]
pub(crate) fn affine<S: Simd>(
    simd: S,
    x: &[f32],
    panels: &Panels,
    bias: &[f32],
    y: &mut [f32],
    spare: &mut Vec<f32>,
) {
    let count = y.len() / bias.len();
    let depth = x.len() / count;
    let rows = Rows { values: x, stride: depth, count, depth };
    product(simd, rows, panels, spare, &mut AddBias { bias, y });
}

struct AddBias<'a> {
    bias: &'a [f32],
    y: &'a mut [f32],
}

impl<S: Simd> Finish<S> for AddBias<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]) {
        let size = self.bias.len();
        let y = row_mut(self.y, row, size);
        for (index, &sum) in sums.iter().enumerate() {
            let span = Span::new::<S>(index, size);
            span.store(simd, y, simd.add_f32s(sum, span.load(simd, self.bias)));
        }
    }
}
