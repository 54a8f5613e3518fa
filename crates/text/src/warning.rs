//! Warnings about a text that was read.

use crate::Encoding;
use crate::clean::Place;
use crate::source::named;
use charnn_message::{Message, Text, counted, grouped, text};
use serde::{Deserialize, Serialize};

/// A reason to inspect a text before training on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum TextWarning {
    /// The file declares an encoding (`charset=`, `coding:`, `encoding=`) that its bytes contradict.
    Declared {
        /// The declared label.
        label: String,
        /// The encoding that was used instead.
        used: Encoding,
    },
    /// Some lines are in another encoding.
    Mixed {
        /// The encoding that these lines fit.
        other: Encoding,
        /// How many lines there are.
        lines: u64,
        /// The first of them.
        first: Place,
    },
    /// UTF-8 was decoded as another encoding and saved again, as in `couchÃ©`.
    EncodedTwice {
        /// The encoding of the file.
        encoding: Encoding,
        /// The encoding that it was taken for.
        taken_for: Encoding,
        /// How many stretches are affected.
        count: u64,
        /// How many stretches of at least two non-ASCII characters there are.
        stretches: u64,
        /// The line of the first.
        line: u64,
    },
    /// U+FFFD was decoded as GBK: 锟斤拷. The original characters are lost.
    LostCharacters {
        /// How often that occurs.
        count: u64,
        /// The line of the first.
        line: u64,
    },
}

impl TextWarning {
    /// The warning about a file called `name`.
    pub fn describe(&self, name: &str) -> Message {
        let name = named(name);
        match self {
            Self::Declared { label, used } => Message::new(
                "text/wrong-declaration",
                text!(
                    en: ("{} declares {label:?}, but reads like {used}", name.english),
                    zh: ("{} 声明的编码是 {label:?}，但看起来是 {used}", name.chinese),
                ),
            )
            .hint(text!(
                en: "if the declaration is right, set data.encoding = {label:?}",
                zh: "如果声明是对的，请设置 data.encoding = {label:?}"
            )),
            Self::Mixed { other, lines, first } => {
                let place = place(*first);
                Message::new(
                    "text/mixed-encodings",
                    text!(
                        en: (
                            "{} mixes encodings: {} in {other}, the first {}",
                            name.english,
                            counted(*lines, "line"),
                            place.english
                        ),
                        zh: (
                            "{} 混用了多种编码：有 {} 行是 {other}，首个在{}",
                            name.chinese,
                            grouped(*lines),
                            place.chinese
                        ),
                    ),
                )
                .hint(decode_stretches())
            }
            Self::EncodedTwice { encoding, taken_for, count, stretches, line } => {
                let place = line_of(*line);
                let (from, to) = (String::from(*encoding), String::from(*taken_for));
                let message = Message::new(
                    "text/encoded-twice",
                    text!(
                        en: (
                            "{} was encoded twice: {} of UTF-8 taken for {taken_for}, the first {}",
                            name.english,
                            counted(*count, "stretch").replace("stretchs", "stretches"),
                            place.english
                        ),
                        zh: (
                            "{} 被重复编码：有 {} 处 UTF-8 曾被当作 {taken_for}，首个在{}",
                            name.chinese,
                            grouped(*count),
                            place.chinese
                        ),
                    ),
                );
                // The command would damage the rest of the text.
                let partly = count * 10 < stretches * 9;
                message.hint(if partly || encoding == taken_for {
                    text!(
                        en: "repair these lines, or download the original again",
                        zh: "请修复这些行，或重新获取原始文件"
                    )
                } else {
                    text!(
                        en: "undo it: iconv -f {from} -t {to} in.txt > out.txt",
                        zh: "还原方法：iconv -f {from} -t {to} in.txt > out.txt"
                    )
                })
            }
            Self::LostCharacters { count, line } => {
                let place = line_of(*line);
                Message::new(
                    "text/lost-characters",
                    text!(
                        en: (
                            "{} contains 锟斤拷 {} (first {}): characters were lost in an earlier \
                             conversion",
                            name.english,
                            counted(*count, "time"),
                            place.english
                        ),
                        zh: (
                            "{} 中有 {} 处“锟斤拷”（首个在{}）：之前的转换丢失了字符",
                            name.chinese,
                            grouped(*count),
                            place.chinese
                        ),
                    ),
                )
                .hint(text!(
                    en: "download the original again",
                    zh: "请重新获取原始文件"
                ))
            }
        }
    }
}

/// What to do about a text that mixes encodings.
pub(crate) fn decode_stretches() -> Text {
    text!(
        en: "to decode each stretch by its own encoding, set data.on_mixed = \"decode\"",
        zh: "要让各部分按各自的编码解码，请设置 data.on_mixed = \"decode\""
    )
}

fn line_of(line: u64) -> Text {
    let line = grouped(line);
    text!(en: "at line {line}", zh: "第 {line} 行")
}

fn place(place: Place) -> Text {
    let (line, byte) = (grouped(place.line), grouped(place.byte));
    text!(en: "at line {line}, byte {byte}", zh: "第 {line} 行，字节偏移 {byte}")
}
