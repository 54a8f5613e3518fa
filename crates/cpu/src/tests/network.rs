//! The packed network against the forward pass and against itself with other weights.

use super::wave;
use crate::linear::precision::rounded;
use crate::machine::Machine;
use crate::recurrence::forward::{Forward, forward};
use crate::recurrence::sizes::Sizes;
use crate::recurrence::step::Pre;
use crate::{Cell, LayerWeights, NetworkWeights, Norm, PackedNetwork, Precision};

/// A network of one layer, reading one text and five at once.
#[test]
fn a_packed_network_gives_what_the_forward_pass_gives() {
    // As many characters as units: the head, a unit matrix, hands the hidden state through.
    let (units, steps) = (21, 4);
    let vocabulary = units;
    for cell in Cell::ALL {
        let width = cell.gates() * units;
        let embedding = wave(vocabulary * 6, 0.9, 0.1);
        let layer = LayerWeights {
            kernel: wave(6 * width, 0.5, 0.2),
            recurrent_kernel: recurrent_kernel(cell, units, 0.3),
            bias: wave(width, 0.4, 0.4),
            recurrent_bias: cell.has_recurrent_bias().then(|| wave(width, 0.4, 0.5)),
            norm: None,
        };
        let unit = |at: usize| if at / units == at % units { 1.0 } else { 0.0 };
        let table: Vec<f32> = (0..vocabulary * width)
            .map(|at| {
                let (row, column) = (at / width, at % width);
                let terms =
                    (0..6).map(|e| embedding[row * 6 + e] * layer.kernel[e * width + column]);
                terms.sum::<f32>() + layer.bias[column]
            })
            .collect();
        for batch_size in [1, 5] {
            let ids: Vec<usize> = (0..steps * batch_size).map(|at| at * 5 % vocabulary).collect();
            let zeros = vec![0.0; batch_size * units];
            let states = forward(
                &Forward {
                    sizes: Sizes { cell, steps, batch_size, units },
                    pre: Pre::Table { table: &table, ids: &ids },
                    kernel: &layer.recurrent_kernel,
                    bias: layer.recurrent_bias.as_deref(),
                    hidden: &zeros,
                    cell_state: if cell.has_cell_state() { &zeros } else { &[] },
                    keep: false,
                },
                Machine::here(),
            );
            let weights = NetworkWeights {
                cell,
                embedding: embedding.clone(),
                layers: vec![layer.clone()],
                head_kernel: (0..units * units).map(unit).collect(),
                head_bias: vec![0.0; units],
            };
            let packed = PackedNetwork::new(&weights, Precision::F32);
            let mut state = packed.start(batch_size);
            for (step, ids) in ids.chunks(batch_size).enumerate() {
                let ids: Vec<u16> =
                    ids.iter().map(|&id| u16::try_from(id).expect("small")).collect();
                packed.read(&mut state, &ids);
                let expected =
                    &states.hidden[(step + 1) * batch_size * units..][..batch_size * units];
                for (a, e) in packed.logits(&mut state).iter().zip(expected) {
                    assert!(
                        (a - e).abs() < 1e-5,
                        "{cell} after {step} of {batch_size} batch_size: {a}, not {e}"
                    );
                }
            }
        }
    }
}

/// Empty where the cell has none.
fn recurrent_kernel(cell: Cell, units: usize, phase: f32) -> Vec<f32> {
    let depth = if cell.has_recurrent_kernel() { units } else { 0 };
    wave(depth * cell.gates() * units, 0.3, phase)
}

/// Characters and entries of an embedding; neither fills a vector.
const V: usize = 11;
const E: usize = 5;

fn network(cell: Cell, layers: usize, units: usize) -> NetworkWeights {
    let width = cell.gates() * units;
    let layer = |index: usize| {
        let phase = index as f32;
        let below = if index == 0 { E } else { units };
        let norm = || Norm { gain: wave(units, 1.0, phase + 0.5), bias: wave(units, 0.3, phase) };
        LayerWeights {
            kernel: wave(below * width, 0.5, phase + 0.1),
            recurrent_kernel: recurrent_kernel(cell, units, phase + 0.2),
            bias: wave(width, 0.4, phase + 0.3),
            recurrent_bias: cell.has_recurrent_bias().then(|| wave(width, 0.4, phase + 0.4)),
            norm: layers.is_multiple_of(2).then(norm),
        }
    };
    NetworkWeights {
        cell,
        embedding: wave(V * E, 1.0, 0.7),
        layers: (0..layers).map(layer).collect(),
        head_kernel: wave(units * V, 0.6, 0.8),
        head_bias: wave(V, 0.2, 0.9),
    }
}

/// Logits after six characters of each batch row.
fn logits(packed: &PackedNetwork, batch_size: usize) -> Vec<f32> {
    let mut state = packed.start(batch_size);
    for step in 0..6 {
        let id = |row| u16::try_from((row + step * 3) % V).expect("small");
        let ids: Vec<u16> = (0..batch_size).map(id).collect();
        packed.read(&mut state, &ids);
    }
    packed.logits(&mut state).to_vec()
}

#[test]
fn half_precision_is_the_same_to_the_last_bit_as_rounded_weights() {
    for cell in Cell::ALL {
        for (layers, units) in [(1, 21), (2, 7), (2, 33), (3, 70)] {
            let exact = network(cell, layers, units);
            let mut near = exact.clone();
            let round = |kernel: &mut Vec<f32>| kernel.iter_mut().for_each(|w| *w = rounded(*w));
            round(&mut near.head_kernel);
            for (index, layer) in near.layers.iter_mut().enumerate() {
                round(&mut layer.recurrent_kernel);
                if index > 0 {
                    round(&mut layer.kernel); // the lowest one's is in the table
                }
            }
            for machine in Machine::all() {
                for batch_size in [1, 2, 3, 17] {
                    let of = |weights, precision| {
                        logits(&PackedNetwork::on(machine, weights, precision), batch_size)
                    };
                    let what = format!(
                        "{cell}, {layers} of {units}, {batch_size} batch_size, {machine:?}"
                    );
                    let half = of(&exact, Precision::Bf16);
                    assert!(half == of(&near, Precision::F32), "{what}");
                    assert!(half != of(&exact, Precision::F32), "{what}: nothing was rounded");
                }
            }
        }
    }
}
