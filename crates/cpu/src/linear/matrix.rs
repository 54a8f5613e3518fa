//! Products of whole matrices, where nothing waits for the step before.

use gemm::{Parallelism, gemm};

/// Some numbers seen as a matrix.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    /// From a row to the next, and from a column to the next.
    strides: [usize; 2],
}

impl<'a> Matrix<'a> {
    /// Rows of `columns` numbers, one after the other, `stride` apart.
    pub(crate) fn rows(values: &'a [f32], columns: usize, stride: usize) -> Self {
        assert!(columns <= stride, "rows as wide as they are said to be");
        Self { values, rows: values.len() / stride, columns, strides: [stride, 1] }
    }

    /// The same numbers with rows and columns exchanged.
    pub(crate) fn transposed(self) -> Self {
        let Self { values, rows, columns, strides: [row, column] } = self;
        Self { values, rows: columns, columns: rows, strides: [column, row] }
    }
}

/// What a product does with the numbers in its destination.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// It is added.
    Add,
    /// It replaces what was there.
    Overwrite,
}

/// Writes `left` `[M, K]` · `right` `[K, N]` to `product` `[M, N]`, on all threads of the current
/// pool. Each sum adds in the same order for any number of threads.
pub(crate) fn multiply(left: Matrix<'_>, right: Matrix<'_>, product: &mut [f32], output: Output) {
    assert_eq!(left.columns, right.rows, "matrices that can be multiplied");
    assert_eq!(product.len(), left.rows * right.columns, "a slot for every sum");
    let signed = usize::cast_signed;
    #[expect(unsafe_code, reason = "the library takes pointers")]
    // SAFETY: a matrix's strides stay inside its numbers: `rows` whole strides fit, and `columns`
    // is at most one. `product` has `M·N` numbers, as asserted, and is borrowed mutably, so it
    // overlaps neither.
    unsafe {
        gemm(
            left.rows,
            right.columns,
            left.columns,
            product.as_mut_ptr(),
            1,
            signed(right.columns),
            output == Output::Add,
            left.values.as_ptr(),
            signed(left.strides[1]),
            signed(left.strides[0]),
            right.values.as_ptr(),
            signed(right.strides[1]),
            signed(right.strides[0]),
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::Rayon(0),
        );
    }
}
