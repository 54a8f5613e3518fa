//! Every cell by both algorithms against the CPU, forward and backward.

use crate::SMALL;
use crate::layer::{Layer, Loss, Pattern};
use burn::tensor::Device;
use charnn_kernels::device::{DeviceChoice, open};
use charnn_kernels::{Algorithm, Cell};
use serde_json::{Value, json};

/// The largest difference, absolutely for small numbers and relatively for large ones. Drivers may round in
/// their own way, sums of gradients over many rows differ most.
const TOLERANCE: f64 = 1e-4;

/// The largest difference of a cell over all sizes.
pub(crate) fn check(cell: Cell, device: &Device) -> Result<Value, String> {
    let hidden_sizes: &[usize] = if *SMALL { &[1, 37] } else { &[1, 37, 256, 512, 1024] };
    let batch_sizes: &[usize] = if *SMALL { &[1, 5] } else { &[1, 5, 16, 128] };
    let cpu = open(DeviceChoice::Cpu).map_err(|error| error.to_string())?.device;
    let (mut worst, mut checked) = ((0.0, String::new()), 0);
    for &hidden_size in hidden_sizes {
        for &batch_size in batch_sizes {
            // The comparison costs too much for the largest products.
            let steps = if hidden_size * batch_size > 16_384 { 2 } else { 4 };
            for vocabulary in [None, Some(70)] {
                let layer = Layer::new(cell, [steps, batch_size, hidden_size], vocabulary);
                // One way with resets and one without, as each costs a compilation.
                let resets =
                    if vocabulary.is_some() { Pattern::OneOf(3) } else { Pattern::Nowhere };
                let layer = layer.with_resets(resets);
                let expected = layer.run(Algorithm::TimeLoop, Loss::EveryOutput, &cpu);
                for algorithm in [Algorithm::TimeLoop, Algorithm::PerStep] {
                    let actual = layer.run(algorithm, Loss::EveryOutput, device);
                    for ((name, actual), (_, expected)) in actual.iter().zip(&expected) {
                        let difference = difference(actual, expected);
                        checked += 1;
                        if difference > worst.0 {
                            worst = (difference, format!("{name} of {layer:?} by {algorithm}"));
                        }
                    }
                }
            }
        }
    }
    let (difference, place) = worst;
    if difference <= TOLERANCE {
        Ok(json!({ "largest_difference": difference, "where": place, "tensors": checked }))
    } else {
        Err(format!("{place} is off by {difference:e}"))
    }
}

/// The largest difference; infinite where one is not a number and the other is.
pub(crate) fn difference(actual: &[f32], expected: &[f32]) -> f64 {
    let mut largest = if actual.len() == expected.len() { 0.0 } else { f64::INFINITY };
    for (actual, expected) in actual.iter().zip(expected) {
        let (actual, expected) = (f64::from(*actual), f64::from(*expected));
        let both = actual.is_nan() && expected.is_nan();
        let same = both || actual.total_cmp(&expected).is_eq();
        let error = if same { 0.0 } else { (actual - expected).abs() / expected.abs().max(1.0) };
        if error > largest || error.is_nan() {
            largest = if error.is_nan() { f64::INFINITY } else { error };
        }
    }
    largest
}
