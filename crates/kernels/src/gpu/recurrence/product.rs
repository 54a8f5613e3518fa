//! The product of a time step inside a kernel: the state of some batch rows with some columns of
//! the recurrent kernel.

use super::tile::Tile;
use crate::gpu::order::{unit_x, unit_y};
use cubecl::prelude::*;

/// Multiplies the rows of `state` that begin at `starts` `[rows]` with `kernel`
/// `[depth, results, width]`, over this slice's share of the first `depth` vectors. Returns
/// `[columns, rows, results]`.
#[cube]
pub(super) fn multiply<N: Size>(
    state: &[Vector<f32, N>],
    starts: &Array<usize>,
    kernel: &[Vector<f32, N>],
    columns: &Array<usize>,
    depth: usize,
    #[comptime] tile: Tile,
) -> Array<Vector<f32, N>> {
    let mut sums = Array::<Vector<f32, N>>::new(tile.sums());
    #[unroll]
    for at in 0..tile.sums() {
        sums[at] = Vector::new(0.0);
    }
    let share = depth.div_ceil(tile.slices);
    let from = unit_y() as usize * share;
    let to = min(from + share, depth);
    let at_once = comptime!(tile.at_once());
    let rounds = (to - min(from, to)) / at_once;
    for round in 0..rounds {
        #[unroll]
        for i in 0..at_once {
            let k = from + round * at_once + i;
            add_products::<N>(&mut sums, state, starts, kernel, columns, k, tile);
        }
    }
    if comptime!(at_once > 1) {
        for k in from + rounds * at_once..to {
            add_products::<N>(&mut sums, state, starts, kernel, columns, k, tile);
        }
    }
    sums
}

/// The part of [`multiply()`] at the depth `k`.
#[cube]
fn add_products<N: Size>(
    sums: &mut Array<Vector<f32, N>>,
    state: &[Vector<f32, N>],
    starts: &Array<usize>,
    kernel: &[Vector<f32, N>],
    columns: &Array<usize>,
    k: usize,
    #[comptime] tile: Tile,
) {
    let mut numbers = Array::<Vector<f32, N>>::new(tile.rows);
    #[unroll]
    for r in 0..tile.rows {
        numbers[r] = state[starts[r] + k];
    }
    #[unroll]
    for j in 0..tile.vector {
        #[unroll]
        for p in 0..tile.columns {
            #[unroll]
            for g in 0..tile.results {
                let row = (k * tile.vector + j) * tile.results + g;
                let weight = kernel[row * tile.width + columns[p]];
                #[unroll]
                for r in 0..tile.rows {
                    let at = comptime!((p * tile.rows + r) * tile.results + g);
                    sums[at] = fma(Vector::new(numbers[r].extract(j)), weight, sums[at]);
                }
            }
        }
    }
}

/// Adds up what the slices have computed: every slice hands over the sums of rows that it does
/// not own and returns whole those that it does, `[columns, own rows, results]`.
///
/// No unit returns before all have read the state, so it may be overwritten next.
#[cube]
pub(super) fn share_out<N: Size>(
    sums: &Array<Vector<f32, N>>,
    #[comptime] tile: Tile,
) -> Array<Vector<f32, N>> {
    let own_rows = comptime!(tile.own_rows());
    let mut own = Array::<Vector<f32, N>>::new(comptime!(tile.sums() / tile.slices));
    if comptime!(tile.slices == 1) {
        #[unroll]
        for at in 0..tile.sums() {
            own[at] = sums[at];
        }
        sync_cube();
    } else {
        let unit = unit_x() as usize;
        let slice = unit_y() as usize;
        let mut waiting = Shared::<[Vector<f32, N>]>::new_slice(comptime!(tile.handed_over()));
        #[unroll]
        for p in 0..tile.columns {
            #[unroll]
            for r in 0..tile.rows {
                #[unroll]
                for g in 0..tile.results {
                    let owner = comptime!(r / own_rows);
                    let at = comptime!((p * tile.rows + r) * tile.results + g);
                    if slice == owner {
                        let mine = comptime!((p * own_rows + r % own_rows) * tile.results + g);
                        own[mine] = sums[at];
                    } else {
                        // The others take their places in order, the owner has none.
                        let position = select(slice < owner, slice, slice - 1);
                        waiting[(position * tile.sums() + at) * tile.units + unit] = sums[at];
                    }
                }
            }
        }
        sync_cube();
        #[unroll]
        for position in 0..comptime!(tile.slices - 1) {
            #[unroll]
            for p in 0..tile.columns {
                #[unroll]
                for i in 0..own_rows {
                    #[unroll]
                    for g in 0..tile.results {
                        let row = slice * own_rows + i;
                        let at = (p * tile.rows + row) * tile.results + g;
                        let mine = comptime!((p * own_rows + i) * tile.results + g);
                        own[mine] += waiting[(position * tile.sums() + at) * tile.units + unit];
                    }
                }
            }
        }
    }
    own
}
