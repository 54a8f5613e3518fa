//! What can be wrong with a configuration as a whole.

use charnn_message::shown;
use charnn_message::{Describe, Message, Text, text};
use std::fmt;
use std::io;
use std::path::PathBuf;

/// The most problems that are reported at once.
pub(crate) const MOST_PROBLEMS: usize = 20;

/// A configuration that cannot be read, written or used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
        /// Files with a similar name beside it.
        near: Vec<String>,
    },
    /// The file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file to write exists.
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The path is not that of a configuration.
    NotAConfig {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        what: NotAConfig,
    },
    /// Everything that is wrong with the keys and values.
    Problems(Vec<Message>),
}

/// What a path is that is not a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAConfig {
    /// A folder.
    Folder,
    /// A pipe or a device.
    SpecialFile,
    /// A file of more than 1 MiB.
    TooLong,
    /// A file of another format, by its name.
    NotToml,
}

impl ConfigError {
    /// All messages: one, or one for each problem.
    pub fn messages(&self) -> Vec<Message> {
        match self {
            Self::Problems(problems) if problems.len() >= MOST_PROBLEMS => {
                let more = text!(
                    en: "these are the first {MOST_PROBLEMS} problems; there may be more",
                    zh: "以上是前 {MOST_PROBLEMS} 个问题，可能还有更多"
                );
                let more = Message::new("config/more-problems", more);
                problems.iter().cloned().chain([more]).collect()
            }
            Self::Problems(problems) => problems.clone(),
            other => vec![other.describe()],
        }
    }
}

impl Describe for ConfigError {
    /// The message, or the first of several.
    fn describe(&self) -> Message {
        match self {
            Self::Read { path, source, near } => {
                let (path, why) = (shown(path), Text::from(source));
                let message = Message::new(
                    "config/cannot-read",
                    text!(
                        en: ("cannot read the configuration {path}: {}", why.english),
                        zh: ("无法读取配置文件 {path}：{}", why.chinese),
                    ),
                );
                if near.is_empty() {
                    message.hint(text!(
                        en: "check the path and its permissions",
                        zh: "请检查路径和权限"
                    ))
                } else {
                    let (or, zh) = (near.join(" or "), near.join(" 或 "));
                    message.hint(text!(en: "did you mean {or}?", zh: "是不是想写 {zh}？"))
                }
            }
            Self::Write { path, source } => {
                let (path, why) = (shown(path), Text::from(source));
                let message = Message::new(
                    "config/cannot-write",
                    text!(
                        en: ("cannot write the configuration {path}: {}", why.english),
                        zh: ("无法写入配置文件 {path}：{}", why.chinese),
                    ),
                );
                message.hint(if source.kind() == io::ErrorKind::NotFound {
                    text!(en: "create its folder first", zh: "请先创建所在的文件夹")
                } else {
                    text!(en: "choose a writable folder", zh: "请换一个可以写入的文件夹")
                })
            }
            Self::Exists { path } => {
                let path = shown(path);
                Message::new(
                    "config/exists",
                    text!(en: "{path} already exists", zh: "{path} 已存在"),
                )
                .hint(text!(en: "choose another name", zh: "请换一个文件名"))
            }
            Self::NotAConfig { path, what } => {
                let path = shown(path);
                let (message, hint) = match what {
                    NotAConfig::Folder => (
                        text!(en: "{path} is a folder, not a configuration", zh: "{path} 是文件夹，不是配置文件"),
                        text!(en: "choose a file in it", zh: "请指定其中的文件"),
                    ),
                    NotAConfig::SpecialFile => (
                        text!(
                            en: "{path} is a pipe or a device, not a configuration",
                            zh: "{path} 是管道或设备，不是配置文件"
                        ),
                        text!(en: "choose a file", zh: "请指定一个文件"),
                    ),
                    NotAConfig::TooLong => (
                        text!(
                            en: "{path} is longer than 1 MiB, too long for a configuration",
                            zh: "{path} 超过 1 MiB，不可能是配置文件"
                        ),
                        text!(
                            en: "if it is a text, give it another extension than .toml",
                            zh: "如果它是训练文本，请改用 .toml 以外的扩展名"
                        ),
                    ),
                    NotAConfig::NotToml => (
                        text!(en: "{path} is not a TOML file", zh: "{path} 不是 TOML 文件"),
                        text!(
                            en: "configuration names end in .toml",
                            zh: "配置文件名应以 .toml 结尾"
                        ),
                    ),
                };
                Message::new("config/not-a-config", message).hint(hint)
            }
            Self::Problems(problems) => problems.first().cloned().unwrap_or_else(|| {
                Message::new("config/no-problem", text!(en: "no problem", zh: "没有问题"))
            }),
        }
    }
}

impl fmt::Display for ConfigError {
    /// The messages with their places and hints, a line each.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages = self.messages();
        for (at, message) in messages.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            if let Some(place) = &message.place {
                write!(out, "{}", place.source)?;
                for number in [place.line, place.column].into_iter().flatten() {
                    write!(out, ":{number}")?;
                }
                write!(out, ": ")?;
            }
            write!(out, "{message}")?;
            for hint in &message.hints {
                write!(out, "; {}", hint.english)?;
            }
        }
        Ok(())
    }
}
