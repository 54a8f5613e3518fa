//! Errors of reading a text.

use crate::clean::Place;
use crate::detect::outcome::{Candidate, Contest, Doubt};
use crate::source::named;
use crate::warning::decode_stretches;
use crate::{Encoding, Format};
use charnn_message::{Describe, Message, Text, counted, grouped, text};
use std::fmt;

/// Bytes that cannot be used as text.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The bytes cannot be read.
    Read {
        /// The file.
        name: String,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A `builtin:` name that no shipped text has.
    UnknownBuiltin {
        /// The name after `builtin:`.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// More bytes than allowed.
    TooLarge {
        /// The file.
        name: String,
        /// The limit.
        max_bytes: u64,
    },
    /// A `.gz` file that cannot be unpacked to its end.
    DamagedGzip {
        /// The file.
        name: String,
        /// How many bytes could be unpacked.
        bytes: u64,
        /// What is wrong.
        problem: String,
    },
    /// A known kind of file that is not text.
    NotText {
        /// The file.
        name: String,
        /// What it is.
        format: Format,
    },
    /// Too many control characters for a text.
    Binary {
        /// The file.
        name: String,
        /// The share of control characters.
        percent: u64,
    },
    /// No encoding makes sense of the file, or more than one does.
    UnclearEncoding {
        /// The file.
        name: String,
        /// What is unclear.
        doubt: Doubt,
        /// Whether it is one of several, for which no encoding can be set alone.
        found: bool,
        /// Whether stretches of it are in another encoding.
        mixed: bool,
        /// The two likeliest encodings.
        contest: Box<Contest>,
    },
    /// Malformed bytes where none is allowed.
    Malformed {
        /// The file.
        name: String,
        /// The encoding it was read in.
        encoding: Encoding,
        /// How many malformed bytes there are.
        count: u64,
        /// The first of them.
        byte: u8,
        /// Where that is.
        place: Place,
    },
    /// More malformed bytes than accidents explain.
    TooManyMalformed {
        /// The file.
        name: String,
        /// The encoding it was read in.
        encoding: Encoding,
        /// How many malformed bytes there are.
        count: u64,
        /// How many bytes there are.
        bytes: u64,
        /// Whether it is one of several, for which no encoding can be set alone.
        found: bool,
        /// Whether stretches of it are in another encoding.
        mixed: bool,
        /// The two likeliest encodings.
        contest: Box<Contest>,
    },
    /// The text has no characters.
    Empty {
        /// The file.
        name: String,
    },
    /// No encoding has this name.
    UnknownEncoding {
        /// The name that was given.
        label: String,
        /// Names that exist.
        known: String,
    },
    /// A file that was not the same when it was read again.
    Changed {
        /// The file.
        name: String,
    },
    /// Characters that an encoding does not have.
    Unmappable {
        /// The text.
        name: String,
        /// The encoding.
        to: Encoding,
        /// How many of them stand in the text.
        count: u64,
        /// How many different ones.
        distinct: usize,
        /// The first of them by code point, each with its count.
        first: Vec<(char, u64)>,
    },
}

impl fmt::Display for TextError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(out)
    }
}

