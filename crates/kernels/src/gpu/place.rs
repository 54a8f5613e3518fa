//! Which lanes and columns a unit works on.
//!
//! Cubes side by side in x own different lanes, in y different columns. A unit without a lane or
//! a column of its own computes the last one in vain and stores nothing, so that all units of a
//! cube meet at its barriers.

use super::tile::Tile;
use cubecl::prelude::*;

/// A lane's column at a time step.
#[derive(CubeType, Clone, Copy)]
#[expand(derive(Clone, Copy))]
pub(super) struct Place {
    /// Which of the rows of all steps and lanes this is.
    pub(super) line: usize,
    pub(super) lanes: usize,
    pub(super) lane: usize,
    pub(super) column: usize,
    /// The lane among those of the cube.
    pub(super) row: usize,
    /// Whether there is such a lane.
    pub(super) has_lane: bool,
    /// Whether there is such a column.
    pub(super) has_column: bool,
}

/// The place of column `p` and row `i` of those that this unit owns.
#[cube]
pub(super) fn own_place(
    step: usize,
    lanes: usize,
    #[comptime] p: usize,
    #[comptime] i: usize,
    #[comptime] tile: Tile,
) -> Place {
    let row = UNIT_POS_Y as usize * comptime!(tile.own_rows()) + i;
    let lane = min(first_lane(tile) + row, lanes - 1);
    Place {
        line: step * lanes + lane,
        lanes,
        lane,
        column: min(column(p, tile), tile.width - 1),
        row,
        has_lane: first_lane(tile) + row < lanes,
        has_column: column(p, tile) < tile.width,
    }
}

/// The columns of this unit, `[columns]`.
#[cube]
pub(super) fn own_columns(#[comptime] tile: Tile) -> Array<usize> {
    let mut columns = Array::<usize>::new(tile.columns);
    #[unroll]
    for p in 0..tile.columns {
        columns[p] = min(column(p, tile), tile.width - 1);
    }
    columns
}

/// Where the rows of this cube begin in a buffer `[T, B, depth]`, at one step, `[rows]`.
#[cube]
pub(super) fn rows_of_step(step: usize, lanes: usize, #[comptime] tile: Tile) -> Array<usize> {
    let mut starts = Array::<usize>::new(tile.rows);
    #[unroll]
    for r in 0..tile.rows {
        starts[r] = (step * lanes + min(first_lane(tile) + r, lanes - 1)) * tile.depth;
    }
    starts
}

/// Where the rows of this cube begin in shared memory `[rows, depth]`, `[rows]`.
#[cube]
pub(super) fn rows_of_cube(#[comptime] tile: Tile) -> Array<usize> {
    let mut starts = Array::<usize>::new(tile.rows);
    #[unroll]
    for r in 0..tile.rows {
        starts[r] = r * tile.depth;
    }
    starts
}

#[cube]
fn first_lane(#[comptime] tile: Tile) -> usize {
    CUBE_POS_X as usize * tile.rows
}

#[cube]
fn column(#[comptime] p: usize, #[comptime] tile: Tile) -> usize {
    (CUBE_POS_Y as usize * tile.columns + p) * tile.units + UNIT_POS_X as usize
}
