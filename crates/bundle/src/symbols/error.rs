//! Invalid vocabularies, and characters outside a vocabulary.

use super::unit::{BadUnit, Unit};
use super::vocabulary::Vocabulary;
use charnn_message::{Describe, Message, display, grouped, text};

/// What is wrong with a vocabulary, or with a text that it is to encode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyError {
    /// A character of a text is not in the vocabulary.
    UnknownCharacter {
        /// The character.
        character: char,
        /// Where it is in the text, counted in characters from 1.
        position: usize,
        /// How many symbols the vocabulary has.
        size: usize,
        /// Characters of the vocabulary that may be meant, likeliest first.
        near: Vec<char>,
        /// Other characters of the text that the vocabulary lacks, each once, at most nine.
        others: Vec<char>,
    },
    /// A symbol of several characters is not in the vocabulary.
    UnknownSymbol {
        /// The symbol.
        symbol: String,
        /// Where it is in the text, counted in symbols from 1.
        position: usize,
        /// How many symbols the vocabulary has.
        size: usize,
    },
    /// Texts cannot be cut into such units.
    BadUnit {
        /// The unit.
        unit: Unit,
        /// What is wrong with it.
        problem: BadUnit,
    },
    /// More symbols than there are ids.
    TooMany {
        /// How many.
        distinct: usize,
    },
    /// Fewer than two symbols: every prediction would be certain.
    TooFew,
    /// An empty symbol or one that occurs twice.
    BadSymbol {
        /// The symbol.
        symbol: String,
    },
    /// A stored vocabulary is not as it was written.
    Damaged {
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Describe for VocabularyError {
    fn describe(&self) -> Message {
        match self {
            Self::UnknownCharacter { character, position, size, near, others } => {
                unknown(*character, *position, *size, near, others)
            }
            Self::UnknownSymbol { symbol, position, size } => {
                let size = grouped(*size as u64);
                Message::new(
                    "vocabulary/unknown-symbol",
                    text!(
                        en: "{symbol:?} (position {position}) is not in the network's vocabulary of {size} symbols",
                        zh: "网络的词表（{size} 个符号）中没有 {symbol:?}（第 {position} 个符号）"
                    ),
                )
                .hint(text!(en: "remove it", zh: "请删去它"))
            }
            Self::BadUnit { unit, problem } => {
                let (message, hint) = problem.explain(unit);
                Message::new("vocabulary/unit", message).hint(hint)
            }
            Self::TooMany { distinct } => {
                let (distinct, most) =
                    (grouped(*distinct as u64), grouped(Vocabulary::MOST as u64));
                Message::new(
                    "vocabulary/too-many",
                    text!(
                        en: "the text has {distinct} different characters, and a vocabulary holds at most {most}",
                        zh: "文本中有 {distinct} 种字符，而词表最多容纳 {most} 种"
                    ),
                )
                .hint(text!(
                    en: "drop the rarest with data.max_vocab = 65536, or those that occur once with data.min_count = 2",
                    zh: "用 data.max_vocab = 65536 去掉最少见的字符，或用 data.min_count = 2 去掉只出现一次的字符"
                ))
            }
            Self::TooFew => Message::new(
                "vocabulary/too-few",
                text!(
                    en: "a vocabulary needs at least two symbols",
                    zh: "词表至少需要两个符号"
                ),
            ),
            Self::BadSymbol { symbol } => Message::new(
                "vocabulary/bad-symbol",
                text!(
                    en: "the symbol {symbol:?} is empty or occurs twice",
                    zh: "符号 {symbol:?} 为空或重复出现"
                ),
            ),
            Self::Damaged { problem } => Message::new(
                "vocabulary/damaged",
                text!(en: "the vocabulary is damaged: {problem}", zh: "词表已损坏：{problem}"),
            )
            .hint(text!(
                en: "restore vocab.json from a copy, or train the network again",
                zh: "请从备份恢复 vocab.json，或重新训练网络"
            )),
        }
    }
}

display!(VocabularyError);

fn unknown(
    character: char,
    position: usize,
    size: usize,
    near: &[char],
    others: &[char],
) -> Message {
    let code = format!("U+{:04X}", u32::from(character));
    let size = grouped(size as u64);
    let named = |others: &[char]| {
        let named: Vec<String> = others.iter().map(|other| format!("{other:?}")).collect();
        named.join(", ")
    };
    let nor = match others.len() {
        0 => String::new(),
        1 => format!(", nor is {}", named(others)),
        _ => format!(", nor are {}", named(others)),
    };
    let also: String = others.iter().flat_map(|other| other.escape_debug()).collect();
    let also =
        if also.is_empty() { also } else { format!("，以下字符也不在其中：{also}") };
    let shown = character.escape_debug();
    let message = Message::new(
        "vocabulary/unknown-character",
        text!(
            en: "character {character:?} ({code}, position {position}) is not in the network's vocabulary of {size} characters{nor}",
            zh: "网络的词表（{size} 个字符）中没有“{shown}”（{code}，第 {position} 个字符）{also}"
        ),
    );
    if near.is_empty() {
        return message.hint(text!(en: "remove it", zh: "请删去该字符"));
    }
    let list = |quote: fn(char) -> String, between: &str| {
        let near: Vec<String> = near
            .iter()
            .map(|&near| format!("{} (U+{:04X})", quote(near), u32::from(near)))
            .collect();
        near.join(between)
    };
    let (english, chinese) = (
        list(|near| format!("{near:?}"), " or "),
        list(|near| format!("“{}”", near.escape_debug()), "或"),
    );
    message.hint(text!(en: "did you mean {english}?", zh: "是不是想输入{chinese}？"))
}
