//! Errors of corpora and vocabularies.

use crate::{NoFile, RecordFacts, Skipped};
use charnn_bundle::{Unit, VocabularyError};
use charnn_message::{Describe, Message, Text, grouped, shown, text};
use charnn_text::{BadSeparator, Records, TextError};
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

/// A corpus that cannot be used, or characters outside a vocabulary.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A text that cannot be used.
    Text(TextError),
    /// Several files of a folder or pattern whose encoding is unclear or that are damaged.
    Doubtful {
        /// What is wrong with each, in the order of the files.
        problems: Vec<TextError>,
    },
    /// The file cannot be opened or read.
    Read {
        /// The file as it was named.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
        /// Names in the same folder that look like it.
        near: Vec<String>,
    },
    /// The path names something that may never end, or block.
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        what: NoFile,
    },
    /// An invalid pattern of file names.
    BadPattern {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A pattern that matches no file.
    NoMatch {
        /// The pattern.
        pattern: String,
    },
    /// A folder or pattern without a text.
    NoTexts {
        /// The folder or pattern.
        name: String,
        /// What was skipped, and why.
        skipped: Vec<Skipped>,
    },
    /// Only one distinct character: every prediction would be certain.
    OneCharacter {
        /// The corpus.
        name: String,
        /// The character.
        character: char,
    },
    /// Limits on the vocabulary that leave nothing.
    NoVocabulary {
        /// How often a character must occur.
        min_count: u64,
        /// How many there may be.
        max_vocab: usize,
    },
    /// The folder where texts too large for memory are kept as ids.
    Cache {
        /// The folder.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// Too little free space in that folder.
    NoRoom {
        /// The folder.
        path: PathBuf,
        /// Bytes that are free.
        free: u64,
        /// Bytes that are needed.
        needed: u64,
    },
    /// An output file that exists.
    OutputExists {
        /// The file.
        path: PathBuf,
    },
    /// A file that cannot be written.
    Output {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A text with characters that a network was not trained on.
    OtherCharacters {
        /// The text.
        name: String,
        /// The characters or other symbols, each with its count.
        unknown: Vec<(String, u64)>,
    },
    /// A text whose symbols are not what those of a network are.
    OtherUnit {
        /// The text.
        name: String,
        /// Its symbols: `data.unit`.
        unit: Unit,
        /// Those of the network.
        network: Unit,
    },
    /// A regular expression for symbols that matches nothing, or hardly anything twice.
    UnitMatches {
        /// The text.
        name: String,
        /// The unit.
        unit: Unit,
        /// Whether it matches too much, not too little.
        everything: bool,
    },
    /// Too few records to learn from, or none.
    FewRecords {
        /// The text.
        name: String,
        /// What separates them.
        records: Records,
        /// Those that were found.
        facts: RecordFacts,
    },
    /// A separator of records that is no regular expression, or matches everywhere.
    BadSeparator {
        /// The separator.
        records: Records,
        /// What is wrong with it.
        problem: BadSeparator,
    },
    /// A text with one line or document, of which none can be held out.
    OnePiece {
        /// The text.
        name: String,
        /// What is held out: `lines` or `documents`.
        split: &'static str,
    },
    /// An invalid vocabulary, or characters that one does not hold.
    Vocabulary(#[from] VocabularyError),
}

impl From<TextError> for DataError {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Read { name, source } => {
                Self::Read { path: name.into(), source, near: Vec::new() }
            }
            error => Self::Text(error),
        }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(out)
    }
}

impl Describe for DataError {
    #[expect(clippy::too_many_lines, reason = "one message for each")]
    fn describe(&self) -> Message {
        match self {
            Self::Text(error) => error.describe(),
            Self::Doubtful { problems } => doubtful(problems),
            Self::Read { path, source, near } => {
                let (path, why) = (shown(path), Text::from(source));
                Message::new(
                    "data/unreadable",
                    text!(
                        en: ("cannot read {path}: {}", why.english),
                        zh: ("无法读取 {path}：{}", why.chinese),
                    ),
                )
                .hint(match &near[..] {
                    [] => text!(en: "check the path and its permissions", zh: "请检查路径和权限"),
                    near => text!(
                        en: ("did you mean {}?", near.join(" or ")),
                        zh: ("您要找的是不是 {}？", near.join(" 或 ")),
                    ),
                })
            }
            Self::NotAFile { path, what } => {
                let (path, what) = (shown(path), what.describe());
                Message::new(
                    "data/not-a-file",
                    text!(
                        en: ("{path} is {}, not a text file", what.english),
                        zh: ("{path} 是{}，不是文本文件", what.chinese),
                    ),
                )
                .hint(text!(
                    en: "use a file, or - to read standard input",
                    zh: "请给出一个文件，或用 - 读取标准输入"
                ))
            }
            Self::BadPattern { pattern, problem } => Message::new(
                "data/bad-pattern",
                text!(
                    en: "invalid pattern {pattern:?}: {problem}",
                    zh: "通配符“{pattern}”写法有误：{problem}"
                ),
            )
            .hint(text!(
                en: "check it, or name the files",
                zh: "请检查写法，或直接给出文件名"
            )),
            Self::NoMatch { pattern } => Message::new(
                "data/no-match",
                text!(
                    en: "no file matches the pattern {pattern:?}",
                    zh: "没有文件与通配符“{pattern}”匹配"
                ),
            )
            .hint(text!(
                en: "check it, or name the files",
                zh: "请检查写法，或直接给出文件名"
            )),
            Self::NoTexts { name, skipped } => {
                let listed = listed(skipped);
                Message::new(
                    "data/no-texts",
                    text!(
                        en: ("{name} contains no text file{}", listed.english),
                        zh: ("{name} 里没有文本文件{}", listed.chinese),
                    ),
                )
                .hint(text!(
                    en: "use a file or folder with text in it",
                    zh: "请换一个有文本的文件或文件夹"
                ))
            }
            Self::OneCharacter { name, character } => Message::new(
                "data/one-character",
                text!(
                    en: "{name} repeats one character ({character:?}): there is nothing to learn",
                    zh: "{name} 只是在重复同一个字符 {character:?}，没有可以学习的内容"
                ),
            )
            .hint(text!(en: "use another text", zh: "请换一个文本")),
            Self::NoVocabulary { min_count, max_vocab } => Message::new(
                "data/no-vocabulary",
                text!(
                    en: "data.min_count = {min_count} and data.max_vocab = {max_vocab} leave no \
                         character in the vocabulary",
                    zh: "在 data.min_count = {min_count} 和 data.max_vocab = {max_vocab} 的限制下，词表是空的"
                ),
            )
            .hint(text!(
                en: "lower the first or raise the second",
                zh: "请调低前者，或调高后者"
            )),
            Self::Cache { path, source } => {
                let (path, why) = (shown(path), Text::from(source));
                Message::new(
                    "data/cache",
                    text!(
                        en: ("cannot store the ids of the text in {path}: {}", why.english),
                        zh: ("无法把文本的编号存入 {path}：{}", why.chinese),
                    ),
                )
                .hint(room(source))
                .hint(elsewhere())
            }
            Self::NoRoom { path, free, needed } => {
                let (path, free, needed) = (shown(path), grouped(*free), grouped(*needed));
                Message::new(
                    "data/no-room",
                    text!(
                        en: "not enough space in {path}: the ids of the text need {needed} bytes, and {free} are free",
                        zh: "{path} 空间不足：文本的编号需要 {needed} 字节，只剩 {free} 字节"
                    ),
                )
                .hint(text!(en: "free some space there", zh: "请在那里腾出空间"))
                .hint(elsewhere())
            }
            Self::OutputExists { path } => {
                let path = shown(path);
                Message::new("data/output-exists", text!(en: "{path} already exists", zh: "{path} 已存在"))
                    .hint(text!(en: "use another file name", zh: "请换一个文件名"))
            }
            Self::Output { path, source } => {
                let (path, why) = (shown(path), Text::from(source));
                Message::new(
                    "data/output",
                    text!(
                        en: ("cannot write {path}: {}", why.english),
                        zh: ("无法写入 {path}：{}", why.chinese),
                    ),
                )
                .hint(text!(
                    en: "check the folder and its permissions, or free some space",
                    zh: "请检查文件夹及其权限，或腾出空间"
                ))
            }
            Self::OtherCharacters { name, unknown } => others(name, unknown),
            Self::FewRecords { name, records, facts } => few_records(name, records, facts),
            Self::BadSeparator { records, problem } => bad_separator(records, problem),
            Self::OtherUnit { name, unit, network } => Message::new(
                "data/other-unit",
                text!(
                    en: "the symbols of {name} are data.unit = {unit}, and those of the network {network}",
                    zh: "{name} 的符号按 data.unit = {unit} 划分，而网络使用 {network}"
                ),
            )
            .hint(text!(
                en: "set data.unit = {network}, or train a new network",
                zh: "请设 data.unit = {network}，或训练新的网络"
            )),
            Self::UnitMatches { name, unit, everything } => unit_matches(name, unit, *everything),
            Self::OnePiece { name, split } => one_piece(name, split),
            Self::Vocabulary(error) => error.describe(),
        }
    }
}

fn few_records(name: &str, records: &Records, facts: &RecordFacts) -> Message {
    let message = match (facts.count, records) {
        (0, _) => text!(
            en: "data.records = {records} leaves no record in {name}: all are empty",
            zh: "按 data.records = {records} 划分后，{name} 中没有任何记录：全是空的"
        ),
        (_, Records::Regex(_)) => text!(
            en: "the separator of data.records = {records} occurs nowhere in {name}",
            zh: "{name} 中没有与 data.records = {records} 匹配的分隔符"
        ),
        _ => text!(
            en: "{name} has only one record with data.records = {records}",
            zh: "按 data.records = {records} 划分，{name} 只有一条记录"
        ),
    };
    Message::new("data/few-records", message).hint(text!(
        en: "check data.records, or set it to \"none\" for a continuous text",
        zh: "请检查 data.records；连续的文本请设为 \"none\""
    ))
}

fn unit_matches(name: &str, unit: &Unit, everything: bool) -> Message {
    let message = if everything {
        text!(
            en: "data.unit = {unit} matches so much of {name} that most symbols occur only once",
            zh: "data.unit = {unit} 在 {name} 中匹配得太多，大多数符号只出现一次"
        )
    } else {
        text!(
            en: "data.unit = {unit} matches no two characters of {name}: every symbol is one character",
            zh: "data.unit = {unit} 在 {name} 中没有匹配到多于一个字符的符号"
        )
    };
    Message::new("data/unit-matches", message).hint(text!(
        en: "check the expression: it must match one symbol; or set data.unit = \"char\"",
        zh: "请检查正则表达式，它应匹配一个符号；或设 data.unit = \"char\""
    ))
}

fn one_piece(name: &str, split: &str) -> Message {
    let (one, chinese) = match split {
        "lines" => ("line", "一行"),
        _ => ("document", "一篇文档"),
    };
    Message::new(
        "data/one-piece",
        text!(
            en: "{name} has only one {one}: data.split = {split:?} cannot hold one out",
            zh: "{name} 只有{chinese}，data.split = {split:?} 无法划出验证集"
        ),
    )
    .hint(text!(
        en: "set data.split = \"tail\" to hold out the end of the text",
        zh: "请设 data.split = \"tail\"，用文本末尾作验证"
    ))
}

fn bad_separator(records: &Records, problem: &BadSeparator) -> Message {
    let (what, hint) = problem.explain(records);
    Message::new("data/bad-separator", what).hint(hint)
}

fn elsewhere() -> Text {
    text!(
        en: "or set run.root to another folder, or raise data.in_memory_bytes to hold the text in memory",
        zh: "或用 run.root 换一个文件夹，或调高 data.in_memory_bytes 把文本放在内存里"
    )
}

/// How to make a folder able to hold the ids of a text.
fn room(error: &std::io::Error) -> Text {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            text!(en: "make this folder writable", zh: "请让这个文件夹可以写入")
        }
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            text!(en: "remove the file that is in the way", zh: "请移走挡在那里的文件")
        }
        _ => text!(
            en: "free some space there (2 bytes per character)",
            zh: "请在那里腾出空间（每个字符 2 字节）"
        ),
    }
}

