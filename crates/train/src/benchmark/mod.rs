//! Training that leaves no run behind: a few real steps that show how long a run takes, and the
//! overfit check, which shows whether a network can learn at all.

mod workload;

pub use workload::{Measurement, Workload};

use crate::sample::sample;
use crate::snapshot::to_content;
use crate::{
    Pending, Plan, RunConfig, Snapshot, batches, batches_of_step, evaluate, learning_rate, start,
    start_step, step,
};
use burn::module::Module;
use charnn_kernels::DeviceFault;
use charnn_kernels::device::Device;
use charnn_model::Loss;
use std::time::{Duration, Instant};

/// Steps before the clock starts: they allocate tensors and compile the kernels of a GPU.
const WARM_UP: u64 = 2;
/// Timed steps, at least.
const LEAST_STEPS: usize = 5;
/// More steps are timed until so much time has passed.
const TIME: Duration = Duration::from_secs(2);
/// Characters of the validation text that are evaluated, at least: enough for full batches.
const LEAST_VALIDATION: usize = 131_072;
/// Characters that are written.
const WRITTEN: usize = 200;

/// The cost of a run, from a few of its steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Benchmark {
    /// Seconds of one step: the mean of the faster half, as other programs disturb the others.
    pub step_seconds: f64,
    /// Seconds of one evaluation; 0 without a validation text.
    pub evaluation_seconds: f64,
    /// Evaluations in the whole run.
    pub evaluations: u64,
    /// Seconds of one sample.
    pub sample_seconds: f64,
    /// Samples in the whole run.
    pub samples: u64,
    /// Bytes of a checkpoint; `None` if the weights are not finite.
    pub checkpoint: Option<u64>,
}

impl Benchmark {
    /// Seconds of a run of `steps`, with its evaluations and samples.
    pub fn total_seconds(&self, steps: u64) -> f64 {
        steps as f64 * self.step_seconds
            + self.evaluations as f64 * self.evaluation_seconds
            + self.samples as f64 * self.sample_seconds
    }
}

/// Makes a few steps of `plan` on `device`, an evaluation, a sample and a checkpoint in memory.
///
/// # Errors
/// When the device fails.
pub fn benchmark(plan: &Plan, device: &Device) -> Result<Benchmark, DeviceFault> {
    let Plan { config, steps_per_epoch, .. } = plan;
    let mut batches = batches(&config.train, plan.split().train);
    let Snapshot { mut state, progress } = start(plan, device);
    // Training holds the best network besides the newest.
    let best = (config.data.has_validation()).then(|| state.clone());
    let mut seconds = Vec::new();
    let mut characters = 0;
    let mut began = Instant::now();
    // As in training, the measurements of a step are read while the next one runs.
    let mut last: Option<Pending> = None;
    for done in 0.. {
        if done == WARM_UP {
            began = Instant::now();
        }
        if seconds.len() >= LEAST_STEPS && began.elapsed() >= TIME {
            break;
        }
        let before = Instant::now();
        let (epoch, index) = (done / steps_per_epoch, done % steps_per_epoch);
        let batches = batches_of_step(&mut *batches, &config.train, epoch, index);
        let rate = learning_rate(&config.train, done, plan.steps);
        let (after, pending) = start_step(state, &batches, rate, config, last.as_ref())?;
        if let Some(last) = last.replace(pending) {
            last.read()?;
        }
        state = after;
        if done >= WARM_UP {
            seconds.push(before.elapsed().as_secs_f64());
            characters += batches.iter().map(|batch| batch.inputs.len()).sum::<usize>();
        }
    }
    if let Some(last) = last {
        last.read()?;
    }
    let speed = characters as f64 / seconds.iter().sum::<f64>();
    let model = state.model.valid();
    let before = Instant::now();
    let written = sample(plan, &model, 0, config.sample.length.min(WRITTEN), &|| false)?;
    let written = written.map_or(1, |(_, text)| text.chars().count().max(1));
    let share = config.sample.length as f64 / written as f64;
    let sample_seconds = before.elapsed().as_secs_f64() * share;
    let every = |steps: u64| plan.steps.div_ceil(if steps == 0 { *steps_per_epoch } else { steps });
    let valid = plan.split().valid;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "about a second of characters; a cast saturates"
    )]
    let evaluated = valid.len().min(LEAST_VALIDATION.max(speed as usize));
    let mut evaluation_seconds = 0.0;
    if evaluated > 0 {
        let before = Instant::now();
        evaluate(&model, &config.train, valid.split_at(evaluated).0, &|| false)?;
        let share = valid.len() as f64 / evaluated as f64;
        evaluation_seconds = before.elapsed().as_secs_f64() * share;
    }
    let content = to_content(&state, &progress, plan).ok();
    drop(best);
    let checkpoint = content.map(|content| content.bytes());
    Ok(Benchmark {
        step_seconds: mean_of_faster_half(&mut seconds),
        evaluation_seconds,
        evaluations: if evaluated > 0 { every(config.eval.every_steps) } else { 0 },
        sample_seconds,
        samples: every(config.sample.every_steps),
        checkpoint,
    })
}

fn mean_of_faster_half(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    let faster = &seconds[..seconds.len().div_ceil(2)];
    faster.iter().sum::<f64>() / faster.len() as f64
}

/// Trains on the first `count` batches of `plan` again and again: without dropout, with a constant
/// learning rate and every batch from a zero state. Calls `on_round` with the number and the loss of
/// every round, and ends after `most` rounds or when it returns true.
///
/// A network and settings that can learn at all reach a loss near zero.
///
/// # Errors
/// When the device fails.
///
/// # Panics
/// When `count` is 0.
pub fn overfit(
    plan: &Plan,
    device: &Device,
    count: u64,
    most: u64,
    on_round: &mut dyn FnMut(u64, Loss) -> bool,
) -> Result<(), DeviceFault> {
    let mut config: RunConfig = plan.config.clone();
    let model = &mut config.model;
    (model.dropout, model.embedding_dropout, model.recurrent_dropout) = (0.0, 0.0, 0.0);
    config.train.gradient_accumulation = 1;
    let mut all = batches(&config.train, plan.split().train);
    let count = count.min(all.per_epoch() as u64);
    let mut chosen = Vec::new();
    for index in 0..count {
        let mut batch = batches_of_step(&mut *all, &config.train, 0, index).remove(0);
        batch.resets.fill(true);
        chosen.push(batch);
    }
    assert!(!chosen.is_empty(), "no batches");
    let mut state = start(plan, device).state;
    for round in 1..=most {
        let mut loss = Loss::default();
        for batch in &chosen {
            let rate = config.train.learning_rate;
            let (after, made) = step(state, std::slice::from_ref(batch), rate, &config)?;
            state = after;
            loss += made.loss;
        }
        if on_round(round, loss) {
            break;
        }
    }
    Ok(())
}
