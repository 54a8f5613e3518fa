//! Documents that begin inside a batch: a state is zero where the resets say so, and no gradient passes.

use crate::gpu::adapter::scalar;
use crate::gpu::budget;
use crate::gpu::buffers::{assert_shape, buffer, empty};
use crate::gpu::order::{cube_x, cube_y, cube_z, unit_x};
use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Units of a cube that copies states, each with a number.
const UNITS: usize = 64;

/// `value`, or zero where `resets` `[T, B]` mark the `line`. The kernels of a batch without resets do not
/// contain this choice.
#[cube]
pub(super) fn unless_reset<N: Size>(
    value: Vector<f32, N>,
    resets: &ComptimeOption<Box<[i32]>>,
    line: usize,
) -> Vector<f32, N> {
    #[comptime]
    match resets {
        ComptimeOption::Some(resets) => {
            let mut kept = Vector::<f32, N>::new(0.0);
            if resets[line] == 0 {
                kept = value;
            }
            kept
        }
        ComptimeOption::None => value,
    }
}

/// The states `[T, B, H]` that the steps start from, given those after each and the first, `[T+1, B, H]`, and
/// the `resets` `[T, B]`.
pub(super) fn states_before(states: &CubeTensor, resets: &CubeTensor) -> CubeTensor {
    let [steps, batch_size] = resets.shape().dims::<2>();
    let [_, _, hidden_size] = states.shape().dims::<3>();
    assert_shape(states, [steps + 1, batch_size, hidden_size]);
    assert_shape(resets, [steps, batch_size]);
    let before = empty(states, [steps, batch_size, hidden_size]);
    let columns = hidden_size.div_ceil(UNITS);
    for range in budget::cubes(steps, budget::of_numbers(2 * batch_size * hidden_size)) {
        // SAFETY: the kernel reads and writes the numbers below H of lines below T·B.
        #[expect(unsafe_code, reason = "a launch without bounds checks")]
        unsafe {
            copy_before::launch_unchecked(
                &states.client,
                CubeCount::Static(scalar(columns), scalar(batch_size), scalar(range.len())),
                CubeDim::new_1d(scalar(UNITS)),
                buffer(states),
                buffer(resets),
                buffer(&before),
                scalar(range.start),
                scalar(batch_size),
                scalar(hidden_size),
            );
        }
    }
    before
}

#[cube(launch_unchecked)]
fn copy_before(
    states: &[f32],
    resets: &[i32],
    before: &mut [f32],
    first_step: u32,
    batch_size: u32,
    hidden_size: u32,
) {
    let column = cube_x() as usize * UNITS + unit_x() as usize;
    if column < hidden_size as usize {
        let line = ((first_step + cube_z()) * batch_size + cube_y()) as usize;
        let at = line * hidden_size as usize + column;
        let mut kept = 0.0f32;
        if resets[line] == 0 {
            kept = states[at];
        }
        before[at] = kept;
    }
}
