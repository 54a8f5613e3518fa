//! A packed network reads what the recurrence over tensors reads.

use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_cpu::{LayerWeights, NetworkWeights, Norm, PackedNetwork, Precision};
use charnn_kernels::{Algorithm, Cell, CellState, Input, Recurrent, sequence_by};
use charnn_testkit::{assert_close, numbers, wave};

/// Characters, entries of an embedding, hidden units: all different, none fills a vector.
const V: usize = 11;
const E: usize = 5;
const H: usize = 21;

/// Every other network has norms.
fn weights(cell: Cell, layers: usize) -> NetworkWeights {
    let width = cell.gates() * H;
    let layer = |index: usize| {
        let phase = index as f32;
        let below = if index == 0 { E } else { H };
        LayerWeights {
            kernel: wave(below * width, 0.5, phase + 0.1),
            recurrent_kernel: if cell.has_recurrent_kernel() {
                wave(H * width, 0.3, phase + 0.2)
            } else {
                Vec::new()
            },
            bias: wave(width, 0.4, phase + 0.3),
            recurrent_bias: cell.has_recurrent_bias().then(|| wave(width, 0.4, phase + 0.4)),
            norm: layers
                .is_multiple_of(2)
                .then(|| Norm { gain: wave(H, 1.0, phase + 0.5), bias: wave(H, 0.3, phase + 0.6) }),
        }
    };
    NetworkWeights {
        cell,
        embedding: wave(V * E, 1.0, 0.7),
        layers: (0..layers).map(layer).collect(),
        head_kernel: wave(H * V, 0.6, 0.8),
        head_bias: wave(V, 0.2, 0.9),
    }
}

/// Logits after all of `ids` `[T, B]`, `[B, V]`, by the reference.
fn by_tensors(weights: &NetworkWeights, ids: &[u16], texts: usize) -> Vec<f32> {
    let device = Device::flex();
    let matrix = |values: &[f32], rows: usize| {
        let columns = values.len() / rows;
        Tensor::<2>::from_data(TensorData::new(values.to_vec(), [rows, columns]), &device)
    };
    let rows: Vec<i32> = ids.iter().map(|&id| i32::from(id)).collect();
    let rows = Tensor::<1, Int>::from_data(&rows[..], &device);
    let mut x = matrix(&weights.embedding, V).select(0, rows); // [T·B, E]
    let steps = ids.len() / texts;
    for layer in &weights.layers {
        let [_, size] = x.dims();
        let width = layer.bias.len();
        let pre = x.matmul(matrix(&layer.kernel, size)) + matrix(&layer.bias, 1); // [T·B, G·H]
        let recurrent = Recurrent {
            kernel: (weights.cell.has_recurrent_kernel())
                .then(|| matrix(&layer.recurrent_kernel, H)),
            bias: layer.recurrent_bias.as_ref().map(|b| Tensor::from_floats(&b[..], &device)),
        };
        let input = Input::Dense(pre.reshape([steps, texts, width]));
        let state = CellState::zeros(weights.cell, texts, H, &device);
        let (hidden, _) = sequence_by(Algorithm::Reference, weights.cell, input, &recurrent, state);
        x = hidden.flatten(0, 1); // [T·B, H]
        if let Some(Norm { gain, bias }) = &layer.norm {
            let (mean, variance) = (x.clone().mean_dim(1), x.clone().var_bias(1)); // [T·B, 1]
            x = (x - mean) / (variance + 1e-5).sqrt() * matrix(gain, 1) + matrix(bias, 1);
        }
    }
    let last = x.narrow(0, (steps - 1) * texts, texts); // [B, H]
    numbers(last.matmul(matrix(&weights.head_kernel, H)) + matrix(&weights.head_bias, 1))
}

#[test]
fn a_packed_network_equals_the_tensors_for_one_text_and_for_many() {
    for cell in Cell::ALL {
        for (layers, texts) in [(1, 1), (2, 1), (2, 3), (3, 17)] {
            let weights = weights(cell, layers);
            let packed = PackedNetwork::new(&weights, Precision::F32);
            let mut state = packed.start(texts);
            let ids: Vec<u16> =
                (0..6 * texts).map(|at| u16::try_from(at * at % V).expect("small")).collect();
            for step in ids.chunks(texts) {
                packed.read(&mut state, step);
            }
            let what = format!("{cell}, {layers} layers, {texts} texts");
            let expected = by_tensors(&weights, &ids, texts);
            assert_close(&what, packed.logits(&mut state), &expected, 1e-5);
        }
    }
}

#[test]
fn a_lane_is_the_same_to_the_last_bit_whatever_lanes_are_beside_it() {
    for cell in Cell::ALL {
        let packed = PackedNetwork::new(&weights(cell, 2), Precision::F32);
        let read = |texts: std::ops::Range<u16>| {
            let mut state = packed.start(texts.len());
            for step in 0..6 {
                let ids: Vec<u16> = texts.clone().map(|text| (text + step * 3) % 11).collect();
                packed.read(&mut state, &ids);
            }
            packed.logits(&mut state).to_vec()
        };
        let alone: Vec<f32> = (0..37).flat_map(|text| read(text..text + 1)).collect();
        for texts in 2..=37 {
            let (many, alone) = (read(0..texts), &alone[..usize::from(texts) * V]);
            assert!(many == alone, "{cell}, {texts} texts");
        }
    }
}
