//! Sums in a fixed order: of gradients over all steps and batch rows, by the row of a table that each
//! looked up, and of all numbers of a tensor.
//!
//! Sorting the ids would need them on the host, which waits for the GPU; a product with one-hot
//! rows grows with the vocabulary; sums in memory shared by units need atomics, which round
//! differently in every run and which many adapters lack. Here a unit owns a column and a stretch
//! of the places, and adds up in shared memory that no other unit touches: each gradient is read
//! once, in order. Larger vocabularies are cut into stretches of rows, for each of which the ids
//! alone are read again.

use super::adapter::{limits, scalar};
use super::budget;
use super::buffers::{assert_shape, buffer, empty};
use super::combine;
use super::order::{cube_x, cube_y, cube_z, unit_x};
use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Units of a cube, each with a column. Not 32: compilers for Metal have miscompiled cubes of exactly
/// one plane.
const UNITS: usize = 64;
/// Table rows of a cube: with [`UNITS`] sums each they fill the shared memory that every adapter
/// has, 16 KiB.
const ROWS: usize = 64;
/// Gradients in flight in a unit.
const AT_ONCE: usize = 8;
/// Places that are worth a stretch of their own.
const FEWEST_PLACES: usize = 256;
/// Stretches of places.
const MOST_STRETCHES: usize = 32;
/// Operations of a unit at a place, in multiply-adds.
const OPERATIONS: usize = 8;

/// The sum `[1]` of `numbers` `[N]`, by one cube.
///
/// Burn's sum would add up the results of four workgroups in the order in which they finish, or, where
/// the adapter has no atomic addition, run in a single unit.
pub(super) fn total(numbers: &CubeTensor) -> CubeTensor {
    let [count] = numbers.shape().dims::<1>();
    assert_shape(numbers, [count]);
    let sum = empty(numbers, [1]);
    let units = 1 << combine::UNITS.min(limits(&numbers.client).units).ilog2();
    // SAFETY: the kernel reads below `count` and writes one number.
    #[expect(unsafe_code, reason = "a launch without bounds checks")]
    unsafe {
        total_of::launch_unchecked(
            &numbers.client,
            CubeCount::Static(1, 1, 1),
            CubeDim::new_1d(scalar(units)),
            buffer(numbers),
            buffer(&sum),
            scalar(count),
            units,
        );
    }
    sum
}

#[cube(launch_unchecked)]
fn total_of(numbers: &[f32], sum: &mut [f32], count: u32, #[comptime] units: usize) {
    let unit = unit_x() as usize;
    let mut parts = Shared::<[f32]>::new_slice(units);
    let all = combine::total(numbers, count as usize, &mut parts, unit, units);
    if unit == 0 {
        sum[0] = all;
    }
}

/// The gradient of a table from those of its rows, `[T, B, W]`, each looked up by one of `ids` `[T, B]`, in
/// pieces: `[pieces, V, W]`.
pub(super) fn by_row(gradients: &CubeTensor, ids: &CubeTensor, vocabulary: usize) -> CubeTensor {
    let [steps, batch_size, width] = gradients.shape().dims::<3>();
    assert_shape(gradients, [steps, batch_size, width]); // no gaps
    assert_shape(ids, [steps, batch_size]);
    let positions = steps * batch_size;
    // No more partial tables than the gradients themselves take.
    let stretches = (positions / vocabulary.max(FEWEST_PLACES)).clamp(1, MOST_STRETCHES);
    let rows = vocabulary.min(ROWS);
    let partial = empty(gradients, [stretches, vocabulary, width]); // [stretches, V, W]
    let columns = width.div_ceil(UNITS);
    // Cubes for one stretch of table rows go over all places.
    let seconds = budget::of_multiply_adds(OPERATIONS * positions * columns * UNITS);
    for tables in budget::cubes(vocabulary.div_ceil(rows), seconds) {
        // SAFETY: the kernel reads at positions < T·B and columns < W, and writes rows < V of its own.
        #[expect(unsafe_code, reason = "a launch without bounds checks")]
        unsafe {
            sum_by_row::launch_unchecked(
                &gradients.client,
                CubeCount::Static(scalar(columns), scalar(tables.len()), scalar(stretches)),
                CubeDim::new_1d(scalar(UNITS)),
                buffer(gradients),
                buffer(ids),
                buffer(&partial),
                scalar(tables.start),
                scalar(positions),
                scalar(positions.div_ceil(stretches)),
                scalar(vocabulary),
                scalar(width),
                rows,
            );
        }
    }
    partial
}

/// Adds up `gradients` `[places, width]` into `sums` `[stretches, V, width]`. A cube owns `UNITS`
/// columns (x), `rows` rows of the table (y, from `first_table` on) and one stretch
/// of places (z).
#[cube(launch_unchecked)]
fn sum_by_row(
    gradients: &[f32],
    ids: &[i32],
    sums: &mut [f32],
    first_table: u32,
    positions: u32,
    stretch: u32,
    vocabulary: u32,
    width: u32,
    #[comptime] rows: usize,
) {
    let (positions, vocabulary, width) = (positions as usize, vocabulary as usize, width as usize);
    let unit = unit_x() as usize;
    let column = cube_x() as usize * UNITS + unit;
    let first_row = (first_table + cube_y()) as usize * rows;
    let from = cube_z() as usize * stretch as usize;
    let to = min(from + stretch as usize, positions);

    // Each unit reads and writes its own sums only, so there is nothing to wait for.
    let mut own = Shared::<[f32]>::new_slice(comptime!(rows * UNITS));
    for row in 0..rows {
        own[row * UNITS + unit] = 0.0;
    }
    if column < width {
        let mut position = from;
        while position < to {
            // All reads before the first sum, so that they are under way together.
            let mut own_rows = Array::<usize>::new(AT_ONCE);
            let mut values = Array::<f32>::new(AT_ONCE);
            #[unroll]
            for j in 0..AT_ONCE {
                let at = min(position + j, positions - 1);
                let row = u32::cast_from(ids[at]) as usize;
                let mine = position + j < to && row >= first_row && row < first_row + rows;
                own_rows[j] = select(mine, row - first_row, rows);
                values[j] = 0.0;
                if mine {
                    values[j] = gradients[at * width + column];
                }
            }
            #[unroll]
            for j in 0..AT_ONCE {
                if own_rows[j] < rows {
                    own[own_rows[j] * UNITS + unit] += values[j];
                }
            }
            position += AT_ONCE;
        }
        for row in 0..min(rows, vocabulary - first_row) {
            let line = cube_z() as usize * vocabulary + first_row + row;
            sums[line * width + column] = own[row * UNITS + unit];
        }
    }
}
