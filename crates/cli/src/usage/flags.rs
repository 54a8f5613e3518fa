//! Flags that a command does not have: what to type instead. All of a line are reported.

use super::foreign::Unknown;
use super::{command, foreign, refused};
use crate::args::Arguments;
use crate::messages::word;
use charnn_config::Key;
use charnn_message::{Message, Text, text};
use clap::error::ContextKind;
use clap::{Arg, ArgAction, Command, CommandFactory};

/// A message for each of `words` that is a flag which its command does not have. `program` is built.
pub(super) fn unknown(program: &Command, words: &[&str]) -> Vec<Message> {
    let path = command::path(program, words.iter().copied());
    let found = path.iter().try_fold(program, |command, word| command.find_subcommand(word));
    // Without a command, it is the command that is wrong.
    let Some(command) = found.filter(|it| it.get_subcommands().next().is_none()) else {
        return Vec::new();
    };
    let name = command::of(words);
    let mut messages = Vec::new();
    let mut at = 0;
    while let Some(&written) = words.get(at).filter(|word| **word != "--") {
        at += 1;
        let next = words.get(at).copied();
        let (flag, inside) = match written.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (written, None),
        };
        match known(command, written) {
            Some(argument) => {
                let alone = written.starts_with("--") || written.chars().count() == 2;
                at += usize::from(takes(argument) && inside.is_none() && alone);
            }
            None if !is_flag(written) => {}
            None => {
                let value = inside.or(next.filter(|next| !next.starts_with('-')));
                let plain = flag.trim_start_matches('-').to_lowercase().replace('-', "_");
                let unknown = Unknown { command: name, flag, name: plain, value };
                messages.push(message(command, &path, &unknown));
            }
        }
    }
    messages
}

/// Whether a word begins like a flag: `-` is standard input and `-1` a number.
fn is_flag(word: &str) -> bool {
    let name = word.trim_start_matches('-');
    word.starts_with('-') && name.starts_with(|first: char| !first.is_ascii_digit() && first != '.')
}

/// The argument of `command` that `word` is, with a value behind `=` or not. A single dash before a name
/// that another flag has is no short flag: `-length` is not `-l ength`.
fn known<'c>(command: &'c Command, word: &str) -> Option<&'c Arg> {
    let mut arguments = command.get_arguments();
    if let Some(long) = word.strip_prefix("--") {
        let long = long.split('=').next().unwrap_or_default();
        return arguments.find(|argument| argument.get_long() == Some(long));
    }
    let short = word.strip_prefix('-')?;
    let name = short.split('=').next().unwrap_or_default();
    if name.len() > 2
        && (arguments.any(|it| it.get_long() == Some(name))
            || foreign::has(name)
            || Key::known(name).is_some())
    {
        return None;
    }
    let first = short.chars().next()?;
    command.get_arguments().find(|argument| argument.get_short() == Some(first))
}

fn takes(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Set | ArgAction::Append)
}

/// Whether `word` is a flag of any command whose value is the next word.
pub(super) fn takes_value(command: &Command, word: &str) -> bool {
    let own = command.get_arguments().any(|argument| {
        let long = argument.get_long().is_some_and(|long| word.strip_prefix("--") == Some(long));
        let short = argument.get_short().is_some_and(|short| word == format!("-{short}"));
        (long || short) && takes(argument)
    });
    own || command.get_subcommands().any(|command| takes_value(command, word))
}

/// What is wrong with an unknown flag.
fn message(command: &Command, path: &[&str], unknown: &Unknown<'_>) -> Message {
    let flag = unknown.flag;
    let what = text!(en: "unknown flag `{flag}`", zh: "未知的选项 `{flag}`");
    let message = Message::new("usage/unknown-flag", what);
    let dashed = unknown.name.replace('_', "-");
    let own = command.get_arguments().find(|argument| argument.get_long() == Some(&*dashed));
    if let Some(own) = own {
        let value = unknown
            .value
            .filter(|_| takes(own))
            .map_or(String::new(), |value| format!(" {}", word(value)));
        return message.hint(text!(
            en: "did you mean `--{dashed}{value}`?",
            zh: "是不是想输入 `--{dashed}{value}`？"
        ));
    }
    let hint = foreign::instead(unknown).or_else(|| {
        let key = Key::known(&unknown.name).filter(|_| unknown.name.len() > 1)?;
        of_key(unknown, key)
    });
    if let Some(hint) = hint {
        return message.hint(hint);
    }
    let suggested = suggestion(path, flag);
    if let Some(flag) = &suggested {
        return message.hint(text!(en: "did you mean `{flag}`?", zh: "是不是想输入 `{flag}`？"));
    }
    let key = Key::suggest(&unknown.name).filter(|_| unknown.name.len() > 2);
    if let Some(hint) = key.and_then(|key| of_key(unknown, key)) {
        return message.hint(hint);
    }
    refused::with_help(message, unknown.command)
}

/// The flag that clap finds similar to `flag`.
fn suggestion(path: &[&str], flag: &str) -> Option<String> {
    let words = std::iter::once("charnn").chain(path.iter().copied()).chain([flag]);
    let error = Arguments::command().try_get_matches_from(words).err()?;
    refused::strings(&error, ContextKind::SuggestedArg).into_iter().next()
}

fn of_key(unknown: &Unknown<'_>, key: &Key) -> Option<Text> {
    let path = key.path();
    match unknown.command {
        "train" | "config show" => {}
        "resume" if key.changeable => {}
        "resume" => {
            return Some(text!(
                en: "a resumed run keeps its {path}; to train its network with other settings: \
                     `charnn train --init-from RUN`",
                zh: "继续训练时 {path} 不变；要用其他设置训练它的网络：`charnn train --init-from RUN`"
            ));
        }
        _ => return None,
    }
    // The next word may be something else, such as the text.
    let value = unknown.value.filter(|value| key.accepts(value));
    let value =
        value.unwrap_or(if key.accepts("true") && !key.accepts("x") { "true" } else { "VALUE" });
    let assignment = word(&format!("{path}={value}"));
    Some(text!(
        en: "set configuration keys with --set: `--set {assignment}`",
        zh: "配置项用 --set 设置：`--set {assignment}`"
    ))
}