impl Describe for TextError {
    #[expect(clippy::too_many_lines, reason = "one message for each")]
    fn describe(&self) -> Message {
        match self {
            Self::Read { name, source } => {
                let (name, why) = (named(name), Text::from(source));
                Message::new(
                    "text/unreadable",
                    text!(
                        en: ("cannot read {}: {}", name.english, why.english),
                        zh: ("无法读取 {}：{}", name.chinese, why.chinese),
                    ),
                )
                .hint(text!(en: "check the path and its permissions", zh: "请检查路径和权限"))
            }
            Self::UnknownBuiltin { name, known } => Message::new(
                "text/unknown-builtin",
                text!(en: "no built-in text is named {name:?}", zh: "没有名为“{name}”的内置文本"),
            )
            .hint(text!(en: "built-in texts: {known}", zh: "内置文本有：{known}")),
            Self::TooLarge { name, max_bytes } => {
                let (name, max_bytes) = (named(name), grouped(*max_bytes));
                Message::new(
                    "text/too-large",
                    text!(
                        en: ("{} has more than {max_bytes} bytes", name.english),
                        zh: ("{} 超过 {max_bytes} 字节", name.chinese),
                    ),
                )
                .hint(text!(
                    en: "raise data.max_bytes, or use a smaller text",
                    zh: "请调高 data.max_bytes，或换一个较小的文本"
                ))
            }
            Self::DamagedGzip { name, bytes, problem } => {
                let (name, bytes) = (named(name), grouped(*bytes));
                Message::new(
                    "text/damaged-gzip",
                    text!(
                        en: (
                            "{} is a damaged gzip file: {problem} after {bytes} unpacked bytes",
                            name.english
                        ),
                        zh: (
                            "gzip 文件 {} 已损坏，解压出 {bytes} 字节后出错：{problem}",
                            name.chinese
                        ),
                    ),
                )
                .hint(text!(
                    en: "download it again, or unpack what is readable with gzip -dc",
                    zh: "请重新下载，或用 gzip -dc 解出能用的部分"
                ))
            }
            Self::NotText { name, format } => {
                Message::new("text/not-text", format.not_text(name)).hint(format.advice())
            }
            Self::Binary { name, percent } => Message::new("text/binary", binary(name, *percent))
                .hint(text!(
                    en: "export its text with the program that created it",
                    zh: "请用生成它的程序导出文本"
                )),
            Self::UnclearEncoding { name, doubt, found, mixed, contest } => Message {
                hints: choices(*doubt, *found, *mixed, contest),
                ..unclear(name, *doubt, contest)
            },
            Self::Malformed { name, encoding, count, byte, place } => {
                let name = named(name);
                let (at, line) = (grouped(place.byte), grouped(place.line));
                Message::new(
                    "text/malformed",
                    text!(
                        en: (
                            "{} is not valid {encoding}: {}, the first \
                             ({byte:#04x}) at byte {at}, line {line}",
                            name.english,
                            counted(*count, "malformed byte")
                        ),
                        zh: (
                            "{} 不是有效的 {encoding} 文本：有 {} 个无效字节，首个（{byte:#04x}）在\
                             字节偏移 {at}，第 {line} 行",
                            name.chinese,
                            grouped(*count)
                        ),
                    ),
                )
                .hint(text!(
                    en: "repair it, or set another data.encoding",
                    zh: "请修复文件，或设置其他 data.encoding"
                ))
                .hint(text!(
                    en: "to replace malformed bytes: data.on_malformed = \"replace\"",
                    zh: "要替换无效字节：data.on_malformed = \"replace\""
                ))
            }
            Self::TooManyMalformed { name, encoding, count, bytes, found, mixed, contest } => {
                let (name, count, bytes) = (named(name), grouped(*count), grouped(*bytes));
                let message = Message::new(
                    "text/too-many-malformed",
                    text!(
                        en: (
                            "{} is damaged or not {encoding}: {count} of its {bytes} bytes are \
                             malformed (more than 1 %)",
                            name.english
                        ),
                        zh: (
                            "{} 已损坏，或者不是 {encoding}：{bytes} 个字节中有 {count} 个无效（超过 1%）",
                            name.chinese
                        ),
                    ),
                );
                Message { hints: choices(Doubt::Close, *found, *mixed, contest), ..message }
            }
            Self::Empty { name } => Message::new("text/empty", empty(name))
                .hint(text!(en: "use a file that contains text", zh: "请换一个有内容的文本文件")),
            Self::UnknownEncoding { label, known } => Message::new(
                "text/unknown-encoding",
                text!(
                    en: "unknown encoding {label:?}: use one of {known}",
                    zh: "没有名为“{label}”的编码：请使用 {known}"
                ),
            ),
            Self::Changed { name } => {
                let name = named(name);
                Message::new(
                    "text/changed",
                    text!(
                        en: ("{} changed while it was read", name.english),
                        zh: ("{} 在读取过程中被改动了", name.chinese),
                    ),
                )
                .hint(text!(
                    en: "try again when no program writes to it",
                    zh: "请等没有程序写它时再试"
                ))
            }
            Self::Unmappable { name, to, count, distinct, first } => {
                unmappable(name, *to, *count, *distinct, first)
            }
        }
    }
}

