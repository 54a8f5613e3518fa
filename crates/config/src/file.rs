//! Configuration files on disk. The only file of this crate that opens files.

use crate::keys::nearest;
use crate::{ConfigError, NotAConfig, Settings};
use charnn_message::shown;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// Configurations are shorter. A text that was named by mistake may be longer.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a TOML file. Paths in it are relative to its folder.
///
/// # Errors
/// When it cannot be read, is not a file, is longer than 1 MiB, or is not TOML. Problems with keys and
/// values are reported by [`Settings::resolve`].
pub fn read_config(path: &Path) -> Result<Settings, ConfigError> {
    let not_a_config = |what| Err(ConfigError::NotAConfig { path: path.to_owned(), what });
    match std::fs::metadata(path) {
        Ok(about) if about.is_dir() => return not_a_config(NotAConfig::Folder),
        // A pipe waits, and a device may never end.
        Ok(about) if !about.is_file() => return not_a_config(NotAConfig::SpecialFile),
        _ => {}
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|source| {
        let missing = source.kind() == ErrorKind::NotFound;
        let near = if missing { near_names(path) } else { Vec::new() };
        ConfigError::Read { path: path.to_owned(), source, near }
    })?;
    if bytes.len() as u64 > MOST_BYTES {
        return not_a_config(NotAConfig::TooLong);
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = shown(Path::new(path.file_stem().unwrap_or_default()));
    Settings::parse(&name, &shown(path), &bytes, folder)
}

/// Writes `text` as the file at `path`, which must not exist unless `replace` is set.
///
/// # Errors
/// When it exists or cannot be written.
pub fn write_config(path: &Path, text: &str, replace: bool) -> Result<(), ConfigError> {
    let mut options = OpenOptions::new();
    options.write(true);
    let options =
        if replace { options.create(true).truncate(true) } else { options.create_new(true) };
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => ConfigError::Exists { path: path.to_owned() },
        _ => ConfigError::Write { path: path.to_owned(), source },
    })
}

/// The file beside `path` with the most similar name.
fn near_names(path: &Path) -> Vec<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let near = nearest(&name, names.iter().map(String::as_str));
    near.map(|near| shown(Path::new(near))).into_iter().collect()
}