fn doubtful(problems: &[TextError]) -> Message {
    const MOST_SHOWN: usize = 20;
    let count = problems.len();
    let message = Message::new(
        "data/doubtful-files",
        text!(
            en: "{count} files have an unclear encoding or are damaged",
            zh: "有 {count} 个文件编码不明或已损坏"
        ),
    );
    let shown = problems.iter().take(MOST_SHOWN).map(|problem| problem.describe().message);
    let message = shown.fold(message, Message::hint);
    message.hint(text!(
        en: "convert them to UTF-8 one by one, or remove them",
        zh: "请逐个转换成 UTF-8，或移走它们"
    ))
}

fn others(name: &str, unknown: &[(String, u64)]) -> Message {
    const MOST_SHOWN: usize = 12;
    let is_long = unknown.iter().any(|(symbol, _)| symbol.chars().nth(1).is_some());
    let first = unknown.iter().take(MOST_SHOWN).map(|(symbol, _)| symbol.as_str());
    let first = first.collect::<Vec<_>>().join(if is_long { " " } else { "" });
    let count = grouped(unknown.len() as u64);
    let more = if unknown.len() > MOST_SHOWN { " …" } else { "" };
    Message::new(
        "data/other-characters",
        text!(
            en: "the network does not know {count} characters of {name}: {first:?}{more}",
            zh: "网络不认识 {name} 中的 {count} 种字符：{first:?}{more}"
        ),
    )
    .hint(text!(
        en: "use a text with the same characters, or train this network on it",
        zh: "请换一个字符相同的文本，或用这个文本继续训练该网络"
    ))
}

fn listed(skipped: &[Skipped]) -> Text {
    const MOST_SHOWN: usize = 3;
    let texts: Vec<Text> = skipped.iter().take(MOST_SHOWN).map(Skipped::summary).collect();
    let english = texts.iter().map(|text| &*text.english).collect::<Vec<_>>().join("; ");
    let chinese = texts.iter().map(|text| &*text.chinese).collect::<Vec<_>>().join("；");
    match skipped.len() {
        0 => Text::verbatim(""),
        1..=MOST_SHOWN => text!(en: " ({english})", zh: "（{chinese}）"),
        count => {
            let more = count - MOST_SHOWN;
            text!(en: " ({english}; and {more} more)", zh: "（{chinese}；另有 {more} 个）")
        }
    }
}
