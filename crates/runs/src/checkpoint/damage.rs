//! What makes a checkpoint unusable.

use super::manifest;
use charnn_message::{Describe, Message, Text, display, text};

/// Why a checkpoint cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// A file is absent.
    Missing {
        /// Its name.
        file: String,
    },
    /// A file cannot be read.
    Unreadable {
        /// Its name.
        file: String,
        /// What the operating system reported.
        why: Text,
    },
    /// A folder or a device stands where a file should be.
    NotAFile {
        /// Its name.
        file: String,
    },
    /// A file is larger than it can be.
    TooLarge {
        /// Its name.
        file: String,
        /// Its bytes.
        bytes: u64,
        /// The most that it can have.
        most: u64,
    },
    /// The content of a file differs from what was written.
    Changed {
        /// Its name.
        file: String,
    },
    /// The content of a file makes no sense, or does not fit the other files.
    Content {
        /// Its name.
        file: String,
        /// What is wrong.
        problem: Text,
    },
    /// The checkpoint has a file that no checkpoint has.
    Foreign {
        /// Its name.
        file: String,
    },
    /// The checkpoint is in the folder of another step.
    OtherStep {
        /// The file that says so.
        file: String,
        /// Its own step.
        step: u64,
    },
    /// The checkpoint was copied from another run.
    OtherRun,
    /// A newer version of charnn wrote the checkpoint.
    Newer {
        /// The format.
        format: u32,
    },
}

impl Damage {
    /// A file that makes no sense, in the words of the library that reads it.
    pub fn content(file: &str, problem: impl Into<String>) -> Self {
        Self::Content { file: file.to_owned(), problem: Text::verbatim(problem) }
    }

    pub(crate) fn missing(file: &str) -> Self {
        Self::Missing { file: file.to_owned() }
    }
}

impl Describe for Damage {
    fn describe(&self) -> Message {
        let (code, text) = match self {
            Self::Missing { file } => {
                ("checkpoint/missing-file", text!(en: "{file} is missing", zh: "缺少 {file}"))
            }
            Self::Unreadable { file, why } => (
                "checkpoint/unreadable-file",
                text!(
                    en: ("cannot read {file}: {}", why.english),
                    zh: ("无法读取 {file}：{}", why.chinese),
                ),
            ),
            Self::NotAFile { file } => {
                ("checkpoint/not-a-file", text!(en: "{file} is not a file", zh: "{file} 不是文件"))
            }
            Self::TooLarge { file, bytes, most } => (
                "checkpoint/file-too-large",
                text!(
                    en: "{file} has {bytes} bytes; at most {most} are possible",
                    zh: "{file} 有 {bytes} 字节，最多只可能有 {most} 字节"
                ),
            ),
            Self::Changed { file } => (
                "checkpoint/changed-file",
                text!(
                    en: "{file} is corrupt: its BLAKE3 checksum differs",
                    zh: "{file} 已损坏：BLAKE3 校验和不符"
                ),
            ),
            Self::Content { file, problem } => (
                "checkpoint/bad-file",
                text!(
                    en: ("{file}: {}", problem.english),
                    zh: ("{file}：{}", problem.chinese),
                ),
            ),
            Self::Foreign { file } => (
                "checkpoint/unknown-file",
                text!(
                    en: "{file:?} is not a file of a checkpoint",
                    zh: "{file:?} 不是检查点的文件"
                ),
            ),
            Self::OtherStep { file, step } => (
                "checkpoint/other-step",
                text!(
                    en: "{file} belongs to step {step}",
                    zh: "{file} 属于第 {step} 步"
                ),
            ),
            Self::OtherRun => (
                "checkpoint/other-run",
                text!(en: "it belongs to another run", zh: "它属于另一个训练记录"),
            ),
            Self::Newer { format } => (
                "checkpoint/newer-format",
                text!(
                    en: "{} has format {format}; this version reads up to {}",
                    zh: "{} 的格式为 {format}，此版本最高支持 {}",
                    manifest::NAME,
                    manifest::FORMAT
                ),
            ),
        };
        Message::new(code, text)
    }
}

display!(Damage);
