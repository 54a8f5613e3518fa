//! Barriers again and again, long launches, more memory than there is, and what a launch costs.

use crate::SMALL;
use crate::layer::{Layer, Loss};
use burn::tensor::{Device, Tensor};
use charnn_kernels::device::{Opened, assume_longest_launch};
use charnn_kernels::{Algorithm, Cell, DeviceFault, linear};
use charnn_testkit::numbers;
use serde_json::{Value, json};
use std::time::Instant;

/// The same layers a thousand times: a barrier that fails now and then shows.
pub(crate) fn barriers(device: &Device) -> Result<Value, String> {
    let most = if *SMALL { 10 } else { 1000 };
    let seconds = if *SMALL { 5.0 } else { 24.0 };
    let layers = [
        (Layer::new(Cell::Rnn, [12, 8, 64], Some(20)), Algorithm::TimeLoop),
        (Layer::new(Cell::Gru, [6, 16, 100], None), Algorithm::TimeLoop),
        (Layer::new(Cell::Lstm, [6, 8, 64], Some(20)), Algorithm::PerStep),
    ];
    let run = || layers.map(|(layer, by)| layer.run(by, Loss::EveryOutput, device));
    let first = run();
    let began = Instant::now();
    let mut rounds = 1;
    while rounds < most && began.elapsed().as_secs_f64() < seconds {
        if run() != first {
            return Err(format!("other numbers in round {rounds}"));
        }
        rounds += 1;
    }
    Ok(json!({ "rounds": rounds, "seconds": began.elapsed().as_secs_f64() }))
}

/// Products that take longer and longer, in one launch each: where does the system end them?
pub(crate) fn long_launches(opened: &Opened) -> Result<Value, String> {
    assume_longest_launch(f64::INFINITY);
    let device = &opened.device;
    let longest = if *SMALL { 0.05 } else { 3.0 };
    let most = opened.largest_buffer.unwrap_or(1 << 30) / 4;
    let mut found = Vec::new();
    let mut depth = 256_usize;
    let mut rows = 512_usize;
    loop {
        let x = Tensor::<2>::ones([rows, depth], device);
        let kernel = Tensor::<2>::ones([depth, rows], device);
        let bias = Tensor::<1>::zeros([rows], device);
        numbers(x.clone().slice([0..1, 0..1]) + kernel.clone().slice([0..1, 0..1]));
        let before = Instant::now();
        let product = linear(x, kernel, bias);
        let corner = product.slice([rows - 1..rows, rows - 1..rows]).try_into_data();
        // The data may come only when they are looked at.
        let corner = corner.map(|corner| corner.iter::<f64>().next().unwrap_or(f64::NAN));
        let seconds = before.elapsed().as_secs_f64();
        let corner = corner.map_err(|error| format!("after {seconds} s: {error}"))?;
        if (corner - depth as f64).abs() > 0.5 {
            return Err(format!("after {seconds} s the result is {corner}, not {depth}"));
        }
        found.push(json!({ "seconds": seconds, "multiply_adds": rows * rows * depth }));
        if seconds > longest || found.len() > 12 {
            break;
        }
        if ((4 * rows * rows) as u64) < most && rows < 16_384 {
            rows *= 2;
        } else {
            depth *= 4;
        }
        if (rows * depth) as u64 > most || rows * depth > 1 << 28 {
            break;
        }
    }
    Ok(json!(found))
}

/// Allocates until the device refuses: that must be an error that names the memory.
pub(crate) fn over_allocation(opened: &Opened) -> Result<Value, String> {
    const MOST: usize = 400;
    if opened.why == charnn_kernels::device::Why::Asked && is_software(opened) {
        return Ok(json!("left out: a software adapter has the memory of the machine"));
    }
    let numbers = usize::try_from(opened.largest_buffer.unwrap_or(1 << 30) / 4).unwrap();
    let numbers = numbers.min(1 << 28); // 1 GiB
    let mut held = Vec::new();
    while held.len() < MOST {
        let tensor = Tensor::<1>::zeros([numbers], &opened.device);
        let read = tensor.clone().narrow(0, numbers - 1, 1).try_into_data();
        if let Err(error) = read {
            let fault = DeviceFault::new(error);
            let text = fault.to_string();
            return if fault.is_out_of_memory() {
                Ok(json!({ "tensors": held.len(), "numbers_each": numbers, "error": text }))
            } else {
                Err(format!("{} tensors of {numbers}: {text}", held.len()))
            };
        }
        held.push(tensor);
    }
    Ok(json!({ "tensors": held.len(), "numbers_each": numbers, "error": null }))
}

fn is_software(opened: &Opened) -> bool {
    let name = opened.name.to_string();
    charnn_kernels::device::adapters()
        .iter()
        .any(|it| it.is_software() && name.starts_with(&it.name))
}

/// Microseconds of a launch that waits for the one before, of recording a launch, and of reading a number.
pub(crate) fn latency(device: &Device) -> Result<Value, String> {
    let launches = if *SMALL { 50 } else { 1000 };
    let x = Tensor::<2>::ones([4, 4], device);
    let kernel = Tensor::<2>::ones([4, 4], device) * 0.25;
    let bias = Tensor::<1>::zeros([4], device);
    let chain = || {
        let mut y = x.clone();
        for _ in 0..launches {
            y = linear(y, kernel.clone(), bias.clone());
        }
        y
    };
    numbers(chain());
    let before = Instant::now();
    let y = chain();
    let recorded = before.elapsed().as_secs_f64();
    let numbers_read = numbers(y);
    let dependent = before.elapsed().as_secs_f64();
    if numbers_read.iter().any(|it| (it - 1.0).abs() > 1e-5) {
        return Err(format!("a chain of launches gives {numbers_read:?}"));
    }
    let reads = if *SMALL { 10 } else { 100 };
    let before = Instant::now();
    for _ in 0..reads {
        numbers(x.clone());
    }
    let read = before.elapsed().as_secs_f64() / f64::from(reads);
    let micros = |seconds: f64| seconds * 1e6;
    Ok(json!({
        "recorded_us": micros(recorded / f64::from(launches)),
        "dependent_us": micros(dependent / f64::from(launches)),
        "readback_us": micros(read),
    }))
}
