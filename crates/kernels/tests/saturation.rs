//! Units that saturate: the slope of tanh and of the logistic function is exactly zero there, so
//! weights of any size pass no gradient on through them.

mod shared;

use burn::tensor::Device;
use charnn_kernels::{Algorithm, Cell};
use charnn_testkit::{assert_close, on_every_device};
use shared::{Layer, Loss};

/// With recurrent weights of this size, a slope of 4e-7 would make gradients grow at every step.
const KERNEL_SCALE: f32 = 1e7;

/// Fifty steps of a layer whose units saturate.
fn saturated(cell: Cell, vocabulary: Option<usize>) -> Layer {
    let usual = Layer::new(cell, [50, 3, 7], vocabulary);
    Layer { input_scale: 900.0, kernel_scale: KERNEL_SCALE, ..usual }
}

#[test]
fn saturated_units_pass_no_gradient_on_through_fifty_steps() {
    on_every_device(|device| {
        // Other cells have no recurrent weights that gradients could grow by.
        for cell in Cell::ALL.into_iter().filter(|cell| cell.has_recurrent_kernel()) {
            for vocabulary in [None, Some(6)] {
                let layer = saturated(cell, vocabulary);
                let expected = layer.run(Algorithm::Reference, Loss::EveryOutput, &Device::flex());
                for path in algorithms(device) {
                    let actual = layer.run(path, Loss::EveryOutput, device);
                    for ((name, actual), (_, expected)) in actual.iter().zip(&expected) {
                        let what = format!("{name} of {layer:?} by {path}");
                        assert!(actual.iter().all(|number| number.is_finite()), "{what}");
                        assert_close(&what, actual, expected, 1e-5);
                    }
                }
            }
        }
    });
}

#[test]
#[expect(clippy::float_cmp, reason = "saturation is exact")]
fn the_hidden_states_of_a_saturated_plain_network_are_exactly_one() {
    on_every_device(|device| {
        for path in algorithms(device) {
            let layer = saturated(Cell::Rnn, None);
            for (name, numbers) in layer.run(path, Loss::LastState, device) {
                let exact = match name {
                    "hidden states" | "last hidden state" => 1.0,
                    _ => 0.0, // a gradient
                };
                let off = numbers.iter().find(|number| number.abs() != exact);
                assert!(off.is_none(), "{name} by {path}: {off:?}");
            }
        }
    });
}

/// The fused algorithms of a device.
fn algorithms(device: &Device) -> Vec<Algorithm> {
    if *device == Device::flex() {
        vec![Algorithm::TimeLoop]
    } else {
        vec![Algorithm::TimeLoop, Algorithm::PerStep]
    }
}
