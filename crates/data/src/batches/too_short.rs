//! A text with too few characters.

use charnn_message::{Describe, Message, Text, text};
use std::fmt;

/// A part of a text that is too short.
#[derive(Debug, Clone, PartialEq)]
pub struct TooShort {
    /// The name of the text.
    pub name: String,
    /// Which part of it.
    pub part: Part,
    /// Whether the longest document of the part counts.
    pub longest: bool,
    /// How many characters there are.
    pub have: usize,
    /// How many are needed.
    pub need: usize,
    /// What needs them.
    pub purpose: NeededFor,
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// All of it.
    All,
    /// What is trained on.
    Training {
        /// Characters of the validation part.
        validation: usize,
    },
    /// What is evaluated on.
    Validation {
        /// `data.val_fraction`.
        fraction: f64,
    },
}

/// What needs the characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeededFor {
    /// A window of this many characters, and the one after it.
    Window(usize),
    /// A batch of this many streams of this many characters.
    Streams(usize, usize),
    /// An evaluation.
    Evaluation,
}

impl std::error::Error for TooShort {}

impl fmt::Display for TooShort {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(out)
    }
}

impl Describe for TooShort {
    fn describe(&self) -> Message {
        let Self { name, part, longest, have, need, purpose } = self;
        let part_name = match part {
            Part::All => Text::verbatim(name),
            Part::Training { .. } => {
                text!(en: "the training set of {name}", zh: "{name} 的训练集")
            }
            Part::Validation { fraction } => text!(
                en: "the validation set of {name} (data.val_fraction = {fraction})",
                zh: "{name} 的验证集（data.val_fraction = {fraction}）"
            ),
        };
        let part_name = if *longest {
            text!(
                en: ("the longest document of {}", part_name.english),
                zh: ("{} 中最长的一篇文档", part_name.chinese),
            )
        } else {
            part_name
        };
        let needs = match purpose {
            NeededFor::Window(length) => {
                text!(en: "train.seq_length = {length}", zh: " train.seq_length = {length} ")
            }
            NeededFor::Streams(rows, length) => text!(
                en: "train.batch_size = {rows} with train.seq_length = {length}",
                zh: " train.batch_size = {rows} 和 train.seq_length = {length} "
            ),
            NeededFor::Evaluation => text!(en: "an evaluation", zh: "评估"),
        };
        let characters = if *have == 1 { "character" } else { "characters" };
        let message = Message::new(
            "data/too-short",
            text!(
                en: (
                    "{} has {have} {characters}; {} needs at least {need}",
                    part_name.english, needs.english
                ),
                zh: ("{} 只有 {have} 个字符，而{}至少需要 {need} 个", part_name.chinese, needs.chinese),
            ),
        );
        let smaller = self.settings_that_work();
        let none = matches!(part, Part::Validation { .. }) && *purpose != NeededFor::Evaluation;
        let none = none.then(|| Text::verbatim("data.val_fraction=0"));
        let settings: Vec<Text> = smaller.into_iter().chain(none).collect();
        let all = |of: fn(&Text) -> &str| settings.iter().map(of).collect::<Vec<_>>();
        let longer = text!(en: "use a longer text", zh: "请使用更长的文本");
        match &settings[..] {
            [] => message.hint(longer),
            _ => message.hint(text!(
                en: ("use a longer text, or set {}", all(|text| &text.english).join(", or ")),
                zh: ("请使用更长的文本，或设置 {}", all(|text| &text.chinese).join("，或 ")),
            )),
        }
    }
}

impl TooShort {
    /// The largest settings that work, such as `train.batch_size=3`; `None` if none does.
    fn settings_that_work(&self) -> Option<Text> {
        let most = self.have.checked_sub(1).filter(|&most| most > 0)?;
        let set = |key: &str, asked: usize| (asked > most).then(|| format!("train.{key}={most}"));
        let settings = match self.purpose {
            NeededFor::Evaluation => return None,
            NeededFor::Window(length) => [None, set("seq_length", length)],
            NeededFor::Streams(rows, length) => {
                [set("batch_size", rows), set("seq_length", length)]
            }
        };
        let settings: Vec<String> = settings.into_iter().flatten().collect();
        (!settings.is_empty())
            .then(|| Text { english: settings.join(" and "), chinese: settings.join(" 和 ") })
    }
}
