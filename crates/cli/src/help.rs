//! The part of a failure that says what to do, for programs.

use crate::failure::Failure;
use charnn_data::{DataError, shown};
use charnn_kernels::device::DeviceError;
use charnn_train::{ConfigError, RunError, SaveError, Stranger, TrainError};

/// What to do about `failure`, whose words are `message`: what it holds as its remedy, or else what comes
/// behind a semicolon, or in a sentence of its own. What it is about is not looked into: the name of a
/// file may have semicolons and full stops.
pub(crate) fn help(failure: &Failure, message: &str) -> Option<String> {
    if let Some(remedy) = remedy(failure) {
        return Some(remedy.to_owned());
    }
    let mut at = 0;
    for about in about(failure) {
        at += message[at..].find(&about).map_or(0, |found| found + about.len());
    }
    behind(&message[at..]).or_else(|| behind(message)).map(str::to_owned)
}

/// What comes behind the first end of a sentence or of a part of one.
pub(crate) fn behind(message: &str) -> Option<&str> {
    let ends = ["; ", ". ", "\n\n"].into_iter();
    let found = ends.filter_map(|end| message.split_once(end));
    found.map(|(_, help)| help).max_by_key(|help| help.len())
}

/// What an error holds by itself.
fn remedy(failure: &Failure) -> Option<&str> {
    match failure {
        Failure::Config(error) | Failure::Train(TrainError::Config(error)) => of_config(error),
        Failure::Configs { wrong, .. } => wrong.first().and_then(of_config),
        Failure::UnknownKey { help, .. } => Some(help),
        Failure::NotUtf8 { remedy, .. } => Some(remedy),
        _ => None,
    }
}

fn of_config(error: &ConfigError) -> Option<&str> {
    match error {
        ConfigError::Read { remedy, .. } => Some(remedy),
        ConfigError::Write { remedy, .. } => Some(remedy),
        _ => None,
    }
}

/// What stands in the message as it was given, in its order.
fn about(failure: &Failure) -> Vec<String> {
    match failure {
        Failure::Config(error) | Failure::Train(TrainError::Config(error)) => of_file(error),
        Failure::Configs { wrong, .. } => wrong.first().map(of_file).unwrap_or_default(),
        Failure::Data(error) | Failure::TextGone { source: error, .. } => of_data(error),
        Failure::TooShort(error) => vec![error.name.clone()],
        Failure::Prompt(error) => vec![format!("{:?}", error.prompt)],
        Failure::Run(error)
        | Failure::NoRunButPrompt { source: error, .. }
        | Failure::Save(SaveError::Run(error))
        | Failure::Train(
            TrainError::Run(error) | TrainError::Unsaved { source: SaveError::Run(error), .. },
        ) => of_run(error),
        Failure::Train(TrainError::Device { fault, .. }) => vec![fault.to_string()],
        Failure::Device(DeviceError::NoGpu(why) | DeviceError::NoSoftware(why)) => {
            vec![why.to_string()]
        }
        Failure::FixedKey { assignment, .. } => vec![assignment.clone()],
        Failure::NothingKnown { prompt } => vec![format!("{prompt:?}")],
        Failure::IsRun { name } => vec![name.clone()],
        _ => Vec::new(),
    }
}

fn of_file(error: &ConfigError) -> Vec<String> {
    match error {
        ConfigError::Exists { path } | ConfigError::NoConfig { path, .. } => vec![shown(path)],
        _ => Vec::new(),
    }
}

fn of_data(error: &DataError) -> Vec<String> {
    match error {
        DataError::Read { path, .. }
        | DataError::NotAFile { path, .. }
        | DataError::Cache { path, .. }
        | DataError::OutputExists { path }
        | DataError::Output { path, .. } => vec![shown(path)],
        DataError::BadPattern { pattern: name, .. }
        | DataError::NoMatch { pattern: name }
        | DataError::UnknownBuiltin { name, .. }
        | DataError::UnknownEncoding { label: name, .. } => vec![format!("{name:?}")],
        DataError::NoTexts { name, skipped } => {
            let passed_over = skipped.iter().take(3).map(ToString::to_string);
            let end = if skipped.is_empty() { "" } else { ")" };
            std::iter::once(name.clone()).chain(passed_over).chain([end.to_owned()]).collect()
        }
        DataError::TooLarge { name, .. }
        | DataError::DamagedGzip { name, .. }
        | DataError::NotText { name, .. }
        | DataError::Binary { name, .. }
        | DataError::UnclearEncoding { name, .. }
        | DataError::Malformed { name, .. }
        | DataError::TooManyMalformed { name, .. }
        | DataError::Empty { name }
        | DataError::OneCharacter { name, .. }
        | DataError::Changed { name }
        | DataError::Unmappable { name, .. }
        | DataError::OtherCharacters { name, .. } => vec![name.clone()],
        DataError::NoVocabulary { .. } | DataError::Vocabulary(_) => Vec::new(),
    }
}

fn of_run(error: &RunError) -> Vec<String> {
    match error {
        RunError::NotFound { name, instead, .. } => {
            let name = format!("{name:?}");
            match instead {
                Stranger::Nothing { root: path } | Stranger::PartOf { run: path } => {
                    vec![name, shown(path)]
                }
                _ => vec![name],
            }
        }
        RunError::Locked { path, owner } => vec![shown(path), owner.clone()],
        RunError::Create { path, .. }
        | RunError::Write { path, .. }
        | RunError::Exists { path }
        | RunError::Damaged { path, .. }
        | RunError::Newer { path, .. }
        | RunError::NoSuchStep { path, .. } => vec![shown(path)],
        RunError::OtherText { name, .. } => vec![name.clone()],
    }
}
