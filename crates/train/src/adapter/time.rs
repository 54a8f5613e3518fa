//! How long a step takes on a device.

use crate::{Plan, batches, batches_of_step, learning_rate, start, start_step};
use charnn_kernels::DeviceFault;
use charnn_kernels::device::Device;
use std::time::{Duration, Instant};

/// The fewest and the most steps to time.
const STEPS: [u32; 2] = [3, 50];

/// Seconds of a training step of `plan` on `device`, from a few steps that take about `time`. Nothing of them is
/// kept.
///
/// # Errors
/// When the device fails.
pub fn seconds_per_step(plan: &Plan, device: &Device, time: Duration) -> Result<f64, DeviceFault> {
    let Plan { config, .. } = plan;
    let mut batches = batches(&config.train, plan.split().train);
    let batch = batches_of_step(&mut *batches, &config.train, 0, 0);
    let rate = learning_rate(&config.train, 0, plan.steps);
    // The first step allocates tensors, and compiles the kernels of a GPU.
    let (mut state, mut last) = start_step(start(plan, device).state, &batch, rate, config, None)?;
    last.read()?;
    let began = Instant::now();
    let mut steps = 0;
    while steps < STEPS[0] || (steps < STEPS[1] && began.elapsed() < time) {
        let (after, pending) = start_step(state, &batch, rate, config, Some(&last))?;
        last.read()?; // as training does: the step before, while the device is at this one
        (state, last) = (after, pending);
        steps += 1;
    }
    last.read()?;
    Ok(began.elapsed().as_secs_f64() / f64::from(steps))
}
