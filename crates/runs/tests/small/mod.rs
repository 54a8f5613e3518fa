//! A run of a few bytes, for tests of its folder.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses its part, and stops where it cannot continue"
)]

use charnn_bundle::{HostTensor, Vocabulary, to_safetensors};
use charnn_config::{RunConfig, Sources};
use charnn_runs::{
    Best, CheckpointSelector, Content, Disk, MetricRow, Progress, RunDir, RunError, RunWarning,
    RunWriter, SampleRow, WEIGHTS,
};
use std::path::{Path, PathBuf};

/// The configuration of a network of a few numbers.
pub(crate) fn config(seed: u64) -> RunConfig {
    let mut config = RunConfig::default();
    config.data.path = Sources::parse("novel.txt");
    (config.model.embedding_dim, config.model.hidden_size) = (2, 3);
    config.train.seed = seed;
    config
}

fn vocabulary() -> Vocabulary {
    Vocabulary::of_characters("ab".chars(), false).unwrap()
}

/// Its weights: each is the step.
fn weights(step: u64) -> Vec<u8> {
    let shapes = config(1).model.architecture().tensors(vocabulary().len());
    let tensors: Vec<HostTensor> = shapes
        .map(|(name, shape)| {
            let mut tensor = HostTensor::zeros(name, shape);
            tensor.values.fill(step as f32);
            tensor
        })
        .collect();
    to_safetensors(&tensors).unwrap()
}

/// The content of a checkpoint of `step`, whose weights are the step.
pub(crate) fn content(step: u64, best: Option<(u64, f64)>) -> Content {
    let mut progress = Progress::start("text".into());
    progress.step = step;
    progress.best = best.map(|(step, loss)| Best { step, loss });
    Content {
        config: config(1).to_run_file().into_bytes(),
        vocabulary: serde_json::to_vec(&vocabulary()).unwrap(),
        tensors: vec![(WEIGHTS, weights(step))],
        progress,
    }
}

/// A new run `root/NAME` before its first step.
pub(crate) fn create(root: &Path, name: &str) -> RunWriter {
    RunWriter::create(root, name, "test", &content(0, None), Disk::quick()).unwrap()
}

/// Saves `step` with a row of metrics and a sample before it.
pub(crate) fn save(
    run: &mut RunWriter,
    step: u64,
    best: Option<(u64, f64)>,
    keep_last: usize,
) -> Result<Vec<RunWarning>, RunError> {
    run.metric(&MetricRow::training(step, 0, 1.0, 1.0, 0.1)).unwrap();
    run.sample(&SampleRow::new(step, "a", "b")).unwrap();
    let mut content = content(step, best);
    run.mark(&mut content.progress);
    let mut warnings = Vec::new();
    run.save(&content, keep_last, &mut |warning| warnings.push(warning))?;
    Ok(warnings)
}

/// A finished run with checkpoints of 1 to `steps`, where each evaluation was the best so far.
pub(crate) fn finished(root: &Path, name: &str, steps: u64) -> RunDir {
    let mut run = create(root, name);
    for step in 1..=steps {
        let loss = 10.0 - step as f64;
        assert_eq!(save(&mut run, step, Some((step, loss)), 100).unwrap(), []);
    }
    run.dir().clone()
}

/// The step of the checkpoint that `selector` leads to, and what is reported.
pub(crate) fn load(
    run: &RunDir,
    selector: CheckpointSelector,
) -> (Result<u64, RunError>, Vec<RunWarning>) {
    let mut warnings = Vec::new();
    let step = run.load(selector, &mut |it| warnings.push(it)).map(|(loaded, bundle)| {
        let step = loaded.progress.step;
        let mut values = bundle.tensors().iter().flat_map(|it| &it.values);
        assert!(values.all(|value| (value - step as f32).abs() < 1e-6));
        step
    });
    (step, warnings)
}

/// Continues a run from its newest checkpoint.
pub(crate) fn resume(run: &RunDir) -> (RunWriter, u64, Vec<RunWarning>) {
    let mut warnings = Vec::new();
    let tell = &mut |warning| warnings.push(warning);
    let (mut writer, loaded) = RunWriter::resume(run.clone(), Disk::quick(), tell).unwrap();
    writer.continue_from(&loaded.progress, tell).unwrap();
    (writer, loaded.progress.step, warnings)
}

/// The folder of a checkpoint.
pub(crate) fn checkpoint(run: &RunDir, step: u64) -> PathBuf {
    run.checkpoints().join(format!("step-{step:08}"))
}

/// The steps whose checkpoints are there.
pub(crate) fn steps(run: &RunDir) -> Vec<u64> {
    let names = std::fs::read_dir(run.checkpoints()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut steps: Vec<u64> =
        names.filter_map(|name| name.strip_prefix("step-")?.parse().ok()).collect();
    steps.sort_unstable();
    steps
}

/// The checkpoints that warnings name.
pub(crate) fn skipped(warnings: &[RunWarning]) -> Vec<PathBuf> {
    let path = |warning: &RunWarning| match warning {
        RunWarning::BadCheckpoint { path, .. } => Some(path.clone()),
        _ => None,
    };
    warnings.iter().filter_map(path).collect()
}

/// All files below `folder` with their bytes.
pub(crate) fn snapshot(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(snapshot(&path));
        } else {
            all.push((path.clone(), std::fs::read(path).unwrap()));
        }
    }
    all.sort();
    all
}
