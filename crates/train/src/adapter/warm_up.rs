//! Compiling the kernels of a GPU before the first step.

use crate::{
    Plan, Predict, TrainState, batches, batches_of_step, evaluate, learning_rate, start_step,
};
use burn::module::Module;
use charnn_kernels::device::{Device, compile_ahead};
use std::cell::Cell;

/// Batches of an evaluation: the first has kernels that the others have too.
const EVALUATED: u32 = 3;

/// Compiles the kernels for the steps and evaluations of `plan` on `device`: for full batches, the last
/// of an epoch, and those in which documents begin. Calls `progress` with the number of kernels that are ready, and of all. Does nothing on a
/// CPU.
///
/// Nothing is computed, and `state` stays as it is. Samples need no kernels: the CPU writes them.
pub fn warm_up(
    plan: &Plan,
    device: &Device,
    state: &TrainState,
    progress: &mut dyn FnMut(usize, usize),
) {
    let Plan { config, steps_per_epoch, .. } = plan;
    let mut batches = batches(&config.train, plan.split().train);
    let rate = learning_rate(&config.train, 0, plan.steps);
    let mut all = vec![batches_of_step(&mut *batches, &config.train, 0, 0)];
    if *steps_per_epoch > 1 {
        all.push(batches_of_step(&mut *batches, &config.train, 0, steps_per_epoch - 1));
    }
    if config.train.predict == Predict::All && plan.split().train.documents().nth(1).is_some() {
        // Kernels differ for batches in which documents begin and those in which none does.
        let mut other = all[0].clone();
        for batch in other.iter_mut().filter(|batch| batch.steps > 1) {
            batch.boundaries = if batch.boundaries.is_empty() { vec![(1, 0)] } else { Vec::new() };
        }
        all.push(other);
    }
    let steps = || {
        let step = |batch: &Vec<_>| start_step(state.clone(), batch, rate, config, None);
        // Held until all are compiled: dropping a step waits for it. Its numbers mean nothing.
        all.iter().map(step).collect::<Vec<_>>()
    };
    compile_ahead(device, steps, progress);
    if config.data.has_validation() {
        let seen = Cell::new(0);
        let stop = || {
            seen.set(seen.get() + 1);
            seen.get() >= EVALUATED
        };
        let model = state.model.valid();
        let evaluation = || evaluate(&model, &config.train, plan.split().valid, &stop);
        compile_ahead(device, evaluation, &mut |_, _| {});
    }
}
