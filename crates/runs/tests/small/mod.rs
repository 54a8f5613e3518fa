//! A run of a few bytes, for tests of its folder.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses its part, and stops where it cannot continue"
)]

use charnn_runs::{
    Best, CheckpointSelector, Content, Disk, MetricRow, Progress, RunDir, RunError, RunWarning,
    RunWriter, SampleRow, WEIGHTS,
};
use std::path::{Path, PathBuf};

/// The content of a checkpoint of `step`, whose weights are the step.
pub(crate) fn content(step: u64, best: Option<(u64, f64)>) -> Content {
    let mut progress = Progress::start("text".into());
    progress.step = step;
    progress.best = best.map(|(step, loss)| Best { step, loss });
    Content {
        config: b"[train]\nbatch_size = 2\nseed = 1\n".to_vec(),
        vocabulary: br#"{"characters":"ab"}"#.to_vec(),
        tensors: vec![(WEIGHTS, format!("weights of {step}").into_bytes())],
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
    let step = run.load(selector, |it| Ok(it.progress.step), &mut |it| warnings.push(it));
    (step, warnings)
}

/// Continues a run from its newest checkpoint.
pub(crate) fn resume(run: &RunDir) -> (RunWriter, u64, Vec<RunWarning>) {
    let mut warnings = Vec::new();
    let tell = &mut |warning| warnings.push(warning);
    let (mut writer, stored, ()) =
        RunWriter::resume(run.clone(), Disk::quick(), |_| Ok(()), tell).unwrap();
    writer.continue_from(&stored.progress, tell).unwrap();
    (writer, stored.progress.step, warnings)
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
