//! Orthonormal rows by modified Gram-Schmidt, for initial weights.

use crate::machine::Machine;
use pulp::{Simd, WithSimd, bytemuck};
use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSliceMut;

/// Finished rows that are subtracted from others while they are in the cache.
const BLOCK: usize = 32;
/// Rows that share each reading of the finished rows.
const AT_ONCE: usize = 4;

/// Replaces the rows of `matrix` `[N, columns]`, `N` ≤ `columns`, by an orthonormal basis of what
/// they span; the first `n` rows span the same as before, for every `n`.
///
/// Each row subtracts its projections on the rows above it, in their order, so the result is the
/// same to the last bit on any vectors and any number of threads. Rows that are linearly dependent
/// give NaN or noise; Gaussian rows never are.
///
/// # Panics
/// When `columns` is 0 or does not divide the length of `matrix`.
///
/// # Source
/// Modified Gram-Schmidt (Golub and Van Loan, Matrix Computations, 5.2.8), by rows and in blocks.
pub fn orthonormalize(matrix: &mut [f64], columns: usize) {
    assert!(columns > 0 && matrix.len().is_multiple_of(columns), "a matrix of {columns} columns");
    let arch = Machine::here().arch;
    let mut rest = matrix;
    while !rest.is_empty() {
        let (block, below) = rest.split_at_mut(rest.len().min(BLOCK * columns));
        arch.dispatch(Within { block, columns });
        let block = &*block;
        below.par_chunks_mut(AT_ONCE * columns).for_each(|rows| {
            arch.dispatch(Below { rows, block, columns });
        });
        rest = below;
    }
}

/// Makes the rows of a block orthonormal, from which those of all blocks above have been
/// subtracted.
struct Within<'a> {
    block: &'a mut [f64],
    columns: usize,
}

impl WithSimd for Within<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { block, columns } = self;
        for at in 0..block.len() / columns {
            let (above, row) = block.split_at_mut(at * columns);
            let row = &mut row[..columns];
            subtract_projections(simd, [&mut *row], above);
            let length = dot(simd, row, row).sqrt();
            for value in row {
                *value /= length;
            }
        }
    }
}

/// Subtracts from some rows their projections on a finished block.
struct Below<'a> {
    rows: &'a mut [f64],
    block: &'a [f64],
    columns: usize,
}

impl WithSimd for Below<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut rows = self.rows.chunks_exact_mut(self.columns);
        match std::array::from_fn(|_| rows.next()) {
            [Some(a), Some(b), Some(c), Some(d)] => {
                subtract_projections::<S, AT_ONCE>(simd, [a, b, c, d], self.block);
            }
            fewer => {
                for row in fewer.into_iter().flatten() {
                    subtract_projections(simd, [row], self.block);
                }
            }
        }
    }
}

/// Subtracts from each of `rows` its projections on `finished` orthonormal rows, one after the
/// other.
#[inline(always)]
fn subtract_projections<S: Simd, const N: usize>(
    simd: S,
    mut rows: [&mut [f64]; N],
    finished: &[f64],
) {
    let mut finished = finished.chunks_exact(rows[0].len());
    let Some(mut current) = finished.next() else { return };
    let mut overlaps = rows.each_ref().map(|row| dot(simd, row, current));
    for next in finished {
        overlaps = subtract_and_dot(simd, &mut rows, overlaps, current, next);
        current = next;
    }
    for (row, overlap) in rows.iter_mut().zip(overlaps) {
        row.iter_mut().zip(current).for_each(|(a, b)| *a -= overlap * b);
    }
}

