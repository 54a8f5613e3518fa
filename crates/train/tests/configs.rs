//! Every shipped configuration is complete, parses and makes a plan.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use charnn_data::Corpus;
use charnn_train::{ConfigFile, Plan};
use std::path::{Path, PathBuf};

fn configs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs");
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
        let config = ConfigFile::read(&path).and_then(|file| file.resolve()).unwrap();
        // Texts that are downloaded may be absent: one of the same script stands in.
        let stand_in = if path.ends_with("honglou.toml") { "tales-zh" } else { "tales" };
        let mut text =
            charnn_data::BUILTIN.iter().find(|(name, _)| *name == stand_in).unwrap().1.to_owned();
        text.push_str(&config.sample.prompt);
        let corpus = Corpus { name: "stand-in".into(), text };
        let plan = Plan::new(config, &corpus).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(plan.steps > 0);
    }
}

#[test]
fn every_line_of_a_config_says_why() {
    for path in configs() {
        for (at, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let silent = !line.starts_with('#') && line.contains('=') && !line.contains(" # ");
            let path_key = line.starts_with("path = ");
            assert!(!silent || path_key, "{}:{}: {line}", path.display(), at + 1);
        }
    }
}

#[test]
fn novel_is_the_tutorial() {
    let path = configs().into_iter().find(|path| path.ends_with("novel.toml")).unwrap();
    let config = ConfigFile::read(&path).and_then(|file| file.resolve()).unwrap();
    let (model, train, sample) = (config.model, config.train, config.sample);
    assert_eq!((model.embedding_size, model.hidden_size, model.num_layers), (256, 256, 1));
    assert_eq!((train.batch_size, train.seq_length, train.epochs), (128, 100, 50));
    let adam = [train.learning_rate, train.adam_beta1, train.adam_beta2, train.adam_epsilon];
    assert_eq!(adam.map(f64::to_bits), [1e-3, 0.9, 0.999, 1e-7].map(f64::to_bits));
    assert_eq!((train.grad_clip, train.warmup_steps, config.data.valid_fraction), (0.0, 0, 0.0));
    assert_eq!((sample.length, sample.window, sample.temperature), (500, 100, 0.0));
}
