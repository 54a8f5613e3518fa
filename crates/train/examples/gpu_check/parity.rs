//! Every cell by both algorithms against the CPU, forward and backward.

use crate::layer::{Layer, Loss};
use burn::tensor::Device;
use charnn_kernels::device::{DeviceChoice, open};
use charnn_kernels::{Algorithm, Cell};
use serde_json::{Value, json};

pub(crate) const HIDDEN_SIZES: [usize; 5] = [1, 37, 256, 512, 1024];
const BATCH_SIZES: [usize; 4] = [1, 5, 16, 128];
/// The largest difference, absolutely for small numbers and relatively for large ones. Drivers may round in
/// their own way, sums of gradients over many rows differ most.
const TOLERANCE: f64 = 1e-4;

/// The largest difference of a cell with `hidden_size` units, over all batch sizes.
pub(crate) fn check(cell: Cell, hidden_size: usize, device: &Device) -> Result<Value, String> {
    let cpu = open(DeviceChoice::Cpu).map_err(|error| error.to_string())?.device;
    let mut worst = (0.0, String::new());
    for batch_size in BATCH_SIZES {
        // The reference costs too much for the largest products.
        let steps = if hidden_size * batch_size > 16_384 { 2 } else { 4 };
        for vocabulary in [None, Some(70)] {
            let layer = Layer::new(cell, [steps, batch_size, hidden_size], vocabulary);
            let expected = layer.run(Algorithm::TimeLoop, Loss::EveryOutput, &cpu);
            for algorithm in [Algorithm::TimeLoop, Algorithm::PerStep] {
                let actual = layer.run(algorithm, Loss::EveryOutput, device);
                for ((name, actual), (_, expected)) in actual.iter().zip(&expected) {
                    let difference = difference(actual, expected);
                    if difference > worst.0 || difference.is_nan() {
                        worst = (difference, format!("{name} of {layer:?} by {algorithm}"));
                    }
                }
            }
        }
    }
    let (difference, place) = worst;
    if difference <= TOLERANCE {
        Ok(json!({ "largest_difference": difference, "where": place }))
    } else {
        Err(format!("{place} is off by {difference:e}"))
    }
}

fn difference(actual: &[f32], expected: &[f32]) -> f64 {
    let pairs = actual.iter().zip(expected).map(|(a, e)| (f64::from(*a), f64::from(*e)));
    let mut largest = if actual.len() == expected.len() { 0.0 } else { f64::INFINITY };
    for (actual, expected) in pairs {
        let error = (actual - expected).abs() / expected.abs().max(1.0);
        if error > largest || error.is_nan() {
            largest = if error.is_nan() { f64::INFINITY } else { error };
        }
    }
    largest
}
