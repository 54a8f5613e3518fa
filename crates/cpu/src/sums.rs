//! What is left of the pass backward when all steps are done: sums over places.
//!
//! Every sum adds in an order that does not depend on the number of threads.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

/// The gradient of a kernel: `inputs`ᵀ · `gradients`, `[K, N]`, from `inputs` `[places, K]` and the
/// first `N` = `width` columns of `gradients` `[places, stride]`.
pub fn kernel_gradient(
    inputs: &[f32],
    gradients: &[f32],
    size: usize,
    width: usize,
    stride: usize,
) -> Vec<f32> {
    let places = inputs.len() / size;
    assert!(
        places * size <= inputs.len() && width <= stride,
        "rows as wide as they are said to be"
    );
    assert_eq!(gradients.len(), places * stride, "a gradient for every place");
    let mut sum = vec![0.0; size * width];
    let signed = usize::cast_signed;
    #[expect(unsafe_code, reason = "the library takes pointers")]
    // SAFETY: the strides below stay inside the three slices, as asserted above: `sum` is
    // `[size, width]`, `inputs` `[places, size]` read as its transpose, `gradients`
    // `[places, stride]` with `width <= stride`. `sum` is borrowed mutably and overlaps neither.
    unsafe {
        gemm::gemm(
            size,
            width,
            places,
            sum.as_mut_ptr(),
            1,
            signed(width),
            false,
            inputs.as_ptr(),
            signed(size),
            1,
            gradients.as_ptr(),
            1,
            signed(stride),
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::Rayon(0),
        );
    }
    sum
}

/// The gradient of a bias: the sum of the first `width` columns of `rows` `[places, stride]`.
pub fn column_sums(rows: &[f32], width: usize, stride: usize) -> Vec<f32> {
    const PLACES: usize = 512;
    let partial: Vec<Vec<f32>> = (rows.par_chunks(PLACES * stride))
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

/// The gradient of a table: to row `ids[place]` of `[rows, width]`, the row of that place in
/// `gradients` `[places, width]` is added.
pub fn row_sums(gradients: &[f32], ids: &[usize], rows: usize, width: usize) -> Vec<f32> {
    // A thread owns some columns, whole cache lines of them, and goes through the places in order.
    let share = width.div_ceil(rayon::current_num_threads()).next_multiple_of(64);
    let blocks: Vec<Vec<f32>> = (0..width.div_ceil(share))
        .into_par_iter()
        .map(|block| {
            let columns = block * share..width.min((block + 1) * share);
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
        let first = block * share;
        let columns = share.min(width - first);
        for (row, sums) in table.chunks_exact_mut(width).zip(sums.chunks_exact(columns)) {
            row[first..first + columns].copy_from_slice(sums);
        }
    }
    table
}

fn add(sum: &mut [f32], terms: &[f32]) {
    sum.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
}
