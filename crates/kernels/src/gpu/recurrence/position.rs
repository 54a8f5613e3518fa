//! Which batch rows and columns a unit works on.
//!
//! Cubes own different batch rows along x and different columns along y. A unit without a row or
//! column of its own repeats the last one and stores nothing, so that all units of a cube meet at
//! its barriers.

use super::tile::Tile;
use crate::gpu::order::{cube_x, cube_y, unit_x, unit_y};
use cubecl::prelude::*;

/// A column of a batch row at a time step.
#[derive(CubeType, Clone, Copy)]
#[expand(derive(Clone, Copy))]
pub(super) struct Position {
    /// The index among the rows of all steps, in `[T, B]`.
    pub(super) line: usize,
    pub(super) batch_size: usize,
    pub(super) batch_row: usize,
    pub(super) column: usize,
    /// The batch row among those of the cube.
    pub(super) row: usize,
    /// Whether the batch has this row.
    pub(super) has_row: bool,
    /// Whether the layer has this column.
    pub(super) has_column: bool,
}

/// The position of column `p` and row `i` among those that this unit owns.
#[cube]
pub(super) fn own_position(
    step: usize,
    batch_size: usize,
    #[comptime] p: usize,
    #[comptime] i: usize,
    #[comptime] tile: Tile,
) -> Position {
    let row = unit_y() as usize * comptime!(tile.own_rows()) + i;
    let batch_row = min(first_row(tile) + row, batch_size - 1);
    Position {
        line: step * batch_size + batch_row,
        batch_size,
        batch_row,
        column: min(column(p, tile), tile.width - 1),
        row,
        has_row: first_row(tile) + row < batch_size,
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
pub(super) fn rows_of_step(step: usize, batch_size: usize, #[comptime] tile: Tile) -> Array<usize> {
    let mut starts = Array::<usize>::new(tile.rows);
    #[unroll]
    for r in 0..tile.rows {
        starts[r] = (step * batch_size + min(first_row(tile) + r, batch_size - 1)) * tile.depth;
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
fn first_row(#[comptime] tile: Tile) -> usize {
    cube_x() as usize * tile.rows
}

#[cube]
fn column(#[comptime] p: usize, #[comptime] tile: Tile) -> usize {
    (cube_y() as usize * tile.columns + p) * tile.units + unit_x() as usize
}
