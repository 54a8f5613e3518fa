//! Dropout on a GPU: one launch, which hashes the place of every number.

use super::adapter::{limits, scalar};
use super::budget;
use super::buffers::{assert_shape, buffer, contiguous, empty};
use super::order::{cube_x, unit_x};
use crate::dropout::{Kernels, Mask, Words};
use burn::backend::TensorMetadata;
use burn::backend::ops::FloatTensorOps;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use charnn_cpu::dropout::COUNTERS;
use cubecl::prelude::*;

/// Units of a cube, where the adapter has as many.
const UNITS: usize = 256;
/// Cubes of a launch: what every graphics API allows.
const MOST_CUBES: usize = 65_535;
/// Operations for a number, in multiply-adds.
const OPERATIONS: usize = 80;

impl Kernels for CubeBackend {
    fn dropped(x: CubeTensor, mask: Mask) -> CubeTensor {
        let shape = x.shape();
        let count = shape.num_elements();
        let x = contiguous(&CubeBackend::float_reshape(x, [count].into()));
        let dropped = empty(&x, [count]);
        assert_shape(&x, [count]);
        let client = &x.client;
        let units = UNITS.min(limits(client).units);
        let Words { key, threshold, scale, period } = mask.words(count);
        let seconds = budget::of_multiply_adds(OPERATIONS) + budget::of_numbers(2);
        for numbers in budget::numbers(count, seconds) {
            let cubes = numbers.len().div_ceil(units).clamp(1, MOST_CUBES);
            // SAFETY: the kernel stays below `count`, the length of both buffers.
            #[expect(unsafe_code, reason = "a launch without bounds checks")]
            unsafe {
                apply::launch_unchecked(
                    client,
                    CubeCount::Static(scalar(cubes), 1, 1),
                    CubeDim::new_1d(scalar(units)),
                    buffer(&x),
                    buffer(&dropped),
                    ScalarsLaunch::new(key[0], key[1], threshold, scale, scalar(period)),
                    scalar(numbers.start),
                    scalar(numbers.end),
                    scalar(cubes * units),
                );
            }
        }
        CubeBackend::float_reshape(dropped, shape)
    }
}

/// [`Words`].
#[derive(CubeType, CubeLaunch)]
struct Scalars {
    key0: u32,
    key1: u32,
    threshold: u32,
    scale: f32,
    period: u32,
}

/// Writes the numbers `from..to` of `values` times the mask to `dropped`; there are `stride` units.
#[allow(clippy::needless_pass_by_value, reason = "kernels take structures by value")]
#[cube(launch_unchecked)]
fn apply(values: &[f32], dropped: &mut [f32], mask: Scalars, from: u32, to: u32, stride: u32) {
    let mut at = from + cube_x() * CUBE_DIM_X + unit_x();
    while at < to {
        let word = word(at % mask.period, mask.key0, mask.key1);
        let factor = select(word < mask.threshold, 0.0f32, mask.scale);
        dropped[at as usize] = values[at as usize] * factor;
        at += stride;
    }
}

/// The word of a place: see [`Mask::factors`].
#[allow(clippy::manual_rotate, reason = "a kernel has no rotation")]
#[cube]
fn word(position: u32, key0: u32, key1: u32) -> u32 {
    let counters = comptime!(scalar(COUNTERS));
    let (block, position) = (position / (2 * counters), position % (2 * counters));
    let key2 = key0 ^ key1 ^ 0x1BD1_1BDA;
    let mut a = block * counters + position % counters + key0;
    let mut b = key1;
    #[unroll]
    for round in 0..13u32 {
        let by = comptime!([13u32, 15, 26, 6, 17, 29, 16, 24][(round % 8) as usize]);
        a += b;
        b = ((b << by) | (b >> (32 - by))) ^ a;
        if comptime!(round == 3) {
            a += key1;
            b += key2 + 1;
        }
        if comptime!(round == 7) {
            a += key2;
            b += key0 + 2;
        }
        if comptime!(round == 11) {
            a += key0;
            b += key1 + 3;
        }
    }
    select(position < counters, a, b)
}
