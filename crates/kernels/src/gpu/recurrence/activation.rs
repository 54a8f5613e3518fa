//! tanh and the logistic function inside kernels.
//!
//! The formulas and constants are those of the CPU algorithm, so both compute the same network; the
//! built-in functions of graphics APIs promise little accuracy.

#![expect(clippy::needless_range_loop, reason = "kernels unroll over ranges only")]

use charnn_cpu::activation::{TANH_DENOMINATOR, TANH_LIMIT, TANH_NUMERATOR};
use cubecl::prelude::*;

/// tanh(x) within 5e-7, and exactly ±1 where |x| ≥ [`TANH_LIMIT`]. NaN stays NaN.
#[cube]
pub(super) fn tanh<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    let lowest = Vector::new(-TANH_LIMIT);
    let highest = Vector::new(TANH_LIMIT);
    let inside = x.clamp(lowest, highest);
    let square = inside * inside;
    let mut above = Vector::new(comptime!(TANH_NUMERATOR[0]));
    #[unroll]
    for power in 1..7usize {
        above = fma(above, square, Vector::new(comptime!(TANH_NUMERATOR[power])));
    }
    let mut below = Vector::new(comptime!(TANH_DENOMINATOR[0]));
    #[unroll]
    for power in 1..4usize {
        below = fma(below, square, Vector::new(comptime!(TANH_DENOMINATOR[power])));
    }
    let ratio = inside * above / below;
    let ratio = select_many(x.greater_equal(&highest), Vector::new(1.0), ratio);
    let ratio = select_many(x.less_equal(&lowest), Vector::new(-1.0), ratio);
    // A clamp may lose NaN, and a training that has diverged should show it.
    select_many(x.is_nan(), x, ratio)
}

/// The logistic function, computed from [`tanh()`]: exactly 0 or 1 where it saturates.
#[cube]
pub(super) fn sigmoid<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    let half = Vector::new(0.5);
    fma(tanh::<N>(x * half), half, half)
}
