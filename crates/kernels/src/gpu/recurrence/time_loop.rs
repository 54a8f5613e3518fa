//! The kernels that run many time steps: a cube owns some batch rows, keeps their state in shared
//! memory, and reads the whole recurrent kernel at every step. Rows do not depend on each other,
//! so cubes never wait for each other.

use super::backward::{Backward, Zero, gradient_after, step_backward};
use super::cells::State;
use super::forward::{Forward, first_state, step_forward};
use super::position::{own_columns, own_position, own_rows, rows_of_cube};
use super::product::{multiply, share_out};
use super::tile::Tile;
use crate::Cell;
use crate::gpu::order::{cube_x, unit_x, unit_y};
use cubecl::prelude::*;

/// The steps `from..to` forward; `kernel` is `[H, G, C]`. One cube for every `tile.rows` batch rows; cubes
/// beyond the `cubes` of those transpose the kernel for the backward pass, `[G·H, C]`.
#[allow(clippy::needless_pass_by_value, reason = "kernels take optional buffers by value")]
#[cube(launch_unchecked)]
pub(super) fn forward_steps<N: Size>(
    mut layer: Forward<N>,
    kernel: &[Vector<f32, N>],
    transposed: ComptimeOption<Box<[Vector<f32, N>]>>,
    cubes: u32,
    from: u32,
    to: u32,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    #[comptime]
    match transposed {
        ComptimeOption::Some(mut transposed) => {
            if cube_x() < cubes {
                run_forward::<N>(&mut layer, kernel, from, to, cell, tile);
            } else {
                let units = comptime!(tile.units * tile.slices);
                let unit = unit_y() as usize * tile.units + unit_x() as usize;
                let block = (cube_x() - cubes) as usize * units + unit;
                transpose::<N>(kernel, &mut transposed, block, tile);
            }
        }
        ComptimeOption::None => run_forward::<N>(&mut layer, kernel, from, to, cell, tile),
    }
}

/// Transposes one square of a vector's size: `kernel` `[H, G, C]` to `[G·H, C]`.
#[cube]
fn transpose<N: Size>(
    kernel: &[Vector<f32, N>],
    transposed: &mut [Vector<f32, N>],
    block: usize,
    #[comptime] tile: Tile,
) {
    let across = comptime!(tile.results * tile.width);
    let (row, column) = (block / across, block % across);
    if row < tile.width {
        let mut numbers = Array::<Vector<f32, N>>::new(tile.vector);
        #[unroll]
        for i in 0..tile.vector {
            numbers[i] = kernel[(row * tile.vector + i) * across + column];
        }
        #[unroll]
        for j in 0..tile.vector {
            let mut turned = Vector::<f32, N>::new(0.0);
            #[unroll]
            for i in 0..tile.vector {
                turned.insert(i, numbers[i].extract(j));
            }
            transposed[(column * tile.vector + j) * tile.width + row] = turned;
        }
    }
}

#[cube]
fn run_forward<N: Size>(
    layer: &mut Forward<N>,
    kernel: &[Vector<f32, N>],
    from: u32,
    to: u32,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    let rows = own_rows(layer.batch_size, layer.first_cube, tile);
    let rows_of_unit = comptime!(tile.own_rows());
    let columns = own_columns(tile);
    let starts = rows_of_cube(tile);

    let mut hidden = Shared::<[Vector<f32, N>]>::new_slice(comptime!(tile.rows * tile.depth));
    let mut cell_state = Array::<Vector<f32, N>>::new(comptime!(tile.columns * rows_of_unit));
    #[unroll]
    for p in 0..tile.columns {
        #[unroll]
        for i in 0..rows_of_unit {
            let position = own_position(from as usize, rows, p, i, tile);
            let before = first_state::<N>(layer, position, tile);
            if position.has_column {
                hidden[position.row * tile.depth + position.column] = before.hidden;
            }
            cell_state[p * rows_of_unit + i] = before.cell_state;
        }
    }
    sync_cube();

    for step in from as usize..to as usize {
        let sums = multiply::<N>(&hidden, &starts, kernel, &columns, tile.depth, tile);
        let sums = share_out::<N>(&sums, tile);
        #[unroll]
        for p in 0..tile.columns {
            #[unroll]
            for i in 0..rows_of_unit {
                let own = comptime!(p * rows_of_unit + i);
                let first = comptime!(own * tile.results);
                let position = own_position(step, rows, p, i, tile);
                let at = position.row * tile.depth + position.column;
                let mut own_hidden = Vector::<f32, N>::new(0.0);
                if position.has_column {
                    own_hidden = hidden[at]; // else another unit may be writing there
                }
                let before = State::<N> { hidden: own_hidden, cell_state: cell_state[own] };
                let after = step_forward::<N>(layer, &sums, first, before, position, cell, tile);
                cell_state[own] = after.cell_state;
                if position.has_column {
                    hidden[at] = after.hidden;
                }
            }
        }
        sync_cube();
    }
}

