//! The packed network against the forward pass and against itself with other weights.

use super::wave;
use crate::linear::precision::rounded;
use crate::machine::Machine;
use crate::recurrence::forward::{Forward, forward};
use crate::recurrence::sizes::Sizes;
use crate::recurrence::step::Pre;
use crate::{Cell, PackedNetwork, Precision};
use charnn_bundle::{Architecture, Bundle, HostTensor, Provenance, Purpose, Seed, Vocabulary};

/// Symbols and entries of an embedding; neither fills a vector.
const V: usize = 21;
const E: usize = 5;

fn network(cell: Cell, num_layers: usize, hidden_size: usize) -> Bundle {
    let layer_norm = num_layers.is_multiple_of(2);
    let architecture = Architecture {
        cell,
        embedding_dim: E,
        hidden_size,
        num_layers,
        tie_weights: false,
        layer_norm,
    };
    let tensors = architecture.tensors(V).zip(1_u8..).map(|((name, shape), at)| {
        let values = wave(shape.iter().product(), 0.5, f32::from(at) / 10.0);
        HostTensor { name, shape, values }
    });
    with_tensors(architecture, tensors.collect())
}

fn with_tensors(architecture: Architecture, tensors: Vec<HostTensor>) -> Bundle {
    let vocabulary = Vocabulary::of_characters(('a'..).take(V), false).expect("few symbols");
    Bundle::new(architecture, vocabulary, tensors, Provenance::default()).expect("all tensors")
}

/// `bundle` with other tensors.
fn changed(bundle: &Bundle, change: impl Fn(&mut HostTensor)) -> Bundle {
    let mut tensors = bundle.tensors().to_vec();
    tensors.iter_mut().for_each(change);
    with_tensors(bundle.architecture(), tensors)
}

/// A network of one layer, reading one text and five at once.
#[test]
fn a_packed_network_gives_what_the_forward_pass_gives() {
    // As many symbols as units: the head, a unit matrix, hands the hidden state through.
    let (units, steps) = (V, 4);
    for cell in Cell::ALL {
        let bundle = changed(&network(cell, 1, units), |tensor| match &*tensor.name {
            "head.kernel" => {
                let unit = |at: usize| if at / units == at % units { 1.0 } else { 0.0 };
                tensor.values = (0..units * units).map(unit).collect();
            }
            "head.bias" => tensor.values.fill(0.0),
            _ => {}
        });
        let get = |name: &str| bundle.tensor(name).unwrap_or_default();
        let (embedding, kernel) = (get("embedding"), get("layers.0.kernel"));
        let (bias, width) = (get("layers.0.bias"), cell.gates() * units);
        let table: Vec<f32> = (0..V * width)
            .map(|at| {
                let (row, column) = (at / width, at % width);
                let terms = (0..E).map(|e| embedding[row * E + e] * kernel[e * width + column]);
                terms.sum::<f32>() + bias[column]
            })
            .collect();
        for batch_size in [1, 5] {
            let ids: Vec<usize> = (0..steps * batch_size).map(|at| at * 5 % V).collect();
            let zeros = vec![0.0; batch_size * units];
            let states = forward(
                &Forward {
                    sizes: Sizes { cell, steps, batch_size, units },
                    pre: Pre::Table { table: &table, ids: &ids },
                    kernel: get("layers.0.recurrent_kernel"),
                    bias: bundle.tensor("layers.0.recurrent_bias"),
                    hidden: &zeros,
                    cell_state: if cell.has_cell_state() { &zeros } else { &[] },
                    resets: &[],
                    keep: false,
                },
                Machine::here(),
            );
            let packed = PackedNetwork::new(&bundle, Precision::F32);
            let mut state = packed.start(batch_size);
            for (step, ids) in ids.chunks(batch_size).enumerate() {
                let ids: Vec<u16> =
                    ids.iter().map(|&id| u16::try_from(id).expect("small")).collect();
                packed.read(&mut state, &ids);
                let expected =
                    &states.hidden[(step + 1) * batch_size * units..][..batch_size * units];
                for (a, e) in packed.logits(&mut state).iter().zip(expected) {
                    let what = format!("{cell} after {step}, batch size {batch_size}");
                    assert!((a - e).abs() < 1e-5, "{what}: {a}, not {e}");
                }
            }
        }
    }
}

