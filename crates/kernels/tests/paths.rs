//! Every path gives what the reference gives: outputs, and the gradients of everything.

mod shared;

use burn::tensor::Device;
use charnn_kernels::{Algorithm, Cell};
use charnn_testkit::{assert_close, on_every_device};
use shared::{Layer, Loss, Pattern};

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

/// The same with resets, more units, and where.
const RESETS: [([usize; 3], Option<usize>, Pattern); 7] = [
    ([5, 3, 7], None, Pattern::OneOf(3)),
    ([9, 4, 1], Some(6), Pattern::OneOf(2)),
    ([1, 2, 5], None, Pattern::Everywhere),
    ([12, 7, 5], Some(11), Pattern::OneOf(20)),
    ([6, 1, 9], Some(4), Pattern::OneOf(3)),
    ([7, 11, 37], None, Pattern::OneOf(4)),
    ([4, 3, 256], Some(5), Pattern::OneOf(3)),
];

#[track_caller]
fn check(loss: Loss, cases: &[([usize; 3], Option<usize>, Pattern)]) {
    on_every_device(|device| {
        for cell in Cell::ALL {
            for &(sizes, vocabulary, resets) in cases {
                let layer = Layer::new(cell, sizes, vocabulary).with_resets(resets);
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
    check(Loss::EveryOutput, &without_resets());
}

#[test]
fn an_output_that_is_not_used_has_no_part_in_the_gradients() {
    check(Loss::LastState, &without_resets());
    check(Loss::HiddenStates, &without_resets());
}

fn without_resets() -> [([usize; 3], Option<usize>, Pattern); 7] {
    SIZES.map(|(sizes, vocabulary)| (sizes, vocabulary, Pattern::Nowhere))
}

#[test]
fn resets_equal_the_reference() {
    for (sizes, _, resets) in RESETS {
        let [steps, batch_size, _] = sizes;
        let places = resets.places(steps, batch_size);
        assert!(!places.is_empty(), "{resets:?} in {sizes:?}");
    }
    check(Loss::EveryOutput, &RESETS);
}

#[test]
fn resets_with_outputs_that_are_not_used_equal_the_reference() {
    check(Loss::LastState, &RESETS[..4]);
    check(Loss::HiddenStates, &RESETS[..4]);
}

#[test]
fn the_cpu_runs_all_steps_in_one_kernel() {
    assert_eq!(Algorithm::choose(&Device::flex(), Cell::Gru, 256, 1), Algorithm::TimeLoop);
    assert_eq!(Algorithm::choose(&Device::flex().autodiff(), Cell::Rnn, 7, 9), Algorithm::TimeLoop);
}
