//! Keras' and PyTorch's own numbers: logits, carried state and greedy text from the same weights.
//!
//! The vectors are those of `scripts/goldens/make.py`; these tests need no Python.

use crate::shared::write;
use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_infer::Sampling;
use charnn_model::{CharLm, ModelState};
use charnn_testkit::{Golden, assert_close, goldens, numbers, on_every_device};

/// The first batch of a file, batch-major there, time-major here: `[T, B]`.
fn first_inputs(golden: &Golden, device: &Device) -> Tensor<2, Int> {
    let shape = golden.shape("inputs"); // [S, B, T]
    let (b, t) = (shape[1], shape[2]);
    let ids = golden.ids("inputs")[..b * t].to_vec();
    Tensor::<2, Int>::from_data(TensorData::new(ids, [b, t]), device).transpose()
}

#[test]
fn logits_are_those_of_the_framework() {
    on_every_device(|device| {
        for golden in goldens("") {
            let model = CharLm::from_bundle(&golden.bundle("init"), device);
            let ids = first_inputs(&golden, device);
            let [_, rows] = ids.dims();
            let state = ModelState::zeros(model.architecture(), rows, device);
            let logits = if golden.word("objective") == "last" {
                numbers(model.predict(ids, state).0) // [B, V]
            } else {
                let (hidden, after) = model.forward(ids, state); // [T, B, H]
                let state = golden.floats("state_after_first.h"); // [L, B, H]
                assert_close(&golden.name, &numbers(after.hidden()), &state, 1e-5);
                if let Some(cell) = after.cell() {
                    let state = golden.floats("state_after_first.c"); // [L, B, H]
                    assert_close(&golden.name, &numbers(cell), &state, 1e-5);
                }
                numbers(model.logits(hidden.swap_dims(0, 1).flatten(0, 1))) // [B·T, V]
            };
            assert_close(&golden.name, &logits, &golden.floats("logits"), 1e-5);
        }
    });
}

#[test]
fn greedy_text_is_that_of_keras_reading_the_last_window_again() {
    on_every_device(|device| {
        for golden in goldens("keras") {
            let model = CharLm::from_bundle(&golden.bundle("final"), device);
            let window = golden.shape("inputs")[2];
            let ids = |name| -> Vec<u16> {
                golden.ids(name).into_iter().map(|id| u16::try_from(id).unwrap()).collect()
            };
            let (prompt, expected) = (ids("prompt"), ids("generated"));
            for packed in [true, false] {
                let (prompt, length) = ((&prompt[..], window), &[expected.len()][..]);
                let written = write(&model, packed, prompt, Sampling::GREEDY, 0..1, length);
                assert_eq!(written.concat(), expected, "{}", golden.name);
            }
        }
    });
}
