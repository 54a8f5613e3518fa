//! Evaluation chooses its own batches: the result depends on the network and the text alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use burn::tensor::Device;
use charnn_data::Seed;
use charnn_model::{CharLm, ModelConfig};
use charnn_testkit::on_every_device;
use charnn_train::{Predict, TrainConfig, evaluate};
use std::cell::Cell;

/// `V`.
const VOCABULARY: u16 = 13;

fn network(device: &Device) -> CharLm {
    let sizes = ModelConfig { embedding_dim: 6, hidden_size: 11, ..ModelConfig::default() };
    CharLm::init(&sizes, usize::from(VOCABULARY), Seed(3), device)
}

fn text(length: u32) -> Vec<u16> {
    (0..length).map(|at| u16::try_from(at * at / 3 % u32::from(VOCABULARY)).unwrap()).collect()
}

#[test]
fn neither_batch_size_nor_seed_of_the_training_changes_a_bit() {
    on_every_device(|device| {
        let (model, text) = (network(device), text(5000));
        for objective in [Predict::All, Predict::Last] {
            let cost = |batch_size, seed| {
                let train = TrainConfig {
                    predict: objective,
                    batch_size,
                    seed,
                    seq_length: 20,
                    ..TrainConfig::default()
                };
                evaluate(&model, &train, text[..].into(), &|| false).unwrap().unwrap()
            };
            let expected = cost(32, 1);
            for (batch_size, seed) in [(1, 1), (7, 1), (1000, 1), (32, 2)] {
                let cost = cost(batch_size, seed);
                assert_eq!(cost.sum.to_bits(), expected.sum.to_bits(), "{objective:?}");
                assert_eq!(cost.characters, expected.characters, "{objective:?}");
            }
        }
    });
}

#[test]
fn windows_are_evaluated_many_at_a_time() {
    let (model, text) = (network(&Device::flex()), text(5000));
    for (seq_length, most) in [(20, 13), (100, 62), (4999, 1)] {
        let train = TrainConfig {
            predict: Predict::Last,
            batch_size: 1,
            seq_length,
            ..TrainConfig::default()
        };
        let batches = Cell::new(0);
        let count = || {
            batches.set(batches.get() + 1);
            false
        };
        evaluate(&model, &train, text[..].into(), &count).unwrap().unwrap();
        assert!(batches.get() <= most, "{} batches of windows of {seq_length}", batches.get());
    }
}
