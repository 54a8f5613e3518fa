//! Configuration files on the disk: reading one, and writing a first one.

use crate::{ConfigError, Settings};
use charnn_data::near_names;
use charnn_message::shown;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// No configuration is as long; a text that was named by mistake may be.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a TOML file. Paths in it are relative to its folder.
///
/// # Errors
/// When it cannot be read, is no file, is longer than 1 MiB or is not TOML. What is wrong with its keys and
/// values is kept for [`Settings::resolve`].
pub fn read_config(path: &Path) -> Result<Settings, ConfigError> {
    let no_config =
        |why: &str| Err(ConfigError::NoConfig { path: path.to_owned(), why: why.to_owned() });
    match std::fs::metadata(path) {
        Ok(about) if about.is_dir() => return no_config("it is a folder; name a file in it"),
        // A pipe waits, and a device may never end.
        Ok(about) if !about.is_file() => {
            return no_config("it is a pipe or a device; name a file");
        }
        _ => {}
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|source| {
        let missing = source.kind() == ErrorKind::NotFound;
        let near = if missing { near_names(path) } else { Vec::new() };
        let remedy = match (missing, &near[..]) {
            (true, []) => "check the path, or write one with charnn init".to_owned(),
            (true, near) => format!("did you mean {}?", near.join(" or ")),
            _ => "check the path and its permissions".to_owned(),
        };
        ConfigError::Read { path: path.to_owned(), source, remedy }
    })?;
    if bytes.len() as u64 > MOST_BYTES {
        return no_config(
            "it is longer than 1 MiB; to learn from a text, give it another extension than .toml",
        );
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = shown(Path::new(path.file_stem().unwrap_or_default()));
    Settings::parse(&name, &shown(path), &bytes, folder)
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
            ErrorKind::AlreadyExists => return ConfigError::Exists { path: path.to_owned() },
            ErrorKind::NotFound => "make its folder first",
            _ => "name a place that can be written",
        };
        ConfigError::Write { path: path.to_owned(), source, remedy }
    })
}
