//! Initial weights, by the definitions of Keras.
//!
//! | weight | initializer |
//! |---|---|
//! | embedding | uniform in ±0.05 |
//! | kernels | Glorot uniform: ±√(6 / (inputs + outputs)) |
//! | recurrent kernels | orthogonal: rows of length 1 at right angles |
//! | biases | zero; 1 for the forget gate of an LSTM (`unit_forget_bias`) |
//! | norms | gain 1, bias 0 |
//!
//! Drawn on the host from (seed, place of the tensor), so every device starts from the same bits.

use crate::char_lm::{CharLm, Head};
use crate::layer::{LayerNorm, RecurrentLayer};
use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use charnn_bundle::Architecture;
use charnn_data::{Purpose, Seed};
use charnn_kernels::{Cell, orthonormalize};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

pub(crate) fn char_lm(
    architecture: Architecture,
    vocabulary_size: usize,
    seed: Option<Seed>,
    device: &Device,
) -> CharLm {
    let Architecture { cell, embedding_dim: e, hidden_size: h, .. } = architecture;
    let v = vocabulary_size;
    let width = cell.gates() * h;
    let mut place = 0;
    let mut matrix = |draw: fn(usize, usize, &mut ChaCha8Rng) -> Vec<f32>, shape: [usize; 2]| {
        let [rows, columns] = shape;
        place += 1;
        let values = match seed {
            Some(seed) => draw(rows, columns, &mut seed.rng(Purpose::Weights, place)),
            None => vec![0.0; rows * columns],
        };
        parameter(values, shape, device)
    };
    let vector = |values: Vec<f32>| parameter::<1>(values.clone(), [values.len()], device);
    CharLm {
        architecture,
        embedding: matrix(embedding, [v, e]),
        layers: (0..architecture.num_layers)
            .map(|index| {
                let inputs = if index == 0 { e } else { h };
                RecurrentLayer {
                    kernel: matrix(glorot, [inputs, width]),
                    recurrent_kernel: (cell.has_recurrent_kernel())
                        .then(|| matrix(orthogonal, [h, width])),
                    bias: vector(bias(cell, h)),
                    recurrent_bias: cell.has_recurrent_bias().then(|| vector(vec![0.0; width])),
                    norm: architecture.layer_norm.then(|| LayerNorm {
                        gain: vector(vec![1.0; h]),
                        bias: vector(vec![0.0; h]),
                    }),
                }
            })
            .collect(),
        head: Head {
            kernel: (!architecture.tie_weights).then(|| matrix(glorot, [h, v])),
            bias: vector(vec![0.0; v]),
        },
    }
}

fn parameter<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Param<Tensor<D>> {
    Param::from_data(TensorData::new(values, shape), device)
}

/// Keras' default for embeddings; a matrix `[rows, columns]`.
fn embedding(rows: usize, columns: usize, rng: &mut ChaCha8Rng) -> Vec<f32> {
    uniform(rows * columns, 0.05, rng)
}

/// `count` numbers, uniform in ±`limit`.
fn uniform(count: usize, limit: f32, rng: &mut impl Rng) -> Vec<f32> {
    (0..count).map(|_| rng.random_range(-limit..=limit)).collect()
}

/// Glorot and Bengio 2010, as Keras' `glorot_uniform`; a matrix `[inputs, outputs]`.
fn glorot(inputs: usize, outputs: usize, rng: &mut ChaCha8Rng) -> Vec<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "a weight is an f32")]
    let limit = (6.0 / (inputs + outputs) as f64).sqrt() as f32;
    uniform(inputs * outputs, limit, rng)
}

/// Zeros, and ones for the forget gate of an LSTM, the second of its four; `[G·H]`.
fn bias(cell: Cell, hidden_size: usize) -> Vec<f32> {
    let mut bias = vec![0.0; cell.gates() * hidden_size];
    if cell == Cell::Lstm {
        bias[hidden_size..2 * hidden_size].fill(1.0);
    }
    bias
}

/// A matrix `[rows, columns]`, `rows` ≤ `columns`, whose rows are orthonormal (Saxe et al. 2013).
///
/// Gram-Schmidt on Gaussian rows gives the uniform distribution over such matrices, like Keras' QR
/// decomposition with corrected signs. It runs in f64, so rounding to f32 is the only error.
fn orthogonal(rows: usize, columns: usize, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let mut matrix: Vec<f64> = (0..rows * columns).map(|_| gaussian(rng)).collect();
    orthonormalize(&mut matrix, columns);
    #[expect(clippy::cast_possible_truncation, reason = "a weight is an f32")]
    matrix.into_iter().map(|value| value as f32).collect()
}

/// A standard normal number (Box and Muller 1958).
fn gaussian(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recurrent_kernels_have_orthonormal_rows() {
        let (rows, columns) = (13, 52);
        let kernel = orthogonal(rows, columns, &mut Seed(1).rng(Purpose::Weights, 1));
        for a in 0..rows {
            for b in 0..rows {
                let row = |r: usize| &kernel[r * columns..(r + 1) * columns];
                let dot: f32 = row(a).iter().zip(row(b)).map(|(x, y)| x * y).sum();
                let expected = f32::from(u8::from(a == b));
                assert!((dot - expected).abs() < 1e-5, "rows {a} and {b}: {dot}");
            }
        }
    }

    #[test]
    fn glorot_kernels_fill_their_range_and_stay_inside() {
        let values = glorot(30, 70, &mut Seed(1).rng(Purpose::Weights, 1));
        let limit = (6.0_f32 / 100.0).sqrt();
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        assert!(largest <= limit && largest > 0.99 * limit, "{largest} of {limit}");
        let mean: f32 = values.iter().sum::<f32>() / 2100.0;
        assert!(mean.abs() < 0.05 * limit, "{mean}");
    }

    #[test]
    fn only_the_forget_gate_starts_at_one() {
        assert_eq!(bias(Cell::Lstm, 2), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(bias(Cell::Gru, 1), [0.0; 3]);
    }
}