/// The steps `from..to` backward, the last first; `kernel` is the transposed one, `[G·H, 1, C]`. Leaves
/// the gradient of the state before them where that of the state after them was.
#[cube(launch_unchecked)]
pub(super) fn backward_steps<N: Size>(
    mut layer: Backward<N>,
    kernel: &[Vector<f32, N>],
    from: u32,
    to: u32,
    #[comptime] zero: Zero,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    let rows = own_rows(layer.batch_size, layer.first_cube, tile);
    let rows_of_unit = comptime!(tile.own_rows());
    let columns = own_columns(tile);
    let starts = rows_of_cube(tile);

    // Of the recurrent products of one step, [rows, G, C].
    let mut gates = Shared::<[Vector<f32, N>]>::new_slice(comptime!(tile.rows * tile.depth));
    let mut hidden = Array::<Vector<f32, N>>::new(comptime!(tile.columns * rows_of_unit));
    let mut cell_state = Array::<Vector<f32, N>>::new(comptime!(tile.columns * rows_of_unit));
    #[unroll]
    for p in 0..tile.columns {
        #[unroll]
        for i in 0..rows_of_unit {
            let position = own_position(0, rows, p, i, tile);
            let after = gradient_after::<N>(&layer, position, zero, tile);
            hidden[p * rows_of_unit + i] = after.hidden;
            cell_state[p * rows_of_unit + i] = after.cell_state;
        }
    }

    for back in 0..(to - from) as usize {
        let step = to as usize - 1 - back;
        #[unroll]
        for p in 0..tile.columns {
            #[unroll]
            for i in 0..rows_of_unit {
                let own = comptime!(p * rows_of_unit + i);
                let position = own_position(step, rows, p, i, tile);
                let after = State::<N> { hidden: hidden[own], cell_state: cell_state[own] };
                let mut products = Array::<Vector<f32, N>>::new(4usize);
                let before =
                    step_backward::<N>(&mut layer, after, position, &mut products, cell, tile);
                hidden[own] = before.hidden;
                cell_state[own] = before.cell_state;
                if position.has_column {
                    #[unroll]
                    for g in 0..comptime!(cell.gates()) {
                        gates[position.row * tile.depth + g * tile.width + position.column] =
                            products[g];
                    }
                }
            }
        }
        sync_cube();
        let sums = multiply::<N>(&gates, &starts, kernel, &columns, tile.depth, tile);
        let sums = share_out::<N>(&sums, tile);
        #[unroll]
        for p in 0..tile.columns {
            #[unroll]
            for i in 0..rows_of_unit {
                let own = comptime!(p * rows_of_unit + i);
                let line = own_position(step, rows, p, i, tile).line;
                hidden[own] += layer.unless_reset(sums[own], line, tile);
            }
        }
    }

    #[unroll]
    for p in 0..tile.columns {
        #[unroll]
        for i in 0..rows_of_unit {
            let own = comptime!(p * rows_of_unit + i);
            let before = State::<N> { hidden: hidden[own], cell_state: cell_state[own] };
            layer.keep(before, own_position(0, rows, p, i, tile), tile);
        }
    }
}
