//! The kernels for cells without a recurrent kernel: a unit owns a column of a batch row for all
//! time steps, and never waits for another.

use super::backward::{Backward, Zero, gradient_after, step_backward};
use super::cells::State;
use super::forward::{Forward, first_state, step_forward};
use super::position::{own_position, own_rows};
use super::tile::Tile;
use crate::Cell;
use cubecl::prelude::*;

/// The steps `from..to` forward.
#[cube(launch_unchecked)]
pub(super) fn forward_alone<N: Size>(
    mut layer: Forward<N>,
    from: u32,
    to: u32,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    // Of a recurrent product, which there is not, [G].
    let mut sums = Array::<Vector<f32, N>>::new(comptime!(cell.gates()));
    #[unroll]
    for g in 0..comptime!(cell.gates()) {
        sums[g] = Vector::new(0.0);
    }
    let rows = own_rows(layer.batch_size, layer.first_cube, tile);
    let position = own_position(from as usize, rows, 0usize, 0usize, tile);
    let first = first_state::<N>(&mut layer, position, tile);
    let mut hidden = first.hidden;
    let mut cell_state = first.cell_state;
    for step in from as usize..to as usize {
        let position = own_position(step, rows, 0usize, 0usize, tile);
        let before = State::<N> { hidden, cell_state };
        let after = step_forward::<N>(&mut layer, &sums, 0usize, before, position, cell, tile);
        hidden = after.hidden;
        cell_state = after.cell_state;
    }
}

/// The steps `from..to` backward, the last first.
#[cube(launch_unchecked)]
pub(super) fn backward_alone<N: Size>(
    mut layer: Backward<N>,
    from: u32,
    to: u32,
    #[comptime] zero: Zero,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    let rows = own_rows(layer.batch_size, layer.first_cube, tile);
    let position = own_position(to as usize - 1, rows, 0usize, 0usize, tile);
    let last = gradient_after::<N>(&layer, position, zero, tile);
    let mut hidden = last.hidden;
    let mut cell_state = last.cell_state;
    for back in 0..(to - from) as usize {
        let position = own_position(to as usize - 1 - back, rows, 0usize, 0usize, tile);
        let after = State::<N> { hidden, cell_state };
        let mut products = Array::<Vector<f32, N>>::new(4usize);
        let before = step_backward::<N>(&mut layer, after, position, &mut products, cell, tile);
        hidden = before.hidden;
        cell_state = before.cell_state;
    }
    layer.keep(State::<N> { hidden, cell_state }, position, tile);
}
