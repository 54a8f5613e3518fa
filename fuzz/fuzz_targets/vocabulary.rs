//! Any vocabulary, and any text that is read with it.
#![no_main]

#[path = "../../crates/data/tests/properties/vocabulary.rs"]
mod vocabulary;

libfuzzer_sys::fuzz_target!(|input: &[u8]| vocabulary::check(input));
