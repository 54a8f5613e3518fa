//! The head and its loss on a GPU: products, and between them one launch that turns logits into losses and,
//! where they are wanted, their own gradients.

use super::adapter::{limits, scalar};
use super::budget;
use super::buffers::{assert_shape, buffer, contiguous, empty};
use super::combine::{UNITS, combine};
use super::matrix::{Product, Stored, add_pieces, product, products, reshaped};
use super::order::{cube_x, unit_x};
use super::sums;
use crate::head::{Gradients, Head, Kernels};
use burn::backend::TensorMetadata;
use burn::backend::ops::IntTensorOps;
use burn::tensor::IntDType;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// What the backward pass needs.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// `[N, H]`.
    hidden: CubeTensor,
    /// `[H, V]`.
    kernel: CubeTensor,
    /// Gradients of the logits, `[N, V]`.
    logits: CubeTensor,
}

impl Kernels for CubeBackend {
    type Kept = Kept;

    fn loss(head: Head<Self>) -> CubeTensor {
        let Head { hidden, kernel, bias, targets } = head;
        let [hidden, kernel] = [hidden, kernel].map(|it| contiguous(&it));
        let logits = product(Product::new(Stored::Plain, &hidden, &kernel)); // [N, V]
        losses(&logits, &bias, targets, false)
    }

    fn loss_to_differentiate(head: Head<Self>) -> (CubeTensor, Kept) {
        let Head { hidden, kernel, bias, targets } = head;
        let [hidden, kernel] = [hidden, kernel].map(|it| contiguous(&it));
        let logits = product(Product::new(Stored::Plain, &hidden, &kernel)); // [N, V]
        let loss = losses(&logits, &bias, targets, true);
        (loss, Kept { hidden, kernel, logits })
    }

    fn gradients(kept: Kept, of_loss: CubeTensor) -> Gradients<Self> {
        let Kept { hidden, kernel, logits } = kept;
        let of_kernel =
            Product { sums: true, ..Product::new(Stored::LeftTransposed, &hidden, &logits) };
        let of_hidden = Product::new(Stored::RightTransposed, &logits, &kernel);
        let found = products(&[of_kernel, of_hidden], Some(&contiguous(&of_loss)));
        let [of_kernel, of_hidden] = <[_; 2]>::try_from(found).expect("a result of every job");
        let sums = of_kernel.sums.expect("sums, as they are wanted");
        let [of_kernel, bias] = <[_; 2]>::try_from(add_pieces(&[of_kernel.product, sums]))
            .expect("as many sums as there are pieces");
        Gradients {
            bias,                                                            // [V]
            kernel: reshaped(of_kernel, kernel.shape().dims::<2>()),         // [H, V]
            hidden: reshaped(of_hidden.product, hidden.shape().dims::<2>()), // [N, H]
        }
    }
}

/// The summed loss `[1]` of `logits` `[N, V]` without their bias; `backward` writes their
/// gradients over them.
fn losses(
    logits: &CubeTensor,
    bias: &CubeTensor,
    targets: CubeTensor,
    backward: bool,
) -> CubeTensor {
    let [positions, vocabulary] = logits.shape().dims::<2>();
    let bias = contiguous(bias); // [V]
    let targets = contiguous(&CubeBackend::int_cast(targets, IntDType::I32)); // [N]
    let losses = empty(logits, [positions]); // [N]
    assert_shape(logits, [positions, vocabulary]);
    assert_shape(&bias, [vocabulary]);
    assert_shape(&targets, [positions]);
    let client = &logits.client;
    let units = 1 << UNITS.min(limits(client).units).ilog2();
    // Each row is read three times, and written over.
    for rows in budget::cubes(positions, budget::of_numbers(4 * vocabulary)) {
        // SAFETY: the kernel stays below N rows of V logits, and below V in the bias: it leaves when
        // its row is none, and does not follow a target beyond V.
        #[expect(unsafe_code, reason = "a launch without bounds checks")]
        unsafe {
            cross_entropy::launch_unchecked(
                client,
                CubeCount::Static(scalar(rows.len().max(1)), 1, 1),
                CubeDim::new_1d(scalar(units)),
                buffer(logits),
                buffer(&bias),
                buffer(&targets),
                buffer(&losses),
                scalar(rows.start),
                scalar(positions),
                scalar(vocabulary),
                units,
                backward,
            );
        }
    }
    sums::total(&losses) // [1]
}

/// A cube takes a row: it finds the largest logit, the sum of the exponentials, and the loss.
#[cube(launch_unchecked)]
fn cross_entropy(
    logits: &mut [f32],
    bias: &[f32],
    targets: &[i32],
    losses: &mut [f32],
    first_row: u32,
    positions: u32,
    vocabulary: u32,
    #[comptime] units: usize,
    #[comptime] backward: bool,
) {
    let (positions, vocabulary) = (positions as usize, vocabulary as usize);
    let row = (first_row + cube_x()) as usize;
    let unit = unit_x() as usize;
    // A cube beyond the rows reads and writes nothing, and meets at the barriers: those are for all.
    let first = row * vocabulary;
    let columns = select(row < positions, vocabulary, 0);
    let mut parts = Shared::<[f32]>::new_slice(units);

    let mut largest = f32::MIN.runtime();
    let mut at = unit;
    while at < columns {
        largest = max(largest, logits[first + at] + bias[at]);
        at += units;
    }
    let largest = combine(&mut parts, largest, unit, units, true);

    let mut sum = 0.0f32;
    let mut at = unit;
    while at < columns {
        sum += (logits[first + at] + bias[at] - largest).exp();
        at += units;
    }
    let sum = combine(&mut parts, sum, unit, units, false);

    if row < positions {
        // The unit that owns the target's column reads its logit before it writes over it.
        let target = targets[row];
        let column = u32::cast_from(max(target, 0)) as usize;
        // A target outside the vocabulary makes the loss infinite, so the optimizer rejects the step.
        if unit == 0 && column >= vocabulary {
            losses[row] = f32::MAX * (2.0f32 + f32::cast_from(u32::cast_from(vocabulary)));
        }
        if unit == column % units && column < vocabulary {
            let loss = largest + sum.ln() - (logits[first + column] + bias[column]);
            losses[row] = select(target < 0, 0.0f32, loss);
        }
        if comptime!(backward) {
            let mut at = unit;
            while at < vocabulary {
                let mut gradient = 0.0f32;
                if target >= 0 {
                    gradient = (logits[first + at] + bias[at] - largest).exp() / sum;
                    if at == column {
                        gradient -= 1.0;
                    }
                }
                logits[first + at] = gradient;
                at += units;
            }
        }
    }
}
