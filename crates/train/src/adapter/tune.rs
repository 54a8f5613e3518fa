//! The fastest way to run the recurrence of a plan on a GPU.

use super::seconds_per_step;
use crate::Plan;
use charnn_kernels::DeviceFault;
use charnn_kernels::device::Device;
use charnn_kernels::tiling::{Shape, Tiling, options, set};
use std::time::Duration;

/// How long to time each way.
const TIME: Duration = Duration::from_millis(300);
/// Another way than the default must be so much faster: it rounds differently, and should not be chosen by
/// chance.
const CLEARLY: f64 = 0.95;

/// Times every way to run the recurrence of `plan` on `device` and uses the fastest from now on. `None` where
/// there is no choice. Calls `prepare` before each is timed, so that a caller can compile its kernels.
///
/// # Errors
/// When the device fails.
pub fn tune(
    plan: &Plan,
    device: &Device,
    prepare: &mut dyn FnMut(),
) -> Result<Option<Tiling>, DeviceFault> {
    let options = options(device, shape(plan));
    if options.len() < 2 {
        return Ok(None);
    }
    let mut best: Option<(Tiling, f64)> = None;
    for tiling in options {
        use_tiling(plan, device, Some(tiling));
        prepare();
        let seconds = seconds_per_step(plan, device, TIME)?;
        if best.is_none_or(|(_, least)| seconds < CLEARLY * least) {
            best = Some((tiling, seconds));
        }
    }
    let best = best.map(|(tiling, _)| tiling);
    use_tiling(plan, device, best);
    Ok(best)
}

/// Uses `tiling` for `plan` on `device` from now on, or the default again.
pub fn use_tiling(plan: &Plan, device: &Device, tiling: Option<Tiling>) {
    set(device, shape(plan), tiling);
}

fn shape(plan: &Plan) -> Shape {
    let model = &plan.config.model;
    let batch_size = plan.config.train.batch_size;
    Shape { cell: model.cell, hidden_size: model.hidden_size, batch_size }
}
