//! What holds for every configuration file, assignment and variable.
//!
//! The test beside this file and the fuzzer (`fuzz/`) both call [`check`].

use charnn_config::{RunConfig, Settings, ShowOptions, show};
use std::path::Path;

/// Reads a file and, after each zero byte, a variable if it is named like one, else an assignment.
///
/// # Panics
/// When something does not hold.
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
            None => settings.set("--set", &part),
        }
    }
    match settings.resolve() {
        Ok(config) => sound(&settings, &config),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Checks that an accepted configuration is the same after it was written and read, in every form.
fn sound(settings: &Settings, config: &RunConfig) {
    for (origin, changed_only) in [(false, false), (true, false), (false, true)] {
        let options = ShowOptions { origin, changed_only, ..ShowOptions::default() };
        let shown = show(settings, config, options);
        match RunConfig::from_toml(shown.as_bytes()) {
            Ok(again) => assert_eq!(again, *config, "{shown}"),
            Err(error) => panic!("{error}\n{shown}"),
        }
    }
    let file = config.to_run_file();
    let mut again = RunConfig::from_run_file(file.as_bytes()).expect("it was accepted");
    again.run.name.clone_from(&config.run.name);
    assert_eq!(again, *config, "{file}");
    let again = Settings::of("again", config).map(|again| again.resolve());
    assert_eq!(again.expect("plain TOML").expect("it was accepted"), *config);
}
