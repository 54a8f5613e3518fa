//! Every path gives what the reference gives: outputs, and the gradients of everything.

mod shared;

use burn::tensor::Device;
use charnn_kernels::{Algorithm, Cell};
use charnn_testkit::{assert_close, on_every_device};
use shared::{Layer, Loss};

/// Time steps, batch rows and hidden units; rows of a table.
const SIZES: [([usize; 3], Option<usize>); 7] = [
    ([5, 3, 7], None),
    ([5, 3, 7], Some(6)),
    ([1, 2, 5], Some(40)),
    ([1, 1, 33], None),
    ([6, 1, 9], Some(4)),
    ([3, 29, 33], Some(11)),
    ([2, 13, 70], None),
];

#[track_caller]
fn check(loss: Loss) {
    on_every_device(|device| {
        for cell in Cell::ALL {
            for (sizes, vocabulary) in SIZES {
                let layer = Layer::new(cell, sizes, vocabulary);
                let path = Algorithm::choose(device, cell, layer.hidden_size, layer.batch_size);
                let expected = layer.run(Algorithm::Reference, loss, &Device::flex());
                let actual = layer.run(path, loss, device);
                assert_eq!(actual.len(), expected.len(), "{layer:?}");
                for ((name, actual), (expected_name, expected)) in actual.iter().zip(&expected) {
                    assert_eq!(name, expected_name, "{layer:?}");
                    assert_close(&format!("{name} of {layer:?}, {path}"), actual, expected, 1e-5);
                }
            }
        }
    });
}

#[test]
fn the_chosen_path_equals_the_reference() {
    check(Loss::EveryOutput);
}

#[test]
fn an_output_that_is_not_used_has_no_part_in_the_gradients() {
    check(Loss::LastState);
    check(Loss::HiddenStates);
}

#[test]
fn the_cpu_runs_all_steps_in_one_kernel() {
    assert_eq!(Algorithm::choose(&Device::flex(), Cell::Gru, 256, 1), Algorithm::TimeLoop);
    assert_eq!(Algorithm::choose(&Device::flex().autodiff(), Cell::Rnn, 7, 9), Algorithm::TimeLoop);
}
