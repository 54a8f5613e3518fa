//! Sources of texts: the names that a user may give.
//!
//! Opens nothing.

use charnn_message::{Text, shown, text};
use std::fmt;
use std::path::{Path, PathBuf};

/// The name of standard input.
pub const STDIN: &str = "standard input";

/// The name of a text in both languages.
pub(crate) fn named(name: &str) -> Text {
    if name == STDIN { text!(en: "{STDIN}", zh: "标准输入") } else { Text::verbatim(name) }
}

/// A source of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, a folder of them, or a pattern such as `novels/*.txt`.
    File(PathBuf),
    /// The name of one of [`BUILTIN`](crate::BUILTIN) (`builtin:NAME`).
    Builtin(String),
    /// Standard input (`-`).
    Stdin,
}

impl Source {
    /// Reads `builtin:NAME` as a built-in text, `-` as standard input and everything else as a
    /// path.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix("builtin:") {
            Some(name) => Self::Builtin(name.to_owned()),
            None if text == "-" => Self::Stdin,
            None => Self::File(PathBuf::from(text)),
        }
    }

    /// [`Source::parse`] for a name that may not be UTF-8.
    pub fn named(name: &Path) -> Self {
        name.to_str().map_or_else(|| Self::File(name.to_owned()), Self::parse)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => out.write_str(&shown(path)),
            Self::Builtin(name) => write!(out, "builtin:{name}"),
            Self::Stdin => write!(out, "-"),
        }
    }
}
