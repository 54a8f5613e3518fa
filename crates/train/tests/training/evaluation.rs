//! Evaluation chooses its own batches: the result depends on the network and the text alone.

use burn::tensor::Device;
use charnn_bundle::Cell;
use charnn_config::ModelConfig;
use charnn_data::{Section, Seed, Vocabulary};
use charnn_infer::Engine;
use charnn_model::CharLm;
use charnn_testkit::on_every_device;
use charnn_train::{Predict, TrainConfig, evaluate};

/// `V`.
const VOCABULARY: u16 = 13;

fn network(device: &Device) -> CharLm {
    let sizes = ModelConfig { embedding_dim: 6, hidden_size: 11, ..ModelConfig::default() };
    let sizes = sizes.architecture();
    CharLm::init(sizes, usize::from(VOCABULARY), Seed(3), device)
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

/// `charnn evaluate` uses the engine, training uses burn.
#[test]
fn the_engine_has_the_same_loss() {
    let device = Device::flex();
    let symbols = ('a'..).take(usize::from(VOCABULARY));
    let vocabulary = Vocabulary::of_characters(symbols, false).unwrap();
    for cell in Cell::ALL {
        let sizes = ModelConfig {
            cell,
            embedding_dim: 6,
            hidden_size: 11,
            num_layers: 2,
            layer_norm: cell == Cell::Gru,
            ..ModelConfig::default()
        };
        let model = CharLm::init(sizes.architecture(), vocabulary.len(), Seed(3), &device);
        let engine = Engine::new(&model.bundle(&vocabulary).unwrap());
        for (length, starts) in
            [(2, &[][..]), (4095, &[0]), (4096, &[0, 1, 2, 700, 2047, 2048, 4000]), (9001, &[8999])]
        {
            let ids = text(length);
            let section = Section::new(&ids, starts);
            let documents = charnn_infer::Text::new(&ids, starts);
            for predict in [Predict::All, Predict::Last] {
                let train = TrainConfig { predict, seq_length: 30, ..TrainConfig::default() };
                if predict == Predict::Last && section.longest_document() <= 30 {
                    continue;
                }
                let expected = evaluate(&model, &train, section, &|| false).unwrap().unwrap();
                let found = match predict {
                    Predict::All => engine.evaluate(documents, &|| false),
                    Predict::Last => engine.evaluate_windows(documents, 30, &|| false),
                };
                let found = found.unwrap();
                let what = format!("{cell}, {predict:?}, {length} characters");
                assert_eq!(found.characters, expected.characters, "{what}");
                let off = (found.mean() - expected.mean()).abs();
                assert!(off < 1e-5, "{what}: {} and {}", found.mean(), expected.mean());
            }
        }
    }
}

#[test]
fn the_engine_has_the_same_loss_of_records() {
    let device = Device::flex();
    let symbols = ('a'..).take(usize::from(VOCABULARY) - 1).chain([Vocabulary::RECORD]);
    let vocabulary = Vocabulary::of_characters(symbols, false).unwrap().with_records().unwrap();
    let sizes = ModelConfig { embedding_dim: 6, hidden_size: 11, ..ModelConfig::default() };
    let model = CharLm::init(sizes.architecture(), vocabulary.len(), Seed(3), &device);
    let engine = Engine::new(&model.bundle(&vocabulary).unwrap());
    let mut ids: Vec<u16> = text(9001);
    let last = ids.len() - 1;
    (ids[0], ids[last]) = (0, 0);
    let starts: Vec<usize> = (0..ids.len()).filter(|&at| ids[at] == 0).collect();
    assert!(starts.len() > 100, "{}", starts.len());
    let train = TrainConfig { seq_length: 30, ..TrainConfig::default() };
    let section = Section::of(&ids, &starts, &vocabulary);
    let expected = evaluate(&model, &train, section, &|| false).unwrap().unwrap();
    let found = engine.evaluate(charnn_infer::Text::of_records(&ids, &starts), &|| false).unwrap();
    assert_eq!((found.characters, expected.characters), (9000, 9000));
    assert!((found.mean() - expected.mean()).abs() < 1e-5, "{} {}", found.mean(), expected.mean());
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
        let batches = std::cell::Cell::new(0);
        let count = || {
            batches.set(batches.get() + 1);
            false
        };
        evaluate(&model, &train, text[..].into(), &count).unwrap().unwrap();
        assert!(batches.get() <= most, "{} batches of windows of {seq_length}", batches.get());
    }
}
