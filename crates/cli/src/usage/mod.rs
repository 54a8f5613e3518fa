//! From the words of the command line to arguments, or to what is wrong with them.

mod command;
mod dashes;
mod flags;
mod foreign;
mod refused;
mod surplus;

use crate::args::{Arguments, Color};
use crate::environment::{columns, is_watched, language};
use crate::help::{Look, translated};
use crate::language::named;
use crate::output::OutputError;
use crate::terminal::Terminal;
use charnn_message::Message;
use clap::error::{Error, ErrorKind};
use clap::{ColorChoice, CommandFactory, FromArgMatches, ValueEnum};
use std::ffi::OsString;

/// The exit code for invalid arguments.
pub(crate) const USAGE: u8 = 2;

/// The terminal, as far as the words of the command line describe it: help and usage errors need it before
/// the words are parsed.
pub(crate) fn terminal(given: &[OsString]) -> Terminal {
    let mut words = given.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--");
    let is_language = |word: &String| ["en", "zh"].iter().any(|known| word.starts_with(known));
    let lang = early("--lang", given).filter(is_language);
    Terminal {
        language: lang.map_or_else(language, |word| named(&word)),
        quiet: false,
        json: words.any(|word| word == "--json"),
        width: columns(),
        watched: is_watched(),
    }
}

/// Why parsing gave no arguments.
pub(crate) enum Misuse {
    /// Help or the version was asked for and is shown.
    Shown(Result<(), OutputError>),
    /// The command is missing: its help is on standard error.
    Missing,
    /// They are invalid.
    Wrong(Vec<Message>),
}

/// The arguments of this process.
///
/// # Errors
/// When the arguments are invalid or ask for help.
pub(crate) fn parse(given: &[OsString], terminal: &Terminal) -> Result<Arguments, Misuse> {
    let words: Vec<&str> = given.iter().skip(1).filter_map(|word| word.to_str()).collect();
    let mut command = Arguments::command();
    command.build();
    let slips = dashes::slips(&command, &words);
    if !slips.is_empty() {
        return Err(Misuse::Wrong(slips));
    }
    let unknown = flags::unknown(&command, &words);
    if !unknown.is_empty() {
        return Err(Misuse::Wrong(unknown));
    }
    parsed(given, terminal).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            Misuse::Shown(error.print().map_err(OutputError::from))
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !terminal.json => {
            let _ = error.print();
            Misuse::Missing
        }
        _ => Misuse::Wrong(vec![refused::message(&error, given)]),
    })
}

fn parsed(given: &[OsString], terminal: &Terminal) -> Result<Arguments, Error> {
    let color = early("--color", given).and_then(|word| Color::from_str(&word, false).ok());
    let command = Arguments::command().color(match color {
        Some(Color::Always) => ColorChoice::Always,
        Some(Color::Never) => ColorChoice::Never,
        Some(Color::Auto) | None => ColorChoice::Auto,
    });
    let first = given.get(1).is_some_and(|word| word == "help");
    let look = Look {
        language: terminal.language,
        width: terminal.width,
        long: first || given.iter().any(|word| word == "--help"),
    };
    let mut command = translated(command, look);
    let matches = command.try_get_matches_from_mut(given);
    let matches = matches.or_else(|error| match error.kind() {
        // `charnn --lang zh` asks for the same as `charnn`.
        ErrorKind::MissingSubcommand => {
            let path =
                command::path(&command, given.iter().skip(1).filter_map(|word| word.to_str()));
            command.try_get_matches_from(std::iter::once("charnn").chain(path))
        }
        _ => Err(error),
    });
    Arguments::from_arg_matches(&matches?)
}

/// The value of the flag `name` among `words`, before they are parsed.
fn early(name: &str, words: &[OsString]) -> Option<String> {
    let words = words.iter().map(|word| word.to_string_lossy());
    let mut words = words.take_while(|word| word != "--").skip_while(|word| {
        word.strip_prefix(name).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('='))
    });
    let found = words.next()?;
    match found.split_once('=') {
        Some((_, value)) => Some(value.to_owned()),
        None => words.next().map(std::borrow::Cow::into_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_seen_before_the_words_are_parsed() {
        let asked =
            |line: &str| early("--lang", &line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked("charnn train --lang zh --help").as_deref(), Some("zh"));
        assert_eq!(asked("charnn --lang=zh train").as_deref(), Some("zh"));
        assert_eq!(asked("charnn --lang en train").as_deref(), Some("en"));
        for line in ["charnn train", "charnn --lang", "charnn -- --lang zh"] {
            assert_eq!(asked(line), None, "{line}");
        }
    }
}
