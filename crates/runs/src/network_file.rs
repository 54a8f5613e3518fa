//! A network in a file of its own.

use charnn_bundle::{Bundle, BundleError, CONFIG_FILE, WEIGHTS_FILE};
use charnn_message::{Describe, Message, Text, shown, text};
use std::fmt;
use std::fs::File;
use std::io::{Error, ErrorKind, Read};
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

/// The largest file that is read. Every larger one is a mistake.
const MOST_BYTES: u64 = 8 << 30;

/// The file with a network that `name` stands for: `NAME.charnn.safetensors`, or the weights in a folder
/// with `config.json`, as it lies on the Hugging Face Hub.
pub fn network_file(name: &str) -> Option<PathBuf> {
    if name.strip_suffix(Bundle::EXTENSION).is_some_and(|stem| stem.ends_with('.')) {
        return Some(PathBuf::from(name));
    }
    let folder = Path::new(name);
    let weights = folder.join(WEIGHTS_FILE);
    (weights.is_file() && folder.join(CONFIG_FILE).is_file()).then_some(weights)
}

/// The bytes of a file, at most 8 GiB.
///
/// # Errors
/// When it cannot be read, is larger, or is not a file.
pub fn read_file(path: &Path) -> Result<Vec<u8>, NetworkFileError> {
    let failed = |source| NetworkFileError::Read { path: path.to_owned(), source };
    let about = path.metadata().map_err(failed)?;
    // A pipe would block, and a device may have no end.
    if !about.is_file() {
        let kind = if about.is_dir() { ErrorKind::IsADirectory } else { ErrorKind::InvalidInput };
        return Err(failed(kind.into()));
    }
    if about.len() > MOST_BYTES {
        return Err(failed(ErrorKind::FileTooLarge.into()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The network in the file at `path`.
///
/// # Errors
/// When the file cannot be read, or is not exactly what [`Bundle::to_bytes`] wrote.
pub fn read_network(path: &Path) -> Result<Bundle, NetworkFileError> {
    let bytes = read_file(path)?;
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
        let path = "a/tales.charnn.safetensors";
        assert_eq!(network_file(path), Some(path.into()));
        for other in ["charnn.safetensors", "model.safetensors", "xcharnn.safetensors", "latest"] {
            assert_eq!(network_file(other), None, "{other}");
        }
    }

    #[test]
    fn a_folder_is_known_by_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().to_string_lossy();
        std::fs::write(folder.path().join("model.safetensors"), "").unwrap();
        assert_eq!(network_file(&name), None);
        std::fs::write(folder.path().join("config.json"), "").unwrap();
        assert_eq!(network_file(&name), Some(folder.path().join("model.safetensors")));
    }

    #[test]
    fn a_file_without_end_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.charnn.safetensors");
        File::create(&path).unwrap().set_len(MOST_BYTES + 1).unwrap();
        let error = read_network(&path).unwrap_err();
        assert!(
            matches!(error, NetworkFileError::Read { source, .. } if source.kind() == ErrorKind::FileTooLarge)
        );
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
