//! The whole network: gradients of every weight, and the meaning of its state.

use crate::parts::tied;
use crate::shared::{
    B, T, V, batch, bundle, check_slopes, config, id_tensor, ids, loss, network, write,
};
use burn::tensor::Device;
use charnn_data::{Batch, IGNORE, Seed};
use charnn_infer::Sampling;
use charnn_kernels::Cell;
use charnn_model::{CharLm, ModelState, Parameter, visit_parameters};
use charnn_testkit::{assert_close, numbers, on_every_device};

#[test]
fn gradients_of_every_weight_are_the_slopes() {
    on_every_device(|device| {
        // A software GPU takes its time: there, some numbers of every weight.
        let sparse = if *device == Device::flex() { 1 } else { 23 };
        for cell in Cell::ALL {
            for (layers, every) in [(1, false), (2, true)] {
                let batch = batch(every);
                check_slopes(config(cell, layers), device, sparse, |model| loss(model, &batch));
            }
        }
    });
}

/// A batch in which documents begin: after two steps of row 1, and after four of rows 0 and 1.
fn bordered() -> Batch {
    let boundaries = vec![(2, 1), (4, 0), (4, 1)];
    let mut batch = Batch { boundaries, ..batch(true) };
    for &(step, row) in &batch.boundaries {
        batch.targets[(step - 1) * B + row] = IGNORE;
    }
    batch
}

#[test]
fn documents_in_a_batch_are_as_if_each_were_alone() {
    on_every_device(|device| {
        let batch = bordered();
        // Two layers: the second reads products, not a table.
        for (cell, layers) in [(Cell::Rnn, 1), (Cell::Gru, 2), (Cell::Lstm, 2), (Cell::MinGru, 2)] {
            let model = network(config(cell, layers), device);
            let documents = [(0, 0..4), (0, 4..5), (1, 0..2), (1, 2..4), (1, 4..5), (2, 0..5)];
            let mut alone = 0.0;
            for (row, steps) in documents {
                let of_row = |ids: &[i32]| -> Vec<i32> {
                    steps.clone().map(|step| ids[step * B + row]).collect()
                };
                let document = Batch {
                    steps: steps.len(),
                    rows: 1,
                    inputs: of_row(&batch.inputs),
                    targets: of_row(&batch.targets),
                    resets: vec![true],
                    boundaries: Vec::new(),
                };
                let zeros = ModelState::zeros(model.architecture(), 1, device);
                alone += numbers(model.loss(&document, zeros).0)[0];
            }
            let together = numbers(loss(&model, &batch));
            assert_close(&cell.to_string(), &together, &[alone], 1e-5);
            let without = Batch { boundaries: Vec::new(), ..batch.clone() };
            assert!((numbers(loss(&model, &without))[0] - alone).abs() > 1e-3, "boundaries matter");
        }
    });
}

#[test]
fn gradients_end_at_document_boundaries() {
    on_every_device(|device| {
        let sparse = if *device == Device::flex() { 1 } else { 23 };
        let batch = bordered();
        for (cell, layers) in [(Cell::Rnn, 1), (Cell::Gru, 2), (Cell::Lstm, 2), (Cell::MinGru, 2)] {
            check_slopes(config(cell, layers), device, sparse, |model| loss(model, &batch));
        }
    });
}

#[test]
fn a_long_text_gives_the_same_logits_in_pieces_and_character_by_character() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            let model = network(config(cell, 2), device);
            let ids = ids(6);
            // 18 places are more than 11 characters, 3 are fewer: both ways to read the embedding.
            let run = |pieces: &[usize]| {
                let mut state = ModelState::zeros(model.architecture(), B, device);
                let mut all = Vec::new();
                let mut start = 0;
                for &steps in pieces {
                    let ids = id_tensor(&ids[start * B..][..steps * B], device);
                    start += steps;
                    let (hidden, after) = model.forward(ids, state);
                    state = after;
                    all.extend(numbers(model.logits(hidden.flatten(0, 1))));
                }
                all
            };
            let whole = run(&[6]);
            assert_eq!(whole.len(), 6 * B * V);
            assert_close(&cell.to_string(), &run(&[4, 2]), &whole, 1e-5);
            assert_close(&cell.to_string(), &run(&[1; 6]), &whole, 1e-5);
        }
    });
}

