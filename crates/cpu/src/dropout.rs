//! Dropout: some numbers become zero, the others are scaled up.
//!
//! Which ones is a hash of a key and of their place, computed on the fly and never stored: the pass
//! backward computes it again. The hash is Threefry-2x32 with 13 rounds (Salmon et al. 2011), which
//! needs nothing but sums, rotations and exclusive ors of 32 bits, so that vectors and GPUs give the
//! same bits. A counter gives two words; the counters of a block of 64 numbers give the words of its
//! first half and of its second.

use crate::machine::Machine;
use crate::uninit::{Buffer, Uninit};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

/// Counters of a block: the first word of each is for one number, the second for that many places
/// further on.
pub const COUNTERS: usize = 32;
/// Numbers of a block.
const BLOCK: usize = 2 * COUNTERS;
/// Numbers of a thread's share, whole blocks of them: below that a thread costs more than it saves.
const SHARE: usize = 1 << 13;

/// Which numbers are dropped, as a kernel needs to know it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mask {
    /// The key of the hash.
    pub key: [u32; 2],
    /// A number whose word is below is dropped.
    pub threshold: u32,
    /// What the others are multiplied by.
    pub scale: f32,
    /// Numbers after which the mask repeats.
    pub period: usize,
}

impl Mask {
    /// `values` times the mask.
    ///
    /// # Panics
    /// When a period has 2³² numbers or more.
    pub fn apply(self, values: &[f32], machine: Machine) -> Vec<f32> {
        let period = self.period.clamp(1, values.len().max(1));
        assert!(u32::try_from(period).is_ok(), "a counter has 32 bits");
        let mut dropped = Buffer::new(values.len());
        let periods = dropped.uninit().par_chunks_mut(period).zip(values.par_chunks(period));
        periods.with_min_len((SHARE / period).max(1)).for_each(|(dropped, values)| {
            let shares = dropped.par_chunks_mut(SHARE).zip(values.par_chunks(SHARE));
            shares.enumerate().for_each(|(share, (dropped, values))| {
                machine.arch.dispatch(
                    #[inline(always)]
                    || self.share(share * (SHARE / BLOCK), values, dropped),
                );
            });
        });
        #[expect(unsafe_code, reason = "the compiler cannot follow shares through threads")]
        // SAFETY: chunks cover all of `dropped`, those of `values` are as long, and a share sets as
        // many numbers as it reads.
        unsafe {
            dropped.filled()
        }
    }

    /// Sets `dropped`, which begins with block `first` of a period.
    #[inline(always)]
    fn share(self, first: usize, values: &[f32], dropped: &mut Uninit) {
        let blocks = dropped.chunks_mut(BLOCK).zip(values.chunks(BLOCK));
        for (block, (dropped, values)) in blocks.enumerate() {
            let factors = self.factors(first + block);
            for ((dropped, value), factor) in
                dropped.iter_mut().zip(values).zip(factors.as_flattened())
            {
                dropped.write(value * factor);
            }
        }
    }

    /// The mask of a block.
    #[inline(always)]
    fn factors(self, block: usize) -> [[f32; COUNTERS]; 2] {
        #[expect(clippy::cast_possible_truncation, reason = "below the period")]
        let first = (block * COUNTERS) as u32;
        let factor = |word: u32| if word < self.threshold { 0.0 } else { self.scale };
        let [mut near, mut far] = [[0.0; COUNTERS]; 2];
        // The compiler makes vectors of this loop, as its body is too long to be unrolled.
        for (counter, (near, far)) in (first..).zip(near.iter_mut().zip(&mut far)) {
            let [a, b] = threefry(counter, self.key);
            *near = factor(a);
            *far = factor(b);
        }
        [near, far]
    }
}

/// The two words of a counter, whose upper half is 0.
#[inline(always)]
fn threefry(counter: u32, [k0, k1]: [u32; 2]) -> [u32; 2] {
    let k2 = k0 ^ k1 ^ 0x1BD1_1BDA;
    let words = [counter.wrapping_add(k0), k1];
    let words = add(rounds(words, [13, 15, 26, 6]), [k1, k2.wrapping_add(1)]);
    let words = add(rounds(words, [17, 29, 16, 24]), [k2, k0.wrapping_add(2)]);
    let words = add(rounds(words, [13, 15, 26, 6]), [k0, k1.wrapping_add(3)]);
    round(words, 17)
}

#[inline(always)]
fn rounds(words: [u32; 2], [first, second, third, fourth]: [u32; 4]) -> [u32; 2] {
    round(round(round(round(words, first), second), third), fourth)
}

#[inline(always)]
fn round([a, b]: [u32; 2], rotation: u32) -> [u32; 2] {
    let a = a.wrapping_add(b);
    [a, b.rotate_left(rotation) ^ a]
}

/// Adds a part of the key.
#[inline(always)]
fn add([a, b]: [u32; 2], key: [u32; 2]) -> [u32; 2] {
    [a.wrapping_add(key[0]), b.wrapping_add(key[1])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_words_are_those_of_the_papers_code() {
        assert_eq!(threefry(0, [0, 0]), [0x9d1c_5ec6, 0x8bd5_0731]);
    }

    #[test]
    fn masks_are_the_same_on_any_vectors_and_threads() {
        let values: Vec<f32> = (0..40_003_u16).map(|at| f32::from(at) + 1.0).collect();
        for period in [1, 63, 64, 1000, 8192, 20_001, 40_003] {
            let mask = Mask { key: [7, 9], threshold: 1 << 30, scale: 4.0 / 3.0, period };
            let on = |threads, machine| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                pool.expect("threads").install(|| mask.apply(&values, machine))
            };
            let one = on(1, Machine::here());
            assert!(one.iter().all(|value| value.is_finite()), "all are set");
            for machine in Machine::all() {
                assert!(on(3, machine) == one, "period {period} on {machine:?}");
            }
            let factor = |at: usize| one[at] / values[at];
            let repeats =
                (period..values.len()).all(|at| (factor(at) - factor(at % period)).abs() < 1e-5);
            assert!(repeats, "period {period}");
        }
    }
}
