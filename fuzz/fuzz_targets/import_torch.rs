//! Imports arbitrary files of PyTorch.
#![no_main]

#[path = "../../crates/exchange/tests/properties/import.rs"]
#[allow(dead_code, reason = "the other target uses the rest")]
mod import;

const WEIGHTS: &[u8] = include_bytes!("../../crates/exchange/tests/goldens/torch-checkpoint.pt");

libfuzzer_sys::fuzz_target!(|input: &[u8]| import::torch(input, WEIGHTS));