/// Logits after six symbols of each text, `[texts, V]`.
fn logits(packed: &PackedNetwork, texts: std::ops::Range<usize>) -> Vec<f32> {
    let mut state = packed.start(texts.len());
    for step in 0..6 {
        let id = |text| u16::try_from((text + step * 3) % V).expect("small");
        let ids: Vec<u16> = texts.clone().map(id).collect();
        packed.read(&mut state, &ids);
    }
    packed.logits(&mut state).to_vec()
}

#[test]
fn half_precision_is_the_same_to_the_last_bit_as_rounded_weights() {
    for cell in Cell::ALL {
        for (layers, units) in [(1, 21), (2, 7), (2, 33), (3, 70)] {
            let exact = network(cell, layers, units);
            // The kernel of the lowest layer is in the table.
            let near = changed(&exact, |tensor| {
                if tensor.name.ends_with("kernel") && tensor.name != "layers.0.kernel" {
                    tensor.values.iter_mut().for_each(|w| *w = rounded(*w));
                }
            });
            for machine in Machine::all() {
                for batch_size in [1, 2, 3, 17] {
                    let of = |bundle, precision| {
                        logits(&PackedNetwork::on(machine, bundle, precision), 0..batch_size)
                    };
                    let what = format!(
                        "{cell}, {layers} of {units}, batch size {batch_size}, {machine:?}"
                    );
                    let half = of(&exact, Precision::Bf16);
                    assert!(half == of(&near, Precision::F32), "{what}");
                    assert!(half != of(&exact, Precision::F32), "{what}: nothing was rounded");
                }
            }
        }
    }
}

#[test]
fn a_row_is_the_same_to_the_last_bit_whatever_rows_are_beside_it() {
    for cell in Cell::ALL {
        let packed = PackedNetwork::new(&network(cell, 2, 21), Precision::F32);
        let alone: Vec<f32> = (0..37).flat_map(|text| logits(&packed, text..text + 1)).collect();
        for texts in 2..=37 {
            assert!(logits(&packed, 0..texts) == alone[..texts * V], "{cell}, {texts} texts");
        }
    }
}

/// Sums differ between vector instructions by rounding, so another text may differ. This one does not, and would if one
/// path were less exact than the others.
#[test]
fn a_seeded_text_is_the_same_on_every_vector_width() {
    let bytes = include_bytes!("../../../infer/examples/tales.charnn.safetensors");
    let bundle = Bundle::from_bytes(bytes).expect("a network");
    let text = |machine: Machine| -> Vec<u16> {
        let packed = PackedNetwork::on(machine, &bundle, Precision::F32);
        let mut state = packed.start(1);
        let mut last = 3;
        let symbol = |step: u64| {
            packed.read(&mut state, &[last]);
            let logits = packed.logits(&mut state);
            let weights: Vec<f64> = logits.iter().map(|logit| f64::from(*logit).exp()).collect();
            let draw = Seed(7).key(Purpose::Sample, step, 0) >> 11;
            let mut place = draw as f64 / (1_u64 << 53) as f64 * weights.iter().sum::<f64>();
            let found = weights.iter().position(|weight| {
                place -= weight;
                place < 0.0
            });
            last = u16::try_from(found.unwrap_or(0)).expect("an id");
            last
        };
        (0..5000).map(symbol).collect()
    };
    let texts: Vec<_> = Machine::all().into_iter().map(text).collect();
    let different = texts[0].iter().collect::<std::collections::BTreeSet<_>>().len();
    assert!(different > 20, "{different} symbols");
    assert!(texts.iter().all(|text| *text == texts[0]));
}
