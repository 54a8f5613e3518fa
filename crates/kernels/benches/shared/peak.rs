//! What the processor can do at most: fused multiply-adds on registers, and nothing else.

#![expect(
    clippy::inline_always,
    reason = "the loop must become part of the function that has the instructions"
)]

use pulp::{Arch, Simd, WithSimd};
use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

/// Independent sums. Enough that each has finished before it is needed again, few enough for
/// sixteen registers.
const SUMS: usize = 12;
/// Rounds of the loop: some tens of milliseconds.
const ROUNDS: usize = 10_000_000;
const ATTEMPTS: usize = 20;

/// Floating-point operations a second, a multiply-add being two: the best of a few attempts on
/// `threads` threads at once, which on most machines is less than one thread's times as many.
pub(crate) fn measure(threads: usize) -> f64 {
    let attempts = (0..ATTEMPTS).map(|_| {
        let start = Barrier::new(threads);
        std::thread::scope(|scope| {
            let spawn = |_| {
                scope.spawn(|| {
                    start.wait();
                    let clock = Instant::now();
                    let operations = Arch::new().dispatch(MultiplyAdds);
                    operations as f64 / clock.elapsed().as_secs_f64()
                })
            };
            let running: Vec<_> = (0..threads).map(spawn).collect();
            running.into_iter().map(|thread| thread.join().unwrap()).sum()
        })
    });
    attempts.fold(0.0, f64::max)
}

struct MultiplyAdds;

impl WithSimd for MultiplyAdds {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> usize {
        let [factor, term] = black_box([0.5, 1.0]).map(|value| simd.splat_f32s(value));
        let mut sums: [S::f32s; SUMS] = std::array::from_fn(|at| simd.splat_f32s(at as f32));
        for _ in 0..ROUNDS {
            for sum in &mut sums {
                *sum = simd.mul_add_e_f32s(*sum, factor, term);
            }
        }
        black_box(sums.map(|sum| simd.reduce_sum_f32s(sum)));
        2 * SUMS * ROUNDS * S::F32_LANES
    }
}
