//! Reads arbitrary configuration files with arbitrary `--set` values and variables.
#![no_main]

#[path = "../../crates/config/tests/properties/config.rs"]
mod config;

libfuzzer_sys::fuzz_target!(|input: &[u8]| config::check(input));
