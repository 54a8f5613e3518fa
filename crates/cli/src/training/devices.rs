//! `charnn devices`: what this machine can compute with.

use crate::args::DevicesArguments;
use crate::events::{cpu, line};
use crate::failure::Failure;
use crate::messages::tabulated;
use crate::output::data;
use crate::terminal::Terminal;
use crate::training::graphics;
use crate::training::messages::devices;
use crate::training::report::device;
use charnn_kernels::device::{Adapter, AdapterLimits, DeviceChoice, Opened, adapters, open};
use charnn_message::{Text, text};
use charnn_train::{Measurement, Workload};
use serde_json::{Value, json};

/// Training steps that are timed.
const STEPS: usize = 10;

pub(crate) fn run(arguments: &DevicesArguments, terminal: &Terminal) -> Result<(), Failure> {
    let chosen = open(DeviceChoice::Auto)?;
    let adapters = adapters();
    let times = if arguments.bench { Some(bench()?) } else { None };
    if arguments.json {
        return Ok(data(&as_json(&chosen, &adapters, times))?);
    }
    let words: Vec<String> = (0..adapters.len()).map(|number| format!("gpu:{number}")).collect();
    let mut rows = vec![("cpu", crate::messages::devices::cpu())];
    for (adapter, number) in adapters.iter().zip(&words) {
        rows.push((number, devices::adapter(adapter)));
        rows.push(("", devices::limits(adapter)));
    }
    data(&tabulated(&rows, terminal.language))?;
    if let Some(missing) = graphics::missing(&adapters) {
        terminal.warning(&missing);
    }
    let Text { english, chinese } = devices::opened(&chosen);
    let auto = text!(
        en: ("\n`--device auto` uses {english}\n"),
        zh: ("\n`--device auto` 使用 {chinese}\n")
    );
    data(terminal.text(&auto))?;
    let Some(times) = times else { return Ok(()) };
    let title = text!(
        en: "\nOne training step of configs/novel.toml:\n",
        zh: "\nconfigs/novel.toml 的一个训练步：\n"
    );
    data(terminal.text(&title))?;
    for (at, Time { milliseconds, choice, name }) in times.iter().enumerate() {
        let fastest = if at == 0 && times.len() > 1 {
            text!(en: " (fastest)", zh: "（最快）")
        } else {
            Text::verbatim("")
        };
        let row = text!(
            en: ("{choice:<9} {milliseconds:>8.1} ms  {}{}\n", name.english, fastest.english),
            zh: ("{choice:<9} {milliseconds:>8.1} 毫秒  {}{}\n", name.chinese, fastest.chinese),
        );
        data(terminal.text(&row))?;
    }
    Ok(())
}

fn as_json(chosen: &Opened, adapters: &[Adapter], times: Option<Vec<Time>>) -> String {
    let adapter = |adapter: &Adapter| {
        let AdapterLimits { largest_buffer, shared_memory, units, buffers, subgroups } =
            adapter.limits;
        json!({
            "name": adapter.name,
            "api": adapter.api,
            "driver": adapter.driver,
            "software": adapter.is_software(),
            "kind": format!("{:?}", adapter.kind).to_lowercase(),
            "largest_buffer": largest_buffer,
            "workgroup_memory": shared_memory,
            "workgroup_units": units,
            "buffers": buffers,
            "subgroups": subgroups,
            "features": adapter.features,
        })
    };
    let missing = graphics::missing(adapters).map_or(Value::Null, |message| json!(message));
    let mut found = json!({
        "cpu": cpu(),
        "adapters": adapters.iter().map(adapter).collect::<Vec<_>>(),
        "no_gpu": missing,
        "auto": { "device": device(&chosen.name), "why": chosen.why.to_string() },
    });
    if let Some(times) = times {
        let step = |Time { milliseconds, choice, name }: Time| json!({ "device": choice.to_string(), "name": name.english, "step_ms": milliseconds });
        found["novel"] = times.into_iter().map(step).collect();
    }
    line(found)
}

/// How long a step takes on a device.
struct Time {
    milliseconds: f64,
    choice: DeviceChoice,
    name: Text,
}

/// The time of a step of the tutorial network on the CPU and on the GPU, the fastest first. A software
/// adapter is left out: it would take minutes.
fn bench() -> Result<Vec<Time>, Failure> {
    let mut times = Vec::new();
    for choice in [DeviceChoice::Cpu, DeviceChoice::Gpu] {
        let Ok(opened) = open(choice) else { continue };
        if let Measurement::Steps(mut steps) = Workload::Novel.measure(&opened.device, STEPS)? {
            steps.sort_by(f64::total_cmp);
            let (milliseconds, name) = (steps[STEPS / 2], devices::name(&opened.name));
            times.push(Time { milliseconds, choice, name });
        }
    }
    times.sort_by(|a, b| a.milliseconds.total_cmp(&b.milliseconds));
    Ok(times)
}
