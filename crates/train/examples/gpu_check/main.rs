//! Checks a GPU: are its results right, are they the same every time, and how fast is it?
//!
//! `gpu_check [gpu|software] [seconds] [report.json]` prints a report and writes it as JSON. A check that
//! would begin after so many seconds is left out. `scripts/gpu-check.sh` packs this for a machine without
//! compilers and network. The exit code is 1 when a check fails.

#![expect(clippy::print_stdout, reason = "a report")]
#![allow(clippy::unwrap_used, reason = "a check that cannot continue is a failure, and is caught")]

#[path = "../../../kernels/tests/shared/mod.rs"]
mod layer;
mod parity;
mod reproducible;
mod speed;

use charnn_kernels::device::{DeviceChoice, adapters, open};
use serde_json::{Map, Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let device = arguments.next().unwrap_or_else(|| "gpu".to_owned());
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(450.0);
    let path = arguments.next();
    let choice = device.parse::<DeviceChoice>().unwrap();
    let listed: Vec<Value> = adapters()
        .iter()
        .map(|it| {
            json!({
                "name": it.name, "api": it.api, "driver": it.driver, "software": it.software,
            })
        })
        .collect();
    let opened = match open(choice) {
        Ok(opened) => opened,
        Err(error) => {
            println!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let mut report = Report::new(Duration::from_secs_f64(seconds));
    report.note("adapters", json!(listed));
    report.note("device", json!(opened.name.to_string()));
    report.note("largest_buffer", json!(opened.largest_buffer));
    let device = &opened.device;
    report.check("sums", || reproducible::sums(device));
    report.check("training", || reproducible::training(device));
    report.check("launches", || speed::launches(device));
    for (name, workload) in speed::WORKLOADS {
        report.check(&format!("steps_{name}"), || speed::steps(workload, device));
    }
    for cell in charnn_kernels::Cell::ALL {
        for hidden_size in parity::HIDDEN_SIZES {
            report.check(&format!("parity_{cell}_{hidden_size}"), || {
                parity::check(cell, hidden_size, device)
            });
        }
    }
    let text = serde_json::to_string_pretty(&report.values).unwrap();
    if let Some(path) = path {
        std::fs::write(path, text + "\n").unwrap();
    }
    println!("{} failed, {} left out", report.failed, report.skipped);
    if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What was found.
struct Report {
    began: Instant,
    most: Duration,
    values: Map<String, Value>,
    failed: usize,
    skipped: usize,
}

impl Report {
    fn new(most: Duration) -> Self {
        Self { began: Instant::now(), most, values: Map::new(), failed: 0, skipped: 0 }
    }

    fn note(&mut self, name: &str, value: Value) {
        println!("{name}: {value}");
        self.values.insert(name.to_owned(), value);
    }

    /// Notes what a check finds. It fails by an error or a panic.
    fn check(&mut self, name: &str, check: impl FnOnce() -> Result<Value, String>) {
        if self.began.elapsed() >= self.most {
            self.skipped += 1;
            self.note(name, json!("left out: no time"));
            return;
        }
        let before = Instant::now();
        let found = catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            Err(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned())
        });
        let seconds = before.elapsed().as_secs_f64();
        let value = match found {
            Ok(value) => json!({ "ok": true, "seconds": seconds, "found": value }),
            Err(error) => {
                self.failed += 1;
                json!({ "ok": false, "seconds": seconds, "error": error })
            }
        };
        self.note(name, value);
    }
}
