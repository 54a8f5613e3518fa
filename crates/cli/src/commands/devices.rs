//! `charnn devices`: what there is to compute with.

use crate::args::DevicesArguments;
use crate::events::line;
use crate::failure::Failure;
use crate::output::data;
use charnn_kernels::device::{Adapter, DeviceChoice, DeviceName, Opened, adapters, open};
use charnn_train::{Measurement, Workload};
use serde_json::json;

/// Training steps that are timed.
const STEPS: usize = 10;

pub(crate) fn run(arguments: &DevicesArguments) -> Result<(), Failure> {
    let chosen = open(DeviceChoice::Auto)?;
    if arguments.json {
        return data(&as_json(&chosen, arguments.bench)?);
    }
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
    if !arguments.bench {
        return Ok(());
    }
    data("\na training step of configs/novel.toml\n")?;
    let times = bench()?;
    for (at, (milliseconds, choice, name)) in times.iter().enumerate() {
        let mark = if at == 0 && times.len() > 1 { "  fastest" } else { "" };
        data(&format!("{choice:<9} {milliseconds:>8.1} ms  {name}{mark}\n"))?;
    }
    Ok(())
}

fn as_json(chosen: &Opened, with_times: bool) -> Result<String, Failure> {
    let adapter = |adapter: Adapter| {
        let Adapter { name, api, driver, software } = adapter;
        json!({ "name": name, "api": api, "driver": driver, "software": software })
    };
    let mut found = json!({
        "cpu": DeviceName::cpu().to_string(), "adapters": adapters().into_iter().map(adapter).collect::<Vec<_>>(),
        "auto": { "name": chosen.name.to_string(), "why": chosen.why.to_string() },
    });
    if with_times {
        let step = |(milliseconds, choice, name): (f64, DeviceChoice, String)| json!({ "device": choice.to_string(), "name": name, "step_ms": milliseconds });
        found["novel"] = bench()?.into_iter().map(step).collect();
    }
    Ok(line(found))
}

/// Milliseconds of a step of the tutorial network on the CPU and on the GPU, the fastest first. A
/// software adapter would take minutes, and nobody trains on one.
fn bench() -> Result<Vec<(f64, DeviceChoice, String)>, Failure> {
    let mut times = Vec::new();
    for choice in [DeviceChoice::Cpu, DeviceChoice::Gpu] {
        let Ok(opened) = open(choice) else { continue };
        if let Measurement::Steps(mut times_of_one) =
            Workload::Novel.measure(&opened.device, STEPS)?
        {
            times_of_one.sort_by(f64::total_cmp);
            times.push((times_of_one[STEPS / 2], choice, opened.name.to_string()));
        }
    }
    times.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    Ok(times)
}
