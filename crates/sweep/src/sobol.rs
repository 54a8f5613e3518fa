//! Sobol points: they fill a box more evenly than random ones do.

use charnn_bundle::{Purpose, Seed};
use rand::Rng;

/// Bits of a coordinate.
const BITS: usize = 32;

/// Primitive polynomials and initial direction numbers, for all dimensions but the first: the degree, the inner
/// coefficients as a binary number, and one odd number for each degree.
///
/// # Source
/// Joe and Kuo, Constructing Sobol sequences with better two-dimensional projections, 2008 (new-joe-kuo-6.21201).
const TABLE: [(u32, u32, [u32; 7]); 20] = [
    (1, 0, [1, 0, 0, 0, 0, 0, 0]),
    (2, 1, [1, 3, 0, 0, 0, 0, 0]),
    (3, 1, [1, 3, 1, 0, 0, 0, 0]),
    (3, 2, [1, 1, 1, 0, 0, 0, 0]),
    (4, 1, [1, 1, 3, 3, 0, 0, 0]),
    (4, 4, [1, 3, 5, 13, 0, 0, 0]),
    (5, 2, [1, 1, 5, 5, 17, 0, 0]),
    (5, 4, [1, 1, 5, 5, 5, 0, 0]),
    (5, 7, [1, 1, 7, 11, 19, 0, 0]),
    (5, 11, [1, 1, 5, 1, 1, 0, 0]),
    (5, 13, [1, 1, 1, 3, 11, 0, 0]),
    (5, 14, [1, 3, 5, 5, 31, 0, 0]),
    (6, 1, [1, 3, 3, 9, 7, 49, 0]),
    (6, 13, [1, 1, 1, 15, 21, 21, 0]),
    (6, 16, [1, 3, 1, 13, 27, 49, 0]),
    (6, 19, [1, 1, 1, 15, 7, 5, 0]),
    (6, 22, [1, 3, 1, 15, 13, 25, 0]),
    (6, 25, [1, 1, 5, 5, 19, 61, 0]),
    (7, 1, [1, 3, 7, 11, 23, 15, 103]),
    (7, 4, [1, 3, 7, 13, 13, 15, 69]),
];

/// The most dimensions of a point.
pub const MOST_DIMENSIONS: usize = TABLE.len() + 1;

/// The coordinate of point `number` in `dimension`, both counted from 0, as a fraction of 2³²; not scrambled.
///
/// # Panics
/// When there are fewer dimensions.
fn coordinate(number: u64, dimension: usize) -> u32 {
    let directions = directions(dimension);
    let gray = number ^ (number >> 1);
    let bits = (0..BITS).filter(|bit| gray >> bit & 1 == 1);
    bits.fold(0, |sum, bit| sum ^ directions[bit])
}

fn directions(dimension: usize) -> [u32; BITS] {
    let mut numbers: [u32; BITS] = std::array::from_fn(|bit| 1 << (BITS - 1 - bit));
    let Some((degree, inner, initial)) = dimension.checked_sub(1).map(|row| TABLE[row]) else {
        return numbers;
    };
    let degree = degree as usize;
    for bit in 0..BITS {
        numbers[bit] = if bit < degree {
            initial[bit] << (BITS - 1 - bit)
        } else {
            let before = numbers[bit - degree];
            let terms = (1..degree).filter(|term| inner >> (degree - 1 - term) & 1 == 1);
            terms.fold(before ^ (before >> degree), |sum, term| sum ^ numbers[bit - term])
        };
    }
    numbers
}

/// Point `number`, counted from 0, of a sequence in `dimensions`, between 0 and 1. `seed` shifts all points in the same
/// way (digital shift), so that another seed gives other points which are as even.
///
/// # Panics
/// When there are more than [`MOST_DIMENSIONS`].
pub(crate) fn point(number: u64, dimensions: usize, seed: Seed) -> Vec<f64> {
    let mut shifts = seed.rng(Purpose::Sweep, 0);
    (0..dimensions)
        .map(|dimension| {
            let shifted = coordinate(number, dimension) ^ shifts.next_u32();
            (f64::from(shifted) + 0.5) / 2f64.powi(32)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `scipy.stats.qmc.Sobol(d=21, scramble=False).random(64)`: the last row, times 64.
    const LAST: [u32; 21] =
        [1, 51, 23, 29, 55, 9, 37, 9, 53, 37, 27, 43, 35, 49, 21, 49, 5, 25, 61, 15, 15];

    #[test]
    fn the_first_points_are_those_of_others() {
        let row = |number| (0..4).map(move |it| f64::from(coordinate(number, it)) / 2f64.powi(32));
        let rows: Vec<Vec<f64>> = (0..4).map(|number| row(number).collect()).collect();
        assert_eq!(
            rows,
            [
                [0.0, 0.0, 0.0, 0.0],
                [0.5, 0.5, 0.5, 0.5],
                [0.75, 0.25, 0.25, 0.25],
                [0.25, 0.75, 0.75, 0.75]
            ]
        );
        let last: Vec<u32> = (0..21).map(|it| coordinate(63, it) >> 26).collect();
        assert_eq!(last, LAST);
    }

    #[test]
    fn every_stretch_holds_one_of_so_many_points() {
        for dimension in 0..MOST_DIMENSIONS {
            for bits in [4, 7] {
                let count = 1 << bits;
                let mut cells: Vec<u32> = (0..count)
                    .map(|number| {
                        let point = point(number, dimension + 1, Seed(5));
                        #[expect(
                            clippy::cast_possible_truncation,
                            clippy::cast_sign_loss,
                            reason = "below 2^7"
                        )]
                        let cell = (point[dimension] * count as f64) as u32;
                        cell
                    })
                    .collect();
                cells.sort_unstable();
                assert_eq!(cells, (0..1 << bits).collect::<Vec<_>>(), "dimension {dimension}");
            }
        }
    }

    #[test]
    fn seeds_shift_the_points() {
        assert_ne!(point(0, 2, Seed(1)), point(0, 2, Seed(2)));
        assert_eq!(point(3, 1, Seed(1))[0].to_bits(), point(3, 2, Seed(1))[0].to_bits());
    }
}
