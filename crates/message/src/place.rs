//! Where a problem is.

use serde::Serialize;

/// The object a message is about, as precisely as its creator knows it. Lines and columns count from
/// 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Place {
    /// A file, an environment variable or an argument of the command line.
    pub source: String,
    /// The line in that file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in that line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The byte in that file, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byte: Option<u64>,
    /// The text there, to be drawn with a caret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<Excerpt>,
}

/// A line of a file with the stretch that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// The whole line.
    pub text: String,
    /// Characters before the stretch.
    pub start: usize,
    /// Characters of the stretch.
    pub length: usize,
}

impl Place {
    /// A file, variable or argument as a whole.
    pub fn source(source: impl Into<String>) -> Self {
        Self { source: source.into(), ..Self::default() }
    }

    /// A line of a file.
    pub fn line(source: impl Into<String>, line: usize) -> Self {
        Self { line: Some(line), ..Self::source(source) }
    }
}
