//! Checks a GPU: are its results right, are they the same every time, and how fast is it?
//!
//! `gpu_check DEVICE [SECONDS] [REPORT.json]` prints a report and writes it as JSON. DEVICE is `gpu`, `software`,
//! or a number or a name that `charnn devices` lists. Each section runs in a process of its own, which may
//! fail or take too long without stopping the others; a section that would begin after SECONDS is left out.
//! The exit code is 1 when a section fails. With `GPU_CHECK_SMALL=1` sizes are reduced, as a rehearsal.
//!
//! `gpu_check --bits DEVICE [mirrored] [compile] [shared=BYTES] [buffer=BYTES] [buffers=N]
//! [launch=SECONDS] [rows=N] [UNITS...]` prints hashes of what every
//! kernel computes, to be compared between adapters and settings. `scripts/gpu-check.sh` packs this for a
//! machine without compilers and network, `scripts/check-gpu.sh` runs it on software adapters.

#![expect(clippy::print_stdout, reason = "a report")]
#![allow(clippy::unwrap_used, reason = "a check that cannot continue is a failure, and is caught")]

mod adapter;
mod bits;
#[path = "../../../kernels/tests/shared/mod.rs"]
mod layer;
mod numbers;
mod parity;
mod products;
mod programs;
mod report;
mod reproducible;
mod speed;
mod stress;

use charnn_kernels::Cell;
use charnn_kernels::device::{DeviceChoice, Opened, open, open_adapter};
use serde_json::Value;
use std::process::ExitCode;
use std::sync::LazyLock;

/// Whether sizes are reduced.
static SMALL: LazyLock<bool> = LazyLock::new(|| std::env::var_os("GPU_CHECK_SMALL").is_some());

/// The marker of the line with the result of a section.
const RESULT: &str = "@result ";

/// Checks a device.
type Run = dyn Fn(&Opened) -> Result<Value, String>;

/// A part of the report.
struct Section {
    name: String,
    /// The longest it may take.
    seconds: u64,
    run: Box<Run>,
}

fn section(
    name: impl Into<String>,
    seconds: u64,
    run: impl Fn(&Opened) -> Result<Value, String> + 'static,
) -> Section {
    Section { name: name.into(), seconds, run: Box::new(run) }
}

/// All sections, the most important first.
fn sections() -> Vec<Section> {
    let mut all = vec![
        section("adapter", 20, |it| Ok(adapter::describe(it))),
        section("compile", 60, |it| adapter::compile(&it.device)),
        section("compile_again", 60, |it| adapter::compile(&it.device)),
        section("sums", 20, |it| reproducible::sums(&it.device)),
        section("training", 40, |it| reproducible::training(&it.device)),
        section("numbers", 20, |it| numbers::check(&it.device)),
    ];
    for (name, workload) in speed::workloads() {
        all.push(section(format!("steps_{name}"), 25, move |it| {
            speed::steps(workload, &it.device)
        }));
    }
    all.push(section("train", 80, |it| programs::train(it, *SMALL)));
    all.push(section("launches", 30, |it| speed::launches(&it.device)));
    all.push(section("latency", 15, |it| stress::latency(&it.device)));
    for cell in Cell::ALL {
        all.push(section(format!("parity_{cell}"), 40, move |it| parity::check(cell, &it.device)));
    }
    all.push(section("products", 30, |it| products::check(&it.device)));
    all.push(section("tiles", 60, |it| speed::tiles(&it.device)));
    all.push(section("split", 30, |it| speed::split(&it.device)));
    all.push(section("barriers", 30, |it| stress::barriers(&it.device)));
    all.push(section("long_launches", 40, stress::long_launches));
    all.push(section("memory", 30, |it| speed::memory(&it.device)));
    all.push(section("over_allocation", 40, stress::over_allocation));
    all.push(section("cpu", 30, |_| speed::cpu()));
    all.push(section("pytorch", 90, |_| programs::pytorch()));
    all.push(section("tests", 60, |_| programs::tests()));
    all
}

fn opened(device: &str) -> Result<Opened, String> {
    let opened = match device.parse::<DeviceChoice>() {
        Ok(choice) => open(choice),
        Err(_) => open_adapter(device.strip_prefix("gpu:").unwrap_or(device)),
    };
    opened.map_err(|error| error.to_string())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match &words[..] {
        ["--bits", device, settings @ ..] => bits::print(device, settings),
        ["--section", name, device] => report::child(name, device),
        [] => report::print("gpu", 450.0, None),
        [device, rest @ ..] => {
            let seconds = rest.first().map_or(Ok(450.0), |text| text.parse::<f64>());
            let path = rest.get(1).copied();
            seconds
                .map_err(|error| error.to_string())
                .and_then(|it| report::print(device, it, path))
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
