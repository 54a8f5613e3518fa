//! The kernels that run all time steps: a cube owns some lanes, keeps their state in shared
//! memory, and reads the whole recurrent kernel at every step. Lanes do not depend on each other,
//! so cubes never wait for each other.

use super::backward::{Backward, gradient_after, step_backward};
use super::cells::State;
use super::forward::{Forward, state_before, step_forward};
use super::place::{own_columns, own_place, rows_of_cube};
use super::product::{multiply, share_out};
use super::tile::Tile;
use crate::Cell;
use cubecl::prelude::*;

/// All steps forward; `kernel` is `[H, G, C]`. One cube for every `tile.rows` lanes.
#[cube(launch_unchecked)]
pub(super) fn forward_steps<N: Size>(
    mut layer: Forward<N>,
    kernel: &[Vector<f32, N>],
    steps: u32,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    let lanes = layer.lanes as usize;
    let own_rows = comptime!(tile.own_rows());
    let columns = own_columns(tile);
    let starts = rows_of_cube(tile);

    let mut hidden = Shared::<[Vector<f32, N>]>::new_slice(comptime!(tile.rows * tile.depth));
    let mut carried = Array::<Vector<f32, N>>::new(comptime!(tile.columns * own_rows));
    #[unroll]
    for p in 0..tile.columns {
        #[unroll]
        for i in 0..own_rows {
            let place = own_place(0, lanes, p, i, tile);
            let before = state_before::<N>(&layer, place, tile);
            if place.has_column {
                hidden[place.row * tile.depth + place.column] = before.hidden;
            }
            carried[p * own_rows + i] = before.carried;
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
                let place = own_place(step, lanes, p, i, tile);
                let at = place.row * tile.depth + place.column;
                let before = State::<N> { hidden: hidden[at], carried: carried[own] };
                let after = step_forward::<N>(&mut layer, &sums, first, before, place, cell, tile);
                carried[own] = after.carried;
                if place.has_column {
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
    let lanes = layer.lanes as usize;
    let own_rows = comptime!(tile.own_rows());
    let columns = own_columns(tile);
    let starts = rows_of_cube(tile);

    // Of the recurrent products of one step, [rows, G, C].
    let mut gates = Shared::<[Vector<f32, N>]>::new_slice(comptime!(tile.rows * tile.depth));
    let mut hidden = Array::<Vector<f32, N>>::new(comptime!(tile.columns * own_rows));
    let mut carried = Array::<Vector<f32, N>>::new(comptime!(tile.columns * own_rows));
    #[unroll]
    for p in 0..tile.columns {
        #[unroll]
        for i in 0..own_rows {
            let after = gradient_after::<N>(&layer, own_place(0, lanes, p, i, tile), tile);
            hidden[p * own_rows + i] = after.hidden;
            carried[p * own_rows + i] = after.carried;
        }
    }

    for back in 0..steps as usize {
        let step = steps as usize - 1 - back;
        #[unroll]
        for p in 0..tile.columns {
            #[unroll]
            for i in 0..own_rows {
                let own = comptime!(p * own_rows + i);
                let place = own_place(step, lanes, p, i, tile);
                let after = State::<N> { hidden: hidden[own], carried: carried[own] };
                let mut products = Array::<Vector<f32, N>>::new(4usize);
                let before =
                    step_backward::<N>(&mut layer, after, place, &mut products, cell, tile);
                hidden[own] = before.hidden;
                carried[own] = before.carried;
                if place.has_column {
                    #[unroll]
                    for g in 0..comptime!(cell.gates()) {
                        gates[place.row * tile.depth + g * tile.width + place.column] = products[g];
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
            let before = State::<N> { hidden: hidden[own], carried: carried[own] };
            layer.keep(before, own_place(0, lanes, p, i, tile), tile);
        }
    }
}
