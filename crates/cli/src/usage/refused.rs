//! What clap refuses, described from the kind and the context of its error.

use super::command;
use super::surplus::{surplus, unexpected};
use crate::args::values::Expected;
use crate::environment::written;
use charnn_message::{Message, Text, text};
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use std::error::Error as _;
use std::ffi::OsString;

/// What is wrong with the words of the command line, `given`.
pub(super) fn message(error: &Error, given: &[OsString]) -> Message {
    let odd: Vec<String> =
        given.iter().filter(|word| word.to_str().is_none()).map(|word| written(word)).collect();
    // Paths may have any bytes, so this is not the first thing to look at.
    let kinds =
        [ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::InvalidArg];
    let in_value = kinds
        .iter()
        .flat_map(|kind| strings(error, *kind))
        .any(|value| value.contains(char::REPLACEMENT_CHARACTER));
    if error.kind() == ErrorKind::InvalidUtf8 || in_value && !odd.is_empty() {
        return not_utf8(&odd.join(", "));
    }
    let words: Vec<&str> = given.iter().skip(1).filter_map(|word| word.to_str()).collect();
    if let Some(message) = command::instead(error, &words) {
        return message;
    }
    let path = command::of(&words);
    match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => with_help(value(error), path),
        ErrorKind::UnknownArgument => {
            let argument = first(error, ContextKind::InvalidArg);
            let message = Message::new("usage/unexpected-argument", unexpected(&argument));
            surplus(&words, &argument).unwrap_or_else(|| with_help(message, path))
        }
        ErrorKind::InvalidSubcommand => {
            let name = first(error, ContextKind::InvalidSubcommand);
            let message = Message::new(
                "usage/unknown-command",
                text!(en: "unknown command `{name}`", zh: "未知的命令 `{name}`"),
            );
            with_help(suggested(message, error, ContextKind::SuggestedSubcommand), path)
        }
        ErrorKind::ArgumentConflict => conflict(error),
        ErrorKind::MissingRequiredArgument => {
            let missing = strings(error, ContextKind::InvalidArg).join(" ");
            with_help(
                Message::new(
                    "usage/missing-argument",
                    text!(en: "missing argument: {missing}", zh: "缺少参数：{missing}"),
                ),
                path,
            )
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            with_help(
                Message::new("usage/no-command", text!(en: "no command given", zh: "没有给出命令")),
                path,
            )
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            let argument = first(error, ContextKind::InvalidArg);
            let least = error.get(ContextKind::MinValues);
            let problem = if let Some(ContextValue::Number(least)) = least {
                text!(en: "`{argument}` needs at least {least} values", zh: "`{argument}` 至少需要 {least} 个值")
            } else {
                text!(en: "wrong number of values for `{argument}`", zh: "`{argument}` 的值的数量不对")
            };
            with_help(Message::new("usage/number-of-values", problem), path)
        }
        _ => with_help(
            Message::new("usage/error", text!(en: "invalid arguments", zh: "参数有误")),
            path,
        ),
    }
}

/// A value that a flag or an argument does not take.
fn value(error: &Error) -> Message {
    let (argument, value) =
        (first(error, ContextKind::InvalidArg), first(error, ContextKind::InvalidValue));
    let what = if value.is_empty() {
        text!(en: "`{argument}` needs a value", zh: "`{argument}` 需要一个值")
    } else {
        text!(en: "invalid value `{value}` for `{argument}`", zh: "`{argument}` 的值 `{value}` 无效")
    };
    let mut message = Message::new("usage/invalid-value", what);
    if let Some(device) = gpu(&argument, &value) {
        return message.hint(device);
    }
    let expected = error.source().and_then(|source| source.downcast_ref::<Expected>());
    if let Some(Expected(expected)) = expected {
        message = message.hint(expected.clone());
    }
    let choices = strings(error, ContextKind::ValidValue);
    let suggested = strings(error, ContextKind::SuggestedValue);
    if !choices.is_empty() {
        let (english, chinese) = (choices.join(", "), choices.join("、"));
        message =
            message.hint(text!(en: ("possible values: {english}"), zh: ("可选值：{chinese}")));
    }
    match suggested.first() {
        Some(one) => message.hint(text!(en: "did you mean `{one}`?", zh: "是不是想输入 `{one}`？")),
        None => message,
    }
}

/// What other programs call a GPU.
fn gpu(argument: &str, value: &str) -> Option<Text> {
    let names = ["cuda", "mps", "metal", "vulkan", "rocm", "hip", "xpu", "dx12", "wgpu", "nvidia"];
    let name = value.split(':').next().unwrap_or_default().to_lowercase();
    (argument.starts_with("--device") && names.contains(&&*name)).then(|| {
        text!(
            en: "for a GPU of any vendor: `--device gpu`",
            zh: "任何厂商的 GPU 都用：`--device gpu`"
        )
    })
}

fn conflict(error: &Error) -> Message {
    let argument = first(error, ContextKind::InvalidArg);
    let prior = strings(error, ContextKind::PriorArg);
    let repeated = prior.is_empty() || prior.iter().all(|prior| *prior == argument);
    if repeated {
        return Message::new(
            "usage/repeated",
            text!(en: "`{argument}` is given more than once", zh: "`{argument}` 给出了不止一次"),
        )
        .hint(text!(en: "give it once", zh: "请只给一次"));
    }
    let (english, chinese) = (prior.join("`, `"), prior.join("`、`"));
    Message::new(
        "usage/conflict",
        text!(
            en: ("`{argument}` cannot be combined with `{english}`"),
            zh: ("`{argument}` 不能与 `{chinese}` 同用")
        ),
    )
    .hint(text!(en: "omit one of them", zh: "请去掉其中一个"))
}

fn not_utf8(odd: &str) -> Message {
    Message::new(
        "usage/not-utf8",
        text!(
            en: "argument is not UTF-8: {odd}; only file names may be",
            zh: "不是 UTF-8：{odd}；只有文件名可以不是 UTF-8"
        ),
    )
    .hint(text!(
        en: "set the terminal to UTF-8 (on Windows: `chcp 65001`), or put the text into a file",
        zh: "请把终端设为 UTF-8（在 Windows 上：`chcp 65001`），或把文本放进文件"
    ))
}

/// With a pointer to the help of the command.
pub(super) fn with_help(message: Message, path: &str) -> Message {
    if !message.hints.is_empty() {
        return message;
    }
    let line = format!("charnn {path}");
    let line = line.trim_end();
    message.hint(text!(en: "see `{line} --help`", zh: "请看 `{line} --help`"))
}

/// With the names that clap suggests.
pub(super) fn suggested(message: Message, error: &Error, kind: ContextKind) -> Message {
    let names = strings(error, kind);
    if names.is_empty() {
        return message;
    }
    let (english, chinese) = (names.join("` or `"), names.join("` 或 `"));
    message.hint(text!(en: ("did you mean `{english}`?"), zh: ("是不是想输入 `{chinese}`？")))
}

fn first(error: &Error, kind: ContextKind) -> String {
    strings(error, kind).into_iter().next().unwrap_or_default()
}

pub(super) fn strings(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
