//! `charnn devices`: what there is to compute with.

use crate::args::DevicesArguments;
use crate::failure::Failure;
use crate::output::data;
use charnn_kernels::device::{DeviceChoice, DeviceName, adapters, open};
use charnn_train::{Measurement, Workload};

/// Training steps that are timed.
const STEPS: usize = 10;

pub(crate) fn run(arguments: &DevicesArguments) -> Result<(), Failure> {
    let chosen = open(DeviceChoice::Auto)?;
    data(&format!("cpu       {}\n", DeviceName::cpu()))?;
    for adapter in adapters() {
        let word = if adapter.software { "software" } else { "gpu" };
        let driver = if adapter.driver.is_empty() {
            String::new()
        } else {
            format!("; driver {}", adapter.driver)
        };
        data(&format!("{word:<9} {} ({}{driver})\n", adapter.name, adapter.api))?;
    }
    data(&format!("\n--device auto takes: {} ({})\n", chosen.name, chosen.why))?;
    if arguments.bench { bench() } else { Ok(()) }
}

/// Times steps of the tutorial network on the CPU and on the GPU. A software adapter would take
/// minutes, and nobody trains on one.
fn bench() -> Result<(), Failure> {
    let mut times = Vec::new();
    for choice in [DeviceChoice::Cpu, DeviceChoice::Gpu] {
        let Ok(opened) = open(choice) else { continue };
        if let Measurement::Steps(mut times_of_one) =
            Workload::Novel.measure(&opened.device, STEPS)?
        {
            times_of_one.sort_by(f64::total_cmp);
            times.push((times_of_one[STEPS / 2], choice, opened.name));
        }
    }
    times.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    data("\na training step of configs/novel.toml\n")?;
    for (at, (milliseconds, choice, name)) in times.iter().enumerate() {
        let mark = if at == 0 && times.len() > 1 { "  fastest" } else { "" };
        data(&format!("{choice:<9} {milliseconds:>8.1} ms  {name}{mark}\n"))?;
    }
    Ok(())
}
