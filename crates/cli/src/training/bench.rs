//! `charnn bench`: how fast this machine is, on the workloads of the benchmarks page.

use crate::args::{BenchArguments, WORKLOADS};
use crate::events::line;
use crate::failure::Failure;
use crate::output::data;
use crate::terminal::Terminal;
use crate::training::messages::bench;
use crate::training::report::device;
use charnn_kernels::device::{Opened, open};
use charnn_message::Text;
use charnn_train::{Measurement, Workload, device_choice};
use serde_json::json;

pub(crate) fn run(arguments: &BenchArguments, terminal: &Terminal) -> Result<(), Failure> {
    let opened = open(device_choice(arguments.device))?;
    terminal.note(&bench::device(&opened));
    let all = WORKLOADS.map(str::to_owned);
    let asked = if arguments.work.is_empty() { &all[..] } else { &arguments.work[..] };
    for word in asked {
        let workload: Workload = word.parse().expect("one of the choices of the flag");
        let measurement = workload.measure(&opened.device, arguments.steps)?;
        data(&if arguments.json {
            as_json(workload, &opened, &measurement)
        } else {
            format!("{}\n", terminal.text(&as_text(workload, &opened, &measurement)))
        })?;
    }
    Ok(())
}

fn as_text(workload: Workload, opened: &Opened, measurement: &Measurement) -> Text {
    let word = workload.to_string();
    match measurement {
        Measurement::Steps(steps) => {
            let Summary { median, least } = summary(steps);
            let path = workload.algorithm(&opened.device).map(|path| path.to_string());
            bench::steps(&word, median, least, &path.unwrap_or_default())
        }
        Measurement::CharactersPerSecond(rate) => bench::characters(&word, *rate),
    }
}

fn as_json(workload: Workload, opened: &Opened, measurement: &Measurement) -> String {
    let mut fields = json!({
        "peer": concat!("charnn ", env!("CARGO_PKG_VERSION")), "work": workload.to_string(),
        "device": device(&opened.name),
    });
    match measurement {
        Measurement::Steps(steps) => {
            let Summary { median, least } = summary(steps);
            let rounded = |value: f64| (value * 1e3).round() / 1e3;
            fields["steps"] = steps.len().into();
            fields["median_ms"] = rounded(median).into();
            fields["min_ms"] = rounded(least).into();
        }
        Measurement::CharactersPerSecond(rate) => fields["chars_per_s"] = (*rate).into(),
    }
    line(fields)
}

/// The milliseconds of some steps.
struct Summary {
    median: f64,
    least: f64,
}

fn summary(milliseconds: &[f64]) -> Summary {
    let mut sorted = milliseconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    } else {
        sorted[middle]
    };
    Summary { median, least: sorted[0] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_kernels::device::{DeviceChoice, DeviceName};

    #[test]
    fn the_words_of_the_command_line_are_those_of_the_workloads() {
        assert_eq!(WORKLOADS, Workload::ALL.map(|(_, word)| word));
    }

    #[test]
    fn any_name_of_a_device_is_json() {
        let mut opened = open(DeviceChoice::Cpu).expect("there is a CPU");
        let name = "Card \u{1b}\u{e9}\u{2028}\"'\\".to_owned();
        opened.name = DeviceName::Adapter { name: name.clone(), api: "Vulkan".into() };
        for measurement in [Measurement::Steps(vec![1.0, 2.0]), Measurement::CharactersPerSecond(9)]
        {
            let line = as_json(Workload::Novel, &opened, &measurement);
            let read: serde_json::Value = serde_json::from_str(&line).expect("it is JSON");
            assert_eq!(read["device"]["name"], name);
        }
    }
}
