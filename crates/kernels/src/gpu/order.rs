//! The positions of a unit in its cube, and of the cube in its launch.
//!
//! Results must not depend on the order in which a device runs units and cubes. To test that, positions can
//! be mirrored: software adapters run units and cubes in order, so a kernel that lacks a barrier gives
//! other numbers in the opposite order.

use cubecl::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

static MIRRORED: AtomicBool = AtomicBool::new(false);

/// From now on, kernels of this process that have not been compiled yet count positions backwards.
pub(crate) fn mirror() {
    MIRRORED.store(true, Ordering::Relaxed);
}

fn is_mirrored() -> bool {
    MIRRORED.load(Ordering::Relaxed)
}

/// A position among `count`, as the order demands.
#[cube]
fn position(forwards: u32, count: u32) -> u32 {
    if comptime!(is_mirrored()) { count - 1 - forwards } else { forwards }
}

/// The position of this unit in its cube along x.
#[cube]
pub(in crate::gpu) fn unit_x() -> u32 {
    position(UNIT_POS_X, CUBE_DIM_X)
}

/// The position of this unit in its cube along y.
#[cube]
pub(in crate::gpu) fn unit_y() -> u32 {
    position(UNIT_POS_Y, CUBE_DIM_Y)
}

/// The position of this cube in the launch along x.
#[cube]
pub(in crate::gpu) fn cube_x() -> u32 {
    position(CUBE_POS_X, CUBE_COUNT_X)
}

/// The position of this cube in the launch along y.
#[cube]
pub(in crate::gpu) fn cube_y() -> u32 {
    position(CUBE_POS_Y, CUBE_COUNT_Y)
}

/// The position of this cube in the launch along z.
#[cube]
pub(in crate::gpu) fn cube_z() -> u32 {
    position(CUBE_POS_Z, CUBE_COUNT_Z)
}
