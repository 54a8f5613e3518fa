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

/// The batch rows of a launch.
#[derive(CubeType, Clone, Copy)]
#[expand(derive(Clone, Copy))]
pub(super) struct Rows {
    /// All of the batch.
    pub(super) batch_size: usize,
    /// The first row of this cube.
    pub(super) first: usize,
}

/// The batch rows of this cube, in a launch whose cubes begin with `first_cube`.
#[cube]
pub(super) fn own_rows(batch_size: u32, first_cube: u32, #[comptime] tile: Tile) -> Rows {
    Rows { batch_size: batch_size as usize, first: (first_cube + cube_x()) as usize * tile.rows }
}

/// The position of column `p` and row `i` among those that this unit owns.
#[cube]
pub(super) fn own_position(
    step: usize,
    rows: Rows,
    #[comptime] p: usize,
    #[comptime] i: usize,
    #[comptime] tile: Tile,
) -> Position {
    let row = unit_y() as usize * comptime!(tile.own_rows()) + i;
    let batch_row = min(rows.first + row, rows.batch_size - 1);
    Position {
        line: step * rows.batch_size + batch_row,
        batch_size: rows.batch_size,
        batch_row,
        column: min(column(p, tile), tile.width - 1),
        row,
        has_row: rows.first + row < rows.batch_size,
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
pub(super) fn rows_of_step(step: usize, rows: Rows, #[comptime] tile: Tile) -> Array<usize> {
    let mut starts = Array::<usize>::new(tile.rows);
    #[unroll]
    for r in 0..tile.rows {
        let row = min(rows.first + r, rows.batch_size - 1);
        starts[r] = (step * rows.batch_size + row) * tile.depth;
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
fn column(#[comptime] p: usize, #[comptime] tile: Tile) -> usize {
    (cube_y() as usize * tile.columns + p) * tile.units + unit_x() as usize
}
