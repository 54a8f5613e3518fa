//! How much work one launch may do.
//!
//! Operating systems end a launch after about two seconds, some drivers after a tenth of that, and the
//! screen stands still during it. So work that takes longer than [`LONGEST`] on a weak adapter is cut into
//! several launches, between cubes or between time steps. No sum is cut, so results do not change.
//!
//! Launches that add up numbers in a single cube are not cut: a million numbers take two milliseconds.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Seconds of a launch.
const LONGEST: f64 = 0.030;
/// Multiply-adds per second of a weak adapter, a fifth of what an integrated GPU of 2020 reaches.
const SPEED: f64 = 50e9;
/// Bytes that its memory reads or writes per second.
const BANDWIDTH: f64 = 10e9;
/// Cubes of a launch in one direction: what every graphics API allows.
const MOST_CUBES: usize = 65_535;

/// The bits of the seconds to assume, or 0 for [`LONGEST`].
static ASSUMED: AtomicU64 = AtomicU64::new(0);

/// See [`crate::device::assume_longest_launch`].
pub(crate) fn assume_longest_launch(seconds: f64) {
    ASSUMED.store(seconds.to_bits(), Ordering::Relaxed);
}

/// Seconds that a launch may take by an estimate.
fn longest() -> f64 {
    match ASSUMED.load(Ordering::Relaxed) {
        0 => LONGEST,
        bits => f64::from_bits(bits),
    }
}

/// Seconds of so many multiply-adds on a weak adapter that is busy as a whole.
pub(in crate::gpu) fn of_multiply_adds(count: usize) -> f64 {
    count as f64 / SPEED
}

/// Seconds to read or write so many numbers of 32 bits.
pub(in crate::gpu) fn of_numbers(count: usize) -> f64 {
    (count * size_of::<f32>()) as f64 / BANDWIDTH
}

/// The launches for `count` cubes, of `seconds` each: ranges of cubes, in order.
pub(in crate::gpu) fn cubes(count: usize, seconds: f64) -> impl Iterator<Item = Range<usize>> {
    parts(count, most(seconds).min(MOST_CUBES))
}

/// The launches for `count` numbers, of `seconds` each: ranges of numbers, in order. Starts are multiples of 64.
pub(in crate::gpu) fn numbers(count: usize, seconds: f64) -> impl Iterator<Item = Range<usize>> {
    const BLOCK: usize = 64;
    let blocks = parts(count.div_ceil(BLOCK), most(seconds * BLOCK as f64));
    blocks.map(move |blocks| blocks.start * BLOCK..(blocks.end * BLOCK).min(count))
}

/// The launches for `count` time steps, of `seconds` each: ranges of steps, in order.
pub(in crate::gpu) fn steps(
    count: usize,
    seconds: f64,
) -> impl DoubleEndedIterator<Item = Range<usize>> {
    parts(count, most(seconds))
}

/// How often a launch may do what takes `seconds`, at least once.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn most(seconds: f64) -> usize {
    ((longest() / seconds) as usize).max(1)
}

/// Ranges of at most `most` of `count`, as few as possible and of even length: a launch of one step costs as
/// much as one of ten.
fn parts(count: usize, most: usize) -> impl DoubleEndedIterator<Item = Range<usize>> {
    let parts = count.div_ceil(most).max(1);
    (0..parts).map(move |part| part * count / parts..(part + 1) * count / parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_all_in_order_and_none_is_longer_than_allowed() {
        for (count, seconds) in [(1, 1.0), (7, 1e-9), (100, 1e-3), (3_000_000, 1e-8), (10, 0.02)] {
            let all: Vec<_> = cubes(count, seconds).collect();
            assert_eq!((all[0].start, all[all.len() - 1].end), (0, count));
            assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start), "{all:?}");
            for range in all {
                let time = range.len() as f64 * seconds;
                assert!(time <= LONGEST * 1.0001 || range.len() == 1, "{range:?}: {time} s");
                assert!((1..=MOST_CUBES).contains(&range.len()), "{range:?}");
            }
        }
        assert_eq!(cubes(96, 1e-4).count(), 1);
        assert!(cubes(0, 1.0).eq(std::iter::once(0..0)));
    }

    #[test]
    fn numbers_are_cut_where_units_begin() {
        let all: Vec<_> = numbers(1001, 1e-4).collect();
        assert!(all.len() > 2 && all.iter().all(|range| range.start % 64 == 0), "{all:?}");
        assert_eq!(all.iter().map(ExactSizeIterator::len).sum::<usize>(), 1001);
    }
}
