//! A small run, for tests of what happens to it: started, resumed, and compared with another.

use burn::tensor::Device;
use charnn_bundle::Unit;
use charnn_config::SplitKind;
use charnn_data::Corpus;
use charnn_text::{ReadOptions, Records};
use charnn_train::{
    Disk, Event, Observer, OptimizerKind, Outcome, Plan, Run, RunConfig, RunDir, TrainError, start,
    train,
};
use std::cell::Cell;
use std::path::Path;

const TEXT: &str = "the cat sat on the mat. the dog sat on the log. ";

/// A small plan whose run is `root/NAME`, with evaluations, samples and checkpoints in between.
pub(crate) fn plan(root: &Path, name: &str, change: impl FnOnce(&mut RunConfig)) -> Plan {
    let mut config = RunConfig::default();
    config.data.path = charnn_config::Sources::parse("test");
    config.run.root = root.display().to_string();
    config.run.name = name.into();
    config.model.hidden_size = 11;
    config.model.embedding_dim = 5;
    config.train.batch_size = 3;
    config.train.seq_length = 10;
    config.train.max_steps = 19;
    config.eval.every_steps = 5;
    config.sample.every_steps = 4;
    config.sample.length = 7;
    config.checkpoint.every = "3 steps".parse().unwrap();
    change(&mut config);
    // Documents that begin inside of batches.
    let documents = [3, 1, 4].map(|times| TEXT.repeat(times));
    let documents = documents.each_ref().map(String::as_bytes);
    let corpus = Corpus::from_documents("test".into(), &documents, &ReadOptions::default());
    Plan::new(config, &corpus.unwrap()).unwrap()
}

/// [`plan`] with lines of the text as records, in an order that the seed decides.
pub(crate) fn plan_of_records(
    root: &Path,
    name: &str,
    change: impl FnOnce(&mut RunConfig),
) -> Plan {
    let mut config = plan(root, name, change).config;
    config.data.records = Records::Line;
    config.data.split = SplitKind::Records;
    let lines = TEXT.repeat(6).replace(". ", "\n").replace(" on ", "\n");
    let corpus = Corpus::from_bytes("test".into(), lines.as_bytes()).unwrap();
    let corpus = corpus.with_records(&config.data.records, config.record_order()).unwrap();
    Plan::new(config, &corpus).unwrap()
}

/// [`plan`] on documents of lines, with `split` and, if that is wanted, a validation text of its own that has
/// unknown characters.
pub(crate) fn plan_of_split(root: &Path, name: &str, split: SplitKind, has_valid: bool) -> Plan {
    let mut config = plan(root, name, |_| ()).config;
    config.data.split = split;
    config.data.val_fraction = 0.3;
    let lines = |times: usize| TEXT.repeat(times).replace(". ", "\n").into_bytes();
    let documents = [3, 1, 4].map(lines);
    let documents = documents.each_ref().map(|it| &it[..]);
    let corpus = Corpus::from_documents("test".into(), &documents, &ReadOptions::default());
    let valid = Corpus::from_text("valid", "the cow sat on the XYZ.\n");
    if has_valid {
        config.data.valid_path = charnn_config::Sources::parse("valid");
    }
    let plan = Plan::new(config, &corpus.unwrap()).unwrap();
    plan.with_others(has_valid.then_some(&valid), None).unwrap()
}

/// [`plan`] on records, or on documents, whose symbols are `unit`.
pub(crate) fn plan_of_unit(root: &Path, name: &str, unit: &Unit, records: &Records) -> Plan {
    let mut config = plan(root, name, |_| ()).config;
    (config.data.unit, config.data.records) = (unit.clone(), records.clone());
    let text = |times: usize| TEXT.repeat(times).replace(". ", "é\u{301}猫\n").into_bytes();
    let documents = [3, 1, 4].map(text);
    let documents = documents.each_ref().map(|it| &it[..]);
    let corpus = Corpus::from_documents("test".into(), &documents, &ReadOptions::default());
    let corpus = corpus.unwrap().with_records(records, None).unwrap();
    Plan::new(config, &corpus.with_unit(unit).unwrap()).unwrap()
}

/// A small plan of two epochs on one document, 480 characters: 48 held out, 432 train. Its run lives
/// under `root`, and is measured, writes and is saved when each epoch ends.
pub(crate) fn two_epochs(root: &Path, change: impl FnOnce(&mut RunConfig)) -> Plan {
    let mut config = RunConfig::default();
    config.data.path = charnn_config::Sources::parse("test");
    config.run.root = root.display().to_string();
    config.model.hidden_size = 12;
    config.model.embedding_dim = 5;
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

/// Observes all events and records the steps of saved checkpoints.
#[derive(Default)]
pub(crate) struct Kept(pub(crate) Vec<u64>);

impl Observer for Kept {
    fn on(&mut self, event: &Event<'_>) {
        if let Event::Saved { step } = event {
            self.0.push(*step);
        }
    }
}

/// Dies at the first event of which it says so, as a process does that is killed.
pub(crate) struct Killer<F>(pub(crate) F);

impl<F: FnMut(&Event<'_>) -> bool> Observer for Killer<F> {
    fn on(&mut self, event: &Event<'_>) {
        if (self.0)(event) {
            std::panic::resume_unwind(Box::new("killed"));
        }
    }
}

/// What comes of training; `None` where it was killed.
pub(crate) fn unless_killed<T>(train: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(train)).ok()
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
    begin_watched(device, plan, disk, &mut Warnings::default(), stop)
}

