//! A corpus: one text and where it came from.
//!
//! The only file of this crate that opens files. A byte order mark is dropped and every line
//! ends in LF, so that a text gives the same characters whatever system it was saved on.

use crate::DataError;
use std::fmt;
use std::path::{Path, PathBuf};

/// The texts that travel inside the program: name and content.
pub const BUILTIN: [(&str, &str); 2] = [
    ("tales", include_str!("../../../data/tales.txt")),
    ("tales-zh", include_str!("../../../data/tales-zh.txt")),
];

/// Where a corpus is found: a file, or a text inside the program (`builtin:NAME`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A path on disk.
    File(PathBuf),
    /// The name of one of [`BUILTIN`].
    Builtin(String),
}

impl Source {
    /// Reads `builtin:NAME` as a built-in text and everything else as a path.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix("builtin:") {
            Some(name) => Self::Builtin(name.to_owned()),
            None => Self::File(PathBuf::from(text)),
        }
    }

    /// The source as seen from `base`: a relative path is joined to it.
    #[must_use]
    pub fn relative_to(self, base: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(base.join(path)),
            Self::Builtin(_) => self,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "{}", path.display()),
            Self::Builtin(name) => write!(out, "builtin:{name}"),
        }
    }
}

/// One text, decoded, with LF newlines and no byte order mark.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// What to call the corpus in messages.
    pub name: String,
    /// The characters. Never empty.
    pub text: String,
}

impl Corpus {
    /// Reads the corpus that `source` names.
    ///
    /// # Errors
    /// When there is no such text, it cannot be read, is not UTF-8, or is empty.
    pub fn read(source: &Source) -> Result<Self, DataError> {
        match source {
            Source::File(path) => {
                if path.is_dir() {
                    return Err(DataError::Folder { path: path.clone() });
                }
                let bytes = std::fs::read(path)
                    .map_err(|source| DataError::Read { path: path.clone(), source })?;
                Self::from_bytes(path.display().to_string(), &bytes)
            }
            Source::Builtin(name) => {
                let text = BUILTIN.iter().find(|(known, _)| known == name);
                let Some((_, text)) = text else {
                    let known = BUILTIN.map(|(known, _)| known).join(", ");
                    return Err(DataError::UnknownBuiltin { name: name.clone(), known });
                };
                Self::from_bytes(source.to_string(), text.as_bytes())
            }
        }
    }

    /// BLAKE3 of the text as UTF-8, as hexadecimal.
    pub fn fingerprint(&self) -> String {
        blake3::hash(self.text.as_bytes()).to_hex().to_string()
    }

    /// Decodes UTF-8 `bytes` into a corpus called `name`.
    ///
    /// # Errors
    /// When the bytes are not UTF-8 or hold no character.
    pub fn from_bytes(name: String, bytes: &[u8]) -> Result<Self, DataError> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let offset = error.valid_up_to();
            let line = 1 + bytes[..offset].iter().filter(|&&byte| byte == b'\n').count();
            DataError::NotUtf8 { name: name.clone(), byte: bytes[offset], offset, line }
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if text.is_empty() {
            return Err(DataError::Empty { name });
        }
        Ok(Self { name, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, String> {
        Corpus::from_bytes("novel.txt".into(), bytes)
            .map(|corpus| corpus.text)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn byte_order_mark_and_carriage_returns_are_dropped() {
        assert_eq!(read(b"\xef\xbb\xbfone\r\ntwo\rthree\n").unwrap(), "one\ntwo\nthree\n");
    }

    #[test]
    fn bad_utf8_is_named_with_offset_and_line() {
        let message = read(b"first\nsec\xb5nd").unwrap_err();
        assert!(message.contains("0xb5 at offset 9 (line 2)"), "{message}");
    }

    #[test]
    fn nothing_but_a_byte_order_mark_is_empty() {
        assert!(read(b"\xef\xbb\xbf").unwrap_err().contains("novel.txt is empty"));
    }

    #[test]
    fn built_in_texts_are_found_by_name_only() {
        for (name, _) in BUILTIN {
            assert!(
                !Corpus::read(&Source::parse(&format!("builtin:{name}"))).unwrap().text.is_empty()
            );
        }
        let error = Corpus::read(&Source::parse("builtin:tails")).unwrap_err().to_string();
        assert!(error.contains("\"tails\"") && error.contains("tales, tales-zh"), "{error}");
    }
}
