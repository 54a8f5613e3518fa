//! What must hold of any configuration file, `--set` and variable.
//!
//! The tests beside this file and the fuzzer (`fuzz/`) hold the program to the same.

use charnn_train::{RunConfig, Settings, show};
use std::path::Path;

/// A file, and after each zero byte a variable, if it is named like one, or else a `--set`.
///
/// # Panics
/// Where something does not hold.
pub(crate) fn check(input: &[u8]) {
    let mut parts = input.split(|byte| *byte == 0);
    let file = parts.next().unwrap_or_default();
    let mut settings = match Settings::parse("any", "any.toml", file, Path::new("texts")) {
        Ok(settings) => settings,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    for part in parts {
        let part = String::from_utf8_lossy(part);
        match part.split_once('=').filter(|(name, _)| name.starts_with("CHARNN_")) {
            Some((name, value)) => settings.environment([(name.to_owned(), value.to_owned())]),
            None => settings.set(&part),
        }
    }
    match settings.resolve() {
        Ok(config) => sound(&settings, &config),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// What holds of a configuration that was accepted: shown in any way and read again, it is the same.
fn sound(settings: &Settings, config: &RunConfig) {
    for shown in [
        show(settings, config, false, false),
        show(settings, config, true, false),
        show(settings, config, false, true),
    ] {
        match RunConfig::from_toml(shown.as_bytes()) {
            Ok(again) => assert_eq!(again, *config, "{shown}"),
            Err(error) => panic!("{error}\n{shown}"),
        }
    }
    let again = Settings::of("again", config).map(|again| again.resolve());
    assert_eq!(again.expect("plain TOML").expect("it was accepted"), *config);
}
