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
    /// A flag for records, and a network that knows none.
    NoRecords { flag: &'static str },
    /// A flag that a network of records cannot follow.
    OnlyText { flag: &'static str },
    /// `--novel` with a network that has no run.
    NoCorpus { name: String },
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
            Self::NoRecords { flag } => Message::new(
                "generate/no-records",
                text!(
                    en: "{flag} needs a network of records, and this one was trained on a continuous text",
                    zh: "{flag} 需要按记录训练的网络，而这个网络的训练文本是连续的"
                ),
            )
            .hint(text!(
                en: "train one: `charnn train names.txt --set data.records=line`",
                zh: "请这样训练：`charnn train names.txt --set data.records=line`"
            )),
            Self::OnlyText { flag } => Message::new(
                "generate/only-text",
                text!(
                    en: "{flag} is for networks of a continuous text; this one reads a record from its beginning",
                    zh: "{flag} 用于连续文本的网络；这个网络总是从记录的开头读起"
                ),
            )
            .hint(text!(en: "omit it", zh: "请去掉它")),
            Self::NoCorpus { name } => Message::new(
                "generate/no-corpus",
                text!(
                    en: "--novel compares with the training text, and {name} is a network without it",
                    zh: "--novel 需要与训练文本比较，而 {name} 只包含网络"
                ),
            )
            .hint(text!(en: "name a run instead", zh: "请改用训练记录")),
        }
    }
}
