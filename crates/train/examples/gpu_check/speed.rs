//! Launches and milliseconds of training steps.

use burn::tensor::Device;
use charnn_config::{Cell, ModelConfig};
use charnn_data::{Batch, Seed};
use charnn_model::CharLm;
use charnn_train::{OptimizerKind, Predict, RunConfig, TrainState, start_step};
use serde_json::{Value, json};
use std::time::Instant;

/// Characters of the vocabulary.
const VOCABULARY_SIZE: usize = 65;

/// A training step to time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Workload {
    cell: Cell,
    embedding_dim: usize,
    hidden_size: usize,
    num_layers: usize,
    steps: usize,
    batch_size: usize,
    last_only: bool,
}

/// The workloads of docs/benchmarks.md, and a small one.
pub(crate) const WORKLOADS: [(&str, Workload); 4] = [
    ("novel", workload(Cell::Rnn, 256, 256, 1, [100, 128], true)),
    ("gru_256", workload(Cell::Gru, 64, 256, 1, [64, 64], false)),
    ("lstm_2x512", workload(Cell::Lstm, 512, 512, 2, [50, 50], false)),
    ("gru_1024", workload(Cell::Gru, 256, 1024, 1, [50, 32], false)),
];

const fn workload(
    cell: Cell,
    embedding_dim: usize,
    hidden_size: usize,
    num_layers: usize,
    [steps, batch_size]: [usize; 2],
    last_only: bool,
) -> Workload {
    Workload { cell, embedding_dim, hidden_size, num_layers, steps, batch_size, last_only }
}

pub(crate) fn network(
    cell: Cell,
    embedding_dim: usize,
    hidden_size: usize,
    num_layers: usize,
) -> RunConfig {
    let model =
        ModelConfig { cell, embedding_dim, hidden_size, num_layers, ..ModelConfig::default() };
    let mut config = RunConfig { model, ..RunConfig::default() };
    config.train.optimizer = OptimizerKind::Adam;
    config
}

pub(crate) fn start(config: &RunConfig, device: &Device) -> TrainState {
    let sizes = config.model.architecture();
    let model = CharLm::init(sizes, VOCABULARY_SIZE, Seed(1), &device.clone().autodiff());
    TrainState::new(model, &config.train)
}

/// A batch of `batch_size` rows; `index` counts them.
pub(crate) fn batch(steps: usize, batch_size: usize, last_only: bool, index: usize) -> Batch {
    let id = |at: usize| i32::try_from((at * 31 + index * 7) % VOCABULARY_SIZE).unwrap();
    let targets = if last_only { batch_size } else { steps * batch_size };
    Batch {
        steps,
        rows: batch_size,
        inputs: (0..steps * batch_size).map(id).collect(),
        targets: (0..targets).map(|at| id(at + 3)).collect(),
        resets: vec![last_only || index == 0; batch_size],
        boundaries: Vec::new(),
    }
}

impl Workload {
    fn config(self) -> RunConfig {
        let Self { cell, embedding_dim, hidden_size, num_layers, last_only, .. } = self;
        let mut config = network(cell, embedding_dim, hidden_size, num_layers);
        config.train.grad_clip = 1.0;
        config.train.predict = if last_only { Predict::Last } else { Predict::All };
        config
    }

    fn batch(self, index: usize) -> Batch {
        batch(self.steps, self.batch_size, self.last_only, index)
    }
}

/// Kernels that a step of each workload launches.
pub(crate) fn launches(device: &Device) -> Result<Value, String> {
    let mut found = serde_json::Map::new();
    for (name, workload) in WORKLOADS {
        let config = workload.config();
        let start = || -> Result<_, String> {
            let batch = workload.batch(0);
            start_step(start(&config, device), &[batch], 1e-3, &config, None)
                .map_err(|fault| fault.to_string())
        };
        let (state, first) = start()?;
        let batch = [workload.batch(1)];
        let (made, names) = charnn_kernels::device::launches(|| {
            start_step(state, &batch, 1e-3, &config, Some(&first)).map(|(_, step)| step.read())
        });
        made.and_then(|read| read).map_err(|fault| fault.to_string())?;
        found.insert(name.to_owned(), json!(names.len()));
    }
    Ok(Value::Object(found))
}

/// Milliseconds of a step, as training takes them: the measurements of one are read while the next runs.
pub(crate) fn steps(workload: Workload, device: &Device) -> Result<Value, String> {
    const SECONDS: f64 = 8.0;
    const MOST: usize = 1000;
    let fault = |fault: charnn_kernels::DeviceFault| fault.to_string();
    let config = workload.config();
    let began = Instant::now();
    let (mut state, mut last) =
        start_step(start(&config, device), &[workload.batch(0)], 1e-3, &config, None)
            .map_err(fault)?;
    last.read().map_err(fault)?;
    let first = began.elapsed().as_secs_f64();
    let mut times = Vec::new();
    let began = Instant::now();
    while times.len() < MOST && (times.len() < 5 || began.elapsed().as_secs_f64() < SECONDS) {
        let before = Instant::now();
        let batch = [workload.batch(times.len() + 1)];
        let (after, pending) =
            start_step(state, &batch, 1e-3, &config, Some(&last)).map_err(fault)?;
        let made = last.read().map_err(fault)?;
        if made.not_finite().is_some() {
            return Err(format!("{made:?} after {} steps", times.len()));
        }
        (state, last) = (after, pending);
        times.push(before.elapsed().as_secs_f64() * 1e3);
    }
    let loss = last.read().map_err(fault)?.loss.mean();
    times.sort_by(f64::total_cmp);
    Ok(json!({
        "first_step_seconds": first,
        "steps": times.len(),
        "median_ms": times[times.len() / 2],
        "fastest_ms": times[0],
        "slowest_ms": times[times.len() - 1],
        "loss": loss,
    }))
}
