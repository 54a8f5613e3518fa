//! The kernels that run all time steps: a cube owns some batch rows, keeps their state in shared
//! memory, and reads the whole recurrent kernel at every step. Rows do not depend on each other,
//! so cubes never wait for each other.

use super::backward::{Backward, gradient_after, step_backward};
use super::cells::State;
use super::forward::{Forward, state_before, step_forward};
use super::position::{own_columns, own_position, rows_of_cube};
use super::product::{multiply, share_out};
use super::tile::Tile;
use crate::Cell;
use cubecl::prelude::*;

/// All steps forward; `kernel` is `[H, G, C]`. One cube for every `tile.rows` batch rows.
#[cube(launch_unchecked)]
pub(super) fn forward_steps<N: Size>(
    mut layer: Forward<N>,
    kernel: &[Vector<f32, N>],
    steps: u32,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    let batch_size = layer.batch_size as usize;
    let own_rows = comptime!(tile.own_rows());
    let columns = own_columns(tile);
    let starts = rows_of_cube(tile);

    let mut hidden = Shared::<[Vector<f32, N>]>::new_slice(comptime!(tile.rows * tile.depth));
    let mut cell_state = Array::<Vector<f32, N>>::new(comptime!(tile.columns * own_rows));
    #[unroll]
    for p in 0..tile.columns {
        #[unroll]
        for i in 0..own_rows {
            let position = own_position(0, batch_size, p, i, tile);
            let before = state_before::<N>(&layer, position, tile);
            if position.has_column {
                hidden[position.row * tile.depth + position.column] = before.hidden;
            }
            cell_state[p * own_rows + i] = before.cell_state;
        }
    }
    sync_cube();

    for step in 0..steps as usize {
        let sums = multiply::<N>(&hidden, &starts, kernel, &columns, tile.depth, tile);
        let sums = share_out::<N>(&sums, tile);
        #[unroll]
        for p in 0..tile.columns {
            #[unroll]
            for i in 0..own_rows {
                let own = comptime!(p * own_rows + i);
                let first = comptime!(own * tile.results);
                let position = own_position(step, batch_size, p, i, tile);
                let at = position.row * tile.depth + position.column;
                let before = State::<N> { hidden: hidden[at], cell_state: cell_state[own] };
                let after =
                    step_forward::<N>(&mut layer, &sums, first, before, position, cell, tile);
                cell_state[own] = after.cell_state;
                if position.has_column {
                    hidden[at] = after.hidden;
                }
            }
        }
        sync_cube();
    }
}

/// All steps backward; `kernel` is the transposed one, `[G·H, 1, C]`. Leaves the gradient of the
/// initial state where that of the last one was.
#[cube(launch_unchecked)]
pub(super) fn backward_steps<N: Size>(
    mut layer: Backward<N>,
    kernel: &[Vector<f32, N>],
    steps: u32,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    let batch_size = layer.batch_size as usize;
    let own_rows = comptime!(tile.own_rows());
    let columns = own_columns(tile);
    let starts = rows_of_cube(tile);

    // Of the recurrent products of one step, [rows, G, C].
    let mut gates = Shared::<[Vector<f32, N>]>::new_slice(comptime!(tile.rows * tile.depth));
    let mut hidden = Array::<Vector<f32, N>>::new(comptime!(tile.columns * own_rows));
    let mut cell_state = Array::<Vector<f32, N>>::new(comptime!(tile.columns * own_rows));
    #[unroll]
    for p in 0..tile.columns {
        #[unroll]
        for i in 0..own_rows {
            let after = gradient_after::<N>(&layer, own_position(0, batch_size, p, i, tile), tile);
            hidden[p * own_rows + i] = after.hidden;
            cell_state[p * own_rows + i] = after.cell_state;
        }
    }

    for back in 0..steps as usize {
        let step = steps as usize - 1 - back;
        #[unroll]
        for p in 0..tile.columns {
            #[unroll]
            for i in 0..own_rows {
                let own = comptime!(p * own_rows + i);
                let position = own_position(step, batch_size, p, i, tile);
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
        for own in 0..comptime!(tile.columns * own_rows) {
            hidden[own] += sums[own];
        }
    }

    #[unroll]
    for p in 0..tile.columns {
        #[unroll]
        for i in 0..own_rows {
            let own = comptime!(p * own_rows + i);
            let before = State::<N> { hidden: hidden[own], cell_state: cell_state[own] };
            layer.keep(before, own_position(0, batch_size, p, i, tile), tile);
        }
    }
}
