//! The gradient of the recurrent kernel: one product over all steps and batch rows, by burn.

use burn::backend::TensorMetadata;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::Slice;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;

/// Pieces that the rows are cut into.
const MOST_PIECES: usize = 16;
/// Rows that are worth a piece of their own.
const FEWEST_ROWS: usize = 256;

/// The gradient `[H, G·H]` of the recurrent kernel from the states before each step, the first
/// `T` of `hidden` `[T+1, B, H]`, and the gradients of the products, `[T, B, G·H]`.
///
/// `hiddenᵀ · products` is a small matrix with a long sum in each place: too few tiles to keep a
/// GPU busy. So the sum is cut into pieces that are computed side by side.
pub(super) fn kernel_gradient(hidden: &CubeTensor, products: &CubeTensor) -> CubeTensor {
    let [steps, batch_size, width] = products.shape().dims::<3>();
    let [_, _, units] = hidden.shape().dims::<3>();
    let states = [0..steps, 0..batch_size, 0..units].map(Slice::from);
    let hidden = CubeBackend::float_slice(hidden.clone(), &states); // [T, B, H]
    let rows = steps * batch_size;
    let pieces = (rows / FEWEST_ROWS).clamp(1, MOST_PIECES);
    let even = rows / pieces * pieces;
    let hidden = CubeBackend::float_reshape(hidden, [rows, units].into()); // [T·B, H]
    let products = CubeBackend::float_reshape(products.clone(), [rows, width].into()); // [T·B, G·H]
    let gradient = sum_of_products(&hidden, &products, 0..even, pieces);
    if even == rows {
        return gradient;
    }
    CubeBackend::float_add(gradient, sum_of_products(&hidden, &products, even..rows, 1))
}

/// `leftᵀ · right` over some rows, in `pieces` pieces.
fn sum_of_products(
    left: &CubeTensor,
    right: &CubeTensor,
    rows: std::ops::Range<usize>,
    pieces: usize,
) -> CubeTensor {
    let cut = |tensor: &CubeTensor| {
        let [_, width] = tensor.shape().dims::<2>();
        let slices = [rows.clone(), 0..width].map(Slice::from);
        let part = CubeBackend::float_slice(tensor.clone(), &slices); // [rows, width]
        CubeBackend::float_reshape(part, [pieces, rows.len() / pieces, width].into())
    };
    let (left, right) = (cut(left), cut(right)); // [pieces, rows, units], [pieces, rows, width]
    let shape = [left.shape().dims::<3>()[2], right.shape().dims::<3>()[2]];
    let left = CubeBackend::float_swap_dims(left, 1, 2); // [pieces, units, rows]
    let sums = CubeBackend::float_matmul(left, right); // [pieces, units, width]
    CubeBackend::float_reshape(CubeBackend::float_sum_dim(sums, 0), shape.into()) // [units, width]
}
