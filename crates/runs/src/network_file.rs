//! A network in a file of its own.

use charnn_bundle::{Bundle, BundleError};
use charnn_message::{Describe, Message, Text, shown, text};
use std::fmt;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// A file that cannot be used as a network.
#[derive(Debug, thiserror::Error)]
pub enum NetworkFileError {
    /// The file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system reported.
        source: Error,
    },
    /// The file is not a network, or is damaged.
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: BundleError,
    },
}

/// Whether `name` is that of a file with a network: `NAME.charnn.safetensors`.
pub fn is_network_file(name: &str) -> bool {
    name.strip_suffix(Bundle::EXTENSION).is_some_and(|stem| stem.ends_with('.'))
}

/// The network in the file at `path`.
///
/// # Errors
/// When the file cannot be read, or is not exactly what [`Bundle::to_bytes`] wrote.
pub fn read_network(path: &Path) -> Result<Bundle, NetworkFileError> {
    let failed = |source| NetworkFileError::Read { path: path.to_owned(), source };
    // A pipe would block, and a device may have no end.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(failed(ErrorKind::InvalidInput.into()));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    Bundle::from_bytes(&bytes)
        .map_err(|source| NetworkFileError::Content { path: path.to_owned(), source })
}

impl Describe for NetworkFileError {
    fn describe(&self) -> Message {
        match self {
            Self::Read { path, source } => {
                let (path, why) = (shown(path), Text::from(source));
                Message::new(
                    "network/read",
                    text!(
                        en: ("cannot read {path}: {}", why.english),
                        zh: ("无法读取 {path}：{}", why.chinese),
                    ),
                )
            }
            Self::Content { path, source } => {
                let (path, Message { message, hints, code, .. }) = (shown(path), source.describe());
                let message = text!(
                    en: ("{path}: {}", message.english),
                    zh: ("{path}：{}", message.chinese),
                );
                Message { hints, ..Message::new(code, message) }
            }
        }
    }
}

impl fmt::Display for NetworkFileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(out)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn a_file_is_known_by_the_end_of_its_name() {
        assert!(is_network_file("a/tales.charnn.safetensors"));
        for other in ["charnn.safetensors", "model.safetensors", "xcharnn.safetensors", "latest"] {
            assert!(!is_network_file(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_network_is_an_error_with_the_name_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.charnn.safetensors");
        assert!(matches!(read_network(&path), Err(NetworkFileError::Read { .. })));
        std::fs::write(&path, "not a network").unwrap();
        let error = read_network(&path).unwrap_err();
        assert!(error.to_string().contains("x.charnn.safetensors"), "{error}");
        assert!(matches!(read_network(folder.path()), Err(NetworkFileError::Read { .. })));
    }
}
