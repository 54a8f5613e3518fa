//! The gradients of the recurrent kernel, of its bias and of the table: sums over all steps and batch rows.

use crate::Cell;
use crate::gpu::buffers::view;
use crate::gpu::matrix::{Product, Stored, add_pieces, products, reshaped};
use crate::gpu::sums;
use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

/// What the gradients of the weights follow from.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) cell: Cell,
    /// States before each step, the first `T` of `[T or T+1, B, H]`.
    pub(super) hidden: &'a CubeTensor,
    /// Gradients of the recurrent products, `[T, B, G·H]`.
    pub(super) products: &'a CubeTensor,
    /// Gradients of the pre-activations, `[T, B, G·H]`.
    pub(super) input: &'a CubeTensor,
    /// Rows of the table `[T, B]` and how many there are, where there is a table.
    pub(super) ids: Option<(&'a CubeTensor, usize)>,
}

/// Gradients of the weights.
#[derive(Debug)]
pub(super) struct Weights {
    /// `[H, G·H]`.
    pub(super) kernel: Option<CubeTensor>,
    /// `[G·H]`.
    pub(super) bias: Option<CubeTensor>,
    /// `[V, G·H]`.
    pub(super) table: Option<CubeTensor>,
}

/// The gradients of the weights. Each is computed in pieces, and all pieces are added up in one launch.
pub(super) fn gradients(found: &Found<'_>) -> Weights {
    let Found { cell, hidden, products: of_products, input, ids } = *found;
    let [steps, batch_size, width] = of_products.shape().dims::<3>();
    let [_, _, units] = hidden.shape().dims::<3>();
    let rows = steps * batch_size;
    let mut pieces = Vec::new();
    if cell.has_recurrent_kernel() {
        let before = reshaped(view(hidden, 0, rows * units), [rows, units]);
        let after = reshaped(of_products.clone(), [rows, width]);
        let product = Product::new(Stored::LeftTransposed, &before, &after);
        let product = Product { sums: cell.has_recurrent_bias(), ..product };
        for result in products(&[product], None) {
            pieces.push(result.product);
            pieces.extend(result.sums);
        }
    }
    if let Some((ids, vocabulary)) = ids {
        pieces.push(sums::by_row(input, ids, vocabulary));
    }
    let mut added = add_pieces(&pieces).into_iter();
    let mut next = |wanted: bool| wanted.then(|| added.next().expect("a sum of every result"));
    let kernel = next(cell.has_recurrent_kernel()).map(|sum| reshaped(sum, [units, width]));
    let bias = next(cell.has_recurrent_bias());
    let table = next(ids.is_some());
    let table = table.zip(ids).map(|(sum, (_, vocabulary))| reshaped(sum, [vocabulary, width]));
    Weights { kernel, bias, table }
}
