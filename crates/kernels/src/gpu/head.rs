//! The head and its loss on a GPU: burn's products, and between them one launch that turns logits
//! into losses and, where they are wanted, their own gradients.

use super::buffers::{assert_shape, buffer, contiguous, empty};
use super::launch::{limits, scalar};
use super::sums;
use crate::head::{Gradients, Head, Kernels};
use burn::backend::TensorMetadata;
use burn::backend::ops::{FloatTensorOps, IntTensorOps};
use burn::tensor::IntDType;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Units of a cube, which share a row of logits; a power of two.
const UNITS: usize = 256;
/// Cubes of a launch in one direction: what every graphics API allows.
const MOST_CUBES: usize = 65_535;

impl Kernels for CubeBackend {
    fn loss(head: Head<Self>) -> CubeTensor {
        let logits = CubeBackend::float_matmul(head.hidden, head.kernel); // [N, V]
        losses(&logits, &head.bias, head.targets, false)
    }

    fn loss_and_gradients(head: Head<Self>) -> (CubeTensor, Gradients<Self>) {
        let Head { hidden, kernel, bias, targets } = head;
        let logits = CubeBackend::float_matmul(hidden.clone(), kernel.clone()); // [N, V]
        let loss = losses(&logits, &bias, targets, true);
        let gradients = logits; // [N, V], by now
        let [positions, vocabulary] = gradients.shape().dims::<2>();
        let rows = CubeBackend::float_reshape(gradients.clone(), [1, positions, vocabulary].into());
        let gradients = Gradients {
            bias: sums::of_all(&rows), // [V]
            kernel: CubeBackend::float_matmul(
                CubeBackend::float_transpose(hidden),
                gradients.clone(),
            ), // [H, V]
            hidden: CubeBackend::float_matmul(gradients, CubeBackend::float_transpose(kernel)), // [N, H]
        };
        (loss, gradients)
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
    let columns = positions.clamp(1, MOST_CUBES);
    // SAFETY: the kernel stays below N rows of V logits, and below V in the bias: it leaves when
    // its row is none, and does not follow a target beyond V.
    #[expect(unsafe_code, reason = "a launch without bounds checks")]
    unsafe {
        cross_entropy::launch_unchecked(
            client,
            CubeCount::Static(scalar(columns), scalar(positions.div_ceil(columns)), 1),
            CubeDim::new_1d(scalar(units)),
            buffer(logits),
            buffer(&bias),
            buffer(&targets),
            buffer(&losses),
            scalar(positions),
            scalar(vocabulary),
            units,
            backward,
        );
    }
    CubeBackend::float_sum(losses) // [1]
}

/// A cube takes a row: it finds the largest logit, the sum of the exponentials, and the loss.
#[cube(launch_unchecked)]
fn cross_entropy(
    logits: &mut [f32],
    bias: &[f32],
    targets: &[i32],
    losses: &mut [f32],
    positions: u32,
    vocabulary: u32,
    #[comptime] units: usize,
    #[comptime] backward: bool,
) {
    let (positions, vocabulary) = (positions as usize, vocabulary as usize);
    let row = CUBE_POS_Y as usize * CUBE_COUNT_X as usize + CUBE_POS_X as usize;
    let unit = UNIT_POS_X as usize;
    // A cube beyond the rows repeats the last one and writes nothing: barriers are for all.
    let first = min(row, positions - 1) * vocabulary;
    let mut parts = Shared::<[f32]>::new_slice(units);

    let mut largest = logits[first] + bias[0];
    let mut at = unit;
    while at < vocabulary {
        largest = max(largest, logits[first + at] + bias[at]);
        at += units;
    }
    let largest = combine(&mut parts, largest, unit, units, true);

    let mut sum = 0.0f32;
    let mut at = unit;
    while at < vocabulary {
        sum += (logits[first + at] + bias[at] - largest).exp();
        at += units;
    }
    let sum = combine(&mut parts, sum, unit, units, false);

    if row < positions {
        // The unit that owns the target's column reads its logit before it writes over it.
        let target = targets[row];
        let column = u32::cast_from(max(target, 0)) as usize;
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

/// The largest, or the sum, of one number of every unit, handed to all of them.
#[cube]
fn combine(
    parts: &mut Shared<[f32]>,
    own: f32,
    unit: usize,
    #[comptime] units: usize,
    #[comptime] largest: bool,
) -> f32 {
    sync_cube(); // what was there before has been read
    parts[unit] = own;
    let levels = comptime!(units.ilog2());
    #[unroll]
    for level in 0..levels {
        let half = comptime!(units >> (level + 1));
        sync_cube();
        if unit < half {
            let other = parts[unit + half];
            if comptime!(largest) {
                parts[unit] = max(parts[unit], other);
            } else {
                parts[unit] += other;
            }
        }
    }
    sync_cube();
    parts[0]
}
