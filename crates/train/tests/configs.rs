//! Every shipped configuration is complete, parses and makes a plan.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use charnn_data::Corpus;
use charnn_model::CellKind;
use charnn_train::{Objective, OptimizerKind, Plan, RunConfig, Schedule, read_config};
use std::path::PathBuf;

fn configs() -> Vec<PathBuf> {
    let folder = charnn_testkit::workspace_root().join("configs");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_config_parses_and_plans() {
    let paths = configs();
    assert!(paths.len() >= 4, "{paths:?}");
    for path in paths {
        let config = read_config(&path).and_then(|settings| settings.resolve()).unwrap();
        // Texts that are downloaded may be absent: one of the same script stands in.
        let stand_in = if path.ends_with("honglou.toml") { "tales-zh" } else { "tales" };
        let mut text =
            charnn_text::BUILTIN.iter().find(|(name, _)| *name == stand_in).unwrap().1.to_owned();
        text.push_str(&config.sample.prompt);
        let corpus = Corpus::from_text("stand-in", text);
        let plan = Plan::new(config, &corpus).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(plan.steps > 0);
    }
}

#[test]
fn every_config_names_every_key_but_those_of_the_run_folder() {
    let all = toml::Table::try_from(RunConfig::default()).unwrap();
    for path in configs() {
        let file: toml::Table = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for (table, keys) in
            all.iter().filter(|(table, _)| *table != "run" && *table != "config_version")
        {
            for key in keys.as_table().unwrap().keys() {
                let named = file.get(table).is_some_and(|table| table.get(key).is_some());
                assert!(named, "{} does not name {table}.{key}", path.display());
            }
        }
    }
}

#[test]
fn every_line_of_a_config_says_why() {
    for path in configs() {
        for (at, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let silent = !line.starts_with('#') && line.contains('=') && !line.contains(" # ");
            assert!(!silent, "{}:{}: {line}", path.display(), at + 1);
        }
    }
}

#[test]
fn novel_is_the_tutorial() {
    let path = configs().into_iter().find(|path| path.ends_with("novel.toml")).unwrap();
    let config = read_config(&path).and_then(|settings| settings.resolve()).unwrap();
    assert_eq!((config.model.cell, config.train.objective), (CellKind::Rnn, Objective::Last));
    assert_eq!(config.train.optimizer, OptimizerKind::KerasAdam);
    assert_eq!(config.train.lr_schedule, Schedule::Constant);
    assert_eq!(config.sample.prompt, "Once upon a time");
    let (model, train, sample) = (config.model, config.train, config.sample);
    assert_eq!((model.embedding_size, model.hidden_size, model.num_layers), (256, 256, 1));
    assert_eq!((train.batch_size, train.seq_length, train.epochs), (128, 100, 50));
    let adam = [train.learning_rate, train.adam_beta1, train.adam_beta2, train.adam_epsilon];
    assert_eq!(adam.map(f64::to_bits), [1e-3, 0.9, 0.999, 1e-7].map(f64::to_bits));
    assert_eq!((train.grad_clip, train.warmup_steps, config.data.valid_fraction), (0.0, 0, 0.0));
    assert_eq!((sample.length, sample.window, sample.temperature), (500, 100, 0.0));
}
