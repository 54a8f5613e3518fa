//! Copies tensors side by side into one buffer, and sums the squares of each block on the way.

use super::flat::Layout;
use crate::gpu::adapter::{Limits, limits, scalar};
use crate::gpu::budget;
use crate::gpu::buffers::{assert_shape, buffer};
use crate::gpu::combine::{UNITS, combine};
use crate::gpu::order::{cube_x, unit_x};
use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Numbers of a block, which a cube copies.
const BLOCK: usize = 4096;
/// Buffers of the kernel besides the tensors to copy: the copy and the sums of squares.
const OTHER_BUFFERS: usize = 2;
/// The most tensors of a launch, so that a kernel stays small.
const MOST_SOURCES: usize = 14;

/// How many blocks the tensors of `layout` have: no block holds numbers of two of them.
pub(super) fn blocks(layout: &Layout) -> usize {
    layout.parts().map(|(_, count)| count.div_ceil(BLOCK)).sum()
}

/// Copies `tensors` `[N]` into `flat`, if given, from `offset` on, each number multiplied by `factor`, and
/// writes the sum of the squares of each block to `squares` `[blocks]`, if given. Several launches where the adapter cannot
/// bind as many buffers.
pub(super) fn run(
    tensors: &[CubeTensor],
    layout: &Layout,
    offset: usize,
    flat: Option<&CubeTensor>,
    squares: Option<&CubeTensor>,
    factor: f32,
) {
    let client = &tensors[0].client;
    let Limits { units, buffers, .. } = limits(client);
    let at_once = buffers.saturating_sub(OTHER_BUFFERS).clamp(1, MOST_SOURCES);
    let units = 1 << UNITS.min(units).ilog2();
    let parts: Vec<(usize, usize)> = layout.parts().collect();
    if let Some(flat) = flat {
        let [length] = flat.shape().dims::<1>();
        assert_shape(flat, [length]);
        assert!(offset + layout.total <= length, "{length} numbers for {layout:?}");
    }
    let mut done = 0; // blocks
    if let Some(squares) = squares {
        assert_shape(squares, [blocks(layout)]);
    }
    for (tensors, parts) in tensors.chunks(at_once).zip(parts.chunks(at_once)) {
        let mut ends = 0; // blocks
        let mut places = Vec::with_capacity(tensors.len());
        for (tensor, (start, count)) in tensors.iter().zip(parts) {
            assert_shape(tensor, [*count]);
            let first = ends;
            ends += count.div_ceil(BLOCK);
            places.push((tensor, [*count, offset + start, first, ends]));
        }
        for blocks in budget::cubes(ends, budget::of_numbers(2 * BLOCK)) {
            let mut sources = SequenceArg::<Source>::new();
            for (tensor, sizes) in &places {
                let [count, start, first, end] = sizes.map(scalar);
                sources.push(SourceLaunch::new(buffer(tensor), count, start, first, end));
            }
            // SAFETY: a cube copies numbers below the count of its tensor to places that the layout keeps
            // for them, as asserted, and writes one sum per block.
            #[expect(unsafe_code, reason = "a launch without bounds checks")]
            unsafe {
                gather_blocks::launch_unchecked(
                    client,
                    CubeCount::Static(scalar(blocks.len().max(1)), 1, 1),
                    CubeDim::new_1d(scalar(units)),
                    sources,
                    flat.map(buffer).into(),
                    squares.map(buffer).into(),
                    scalar(done),
                    scalar(blocks.start),
                    factor,
                    units,
                );
            }
        }
        done += ends;
    }
}

/// A tensor to copy.
#[derive(CubeType, CubeLaunch)]
struct Source {
    /// `[count]`.
    numbers: Box<[f32]>,
    count: u32,
    /// Where it goes.
    start: u32,
    /// Its blocks among those of the launch.
    first_block: u32,
    end_block: u32,
}

/// Copies one block, from `first` on; the blocks of these sources come after `done` others.
#[allow(clippy::needless_pass_by_value, reason = "kernels take structures by value")]
#[cube(launch_unchecked)]
fn gather_blocks(
    sources: Sequence<Source>,
    mut flat: ComptimeOption<Box<[f32]>>,
    squares: ComptimeOption<Box<[f32]>>,
    done: u32,
    first: u32,
    factor: f32,
    #[comptime] units: usize,
) {
    let block = first + cube_x();
    let unit = unit_x() as usize;
    let mut sum = 0.0f32;
    #[unroll]
    for index in 0..sources.len() {
        let source = sources.index(index);
        if block >= source.first_block && block < source.end_block {
            let from = (block - source.first_block) as usize * BLOCK + unit;
            let count = source.count as usize;
            let start = source.start as usize;
            for round in 0..comptime!(BLOCK / units) {
                let at = from + round * units;
                if at < count {
                    let number = source.numbers[at] * factor;
                    #[comptime]
                    match &mut flat {
                        ComptimeOption::Some(flat) => flat[start + at] = number,
                        ComptimeOption::None => {}
                    }
                    sum = fma(number, number, sum);
                }
            }
        }
    }
    #[comptime]
    match squares {
        ComptimeOption::Some(mut squares) => {
            let mut parts = Shared::<[f32]>::new_slice(units);
            let sum = combine(&mut parts, sum, unit, units, false);
            if unit == 0 {
                squares[(done + block) as usize] = sum;
            }
        }
        ComptimeOption::None => {}
    }
}