/// A file with control characters.
pub(crate) fn binary(name: &str, percent: u64) -> Text {
    let name = named(name);
    text!(
        en: ("{} looks binary: {percent} % of it is control characters", name.english),
        zh: ("{} 像是二进制文件：其中 {percent}% 是控制字符", name.chinese),
    )
}

/// A file without characters.
pub(crate) fn empty(name: &str) -> Text {
    let name = named(name);
    text!(
        en: ("{} is empty", name.english),
        zh: ("{} 是空的，没有任何字符", name.chinese),
    )
}

fn unclear(name: &str, doubt: Doubt, contest: &Contest) -> Message {
    let name = named(name);
    let (best, next) = (contest.best.encoding, contest.runner_up.encoding);
    let why = match doubt {
        Doubt::Implausible => text!(
            en: "it does not read like text in any supported encoding",
            zh: "用任何一种支持的编码都读不通"
        ),
        Doubt::Close => text!(
            en: "{best} and {next} fit about equally well",
            zh: "{best} 和 {next} 都读得通，无法区分"
        ),
        Doubt::Foreign(other) => text!(
            en: "it reads like {other}, which charnn cannot decode",
            zh: "看起来像 {other}，而 charnn 不支持这种编码"
        ),
    };
    Message::new(
        "text/unclear-encoding",
        text!(
            en: ("cannot tell the encoding of {}: {}", name.english, why.english),
            zh: ("无法判断 {} 的编码：{}", name.chinese, why.chinese),
        ),
    )
}

/// Hints about an unclear encoding: one per candidate, with a preview.
fn choices(doubt: Doubt, found: bool, mixed: bool, contest: &Contest) -> Vec<Text> {
    let mut hints: Vec<Text> = [&contest.best, &contest.runner_up].map(choice).into();
    if mixed {
        hints.push(decode_stretches());
    }
    if let Doubt::Foreign(other) = doubt {
        hints.push(text!(
            en: "if it is {other}, convert it: iconv -f {other} -t UTF-8 in.txt > out.txt",
            zh: "如果确实是 {other}，请先转换：iconv -f {other} -t UTF-8 in.txt > out.txt"
        ));
    }
    if found {
        hints.push(text!(
            en: "it is one of several files: remove it, or convert it to UTF-8 first",
            zh: "它是多个文件之一：请把它移走，或先把它转换成 UTF-8"
        ));
    }
    hints
}

fn choice(candidate: &Candidate) -> Text {
    let Candidate { encoding, preview, .. } = candidate;
    let label = String::from(*encoding);
    text!(
        en: "data.encoding = {label:?} reads: {preview}",
        zh: "data.encoding = {label:?} 读作：{preview}"
    )
}

fn unmappable(
    name: &str,
    to: Encoding,
    count: u64,
    distinct: usize,
    first: &[(char, u64)],
) -> Message {
    let name = named(name);
    let one = |&(lacking, count): &(char, u64)| {
        format!("{lacking:?} (U+{:04X}, ×{})", u32::from(lacking), grouped(count))
    };
    let shown = first.iter().map(one).collect::<Vec<_>>().join(", ");
    let more = distinct.saturating_sub(first.len()) as u64;
    let more = if more > 0 {
        text!(en: " and {} others", zh: "，以及另外 {} 种", grouped(more))
    } else {
        Text::verbatim("")
    };
    let message = Message::new(
        "text/unmappable",
        text!(
            en: (
                "{to} has no {shown}{}: {} of {} would be lost",
                more.english,
                counted(count, "character"),
                name.english
            ),
            zh: (
                "{to} 中没有 {shown}{}：{} 中共有 {} 个字符会丢失",
                more.chinese,
                name.chinese,
                grouped(count)
            ),
        ),
    );
    let damaged = first.iter().any(|&(lacking, _)| lacking == char::REPLACEMENT_CHARACTER);
    let message = if damaged {
        message.hint(text!(
            en: "U+FFFD stands for malformed bytes: skip them with on_malformed = \"skip\"",
            zh: "U+FFFD 代表无效字节：on_malformed = \"skip\" 可以跳过它们"
        ))
    } else {
        message
    };
    message.hint(text!(en: "UTF-8 has every character", zh: "UTF-8 能表示所有字符"))
}
