//! A corpus of several documents: each is learned and measured as if it stood alone.

use burn::tensor::Device;
use charnn_config::ModelConfig;
use charnn_data::{Corpus, Section, Seed, Vocabulary};
use charnn_kernels::Cell;
use charnn_model::{CharLm, Loss};
use charnn_text::ReadOptions;
use charnn_train::{Plan, Predict, RunConfig, TrainConfig, batches, evaluate};
use proptest::prelude::*;

/// How many characters the network of these tests knows.
const V: u16 = 7;

fn network() -> CharLm {
    let config = ModelConfig {
        cell: Cell::Gru,
        embedding_dim: 3,
        hidden_size: 5,
        num_layers: 2,
        ..ModelConfig::default()
    };
    CharLm::init(config.architecture(), usize::from(V), Seed(1), &Device::flex())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn documents_cost_together_what_each_costs_alone(
        lengths in proptest::collection::vec(1..60_usize, 1..9), seq_length in 1..40_usize,
        last in any::<bool>(),
    ) {
        let total: usize = lengths.iter().sum();
        let ids: Vec<u16> =
            (0..total).map(|at| u16::try_from(at * at / 3 % usize::from(V)).unwrap()).collect();
        let starts: Vec<usize> =
            (0..lengths.len()).map(|index| lengths[..index].iter().sum()).collect();
        let predict = if last { Predict::Last } else { Predict::All };
        let train = TrainConfig { predict, seq_length, ..TrainConfig::default() };
        let need = if last { seq_length + 1 } else { 2 };
        prop_assume!(lengths.iter().any(|&length| length >= need));
        let model = network();
        let cost = |text| evaluate(&model, &train, text, &|| false).unwrap().unwrap();

        let together = cost(Section::new(&ids, &starts));
        let mut alone = Loss::default();
        for (&start, &length) in starts.iter().zip(&lengths) {
            if length >= need {
                alone += cost(Section::from(&ids[start..start + length]));
            }
        }
        prop_assert_eq!(together.characters, alone.characters);
        prop_assert!((together.sum - alone.sum).abs() < 1e-4 * alone.sum);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    #[test]
    fn records_cost_together_what_each_costs_alone(
        lengths in proptest::collection::vec(1..30_usize, 2..20), seq_length in 1..40_usize,
    ) {
        let vocabulary = Vocabulary::of_characters("\u{1E}abcdef".chars(), false).unwrap();
        let vocabulary = vocabulary.with_records().unwrap();
        let mut ids = vec![0];
        for (at, length) in lengths.iter().enumerate() {
            ids.extend((0..*length).map(|place| 1 + u16::try_from((at * 5 + place * place) % 6).unwrap()));
            ids.push(0);
        }
        let starts: Vec<usize> = (0..ids.len()).filter(|&at| ids[at] == 0).collect();
        let train = TrainConfig { seq_length, ..TrainConfig::default() };
        let model = network();
        let cost = |text| evaluate(&model, &train, text, &|| false).unwrap().unwrap();
        let together = cost(Section::of(&ids, &starts, &vocabulary));
        let mut alone = Loss::default();
        for ends in starts.windows(2) {
            // The symbols before and after it are both read or predicted.
            alone += cost(Section::from(&ids[ends[0]..=ends[1]]));
        }
        prop_assert_eq!(together.characters, alone.characters);
        prop_assert!((together.sum - alone.sum).abs() < 1e-4 * alone.sum);
    }
}

#[test]
fn no_batch_of_training_predicts_the_beginning_of_a_document() {
    // The first letter of each document is nowhere else.
    let texts = ["Axxxyyy".into(), "B".to_owned() + &"xy".repeat(30), "Cyyyx".into()];
    let documents: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    let corpus = Corpus::from_documents("test".into(), &documents, &ReadOptions::default());
    let corpus = corpus.unwrap();
    for objective in [Predict::All, Predict::Last] {
        let mut config = RunConfig::default();
        config.data.path = charnn_config::Sources::parse("test");
        config.data.val_fraction = 0.0;
        config.train.predict = objective;
        config.train.seq_length = 4;
        config.train.batch_size = 3;
        let plan = Plan::new(config, &corpus).unwrap();
        let firsts = ['A', 'B', 'C'].map(|it| i32::from(plan.vocabulary.id(it).unwrap()));
        let mut batches = batches(&plan.config.train, plan.split().train);
        let (mut read, mut predicted) = (0, 0);
        for index in 0..batches.per_epoch() {
            let batch = batches.batch(0, index);
            assert!(batch.targets.iter().all(|target| !firsts.contains(target)));
            for (at, input) in batch.inputs.iter().enumerate() {
                let place = (at / batch.rows, at % batch.rows);
                let fresh =
                    batch.boundaries.contains(&place) || (place.0 == 0 && batch.resets[place.1]);
                assert!(fresh || !firsts.contains(input), "{objective:?}: {place:?}");
                read += usize::from(firsts.contains(input));
            }
            predicted += batch.predicted();
        }
        assert!(read >= 3, "{read}");
        // Documents of 8, 62 and 5 characters; the first two have got a line end.
        let expected = match objective {
            Predict::All => 7 + 61 + 4,
            Predict::Last => 4 + 58 + 1,
        };
        assert_eq!(predicted, expected);
    }
}

#[test]
fn a_text_of_short_documents_is_refused_with_the_longest() {
    let documents: [&[u8]; 3] = [&b"abc".repeat(9), &b"abc".repeat(20), &b"abc".repeat(30)];
    let corpus = Corpus::from_documents("poems".into(), &documents, &ReadOptions::default());
    let mut config = RunConfig::default();
    config.data.path = charnn_config::Sources::parse("poems");
    config.data.val_fraction = 0.0;
    config.train.predict = Predict::Last;
    config.train.seq_length = 100;
    let error = Plan::new(config, &corpus.unwrap()).unwrap_err().to_string();
    assert!(error.contains("the longest document of poems has 90 characters"), "{error}");
}
