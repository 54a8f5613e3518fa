//! In how many bits packed weights are kept.
//!
//! They lie in words of 32 bits: one f32, or two bf16 of neighboring panels, so that the words of
//! a vector give two vectors of numbers without moving any between SIMD lanes.

use pulp::Simd;

/// How exactly weights are kept. They are multiplied and summed in f32 either way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precision {
    /// As they are.
    #[default]
    F32,
    /// Rounded to the nearest number with 8 bits of mantissa, in half the memory: faster where each
    /// weight is read for a few batch rows only.
    Bf16,
}

/// What a word of 32 bits holds.
pub(crate) trait Word: Copy + Sync {
    const PRECISION: Precision;

    /// Numbers in a word.
    const NUMBERS: usize;

    /// A word with `value` as its number `place`, and zeros else.
    fn with(self, value: f32, place: usize) -> u32;

    /// The number `place` of every word.
    fn numbers<S: Simd>(self, simd: S, words: S::u32s, place: usize) -> S::f32s;
}

/// One f32.
#[derive(Clone, Copy)]
pub(crate) struct Single;

impl Word for Single {
    const PRECISION: Precision = Precision::F32;
    const NUMBERS: usize = 1;

    #[inline(always)]
    fn with(self, value: f32, _: usize) -> u32 {
        value.to_bits()
    }

    #[inline(always)]
    fn numbers<S: Simd>(self, simd: S, words: S::u32s, _: usize) -> S::f32s {
        simd.transmute_f32s_u32s(words)
    }
}

/// Two bf16, each the upper half of an f32; the first one is the upper half of the word.
#[derive(Clone, Copy)]
pub(crate) struct Pair;

const UPPER: u32 = 0xFFFF_0000;

impl Word for Pair {
    const PRECISION: Precision = Precision::Bf16;
    const NUMBERS: usize = 2;

    #[inline(always)]
    fn with(self, value: f32, place: usize) -> u32 {
        rounded(value).to_bits() >> (16 * place)
    }

    #[inline(always)]
    fn numbers<S: Simd>(self, simd: S, words: S::u32s, place: usize) -> S::f32s {
        simd.transmute_f32s_u32s(match place {
            0 => simd.and_u32s(words, simd.splat_u32s(UPPER)),
            _ => simd.wrapping_dyn_shl_u32s(words, simd.splat_u32s(16)),
        })
    }
}

/// The bf16 next to a finite `value`; halfway between two, the one whose last bit is 0. From
/// 3.396e38 on that is infinity.
pub(crate) fn rounded(value: f32) -> f32 {
    let bits = value.to_bits();
    let last = bits >> 16 & 1;
    // A carry into the exponent is right: the next bf16 is the next power of two.
    f32::from_bits((bits + 0x7FFF + last) & UPPER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_the_nearest_and_ties_to_even() {
        // Between 1 and 2 the numbers of 8 bits are 1/128 apart.
        let step = 1.0 / 128.0;
        for (value, expected) in [
            (0.0, 0.0),
            (1.0, 1.0),
            (1.0 + 0.49 * step, 1.0),
            (1.0 + 0.5 * step, 1.0), // a tie, 1 is even
            (1.0 + 0.51 * step, 1.0 + step),
            (1.0 + 1.49 * step, 1.0 + step),
            (1.0 + 1.5 * step, 1.0 + 2.0 * step), // a tie, 1 + step is odd
            (2.0 - 0.5 * step, 2.0),              // a tie, with a carry into the exponent
            (std::f32::consts::PI, 3.140_625),
            (0.1, 205.0 / 2048.0),
            (f32::from_bits(0x0001_8000), f32::from_bits(0x0002_0000)), // subnormal
            (3.395e38, 3.389_531_4e38),
            (3.397e38, f32::INFINITY),
        ] {
            for sign in [1.0, -1.0] {
                let actual = rounded(sign * value);
                assert_eq!(actual.to_bits(), (sign * expected).to_bits(), "{value}: {actual}");
            }
        }
    }

    #[test]
    fn no_other_number_of_eight_bits_is_nearer() {
        for at in 0..100_000_u32 {
            let value = f32::from_bits(at.wrapping_mul(2_654_435_761) & 0xBFFF_FFFF); // below 2
            let actual = rounded(value);
            let error = (f64::from(actual) - f64::from(value)).abs();
            for other in [actual.to_bits() + (1 << 16), actual.to_bits().wrapping_sub(1 << 16)] {
                let other = (f64::from(f32::from_bits(other)) - f64::from(value)).abs();
                assert!(other.is_nan() || error <= other, "{value}: {actual}");
            }
        }
    }
}
