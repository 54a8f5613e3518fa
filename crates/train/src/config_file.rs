//! Configuration files on the disk: reading one, and writing a first one.

use crate::{ConfigError, Settings};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// No configuration is as long; a text that was named by mistake may be.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a TOML file. Paths in it are relative to its folder.
///
/// # Errors
/// When it cannot be read, is longer than 1 MiB or is not TOML. What is wrong with its keys and
/// values is kept for [`Settings::resolve`].
pub fn read_config(path: &Path) -> Result<Settings, ConfigError> {
    let no_config =
        |why: &str| Err(ConfigError::NoConfig { path: path.to_owned(), why: why.to_owned() });
    if path.is_dir() {
        return no_config("it is a folder; name a file in it");
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|source| {
        let missing = source.kind() == ErrorKind::NotFound;
        let remedy = if missing {
            "check the path, or write one with charnn init"
        } else {
            "check its permissions"
        };
        ConfigError::Read { path: path.to_owned(), source, remedy }
    })?;
    if bytes.len() as u64 > MOST_BYTES {
        return no_config(
            "it is longer than 1 MiB; to learn from a text, give it another extension than .toml",
        );
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Settings::parse(&name, &path.display().to_string(), &bytes, folder)
}

/// Writes `text` as the file at `path`, which must not be there, unless it may be `replaced`.
///
/// # Errors
/// When it is there, or cannot be written.
pub fn write_config(path: &Path, text: &str, replaced: bool) -> Result<(), ConfigError> {
    let mut options = OpenOptions::new();
    options.write(true);
    let options =
        if replaced { options.create(true).truncate(true) } else { options.create_new(true) };
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| {
        let remedy = match source.kind() {
            ErrorKind::AlreadyExists => "name another file, or add --force to replace it",
            ErrorKind::NotFound => "make its folder first",
            _ => "name a place that can be written",
        };
        ConfigError::Write { path: path.to_owned(), source, remedy }
    })
}
