//! A small run, for tests of what happens to it.

#![allow(dead_code, reason = "each test uses its part")]

use burn::tensor::Device;
use charnn_data::{Corpus, ReadOptions};
use charnn_train::{
    Disk, Event, Observer, Outcome, Plan, Run, RunConfig, TrainError, start, train,
};
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

/// Hears everything and remembers the warnings.
#[derive(Default)]
pub(crate) struct Warnings(pub(crate) Vec<String>);

impl Observer for Warnings {
    fn on(&mut self, event: &Event<'_>) {
        if let Event::Warning { message } = event {
            self.0.push(message.clone());
        }
    }
}

pub(crate) fn begin(
    plan: &Plan,
    disk: Disk,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    let device = Device::flex();
    let from = start(plan, &device);
    let mut run = match Run::create(plan, "test", &from, disk) {
        Ok(run) => run,
        Err(source) => return Err(TrainError::Unsaved { source, elsewhere: None }),
    };
    train(plan, &device, &mut run, from, &mut [&mut Warnings::default()], stop)
}
