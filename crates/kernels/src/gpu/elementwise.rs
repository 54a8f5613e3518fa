//! The kernels for cells without a recurrent kernel: a unit owns a column of a batch row for all
//! time steps, and never waits for another.

use super::backward::{Backward, gradient_after, step_backward};
use super::forward::{Forward, state_before, step_forward};
use super::position::own_position;
use super::tile::Tile;
use crate::Cell;
use cubecl::prelude::*;

/// All steps forward.
#[cube(launch_unchecked)]
pub(super) fn forward_alone<N: Size>(
    mut layer: Forward<N>,
    steps: u32,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    // Of a recurrent product, which there is not, [G].
    let mut sums = Array::<Vector<f32, N>>::new(comptime!(cell.gates()));
    #[unroll]
    for g in 0..comptime!(cell.gates()) {
        sums[g] = Vector::new(0.0);
    }
    let batch_size = layer.batch_size as usize;
    for step in 0..steps as usize {
        let position = own_position(step, batch_size, 0usize, 0usize, tile);
        let before = state_before::<N>(&layer, position, tile);
        step_forward::<N>(&mut layer, &sums, 0usize, before, position, cell, tile);
    }
}

/// All steps backward, the last first.
#[cube(launch_unchecked)]
pub(super) fn backward_alone<N: Size>(
    mut layer: Backward<N>,
    steps: u32,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    let batch_size = layer.batch_size as usize;
    for back in 0..steps as usize {
        let position = own_position(steps as usize - 1 - back, batch_size, 0usize, 0usize, tile);
        let after = gradient_after::<N>(&layer, position, tile);
        let mut products = Array::<Vector<f32, N>>::new(4usize);
        let before = step_backward::<N>(&mut layer, after, position, &mut products, cell, tile);
        layer.keep(before, position, tile);
    }
}
