//! Compares gradients with finite differences.

use crate::numbers;
use burn::tensor::{Device, Tensor};

/// Half the distance between the two points of a central difference. Its error is this step squared
/// times the third derivative, plus the rounding error of the loss divided by the step.
const STEP: f32 = 1e-2;
/// Relative to 1, or to the gradient if that is larger.
const TOLERANCE: f32 = 2e-3;
/// A software GPU computes a hundred losses per second: there, only every `SPARSE`-th number is checked.
const SPARSE: usize = 7;

/// Asserts that the gradient of `loss` with respect to every number of every input equals a central
/// difference.
///
/// Inputs are flat; `loss` reshapes them and returns `[1]`. It should weight every output differently, or
/// errors may cancel.
///
/// # Panics
/// When a gradient is missing or wrong, naming the input and the index.
pub fn check_gradients(
    device: &Device,
    inputs: &[(&str, Vec<f32>)],
    loss: impl Fn(&[Tensor<1>]) -> Tensor<1>,
) {
    let learning = device.clone().autodiff();
    let tracked: Vec<Tensor<1>> = inputs
        .iter()
        .map(|(_, values)| Tensor::from_floats(&values[..], &learning).require_grad())
        .collect();
    let gradients = loss(&tracked).backward();

    let value_at = |changed: usize, values: &[f32]| -> f32 {
        let tensors: Vec<Tensor<1>> = inputs
            .iter()
            .enumerate()
            .map(|(index, (_, own))| {
                Tensor::from_floats(if index == changed { values } else { &own[..] }, device)
            })
            .collect();
        loss(&tensors).into_scalar()
    };
    for (index, (name, values)) in inputs.iter().enumerate() {
        let gradient = tracked[index].grad(&gradients);
        let gradient = numbers(gradient.unwrap_or_else(|| panic!("{name} has no gradient")));
        let every = if *device == Device::flex() { 1 } else { SPARSE };
        for at in (0..values.len()).step_by(every) {
            let mut moved = values.clone();
            moved[at] = values[at] + STEP;
            let above = value_at(index, &moved);
            moved[at] = values[at] - STEP;
            let below = value_at(index, &moved);
            let slope = (above - below) / (2.0 * STEP);
            let error = (gradient[at] - slope).abs() / slope.abs().max(1.0);
            assert!(error < TOLERANCE, "{name}[{at}]: gradient {}, slope {slope}", gradient[at]);
        }
    }
}
