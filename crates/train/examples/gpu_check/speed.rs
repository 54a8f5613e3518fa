//! Launches and milliseconds of training steps.

use crate::SMALL;
use burn::tensor::Device;
use charnn_config::{Cell, ModelConfig};
use charnn_data::{Batch, Seed};
use charnn_kernels::device::{DeviceChoice, launch_times, open};
use charnn_kernels::tiling::{self, Shape};
use charnn_model::CharLm;
use charnn_train::{OptimizerKind, Predict, RunConfig, TrainState, start_step};
use serde_json::{Value, json};
use std::collections::BTreeMap;
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

/// The workloads of docs/benchmarks.md, and others.
const WORKLOADS: [(&str, Workload); 4] = [
    ("novel", workload(Cell::Rnn, 256, 256, 1, [100, 128], true)),
    ("gru_256", workload(Cell::Gru, 64, 256, 1, [64, 64], false)),
    ("lstm_2x512", workload(Cell::Lstm, 512, 512, 2, [50, 50], false)),
    ("gru_1024", workload(Cell::Gru, 256, 1024, 1, [50, 32], false)),
];

/// Small ones for a rehearsal.
const SMALL_WORKLOADS: [(&str, Workload); 2] = [
    ("novel", workload(Cell::Rnn, 16, 32, 1, [8, 4], true)),
    ("lstm_2x512", workload(Cell::Lstm, 16, 32, 2, [5, 4], false)),
];

pub(crate) fn workloads() -> Vec<(&'static str, Workload)> {
    if *SMALL { SMALL_WORKLOADS.to_vec() } else { WORKLOADS.to_vec() }
}

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
    pub(crate) fn config(self) -> RunConfig {
        let Self { cell, embedding_dim, hidden_size, num_layers, last_only, .. } = self;
        let mut config = network(cell, embedding_dim, hidden_size, num_layers);
        config.train.grad_clip = 1.0;
        config.train.predict = if last_only { Predict::Last } else { Predict::All };
        config
    }

    pub(crate) fn batch(self, index: usize) -> Batch {
        batch(self.steps, self.batch_size, self.last_only, index)
    }
}

/// Kernels that a step of each workload launches.
pub(crate) fn launches(device: &Device) -> Result<Value, String> {
    let mut found = serde_json::Map::new();
    for (name, workload) in workloads() {
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
    let (seconds, most) = if *SMALL { (1.0, 20) } else { (6.0, 1000) };
    let (first, times, loss) = timed(workload, device, seconds, most)?;
    Ok(json!({
        "first_step_seconds": first,
        "steps": times.len(),
        "median_ms": times[times.len() / 2],
        "fastest_ms": times[0],
        "slowest_ms": times[times.len() - 1],
        "loss": loss,
    }))
}

/// Seconds of the first step, the sorted milliseconds of others, and the last loss.
fn timed(
    workload: Workload,
    device: &Device,
    seconds: f64,
    most: usize,
) -> Result<(f64, Vec<f64>, f64), String> {
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
    while times.len() < most && (times.len() < 3 || began.elapsed().as_secs_f64() < seconds) {
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
    Ok((first, times, loss))
}

/// The same steps on the CPU.
pub(crate) fn cpu() -> Result<Value, String> {
    let opened = open(DeviceChoice::Cpu).map_err(|error| error.to_string())?;
    let mut found = serde_json::Map::new();
    found.insert("device".to_owned(), json!(opened.name.to_string()));
    for (name, workload) in workloads() {
        let (_, times, _) = timed(workload, &opened.device, 2.0, 50)?;
        found.insert(name.to_owned(), json!(times[times.len() / 2]));
    }
    Ok(Value::Object(found))
}

/// Milliseconds of a step for each way to run the recurrence; the default is the first.
pub(crate) fn tiles(device: &Device) -> Result<Value, String> {
    let mut found = serde_json::Map::new();
    for (name, workload) in workloads() {
        let Workload { cell, hidden_size, batch_size, .. } = workload;
        let shape = Shape { cell, hidden_size, batch_size };
        let mut rows = Vec::new();
        for tiling in tiling::options(device, shape) {
            tiling::set(device, shape, Some(tiling));
            let (_, times, _) = timed(workload, device, if *SMALL { 0.2 } else { 1.0 }, 30)?;
            rows.push(json!({ "way": tiling.to_string(), "ms": times[times.len() / 2] }));
        }
        tiling::set(device, shape, None);
        found.insert(name.to_owned(), json!(rows));
    }
    Ok(Value::Object(found))
}

/// Milliseconds of a step by kernel, one after the other.
pub(crate) fn split(device: &Device) -> Result<Value, String> {
    const STEPS: u32 = 3;
    let fault = |fault: charnn_kernels::DeviceFault| fault.to_string();
    let mut found = serde_json::Map::new();
    for (name, workload) in workloads() {
        let config = workload.config();
        let step = |state, index| {
            let (state, made) = start_step(state, &[workload.batch(index)], 1e-3, &config, None)?;
            made.read().map(|_| state)
        };
        let state = step(start(&config, device), 0).map_err(fault)?;
        let (ended, times) =
            launch_times(|| (1..=STEPS as usize).try_fold(state, step).map(|_| ()));
        ended.map_err(fault)?;
        let mut kernels = BTreeMap::<String, (f64, u32)>::new();
        for (kernel, seconds) in times {
            let (sum, count) = kernels.entry(kernel).or_default();
            *sum += seconds * 1e3 / f64::from(STEPS);
            *count += 1;
        }
        let all: f64 = kernels.values().map(|(ms, _)| ms).sum();
        let rows = kernels.into_iter().map(|(kernel, (ms, count))| {
            (kernel, json!({ "ms": ms, "launches": f64::from(count) / f64::from(STEPS) }))
        });
        let rows: serde_json::Map<String, Value> = rows.collect();
        found.insert(name.to_owned(), json!({ "all_ms": all, "kernels": rows }));
    }
    Ok(Value::Object(found))
}

/// Bytes in use and reserved after some steps: they must not grow.
pub(crate) fn memory(device: &Device) -> Result<Value, String> {
    let marks: &[usize] = if *SMALL { &[5, 10, 20] } else { &[10, 100, 1000] };
    let fault = |fault: charnn_kernels::DeviceFault| fault.to_string();
    let (_, workload) = workloads()[0];
    let config = workload.config();
    let (mut state, mut last) =
        start_step(start(&config, device), &[workload.batch(0)], 1e-3, &config, None)
            .map_err(fault)?;
    let began = Instant::now();
    let mut found = Vec::new();
    for index in 1..=marks[marks.len() - 1] {
        let batch = [workload.batch(index)];
        let (after, pending) =
            start_step(state, &batch, 1e-3, &config, Some(&last)).map_err(fault)?;
        last.read().map_err(fault)?;
        (state, last) = (after, pending);
        if marks.contains(&index) {
            let [in_use, reserved] = charnn_kernels::device::memory(device).unwrap_or_default();
            found.push((index, in_use, reserved));
        }
        if began.elapsed().as_secs_f64() > 20.0 {
            break;
        }
    }
    last.read().map_err(fault)?;
    let rows = found.iter().map(|(steps, in_use, reserved)| {
        json!({ "steps": steps, "in_use": in_use, "reserved": reserved })
    });
    let rows: Vec<Value> = rows.collect();
    match &found[..] {
        [first, .., last] if last.2 > first.2 + first.2 / 4 => {
            Err(format!("the memory grows: {}", json!(rows)))
        }
        _ => Ok(json!(rows)),
    }
}
