//! A network with a tied embedding and normed layers: gradients, text, and weights as bytes.

use crate::shared::{V, batch, check_slopes, config, loss, network, write};
use burn::tensor::Device;
use charnn_bundle::Architecture;
use charnn_infer::{Reader, Sampling};
use charnn_kernels::Cell;
use charnn_model::{CharLm, DeviceReader, ModelState, visit_parameters};
use charnn_testkit::{numbers, on_every_device};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The head multiplies by the embedding, and every layer is normed.
pub(crate) fn tied(cell: Cell, num_layers: usize) -> Architecture {
    Architecture {
        embedding_dim: 7,
        tie_weights: true,
        layer_norm: true,
        ..config(cell, num_layers)
    }
}

#[test]
fn gradients_of_tied_and_normed_weights_are_the_slopes() {
    on_every_device(|device| {
        let sparse = if *device == Device::flex() { 1 } else { 29 };
        for cell in Cell::ALL {
            for (layers, every) in [(1, false), (2, true)] {
                let batch = batch(every);
                check_slopes(tied(cell, layers), device, sparse, |model| loss(model, &batch));
            }
        }
    });
}

#[test]
fn the_packed_network_writes_the_same_text_with_norms_and_a_tied_embedding() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            let plain = Architecture { embedding_dim: 7, ..config(cell, 2) };
            let normed = Architecture { layer_norm: true, ..plain };
            for config in
                [tied(cell, 2), normed, Architecture { layer_norm: false, ..tied(cell, 1) }]
            {
                let model = network(config, device);
                let write = |packed: bool, window, texts| {
                    let prompt = (&[4, 2, 9][..], window);
                    write(&model, packed, prompt, Sampling::default(), 0..texts, &[12])
                };
                let carried = write(true, 0, 5);
                for (packed, window) in [(false, 0), (true, 1000), (false, 1000)] {
                    assert_eq!(carried, write(packed, window, 5), "{config:?}, window {window}");
                }
                assert_eq!(carried[0], write(true, 0, 1)[0], "{config:?}, alone");
            }
        }
    });
}

#[test]
fn what_is_tied_is_stored_once() {
    let device = Device::flex();
    let config = tied(Cell::Gru, 2);
    let model = network(config, &device);
    let (mut names, mut count) = (Vec::new(), 0);
    visit_parameters(&model, |parameter| {
        count += numbers(parameter.value).len();
        names.push(parameter.name);
    });
    assert_eq!(count, config.parameter_count(V));
    assert!(!names.contains(&"head.kernel".into()), "{names:?}");
    for name in ["embedding", "layers.0.norm.gain", "layers.1.norm.bias", "head.bias"] {
        assert!(names.contains(&name.into()), "{name} in {names:?}");
    }
    assert_eq!(model.architecture(), config);
}

/// A GPU would compute with another id, and say nothing.
#[test]
fn an_id_outside_of_the_vocabulary_stops_every_device() {
    on_every_device(|device| {
        let model = network(config(Cell::Rnn, 1), device);
        let outside = i32::try_from(V).unwrap();
        let stops = |work: &dyn Fn(&CharLm)| {
            let panic = catch_unwind(AssertUnwindSafe(|| work(&model))).unwrap_err();
            let text = panic.downcast_ref::<String>().unwrap();
            assert!(text.contains(&format!("in a vocabulary of {V}")), "{device:?}: {text}");
        };
        for id in [outside, -1, i32::MAX] {
            stops(&|model| {
                let mut batch = batch(true);
                batch.inputs[4] = id;
                model.loss(&batch, ModelState::zeros(config(Cell::Rnn, 1), batch.rows, device));
            });
        }
        for target in [outside, -2] {
            stops(&|model| {
                let mut batch = batch(true);
                batch.targets[2] = target;
                model.loss(&batch, ModelState::zeros(config(Cell::Rnn, 1), batch.rows, device));
            });
        }
        stops(&|model| {
            let _ = DeviceReader::new(model, 1).read(&[0, u16::try_from(V).unwrap()]);
        });
    });
}
