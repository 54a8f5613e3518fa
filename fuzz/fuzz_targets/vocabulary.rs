//! Reads arbitrary vocabularies, and arbitrary texts with them.
#![no_main]

#[path = "../../crates/data/tests/properties/vocabulary.rs"]
mod vocabulary;

libfuzzer_sys::fuzz_target!(|input: &[u8]| vocabulary::check(input));
