//! An argument too many, and what it may be meant for.

use super::command;
use crate::messages::word;
use charnn_message::{Message, Text, text};
use charnn_runs::RunDir;
use std::path::Path;

/// An argument too many: what it may be meant for.
pub(super) fn surplus(words: &[&str], argument: &str) -> Option<Message> {
    let command = command::of(words);
    let behind = words.iter().skip_while(|word| **word != command).skip(1);
    let plain: Vec<&str> = behind.take_while(|word| !word.starts_with('-')).copied().collect();
    let message = Message::new("usage/unexpected-argument", unexpected(argument));
    match command {
        "generate" if plain.contains(&argument) => {
            // The first word may belong to the prompt, too.
            let is_run = |name: &&&str| RunDir::find(name, Path::new("runs")).is_ok();
            let (run, prompt) = match plain.first().filter(is_run) {
                Some(run) => (word(run), &plain[1..]),
                None => ("RUN".to_owned(), &plain[..]),
            };
            let prompt = word(&prompt.join(" "));
            Some(message.hint(text!(
                en: "put the prompt in quotes after --prompt: `charnn generate {run} --prompt {prompt}`",
                zh: "请把提示加上引号，放在 --prompt 之后：`charnn generate {run} --prompt {prompt}`"
            )))
        }
        "evaluate" => {
            let run = word(plain.first().copied().unwrap_or("RUN"));
            let text = word(argument);
            Some(message.hint(text!(
                en: "to measure on another text: `charnn evaluate {run} --data {text}`",
                zh: "要用另一个文本评估：`charnn evaluate {run} --data {text}`"
            )))
        }
        _ => None,
    }
}

pub(super) fn unexpected(argument: &str) -> Text {
    text!(en: "unexpected argument `{argument}`", zh: "多余的参数 `{argument}`")
}
