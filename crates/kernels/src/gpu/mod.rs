//! The kernels for GPUs, in `CubeCL`, which compiles them for the graphics API at hand.
//!
//! Kernels use shared memory and barriers of a cube and nothing else (no plane operations, no
//! atomics, no barrier across cubes), so they run wherever compute shaders do, and the same numbers
//! come out every time: every sum has a fixed order.

#![expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "an array in a kernel stands for registers, whatever its size on the host"
)]

mod adam;
mod adapter;
mod budget;
mod buffers;
mod combine;
mod dropout;
mod head;
mod linear;
mod matrix;
mod order;
mod recurrence;
mod sums;
pub(crate) mod update;

pub(crate) use adapter::{assume_buffers, assume_largest_buffer, assume_shared_memory};
pub(crate) use budget::assume_longest_launch;
pub(crate) use order::mirror;
pub(crate) use recurrence::{choose, set_tiling, tilings};
