//! A small run, for tests of what happens to it: begun, gone on with, and compared with another.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses its part, and stops where it cannot go on"
)]

use burn::tensor::Device;
use charnn_data::{Corpus, ReadOptions};
use charnn_train::{
    Disk, Event, Observer, Outcome, Plan, Run, RunConfig, RunDir, TrainError, start, train,
};
use std::cell::Cell;
use std::path::Path;

const TEXT: &str = "the cat sat on the mat. the dog sat on the log. ";

/// A small plan whose run is `root/NAME`, with evaluations, samples and checkpoints in between.
pub(crate) fn plan(root: &Path, name: &str, change: impl FnOnce(&mut RunConfig)) -> Plan {
    let mut config = RunConfig::default();
    config.data.path = "test".into();
    config.run.root = root.display().to_string();
    config.run.name = name.into();
    config.model.hidden_size = 11;
    config.model.embedding_size = 5;
    config.train.batch_size = 3;
    config.train.seq_length = 10;
    config.train.max_steps = 19;
    config.eval.every_steps = 5;
    config.sample.every_steps = 4;
    config.sample.length = 7;
    config.checkpoint.every = "3 steps".into();
    change(&mut config);
    // Documents that begin inside of batches.
    let documents = [3, 1, 4].map(|times| TEXT.repeat(times));
    let documents = documents.each_ref().map(String::as_bytes);
    let corpus = Corpus::from_documents("test".into(), &documents, &ReadOptions::default());
    Plan::new(config, &corpus.unwrap()).unwrap()
}

/// A small plan of two epochs on one document, 480 characters: 48 held out, 432 train. Its run lives
/// under `root`, and is measured, writes and is saved when each epoch ends.
pub(crate) fn two_epochs(root: &Path, change: impl FnOnce(&mut RunConfig)) -> Plan {
    let mut config = RunConfig::default();
    config.data.path = "test".into();
    config.run.root = root.display().to_string();
    config.model.hidden_size = 12;
    config.model.embedding_size = 5;
    config.train.batch_size = 4;
    config.train.seq_length = 10;
    config.train.epochs = 2;
    config.sample.length = 7;
    change(&mut config);
    Plan::new(config, &Corpus::from_text("test", TEXT.repeat(10))).unwrap()
}

/// Hears everything and remembers the warnings.
#[derive(Default)]
pub(crate) struct Warnings(pub(crate) Vec<String>);

impl Observer for Warnings {
    fn on(&mut self, event: &Event<'_>) {
        if let Event::Warning(warning) = event {
            self.0.push(warning.to_string());
        }
    }
}

pub(crate) fn begin(
    plan: &Plan,
    disk: Disk,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    begin_on(&Device::flex(), plan, disk, stop)
}

pub(crate) fn begin_on(
    device: &Device,
    plan: &Plan,
    disk: Disk,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    let from = start(plan, device);
    let mut run = match Run::create(plan, "test", &from, disk) {
        Ok(run) => run,
        Err(source) => return Err(TrainError::Unsaved { source, elsewhere: None }),
    };
    train(plan, device, &mut run, from, &mut [&mut Warnings::default()], stop)
}

/// Goes on with the run of `plan` until `stop`, from what is on the disk.
pub(crate) fn go_on(plan: &Plan, stop: &dyn Fn() -> bool) -> Outcome {
    go_on_with(&Device::flex(), plan, stop)
}

pub(crate) fn go_on_with(device: &Device, plan: &Plan, stop: &dyn Fn() -> bool) -> Outcome {
    let folder = RunDir::find(&plan.config.run.name, Path::new(&plan.config.run.root)).unwrap();
    let (mut run, saved) = Run::resume(folder, Disk::quick(), &mut |_| ()).unwrap();
    assert_eq!(saved.progress.text, plan.fingerprint);
    let from = run.restore(saved, device, &mut |_| ()).unwrap();
    train(plan, device, &mut run, from, &mut [&mut Warnings::default()], stop).unwrap()
}

/// Says stop when it has been asked `times` times.
pub(crate) fn after(times: u32) -> impl Fn() -> bool {
    let asked = Cell::new(0);
    move || {
        asked.set(asked.get() + 1);
        asked.get() > times
    }
}

/// The bytes of all that a run leaves, times of day aside.
pub(crate) fn remains(plan: &Plan) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(&plan.config.run.root).join(&plan.config.run.name);
    let mut all = Vec::new();
    for name in ["metrics.jsonl", "samples.jsonl"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let without_time = text.lines().map(|line| {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["seconds"] = 0.into();
            format!("{line}\n")
        });
        all.push((name.into(), without_time.collect::<String>().into_bytes()));
    }
    let last = folder.join("checkpoints").join(format!("step-{:08}", plan.steps));
    for name in ["model.safetensors", "optimizer.safetensors", "carried.safetensors"] {
        all.push((name.into(), std::fs::read(last.join(name)).unwrap_or_default()));
    }
    assert!(all[2].1.len() > 1000 && all[3].1.len() > 2000, "weights and moments are there");
    all
}

#[track_caller]
pub(crate) fn assert_same(what: &str, actual: &Plan, expected: &Plan) {
    for ((name, actual), (_, expected)) in remains(actual).into_iter().zip(remains(expected)) {
        let text = String::from_utf8_lossy;
        assert!(actual == expected, "{what}: {name}:\n{}\n{}", text(&actual), text(&expected));
    }
}
