//! Runs for tests: a folder with a checkpoint, and metrics and samples of any length.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses its part, and stops where it cannot continue"
)]

use charnn_bundle::{HostTensor, Vocabulary, to_safetensors};
use charnn_config::{RunConfig, Sources};
use charnn_message::Language;
use charnn_report::{ReportedRun, Reproduction, report};
use charnn_runs::{Content, Disk, Progress, RunDir, RunWriter, SampleRow, WEIGHTS};
use std::fmt::Write as _;
use std::path::Path;

/// A run with `steps` rows of training, an evaluation every 50 steps and some samples. Its numbers follow
/// from `seed`.
pub(crate) fn run(root: &Path, name: &str, steps: u64, seed: u64) -> RunDir {
    let mut config = RunConfig::default();
    config.data.path = Sources::parse("novel.txt");
    (config.model.embedding_dim, config.model.hidden_size) = (2, 3);
    config.train.seed = seed;
    let vocabulary = Vocabulary::of_characters("ab".chars(), false).unwrap();
    let shapes = config.model.architecture().tensors(vocabulary.len());
    let tensors: Vec<HostTensor> =
        shapes.map(|(name, shape)| HostTensor::zeros(name, shape)).collect();
    let content = Content {
        config: config.to_run_file().into_bytes(),
        vocabulary: serde_json::to_vec(&vocabulary).unwrap(),
        tensors: vec![(WEIGHTS, to_safetensors(&tensors).unwrap())],
        progress: Progress::start("cafe".into()),
    };
    let mut writer = RunWriter::create(root, name, "test", &content, Disk::quick()).unwrap();
    for step in [1, steps / 2, steps] {
        writer.sample(&SampleRow::new(step, "Once", &format!(" at step {step}"))).unwrap();
    }
    let folder = writer.dir().clone();
    drop(writer);
    let mut rows = String::new();
    for step in 1..=steps {
        let at = step as f64;
        let noise = ((at * 12.9898 + seed as f64).sin() * 43758.547).fract().abs();
        let loss = 1.4 + 2.8 / (1.0 + at / 300.0) + 0.2 * noise;
        let (seconds, norm, rate) =
            (at * 0.013, 0.2 + noise, 0.002 * (1.0 - at / (2.0 * steps as f64)));
        let _ = writeln!(
            rows,
            "{{\"schema\":2,\"step\":{step},\"epoch\":0,\"train_loss\":{loss},\"gradient_norm\":{norm},\
             \"learning_rate\":{rate},\"seconds\":{seconds:.3}}}"
        );
        if step % 50 == 0 {
            let _ = writeln!(
                rows,
                "{{\"schema\":2,\"step\":{step},\"val_loss\":{},\"seconds\":{seconds:.3}}}",
                loss - 0.05
            );
        }
    }
    std::fs::write(folder.path().join("metrics.jsonl"), rows).unwrap();
    folder
}

/// The page about `runs`.
pub(crate) fn page(runs: &[RunDir], language: Language) -> String {
    let runs: Vec<ReportedRun> = runs.iter().map(ReportedRun::read).collect();
    let how = |run: &ReportedRun| Reproduction {
        command: format!("charnn train runs/{}/config.toml", run.name),
        ..Reproduction::default()
    };
    let how: Vec<Reproduction> = runs.iter().map(how).collect();
    report(&runs, &how, language)
}
