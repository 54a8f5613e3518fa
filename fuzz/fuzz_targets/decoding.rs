//! Reads arbitrary bytes in any encoding with any settings.
#![no_main]

#[path = "../../crates/data/tests/properties/decoding.rs"]
mod decoding;

libfuzzer_sys::fuzz_target!(|input: &[u8]| decoding::check(input));
