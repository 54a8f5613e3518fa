//! Flags that make no sense, and arguments that are no text: said as every other error is.

mod command;
mod dashes;
mod flags;

use crate::args::{Arguments, Color};
use crate::environment::{arguments, language};
use crate::failure::Failure;
use crate::language::Language;
use crate::{chinese, events, output};
use charnn_data::{in_a_line, lossless, visible};
pub(crate) use command::word;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{ColorChoice, CommandFactory, FromArgMatches, ValueEnum};
use command::Asked;
use std::ffi::{OsStr, OsString};

/// The exit code.
const USAGE: u8 = 2;

/// The arguments of this process.
///
/// # Errors
/// The exit code, when they make no sense, which has then been said.
pub(crate) fn read() -> Result<Arguments, u8> {
    let given = arguments();
    let words: Vec<&str> = given.iter().skip(1).filter_map(|word| word.to_str()).collect();
    let json = words.iter().take_while(|word| **word != "--").any(|word| *word == "--json");
    let tell = |told: &str| {
        if json {
            output::say(&events::misused(USAGE, &in_short(told)));
        } else {
            output::error(told);
        }
    };
    if let Some(slip) = dashes::slip(&Arguments::command(), &words) {
        tell(&slip);
        return Err(USAGE);
    }
    parsed(&given).map_err(|error| {
        if !error.use_stderr() {
            return shown(&error); // help and version are no errors
        }
        let told = told(&error, &given);
        if !json && error.render().to_string().contains(&told) && visible(&told) == told {
            let _ = error.print(); // with its colours
        } else {
            tell(&told);
        }
        USAGE
    })
}

/// Shows the help or the version; the exit code.
fn shown(help: &Error) -> u8 {
    match help.print() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let failure = Failure::Output(error);
            output::error(&failure);
            failure.exit_code()
        }
        _ => 0,
    }
}

/// The arguments. Help is in the language and the colours that were asked for.
fn parsed(given: &[OsString]) -> Result<Arguments, Error> {
    let command = match early("--lang", given).unwrap_or_else(language) {
        Language::English => Arguments::command(),
        Language::Chinese => chinese::help::translated(Arguments::command()),
    };
    let mut command = command.color(match early("--color", given) {
        Some(Color::Always) => ColorChoice::Always,
        Some(Color::Never) => ColorChoice::Never,
        Some(Color::Auto) | None => ColorChoice::Auto,
    });
    let matches = command.try_get_matches_from_mut(given);
    let matches = matches.or_else(|error| match error.get(ContextKind::InvalidSubcommand) {
        // `charnn --lang zh` is as good a question as `charnn`.
        Some(ContextValue::String(asked)) if error.kind() == ErrorKind::MissingSubcommand => {
            command.try_get_matches_from(asked.split(' '))
        }
        _ => Err(error),
    });
    Arguments::from_arg_matches(&matches?)
}

/// What the flag `name` says among `words`, before they are parsed: help is written while they are.
fn early<T: ValueEnum>(name: &str, words: &[OsString]) -> Option<T> {
    let words = words.iter().map(|word| word.to_string_lossy());
    let mut words = words.take_while(|word| word != "--").skip_while(|word| {
        word.strip_prefix(name).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('='))
    });
    let found = words.next()?;
    match found.split_once('=') {
        Some((_, value)) => T::from_str(value, false).ok(),
        None => T::from_str(&words.next()?, false).ok(),
    }
}

/// What is wrong, without colours.
fn told(error: &Error, given: &[OsString]) -> String {
    let text = error.render().to_string();
    let odd = given.iter().filter(|word| word.to_str().is_none());
    let odd: Vec<String> = odd.map(|word| written(word)).collect();
    let shows_odd = text.contains(char::REPLACEMENT_CHARACTER) && !odd.is_empty();
    if shows_odd || error.kind() == ErrorKind::InvalidUtf8 {
        return format!(
            "not UTF-8, as everything must be but the names of files: {}; set the terminal to UTF-8 \
             (on Windows: chcp 65001), or paste the text into a file",
            odd.join(", ")
        );
    }
    let words: Vec<&str> = given.iter().skip(1).filter_map(|word| word.to_str()).collect();
    let asked = Asked::new(&words);
    if let Some(meant) = flags::instead(error, &asked).or_else(|| command::instead(error, &asked)) {
        return meant;
    }
    text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_owned()
}

/// What is wrong and what to do, without the usage.
fn in_short(told: &str) -> String {
    let mut parts = told.split("\n\n").map(str::trim);
    let wrong = parts.next().unwrap_or_default();
    let tip =
        parts.find_map(|part| part.strip_prefix("tip: ")).unwrap_or("charnn --help says more");
    if wrong.contains("; ") { wrong.to_owned() } else { format!("{wrong}; {tip}") }
}

/// A word of the command line, its bytes that are no UTF-8 as in `\xC4`.
pub(crate) fn written(word: &OsStr) -> String {
    lossless(word.as_encoded_bytes(), in_a_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_seen_before_the_words_are_parsed() {
        let asked = |line: &str| -> Option<Language> {
            early("--lang", &line.split(' ').map(OsString::from).collect::<Vec<_>>())
        };
        assert_eq!(asked("charnn train --lang zh --help"), Some(Language::Chinese));
        assert_eq!(asked("charnn --lang=zh train"), Some(Language::Chinese));
        assert_eq!(asked("charnn --lang en train"), Some(Language::English));
        for line in ["charnn train", "charnn --lang", "charnn --lang xx", "charnn -- --lang zh"] {
            assert_eq!(asked(line), None, "{line}");
        }
    }
}
