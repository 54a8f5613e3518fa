//! One number of every unit of a cube, combined in a fixed order.

use cubecl::prelude::*;

/// Units of a cube that combines numbers, where the adapter has as many. A power of two, and never 32:
/// some compilers for Metal drop barriers in cubes of exactly one plane.
pub(super) const UNITS: usize = 256;

/// The largest, or the sum, of one number of every unit, handed to all of them. `units` is a power of
/// two, and all units of the cube must call this.
#[cube]
pub(super) fn combine(
    parts: &mut Shared<[f32]>,
    own: f32,
    unit: usize,
    #[comptime] units: usize,
    #[comptime] largest: bool,
) -> f32 {
    sync_cube(); // what was there before has been read
    parts[unit] = own;
    let levels = comptime!(units.ilog2());
    #[unroll]
    for level in 0..levels {
        let half = comptime!(units >> (level + 1));
        sync_cube();
        if unit < half {
            let other = parts[unit + half];
            if comptime!(largest) {
                parts[unit] = max(parts[unit], other);
            } else {
                parts[unit] += other;
            }
        }
    }
    sync_cube();
    parts[0]
}

/// The sum of the first `count` `numbers`, handed to all units of the cube: unit `u` adds up the numbers
/// `u`, `u + units`, ..., and a tree adds up those sums.
#[cube]
pub(super) fn total(
    numbers: &[f32],
    count: usize,
    parts: &mut Shared<[f32]>,
    unit: usize,
    #[comptime] units: usize,
) -> f32 {
    let mut own = 0.0f32;
    let mut at = unit;
    while at < count {
        own += numbers[at];
        at += units;
    }
    combine(parts, own, unit, units, false)
}

/// Whether a number is neither NaN nor infinite, by its exponent. A compiler may assume that a
/// comparison never meets NaN; it may not assume anything about bits.
#[cube]
pub(super) fn is_finite(number: f32) -> bool {
    (u32::reinterpret(number) & 0x7f80_0000u32) != 0x7f80_0000u32
}
