//! Sources of texts: the names that a user may give.
//!
//! Opens nothing.

use crate::TextError;
use charnn_message::{Text, shown, text};
use std::fmt;
use std::path::{Path, PathBuf};

/// The built-in texts: name and content.
pub const BUILTIN: [(&str, &str); 2] = [
    ("tales", include_str!("../../../data/tales.txt")),
    ("tales-zh", include_str!("../../../data/tales-zh.txt")),
];

/// The built-in text called `name`.
///
/// # Errors
/// When no built-in text has that name.
pub fn builtin(name: &str) -> Result<&'static str, TextError> {
    let text = BUILTIN.iter().find(|(known, _)| *known == name);
    text.map(|(_, text)| *text).ok_or_else(|| TextError::UnknownBuiltin {
        name: name.to_owned(),
        known: BUILTIN.map(|(known, _)| known).join(", "),
    })
}

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
    /// The name of one of [`BUILTIN`] (`builtin:NAME`).
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

    /// The source relative to `base`: a relative path is joined to it.
    #[must_use]
    pub fn relative_to(self, base: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(base.join(path)),
            Self::Builtin(_) | Self::Stdin => self,
        }
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
