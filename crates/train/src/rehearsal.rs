//! Training that leaves nothing behind: a few real steps to learn how long they take, and a few
//! batches learned by heart to learn whether they can be learned at all.

use crate::{Plan, RunConfig, Snapshot, batches, batches_of_step, learning_rate, start, step};
use charnn_kernels::DeviceFault;
use charnn_kernels::device::Device;
use charnn_model::Nats;
use std::time::Instant;

/// Steps before the clock counts: they make room for tensors, and compile the kernels of a GPU.
const WARM_UP: u64 = 2;

/// What a few steps have shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rehearsal {
    /// Of one step, the median.
    pub seconds: f64,
    /// Bytes of a checkpoint; `None` when a network that is not finite gives none.
    pub checkpoint: Option<u64>,
}

/// Makes `count` steps of `plan` on `device`, after some to warm up, and a checkpoint in memory.
///
/// # Errors
/// When the device fails.
///
/// # Panics
/// When `count` is 0.
pub fn rehearse(plan: &Plan, device: &Device, count: u64) -> Result<Rehearsal, DeviceFault> {
    let Plan { config, steps_per_epoch, .. } = plan;
    let mut batches = batches(&config.train, plan.split().train);
    let Snapshot { mut state, progress } = start(plan, device);
    // Training keeps the best network by the side of the newest.
    let best = (config.data.valid_fraction > 0.0).then(|| state.clone());
    let mut seconds = Vec::new();
    for done in 0..WARM_UP + count {
        let began = Instant::now();
        let (epoch, index) = (done / steps_per_epoch, done % steps_per_epoch);
        let batches = batches_of_step(&mut *batches, &config.train, epoch, index);
        let rate = learning_rate(&config.train, done, plan.steps);
        (state, _) = step(state, &batches, rate, config)?;
        if done >= WARM_UP {
            seconds.push(began.elapsed().as_secs_f64());
        }
    }
    seconds.sort_by(f64::total_cmp);
    let files = Snapshot::files(&state, &progress, config, &plan.vocabulary).ok();
    drop(best);
    let checkpoint = files.map(|files| files.iter().map(|(_, bytes)| bytes.len() as u64).sum());
    Ok(Rehearsal { seconds: seconds[seconds.len() / 2], checkpoint })
}

/// Trains on the first batches of `plan` again and again, without dropout, with a steady learning
/// rate and every batch from a zero state, until `most` rounds are made or `heard` says that it is
/// enough. It is told the loss of every round.
///
/// A network and settings that can learn at all learn them by heart.
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
    heard: &mut dyn FnMut(u64, Nats) -> bool,
) -> Result<(), DeviceFault> {
    let mut config: RunConfig = plan.config.clone();
    let model = &mut config.model;
    (model.dropout, model.embedding_dropout, model.recurrent_dropout) = (0.0, 0.0, 0.0);
    config.train.accumulate = 1;
    let mut all = batches(&config.train, plan.split().train);
    let count = count.min(all.per_epoch() as u64);
    let mut learned = Vec::new();
    for index in 0..count {
        let mut batch = batches_of_step(&mut *all, &config.train, 0, index).remove(0);
        batch.resets.fill(true);
        learned.push(batch);
    }
    assert!(!learned.is_empty(), "no batches");
    let mut state = start(plan, device).state;
    for round in 1..=most {
        let mut loss = Nats::default();
        for batch in &learned {
            let rate = config.train.learning_rate;
            let (after, made) = step(state, std::slice::from_ref(batch), rate, &config)?;
            state = after;
            loss += made.loss;
        }
        if heard(round, loss) {
            break;
        }
    }
    Ok(())
}
