//! The end of a backward pass, after all steps: sums over positions.
//!
//! Every sum adds in an order that does not depend on the number of threads.

use crate::linear::matrix::{Matrix, Output, multiply};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

/// The gradient of a kernel: `inputs`ᵀ · `gradients`, `[K, N]`, from `inputs` `[positions, K]` and the
/// first `N` = `width` columns of `gradients` `[positions, stride]`.
pub fn kernel_gradient(
    inputs: &[f32],
    gradients: &[f32],
    size: usize,
    width: usize,
    stride: usize,
) -> Vec<f32> {
    assert_eq!(inputs.len() / size, gradients.len() / stride, "a gradient for every position");
    let mut sum = vec![0.0; size * width];
    let inputs = Matrix::rows(inputs, size, size);
    multiply(
        inputs.transposed(),
        Matrix::rows(gradients, width, stride),
        &mut sum,
        Output::Overwrite,
    );
    sum
}

/// The gradient of a bias: the sum of the first `width` columns of `rows` `[positions, stride]`.
pub fn column_sums(rows: &[f32], width: usize, stride: usize) -> Vec<f32> {
    const POSITIONS: usize = 512;
    let partial: Vec<Vec<f32>> = (rows.par_chunks(POSITIONS * stride))
        .map(|rows| {
            let mut sum = vec![0.0; width];
            rows.chunks_exact(stride).for_each(|row| add(&mut sum, &row[..width]));
            sum
        })
        .collect();
    let mut sum = vec![0.0; width];
    for part in &partial {
        add(&mut sum, part);
    }
    sum
}

/// The gradient of a table: to row `ids[position]` of `[rows, width]`, the row of that position in
/// `gradients` `[positions, width]` is added.
pub fn row_sums(gradients: &[f32], ids: &[usize], rows: usize, width: usize) -> Vec<f32> {
    // A thread owns some columns, whole cache lines of them, and goes through the positions in order.
    let part = width.div_ceil(rayon::current_num_threads()).next_multiple_of(64);
    let blocks: Vec<Vec<f32>> = (0..width.div_ceil(part))
        .into_par_iter()
        .map(|block| {
            let columns = block * part..width.min((block + 1) * part);
            let mut sums = vec![0.0; rows * columns.len()];
            for (row, &id) in gradients.chunks_exact(width).zip(ids) {
                let sum = &mut sums[id * columns.len()..][..columns.len()];
                add(sum, &row[columns.clone()]);
            }
            sums
        })
        .collect();
    let mut table = vec![0.0; rows * width];
    for (block, sums) in blocks.iter().enumerate() {
        let first = block * part;
        let columns = part.min(width - first);
        for (row, sums) in table.chunks_exact_mut(width).zip(sums.chunks_exact(columns)) {
            row[first..first + columns].copy_from_slice(sums);
        }
    }
    table
}

fn add(sum: &mut [f32], terms: &[f32]) {
    sum.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
}
