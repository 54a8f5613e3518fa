//! Adam for all parameters in one launch.

use super::verdict::{CriteriaArguments, Evidence, Verdict, judge};
use crate::adam::{Factors, Rates};
use crate::gpu::adam::{Scalars, ScalarsLaunch, moved};
use crate::gpu::adapter::scalar;
use crate::gpu::budget;
use crate::gpu::buffers::{assert_shape, buffer, empty};
use crate::gpu::order::{cube_x, unit_x};
use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Numbers that a unit updates: every cube sums the squares again, which should cost little beside.
const NUMBERS_PER_UNIT: usize = 4;
/// Cubes of a launch: what every graphics API allows.
const MOST_CUBES: usize = 65_535;

/// Parameters and moments, `[3 · N]`, after an update against `gradient` `[N]`: those before it where
/// the verdict is that the update is not made.
pub(super) fn update(
    before: &CubeTensor,
    gradient: &CubeTensor,
    evidence: Evidence,
    rates: Rates,
) -> (CubeTensor, Verdict) {
    let [count] = gradient.shape().dims::<1>();
    let after = empty(before, [3 * count]);
    assert_shape(before, [3 * count]);
    assert_shape(gradient, [count]);
    let units = evidence.units();
    for numbers in budget::numbers(count, budget::of_numbers(7)) {
        let cubes = numbers.len().div_ceil(units * NUMBERS_PER_UNIT).clamp(1, MOST_CUBES);
        // SAFETY: the kernel reads and writes below `count` in each third and in the gradient, as asserted;
        // the evidence asserts its own lengths.
        #[expect(unsafe_code, reason = "a launch without bounds checks")]
        unsafe {
            update_all::launch_unchecked(
                &before.client,
                CubeCount::Static(scalar(cubes), 1, 1),
                CubeDim::new_1d(scalar(units)),
                buffer(before),
                buffer(&after),
                buffer(gradient),
                evidence.arguments(),
                ScalarsLaunch::from(Factors::from(rates)),
                scalar(count),
                scalar(numbers.start),
                scalar(numbers.end),
                scalar(cubes * units),
                units,
            );
        }
    }
    (after, Verdict::of(evidence))
}

/// Updates the numbers `from..to` of `count`; there are `stride` units. The values come first, then the two
/// moments. The launch of the last numbers writes the verdict, which shows that it was run.
#[allow(clippy::needless_pass_by_value, reason = "kernels take structures by value")]
#[cube(launch_unchecked)]
fn update_all(
    before: &[f32],
    after: &mut [f32],
    gradient: &[f32],
    mut criteria: CriteriaArguments,
    scalars: Scalars,
    count: u32,
    from: u32,
    to: u32,
    stride: u32,
    #[comptime] units: usize,
) {
    let is_last = to == count;
    let (count, to, stride) = (count as usize, to as usize, stride as usize);
    let found = judge(&criteria, units);
    let mut at = from as usize + cube_x() as usize * units + unit_x() as usize;
    while at < to {
        let mut value = before[at];
        let mut exp_avg = before[count + at];
        let mut exp_avg_sq = before[2 * count + at];
        if found.made {
            let g = gradient[at] * found.scale;
            let new = moved(value, exp_avg, exp_avg_sq, g, &scalars);
            value = new.value;
            exp_avg = new.exp_avg;
            exp_avg_sq = new.exp_avg_sq;
        }
        after[at] = value;
        after[count + at] = exp_avg;
        after[2 * count + at] = exp_avg_sq;
        at += stride;
    }
    if is_last && cube_x() == 0 && unit_x() == 0 {
        criteria.write(found);
    }
}
