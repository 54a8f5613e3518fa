//! Which command is meant, and commands of other programs.

use crate::messages::help::PAGES;
use crate::messages::word;
use charnn_message::{Message, Text, text};
use clap::Command;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use std::cmp::Reverse;
use std::path::Path;

/// What other programs call a command; below `data` and `config` too.
const OTHERS: [(&str, &[&str], &str); 29] = [
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
    ("", &["list", "ls", "history"], "runs list"),
    ("", &["compare", "diff"], "runs compare"),
    ("", &["rm", "delete", "remove"], "runs rm"),
    ("", &["plot", "curve", "curves"], "runs plot"),
    ("", &["html", "page"], "report"),
    ("", &["gc", "prune", "clean"], "runs gc"),
    ("runs", &["ls", "show", "print"], "runs list"),
    ("runs", &["diff"], "runs compare"),
    ("runs", &["report", "html"], "report"),
    ("runs", &["delete", "remove"], "runs rm"),
    ("runs", &["prune", "clean"], "runs gc"),
    ("runs", &["check", "fsck"], "runs verify"),
    ("config", &["init", "new", "create"], "init"),
    ("config", &["validate", "verify", "lint", "test"], "config check"),
    ("config", &["list", "print", "get", "dump"], "config show"),
    ("data", &["check", "show", "info", "stats", "look"], "data inspect"),
];

/// The command among `words`, such as `data inspect`; empty if there is none.
pub(super) fn of(words: &[&str]) -> &'static str {
    let is = |command: &&str| {
        let mut parts = command.split(' ');
        let first = parts.next().and_then(|part| words.iter().position(|word| *word == part));
        first.is_some_and(|at| parts.all(|part| words[at + 1..].contains(&part)))
    };
    // The first word that is one counts: a text may have such a name, too.
    let place = |command: &str| {
        let first = command.split(' ').next();
        words.iter().position(|word| Some(*word) == first)
    };
    let all = PAGES.iter().map(|page| page.command).filter(is);
    all.min_by_key(|command| (place(command), Reverse(command.len()))).unwrap_or("")
}

/// The words of `words` that lead to a subcommand of `command`.
pub(super) fn path<'a>(
    command: &Command,
    words: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let (mut found, mut at) = (Vec::new(), command);
    for word in words {
        if let Some(next) = at.find_subcommand(word) {
            found.push(word);
            at = next;
        }
    }
    found
}

/// What to type in place of the command that `error` is about.
pub(super) fn instead(error: &Error, words: &[&str]) -> Option<Message> {
    if error.kind() == ErrorKind::MissingRequiredArgument && of(words) == "init" {
        return of_init(words);
    }
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    // A later word may have the name of a command.
    let at = words.iter().position(|word| word == name).unwrap_or(0);
    let command = of(&words[..at]);
    let other =
        OTHERS.iter().find(|(below, names, _)| *below == command && names.contains(&&**name));
    let hint = match other {
        Some((_, _, meant)) => {
            let rest = if *meant == "--version" { String::new() } else { behind(name, words) };
            text!(
                en: "did you mean `charnn {meant}{rest}`?",
                zh: "是不是想输入 `charnn {meant}{rest}`？"
            )
        }
        None => of_file(name, command)?,
    };
    let whole = [command, name].join(" ");
    let whole = whole.trim_start();
    let what = text!(en: "unknown command `{whole}`", zh: "未知的命令 `{whole}`");
    Some(Message::new("usage/unknown-command", what).hint(hint))
}

/// What to do with a file name in place of a command.
fn of_file(name: &str, command: &str) -> Option<Text> {
    let is_config = is(name, &["toml"]);
    if !is_config && !is(name, &["txt", "gz"]) && !Path::new(name).exists() {
        return None;
    }
    let file = word(name);
    Some(match (command, is_config) {
        ("", true) => text!(
            en: "to train with this configuration: `charnn train {file}`",
            zh: "要用这个配置训练：`charnn train {file}`"
        ),
        ("", false) => text!(
            en: "to train on this text: `charnn train {file}`",
            zh: "要用这个文本训练：`charnn train {file}`"
        ),
        ("data", _) => text!(
            en: "to inspect this text: `charnn data inspect {file}`",
            zh: "要检查这个文本：`charnn data inspect {file}`"
        ),
        ("config", true) => text!(
            en: "to check this file: `charnn config check {file}`",
            zh: "要检查这个文件：`charnn config check {file}`"
        ),
        _ => return None,
    })
}

/// A text where the configuration to write is expected.
fn of_init(words: &[&str]) -> Option<Message> {
    let mut words = words.iter().skip_while(|word| **word != "init").skip(1);
    let name = words.find(|word| !word.starts_with('-')).filter(|name| !is(name, &["toml"]))?;
    let what = text!(en: "missing argument: --data <TEXT>", zh: "缺少参数：--data <TEXT>");
    Some(Message::new("usage/missing-argument", what).hint(text!(
        en: "name the text with --data: `charnn init --data {}`",
        zh: "请用 --data 给出文本：`charnn init --data {}`",
        word(name)
    )))
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
