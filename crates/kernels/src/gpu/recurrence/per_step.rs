//! The kernels that run one time step: a cube owns some columns of some batch rows, so that the whole
//! GPU shares one reading of the recurrent kernel. The state stays where it is in memory; the
//! end of a launch is the barrier between two steps.

use super::backward::{Backward, Zero, gradient_after, step_backward};
use super::cells::State;
use super::forward::{Forward, state_before, step_forward};
use super::position::{Rows, own_columns, own_position, own_rows, rows_of_step};
use super::product::{multiply, share_out};
use super::tile::Tile;
use crate::Cell;
use cubecl::prelude::*;

/// One step forward; `kernel` is `[H, G, C]`.
#[cube(launch_unchecked)]
pub(super) fn forward_step<N: Size>(
    mut layer: Forward<N>,
    kernel: &[Vector<f32, N>],
    step: u32,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    let (step, rows) = (step as usize, own_rows(layer.batch_size, layer.first_cube, tile));
    let starts = rows_of_step(step, rows, tile);
    let columns = own_columns(tile);
    let sums = multiply::<N>(&layer.hidden, &starts, kernel, &columns, tile.depth, tile);
    let sums = share_out::<N>(&sums, tile);
    #[unroll]
    for i in 0..comptime!(tile.own_rows()) {
        let position = own_position(step, rows, 0usize, i, tile);
        let before = state_before::<N>(&layer, position, tile);
        let first = comptime!(i * tile.results);
        step_forward::<N>(&mut layer, &sums, first, before, position, cell, tile);
    }
}

/// One step backward; `kernel` is the transposed one, `[G·H, 1, C]`.
///
/// Leaves of the gradient of the state before the step what does not flow through the recurrent
/// product. That is for the next launch, which finds the gradients of all gates written.
#[cube(launch_unchecked)]
pub(super) fn backward_step<N: Size>(
    mut layer: Backward<N>,
    kernel: &[Vector<f32, N>],
    step: u32,
    steps: u32,
    #[comptime] zero: Zero,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) {
    let (step, steps) = (step as usize, steps as usize);
    let rows = own_rows(layer.batch_size, layer.first_cube, tile);
    let later = min(step + 1, steps - 1);
    // After the last step comes no product.
    let depth = select(later > step, tile.depth.runtime(), 0);
    let sums = through_products::<N>(&layer, kernel, later, depth, rows, tile);
    #[unroll]
    for i in 0..comptime!(tile.own_rows()) {
        let position = own_position(step, rows, 0usize, i, tile);
        let after = gradient_after::<N>(&layer, position, zero, tile);
        let after = State::<N> { hidden: after.hidden + sums[i], cell_state: after.cell_state };
        let mut products = Array::<Vector<f32, N>>::new(4usize);
        let before = step_backward::<N>(&mut layer, after, position, &mut products, cell, tile);
        layer.keep(before, position, tile);
    }
}

/// Adds to the gradient of the initial state what flows through the product of the first step.
#[cube(launch_unchecked)]
pub(super) fn backward_end<N: Size>(
    mut layer: Backward<N>,
    kernel: &[Vector<f32, N>],
    #[comptime] tile: Tile,
) {
    let rows = own_rows(layer.batch_size, layer.first_cube, tile);
    let sums = through_products::<N>(&layer, kernel, 0usize, tile.depth.runtime(), rows, tile);
    #[unroll]
    for i in 0..comptime!(tile.own_rows()) {
        let position = own_position(0usize, rows, 0usize, i, tile);
        let before = gradient_after::<N>(&layer, position, Zero::NONE, tile);
        let before = State::<N> { hidden: before.hidden + sums[i], cell_state: before.cell_state };
        layer.keep(before, position, tile);
    }
}

/// The gradients of the recurrent products of `step` times the kernel, `[own rows]`: what flows through them
/// to the step before.
#[cube]
fn through_products<N: Size>(
    layer: &Backward<N>,
    kernel: &[Vector<f32, N>],
    step: usize,
    depth: usize,
    rows: Rows,
    #[comptime] tile: Tile,
) -> Array<Vector<f32, N>> {
    let starts = rows_of_step(step, rows, tile);
    let columns = own_columns(tile);
    let sums = #[comptime]
    match &layer.products {
        ComptimeOption::Some(gates) => multiply::<N>(gates, &starts, kernel, &columns, depth, tile),
        ComptimeOption::None => multiply::<N>(&layer.input, &starts, kernel, &columns, depth, tile),
    };
    let sums = share_out::<N>(&sums, tile);
    let mut kept = Array::<Vector<f32, N>>::new(comptime!(tile.own_rows()));
    #[unroll]
    for i in 0..comptime!(tile.own_rows()) {
        let line = own_position(step, rows, 0usize, i, tile).line;
        kept[i] = layer.unless_reset(sums[i], line, tile);
    }
    kept
}
