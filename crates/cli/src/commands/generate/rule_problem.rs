//! Rules that no text can follow.

use charnn_message::{Describe, Message, text};

/// Rules that no text can follow.
#[derive(Debug)]
pub(crate) enum RuleProblem {
    /// The flag needs characters that the network never writes.
    Unwritable { flag: &'static str, characters: String },
    /// `--ban` leaves no character.
    NothingLeft,
    /// A character is banned, and the acrostic needs it.
    Banned { character: String },
}

impl Describe for RuleProblem {
    fn describe(&self) -> Message {
        match self {
            Self::Unwritable { flag, characters } => {
                let quoted = characters.escape_debug();
                Message::new(
                    "generate/never-written",
                    text!(
                        en: ("{flag}: the network never writes {characters:?}"),
                        zh: ("{flag}：网络从不输出“{quoted}”")
                    ),
                )
                .hint(text!(
                    en: "use characters of its training text",
                    zh: "请使用训练文本中出现过的字符"
                ))
            }
            Self::NothingLeft => Message::new(
                "generate/all-banned",
                text!(
                    en: "--ban leaves no character to write",
                    zh: "--ban 禁用了所有字符"
                ),
            )
            .hint(text!(en: "ban fewer characters", zh: "请减少禁用的字符")),
            Self::Banned { character } => Message::new(
                "generate/banned-initial",
                text!(
                    en: ("--acrostic needs {character:?}, which --ban forbids"),
                    zh: ("--acrostic 需要“{}”，但 --ban 禁用了它", character.escape_debug())
                ),
            )
            .hint(text!(en: "change one of them", zh: "请修改其中一个")),
        }
    }
}