/// The inner product, in eight partial sums on vectors of any width.
#[inline(always)]
fn dot<S: Simd>(simd: S, a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [simd.splat_f64s(0.0); 8];
    for (x, y) in a.iter().zip(b) {
        let vectors = S::as_simd_f64s(x).0.iter().zip(S::as_simd_f64s(y).0);
        for (sum, (&x, &y)) in sums.iter_mut().zip(vectors) {
            *sum = simd.add_f64s(*sum, simd.mul_f64s(x, y));
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    total::<S>(&sums) + rest
}

/// The sum of the first eight numbers of some vectors, one after the other.
#[inline(always)]
fn total<S: Simd>(sums: &[S::f64s; 8]) -> f64 {
    bytemuck::cast_slice::<_, f64>(sums)[..8].iter().sum()
}

/// Subtracts a multiple of `current` from each of `rows` and returns the inner products of the
/// results with `next`, in one pass over memory. The numbers are those of two passes.
#[inline(always)]
fn subtract_and_dot<S: Simd, const N: usize>(
    simd: S,
    rows: &mut [&mut [f64]; N],
    factors: [f64; N],
    current: &[f64],
    next: &[f64],
) -> [f64; N] {
    let (current, current_rest) = current.as_chunks::<8>();
    let (next, next_rest) = next.as_chunks::<8>();
    let count = current.len();
    let next = &next[..count];
    let mut sums = [[simd.splat_f64s(0.0); 8]; N];
    let splats = factors.map(|factor| simd.splat_f64s(factor));
    {
        let mut rows = rows.each_mut().map(|row| &mut row.as_chunks_mut::<8>().0[..count]);
        for at in 0..count {
            let current = S::as_simd_f64s(&current[at]).0;
            let next = S::as_simd_f64s(&next[at]).0;
            for ((row, sums), &factor) in rows.iter_mut().zip(&mut sums).zip(&splats) {
                let row = S::as_mut_simd_f64s(&mut row[at]).0;
                for (((value, sum), &current), &next) in
                    row.iter_mut().zip(sums).zip(current).zip(next)
                {
                    *value = simd.sub_f64s(*value, simd.mul_f64s(factor, current));
                    *sum = simd.add_f64s(*sum, simd.mul_f64s(*value, next));
                }
            }
        }
    }
    std::array::from_fn(|at| {
        let row = rows[at][8 * count..].iter_mut().zip(current_rest).zip(next_rest);
        let rest: f64 = row
            .map(|((value, current), next)| {
                *value -= factors[at] * current;
                *value * next
            })
            .sum();
        total::<S>(&sums[at]) + rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(count: usize) -> Vec<f64> {
        (0..count).map(|at| ((at * at % 7919) as f64).mul_add(2.399_963, 0.3).sin()).collect()
    }

    /// The inner product in eight partial sums.
    fn plain_dot(a: &[f64], b: &[f64]) -> f64 {
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
        let mut sums = [0.0; 8];
        for (x, y) in a.iter().zip(b) {
            for lane in 0..8 {
                sums[lane] += x[lane] * y[lane];
            }
        }
        let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
        sums.iter().sum::<f64>() + rest
    }

    /// Row by row, as in the textbook.
    fn row_by_row(matrix: &[f64], columns: usize) -> Vec<f64> {
        let mut done: Vec<Vec<f64>> = Vec::new();
        for row in matrix.chunks_exact(columns) {
            let mut row = row.to_vec();
            for other in &done {
                let overlap = plain_dot(&row, other);
                row.iter_mut().zip(other).for_each(|(a, b)| *a -= overlap * b);
            }
            let length = plain_dot(&row, &row).sqrt();
            for value in &mut row {
                *value /= length;
            }
            done.push(row);
        }
        done.concat()
    }

    /// One row, fewer than a block, several blocks, and widths that fill no vector.
    const SIZES: [[usize; 2]; 5] = [[1, 1], [13, 52], [32, 32], [71, 147], [100, 105]];

    #[test]
    fn rows_are_those_of_the_textbook_to_the_last_bit_on_any_number_of_threads() {
        for [rows, columns] in SIZES {
            let matrix = wave(rows * columns);
            let expected = row_by_row(&matrix, columns);
            for threads in [1, 2, 5] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                let mut actual = matrix.clone();
                pool.expect("threads").install(|| orthonormalize(&mut actual, columns));
                assert!(actual == expected, "{rows} × {columns} on {threads} threads");
            }
        }
    }

    #[test]
    fn rows_are_orthonormal() {
        for [rows, columns] in SIZES {
            let mut matrix = wave(rows * columns);
            orthonormalize(&mut matrix, columns);
            for a in 0..rows {
                for b in 0..rows {
                    let row = |r: usize| &matrix[r * columns..][..columns];
                    let expected = if a == b { 1.0 } else { 0.0 };
                    let error = (plain_dot(row(a), row(b)) - expected).abs();
                    assert!(error < 1e-9, "{rows} × {columns}, rows {a} and {b}: {error:e}");
                }
            }
        }
    }

    /// `cargo test --release -p charnn-cpu -- --ignored --nocapture orthonormal`
    #[test]
    #[ignore = "a measurement"]
    fn how_long_two_thousand_rows_take() {
        for columns in [2000, 6000, 8000] {
            let matrix = wave(2000 * columns);
            let mut fast = matrix.clone();
            let start = std::time::Instant::now();
            orthonormalize(&mut fast, columns);
            let blocked = start.elapsed();
            let start = std::time::Instant::now();
            let slow = row_by_row(&matrix, columns);
            println!("2000 × {columns}: {blocked:.1?}, row by row {:.1?}", start.elapsed());
            assert!(fast == slow);
        }
    }
}