pub(crate) fn begin_watched(
    device: &Device,
    plan: &Plan,
    disk: Disk,
    observer: &mut dyn Observer,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    let from = start(plan, device);
    let mut run = match Run::create(plan, "test", &from, disk) {
        Ok(run) => run,
        Err(source) => return Err(TrainError::Unsaved { source, elsewhere: None }),
    };
    ended(train(plan, device, &mut run, from, &mut [observer], stop))
}

/// A run that ends with a useless network has made all its steps, which is all that these tests ask.
fn ended(outcome: Result<Outcome, TrainError>) -> Result<Outcome, TrainError> {
    match outcome {
        Err(TrainError::WorseThanUniform { .. }) => Ok(Outcome::Completed),
        outcome => outcome,
    }
}

/// Goes on with the run of `plan` until `stop`, from what is on the disk.
pub(crate) fn go_on(plan: &Plan, stop: &dyn Fn() -> bool) -> Outcome {
    go_on_with(&Device::flex(), plan, stop)
}

pub(crate) fn go_on_with(device: &Device, plan: &Plan, stop: &dyn Fn() -> bool) -> Outcome {
    go_on_watched(device, plan, Disk::quick(), &mut Warnings::default(), stop).unwrap()
}

pub(crate) fn go_on_watched(
    device: &Device,
    plan: &Plan,
    disk: Disk,
    observer: &mut dyn Observer,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    let (mut run, saved) = Run::resume(folder(plan), disk, &mut |_| ()).unwrap();
    assert_eq!(saved.progress.text, plan.fingerprint);
    let from = run.restore(saved, device, &mut |_| ())?;
    ended(train(plan, device, &mut run, from, &mut [observer], stop))
}

/// The folder of a run.
pub(crate) fn folder(plan: &Plan) -> RunDir {
    RunDir::find(&plan.config.run.name, Path::new(&plan.config.run.root)).unwrap()
}

/// The steps whose checkpoints are there, whole or not.
pub(crate) fn steps(plan: &Plan) -> Vec<u64> {
    let names = std::fs::read_dir(folder(plan).checkpoints()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut steps: Vec<u64> =
        names.filter_map(|name| name.strip_prefix("step-")?.parse().ok()).collect();
    steps.sort_unstable();
    steps
}

/// The step of the newest checkpoint that is whole.
pub(crate) fn newest_whole(plan: &Plan) -> u64 {
    let (_, saved) = Run::resume(folder(plan), Disk::quick(), &mut |_| ()).unwrap();
    saved.progress.step
}

/// Changes a bit of a file of the checkpoint of `step`.
pub(crate) fn damage(plan: &Plan, step: u64, name: &str) {
    let path = folder(plan).checkpoints().join(format!("step-{step:08}")).join(name);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

/// Says stop when it has been asked `times` times.
pub(crate) fn after(times: u32) -> impl Fn() -> bool {
    let asked = Cell::new(0);
    move || {
        asked.set(asked.get() + 1);
        asked.get() > times
    }
}

/// The bytes of all that a run leaves whose last checkpoint is that of `step`, times of day aside.
fn remains(plan: &Plan, step: u64) -> Vec<(String, Vec<u8>)> {
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
    let last = folder.join("checkpoints").join(format!("step-{step:08}"));
    for name in ["model.safetensors", "optimizer.safetensors", "carried.safetensors"] {
        all.push((name.into(), std::fs::read(last.join(name)).unwrap_or_default()));
    }
    let progress = std::fs::read_to_string(last.join("progress.toml")).unwrap();
    let timed = |line: &&str| line.starts_with("seconds") || line.starts_with("metrics_bytes");
    let without_time = progress.lines().filter(|line| !timed(line));
    all.push(("progress.toml".into(), without_time.collect::<Vec<_>>().join("\n").into_bytes()));
    let train = &plan.config.train;
    let plain = train.optimizer == OptimizerKind::Sgd && train.momentum == 0.0;
    assert!(all[2].1.len() > 1000, "weights are there");
    assert!(plain || all[3].1.len() > 2000, "moments are there");
    all
}

#[track_caller]
pub(crate) fn assert_same(what: &str, actual: &Plan, expected: &Plan) {
    assert_same_at(what, actual, expected, expected.steps);
}

/// Whether two runs that ended after `step` are the same.
#[track_caller]
pub(crate) fn assert_same_at(what: &str, actual: &Plan, expected: &Plan, step: u64) {
    let pairs = remains(actual, step).into_iter().zip(remains(expected, step));
    for ((name, actual), (_, expected)) in pairs {
        let text = String::from_utf8_lossy;
        assert!(actual == expected, "{what}: {name}:\n{}\n{}", text(&actual), text(&expected));
    }
}
