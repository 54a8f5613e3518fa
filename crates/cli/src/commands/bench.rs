//! `charnn bench`: how fast this machine is, on the workloads of the benchmarks page.

use crate::args::BenchArguments;
use crate::events::SCHEMA;
use crate::failure::Failure;
use crate::output::{data, grouped, note};
use charnn_kernels::device::{Opened, open};
use charnn_train::{Measurement, Workload};

pub(crate) fn run(arguments: &BenchArguments) -> Result<(), Failure> {
    let opened = open(arguments.device)?;
    note(&format!("on {} ({})", opened.name, opened.why));
    let all = Workload::ALL.map(|(workload, _)| workload);
    let asked = if arguments.work.is_empty() { &all } else { &arguments.work[..] };
    for &workload in asked {
        let measurement = workload.measure(&opened.device, arguments.steps)?;
        let line = if arguments.json {
            json(workload, &opened, &measurement)
        } else {
            text(workload, &opened, &measurement)
        };
        data(&line)?;
    }
    Ok(())
}

fn text(workload: Workload, opened: &Opened, measurement: &Measurement) -> String {
    let word = workload.to_string();
    match measurement {
        Measurement::Steps(steps) => {
            let Summary { median, least } = summary(steps);
            let path = workload.path(&opened.device).map(|path| path.to_string());
            let path = path.unwrap_or_default();
            format!("{word:<14} {median:>9.2} ms a step (fastest {least:.2}; {path})\n")
        }
        Measurement::CharactersPerSecond(rate) => {
            format!("{word:<14} {:>9} characters a second, on one core\n", grouped(*rate))
        }
    }
}

fn json(workload: Workload, opened: &Opened, measurement: &Measurement) -> String {
    let figures = match measurement {
        Measurement::Steps(steps) => {
            let Summary { median, least } = summary(steps);
            let count = steps.len();
            format!("\"steps\": {count}, \"median_ms\": {median:.3}, \"min_ms\": {least:.3}")
        }
        Measurement::CharactersPerSecond(rate) => format!("\"chars_per_s\": {rate}"),
    };
    let (peer, device) = (concat!("charnn ", env!("CARGO_PKG_VERSION")), opened.name.to_string());
    format!(
        "{{\"schema\": {SCHEMA}, \"peer\": \"{peer}\", \"work\": \"{workload}\", \"device\": {device:?}, {figures}}}\n"
    )
}

/// Of the milliseconds of some steps.
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