#[test]
fn resetting_a_batch_row_zeroes_it_and_leaves_the_others() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            let model = network(config(cell, 2), device);
            let zeros = || ModelState::zeros(model.architecture(), B, device);
            let (_, carried) = model.predict(id_tensor(&ids(T), device), zeros());
            let next = || id_tensor(&ids(1), device);
            let (fresh, _) = model.predict(next(), zeros());
            let (going_on, _) = model.predict(next(), carried.clone());
            let (mixed, _) = model.predict(next(), carried.reset_rows(&[false, true, false]));
            let (fresh, going_on, mixed) = (numbers(fresh), numbers(going_on), numbers(mixed));
            assert_close("reset row", &mixed[V..2 * V], &fresh[V..2 * V], 1e-6);
            assert_close("first row", &mixed[..V], &going_on[..V], 1e-6);
            assert_close("last row", &mixed[2 * V..], &going_on[2 * V..], 1e-6);
            assert!((fresh[0] - going_on[0]).abs() > 1e-3, "the state does not matter");
        }
    });
}

#[test]
fn the_loss_is_the_log_of_the_softmax_at_the_target_summed() {
    on_every_device(|device| {
        let model = network(config(Cell::Gru, 1), device);
        let batch = batch(true);
        let state = ModelState::zeros(model.architecture(), B, device);
        let (hidden, _) = model.forward(id_tensor(&batch.inputs, device), state);
        let logits = numbers(model.logits(hidden.flatten(0, 1)));
        let expected: f64 = logits
            .chunks(V)
            .zip(&batch.targets)
            .filter(|(_, target)| **target != IGNORE)
            .map(|(row, &target)| {
                let sum: f64 = row.iter().map(|&x| f64::from(x).exp()).sum();
                sum.ln() - f64::from(row[usize::try_from(target).unwrap()])
            })
            .sum();
        let loss: f64 = loss(&model, &batch).into_scalar();
        assert!((loss - expected).abs() < 1e-4, "{loss}, expected {expected}");
        assert_eq!(batch.predicted(), T * B - 1);
    });
}

#[test]
fn generation_with_a_carried_state_equals_reading_everything_again() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            let model = network(config(cell, 2), device);
            let write = |packed: bool, window| {
                let prompt = (&[4, 2, 9][..], window);
                write(&model, packed, prompt, Sampling::default(), 0..1, &[12]).concat()
            };
            let carried = write(true, 0);
            for (packed, window) in [(false, 0), (true, 1000), (false, 1000)] {
                assert_eq!(carried, write(packed, window), "{cell}, window {window}");
            }
            assert_ne!(carried, write(true, 1), "{cell}: one character remembers nothing");
        }
    });
}

#[test]
fn a_text_is_the_same_whatever_is_written_beside_it() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            let model = network(config(cell, 2), device);
            let write = |packed: bool, window, texts: std::ops::Range<u64>| {
                let prompt = (&[4, 2, 9][..], window);
                write(&model, packed, prompt, Sampling::default(), texts, &[2, 3])
            };
            for window in [0, 4] {
                let alone = |index| write(true, window, index..index + 1);
                let alone: Vec<Vec<u16>> = (0..7).flat_map(alone).collect();
                assert_eq!(alone.iter().map(Vec::len).collect::<Vec<_>>(), [5; 7]);
                assert_ne!(alone[0], alone[1]);
                for (packed, count) in [(true, 7), (true, 200), (false, 1), (false, 7)] {
                    let many: Vec<Vec<u16>> = write(packed, window, 0..count);
                    assert_eq!(many.len() as u64, count);
                    let both = many.iter().zip(&alone);
                    for (index, (text, alone)) in both.enumerate() {
                        let what = format!("{cell}, window {window}, text {index} of {count}");
                        assert_eq!(text, alone, "{what}, packed: {packed}");
                    }
                }
            }
        }
    });
}

#[test]
fn a_bundle_gives_the_weights_back() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            let bundle = bundle(&network(tied(cell, 2), device));
            assert_eq!(self::bundle(&CharLm::from_bundle(&bundle, device)), bundle);
        }
    });
}

#[test]
fn parameters_are_named_counted_and_the_same_for_a_seed() {
    let device = Device::flex();
    for cell in Cell::ALL {
        let config = config(cell, 2);
        let listing = |seed| {
            let mut all = Vec::new();
            visit_parameters(&CharLm::init(config, V, Seed(seed), &device), |parameter| {
                let Parameter { name, value, .. } = parameter;
                all.push((name, numbers(value)));
            });
            all
        };
        let all = listing(1);
        assert_eq!(all, listing(1));
        assert_ne!(all, listing(2));
        assert_eq!(all.iter().map(|(_, v)| v.len()).sum::<usize>(), config.parameter_count(V));
        let names: Vec<&str> = all.iter().map(|(name, _)| &name[..]).collect();
        for name in ["embedding", "layers.0.kernel", "layers.1.bias", "head.bias"] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
        let has =
            |weight: &str| (0..2).all(|it| names.contains(&&*format!("layers.{it}.{weight}")));
        assert_eq!(has("recurrent_kernel"), cell != Cell::MinGru);
        assert_eq!(has("recurrent_bias"), cell == Cell::Gru);
        assert_eq!(CharLm::init(config, V, Seed(1), &device).architecture(), config);
    }
}
