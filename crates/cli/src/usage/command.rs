//! What was asked for, as far as it can be understood; and a command that there is not, in place of the
//! one that does it.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use std::path::Path;

/// A command line that makes no sense.
pub(super) struct Asked<'a> {
    /// Its words, without the program's own name.
    pub(super) words: &'a [&'a str],
    /// The command, such as `train` or `data inspect`; empty where none is known.
    pub(super) command: &'static str,
}

/// Every command that takes something, those with a second word first.
const COMMANDS: [&str; 15] = [
    "data inspect",
    "data convert",
    "config show",
    "config check",
    "config explain",
    "data",
    "config",
    "train",
    "resume",
    "generate",
    "evaluate",
    "init",
    "devices",
    "doctor",
    "bench",
];

/// What others call what a command does; behind `data` and `config` too.
const OTHERS: [(&str, &[&str], &str); 17] = [
    ("", &["inspect", "look", "stats"], "data inspect"),
    ("", &["convert", "iconv", "recode"], "data convert"),
    ("", &["sample", "write", "predict", "infer", "inference", "complete"], "generate"),
    ("", &["version"], "--version"),
    ("", &["fit", "learn", "run", "start"], "train"),
    ("", &["continue", "restart"], "resume"),
    ("", &["eval", "test", "measure", "score", "validate"], "evaluate"),
    ("", &["check"], "config check"),
    ("", &["show"], "config show"),
    ("", &["explain"], "config explain"),
    ("", &["new", "create"], "init"),
    ("", &["gpu", "gpus", "device"], "devices"),
    ("", &["benchmark", "time", "speed"], "bench"),
    ("config", &["init", "new", "create"], "init"),
    ("config", &["validate", "verify", "lint", "test"], "config check"),
    ("config", &["list", "print", "get", "dump"], "config show"),
    ("data", &["check", "show", "info", "stats", "look"], "data inspect"),
];

impl<'a> Asked<'a> {
    pub(super) fn new(words: &'a [&'a str]) -> Self {
        let is = |command: &&&str| {
            let mut parts = command.split(' ');
            let first = parts.next().and_then(|part| words.iter().position(|word| *word == part));
            first.is_some_and(|at| parts.all(|part| words[at + 1..].contains(&part)))
        };
        // The first word that is one counts: a text may be called so, too.
        let place = |command: &&&str| {
            let first = command.split(' ').next();
            words.iter().position(|word| Some(*word) == first)
        };
        Self { words, command: COMMANDS.iter().filter(is).min_by_key(place).copied().unwrap_or("") }
    }
}

/// What to do in place of the command that `error` is about.
pub(super) fn instead(error: &Error, asked: &Asked<'_>) -> Option<String> {
    if error.kind() == ErrorKind::MissingRequiredArgument && asked.command == "init" {
        return of_init(asked);
    }
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    // What comes behind may be called like a command.
    let at = asked.words.iter().position(|word| word == name).unwrap_or(0);
    let asked = Asked { words: asked.words, ..Asked::new(&asked.words[..at]) };
    let other =
        OTHERS.iter().find(|(of, names, _)| *of == asked.command && names.contains(&&**name));
    let way = match other {
        Some((_, _, "--version")) => "did you mean charnn --version?".to_owned(),
        Some((_, _, command)) => {
            format!("did you mean charnn {command}{}?", behind(name, asked.words))
        }
        None => of_file(name, asked.command)?,
    };
    let whole = [asked.command, name].join(" ");
    Some(format!("there is no command {:?}; {way}", whole.trim_start()))
}

/// Where the name of a file stands for a command: what to do with it.
fn of_file(name: &str, command: &str) -> Option<String> {
    let is_config = is(name, &["toml"]);
    if !is_config && !is(name, &["txt", "gz"]) && !Path::new(name).exists() {
        return None;
    }
    let file = word(name);
    Some(match (command, is_config) {
        ("", true) => format!("to run the experiment in this file: charnn train {file}"),
        ("", false) => format!("to learn from the text of this name: charnn train {file}"),
        ("data", _) => format!("to look at the text of this name: charnn data inspect {file}"),
        ("config", true) => format!("to check the file of this name: charnn config check {file}"),
        _ => return None,
    })
}

/// A text in the place of the configuration that is to be written for it.
fn of_init(asked: &Asked<'_>) -> Option<String> {
    let mut words = asked.words.iter().skip_while(|word| **word != "init").skip(1);
    let name = words.find(|word| !word.starts_with('-')).filter(|name| !is(name, &["toml"]))?;
    Some(format!(
        "the text that is to be learned is not named; it stands behind --data: charnn init --data {}",
        word(name)
    ))
}

fn is(name: &str, extensions: &[&str]) -> bool {
    let extension = Path::new(name).extension().and_then(|end| end.to_str());
    extension.is_some_and(|end| extensions.iter().any(|is| end.eq_ignore_ascii_case(is)))
}

/// The words behind `name` up to the first flag, which may be one of another program.
fn behind(name: &str, words: &[&str]) -> String {
    let words = words.iter().skip_while(|word| **word != name).skip(1);
    let words = words.take_while(|word| !word.starts_with('-'));
    words.flat_map(|it| [" ".to_owned(), word(it)]).collect()
}

/// A word as a shell takes it.
pub(crate) fn word(word: &str) -> String {
    let special = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || "\"'`$\\|&;<>(){}*?!#~".contains(character)
    };
    match word {
        "" => "''".to_owned(),
        _ if !word.contains(special) => word.to_owned(),
        _ if word.contains(['"', '$', '\\', '`', '!']) => {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
        _ => format!("\"{word}\""),
    }
}
