//! The kernels that run one time step: a cube owns some columns of some batch rows, so that the whole
//! GPU shares one reading of the recurrent kernel. The state stays where it is in memory; the
//! end of a launch is the barrier between two steps.

use super::backward::{Backward, Zero, gradient_after, step_backward};
use super::cells::State;
use super::forward::{Forward, state_before, step_forward};
use super::position::{own_columns, own_position, rows_of_step};
use super::product::{multiply, share_out};
use super::resets::unless_reset;
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
    let (step, batch_size) = (step as usize, layer.batch_size as usize);
    let starts = rows_of_step(step, batch_size, tile);
    let columns = own_columns(tile);
    let sums = multiply::<N>(&layer.hidden, &starts, kernel, &columns, tile.depth, tile);
    let sums = share_out::<N>(&sums, tile);
    #[unroll]
    for i in 0..comptime!(tile.own_rows()) {
        let position = own_position(step, batch_size, 0usize, i, tile);
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
    let (step, steps, batch_size) = (step as usize, steps as usize, layer.batch_size as usize);
    let later = min(step + 1, steps - 1);
    // After the last step comes no product.
    let depth = select(later > step, tile.depth.runtime(), 0);
    let sums = through_products::<N>(&layer, kernel, later, depth, tile);
    #[unroll]
    for i in 0..comptime!(tile.own_rows()) {
        let position = own_position(step, batch_size, 0usize, i, tile);
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
    let sums = through_products::<N>(&layer, kernel, 0usize, tile.depth.runtime(), tile);
    #[unroll]
    for i in 0..comptime!(tile.own_rows()) {
        let position = own_position(0usize, layer.batch_size as usize, 0usize, i, tile);
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
    #[comptime] tile: Tile,
) -> Array<Vector<f32, N>> {
    let starts = rows_of_step(step, layer.batch_size as usize, tile);
    let columns = own_columns(tile);
    let sums = #[comptime]
    match &layer.products {
        ComptimeOption::Some(gates) => multiply::<N>(gates, &starts, kernel, &columns, depth, tile),
        ComptimeOption::None => multiply::<N>(&layer.input, &starts, kernel, &columns, depth, tile),
    };
    let sums = share_out::<N>(&sums, tile);
    #[comptime]
    match &layer.resets {
        ComptimeOption::Some(_) => {
            let mut kept = Array::<Vector<f32, N>>::new(comptime!(tile.own_rows()));
            #[unroll]
            for i in 0..comptime!(tile.own_rows()) {
                let line = own_position(step, layer.batch_size as usize, 0usize, i, tile).line;
                kept[i] = unless_reset::<N>(sums[i], &layer.resets, line);
            }
            kept
        }
        ComptimeOption::None => sums,
    }
}
