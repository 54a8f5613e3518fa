//! The recurrence of each workload alone, in microseconds a time step, on any device: what
//! `scripts/bench-gpu.sh` compares with the model that the kernels were designed by.
//!
//! ```sh
//! cargo bench --workspace --bench recurrence -- [novel] [lstm] [gru] [--device gpu] [--steps 20]
//! ```
//!
//! Prints a line of JSON for each pass over each layer.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a program for the terminal"
)]

mod shared;

use burn::tensor::Device;
use charnn_kernels::Algorithm;
use charnn_kernels::device::{DeviceChoice, open};
use shared::{Layer, Pass, WORKLOADS, median};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    // Cargo passes `--bench` as well.
    let arguments: Vec<String> = std::env::args().collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map(String::as_str)
    };
    let choice: DeviceChoice = option("--device").unwrap_or("auto").parse().unwrap();
    let steps: usize = option("--steps").unwrap_or("20").parse().unwrap();
    let opened = match open(choice) {
        Ok(opened) => opened,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let named = |layer: &Layer| arguments.iter().any(|argument| argument == layer.work);
    let some = WORKLOADS.iter().any(named);
    for layer in WORKLOADS.into_iter().filter(|layer| !some || named(layer)) {
        for pass in [Pass::Forward, Pass::ForwardBackward] {
            let times = times(layer, pass, &opened.device, steps);
            let (path, device) = (layer.path(&opened.device), &opened.name);
            let (median, least) = (median(&times), times.iter().copied().fold(f64::MAX, f64::min));
            let model = model(layer, pass, path);
            println!(
                "{{\"work\": \"{}\", \"layer\": \"{layer}\", \"pass\": \"{pass}\", \"device\": {device:?}, \
                 \"path\": \"{path}\", \"steps\": {steps}, \"us_per_time_step\": {median:.2}, \
                 \"min_us_per_time_step\": {least:.2}, \"model_us_per_time_step\": {model:.1}}}",
                layer.work,
            );
        }
    }
    ExitCode::SUCCESS
}

/// Microseconds a time step of `steps` measurements.
fn times(layer: Layer, pass: Pass, device: &Device, steps: usize) -> Vec<f64> {
    let call = layer.prepare(pass, device);
    let microseconds = |calls: usize| {
        let start = Instant::now();
        (0..calls).for_each(|_| call());
        device.sync().unwrap();
        start.elapsed().as_secs_f64() * 1e6 / calls as f64
    };
    // The first compiles the kernels. Waiting for a GPU takes as long as some of its time steps,
    // so enough calls are given to it at once that this does not count.
    microseconds(1);
    let calls = (20_000.0 / microseconds(1)).clamp(1.0, 20.0).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 20")]
    let calls = calls as usize;
    (0..steps).map(|_| microseconds(calls) / layer.steps as f64).collect()
}

/// Microseconds a time step by the model that the kernels were designed by, before any was
/// measured: an NVIDIA H200, of which a processor reads 120 GB/s from the cache and all together
/// reach 0.6 of 67 TFLOP/s. A time step takes 0.35 more in a loop, and a launch 2; through Vulkan
/// the notes expect a launch to take 10 to 15. Backward as long as forward and a tenth, and then
/// the gradient of the weights over all time steps at once.
fn model(layer: Layer, pass: Pass, path: Algorithm) -> f64 {
    const CACHE: f64 = 120e3; // bytes in a microsecond, as the next
    const ARITHMETIC: f64 = 0.6 * 67e6;
    let step = (layer.operations(Pass::Forward) / layer.steps) as f64;
    let kernel = (4 * layer.units * layer.cell.gates() * layer.units) as f64;
    let forward = match path {
        Algorithm::TimeLoop => kernel / CACHE + 0.35,
        Algorithm::PerStep => step / ARITHMETIC + 2.0,
        Algorithm::Reference => f64::NAN,
    };
    match pass {
        Pass::Forward => forward,
        Pass::ForwardBackward => 2.1 * forward + step / ARITHMETIC,
    }
}
