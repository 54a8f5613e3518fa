//! Imports arbitrary files of Keras.
#![no_main]

#[path = "../../crates/exchange/tests/properties/import.rs"]
#[allow(dead_code, reason = "the other target uses the rest")]
mod import;

const WEIGHTS: &[u8] = include_bytes!("../../crates/exchange/tests/goldens/keras-rnn.weights.h5");

libfuzzer_sys::fuzz_target!(|input: &[u8]| import::keras(input, WEIGHTS));
