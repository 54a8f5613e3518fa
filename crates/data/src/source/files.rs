//! Finds the files behind a name and reads their bytes.
//!
//! With `cache`, the only file of this crate that accesses the file system and standard input. Never opens
//! devices, pipes or folders, which may never end.

use crate::DataError;
use crate::source::braces::alternatives;
use charnn_message::{Text, in_a_line, text};
use charnn_text::{ByteSource, STDIN};
use std::cmp::Ordering;
use std::fs::{File, Metadata};
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, SpooledData};

/// Standard input up to this many bytes is held in memory; more goes to a temporary file.
const MOST_HELD: usize = 32 << 20;

/// Files that identify a run folder. Run folders are skipped: they are not the user's texts, and they change
/// during training.
pub const RUN_FILES: [&str; 3] = ["config.toml", "vocab.json", "checkpoints"];

/// What exists in place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFile {
    /// A folder.
    Folder,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A device, such as a terminal.
    Device,
    /// Several files instead of one.
    Several,
}

impl NoFile {
    /// Its name in English, with an article.
    pub(crate) fn describe(self) -> Text {
        match self {
            Self::Folder => text!(en: "a folder", zh: "文件夹"),
            Self::Pipe => text!(en: "a pipe", zh: "管道"),
            Self::Socket => text!(en: "a socket", zh: "套接字"),
            Self::Device => text!(en: "a device", zh: "设备"),
            Self::Several => text!(en: "several files", zh: "多个文件"),
        }
    }
}

/// The result of resolving a path.
pub(crate) enum Found {
    /// The file that was named.
    File(PathBuf),
    /// The files of a folder or a pattern, in order. Some may not be text.
    Several(Vec<PathBuf>),
}

/// What `path` names: a file, all files of a folder and its subfolders, or all that fit a
/// pattern such as `novels/*.txt` or `novels/{emma,persuasion}.txt`.
///
/// Files are ordered by name with numbers compared by value: chapter 10 follows chapter 9. Hidden files and
/// run folders ([`RUN_FILES`]) are skipped, and links to folders are not followed.
///
/// # Errors
/// When nothing has that name, or it cannot be accessed.
pub(crate) fn find(path: &Path) -> Result<Found, DataError> {
    match std::fs::metadata(path) {
        Ok(about) if about.is_dir() => {
            let mut files = Vec::new();
            walk(path, &mut files)?;
            files.sort_by(|a, b| in_order(a, b));
            Ok(Found::Several(files))
        }
        Ok(about) => check(path, &about).map(|()| Found::File(path.to_owned())),
        Err(error) => match path.to_str() {
            Some(text) if alternatives(text).is_some() => each_of(text).map(Found::Several),
            Some(text) if text.contains(['*', '?', '[']) => matching(text).map(Found::Several),
            _ => Err(unreadable(path, error)),
        },
    }
}

/// What each word of a pattern with braces names, in the order of the words.
fn each_of(pattern: &str) -> Result<Vec<PathBuf>, DataError> {
    let mut files = Vec::new();
    for word in alternatives(pattern).unwrap_or_default() {
        match find(Path::new(&word))? {
            Found::File(path) => files.push(path),
            Found::Several(paths) => files.extend(paths),
        }
    }
    Ok(files)
}

/// Bytes that can be read repeatedly from the start.
#[derive(Debug)]
pub(crate) enum Bytes {
    /// In memory.
    Held(Vec<u8>),
    /// In a file.
    At(PathBuf),
    /// Standard input that is too large for memory, in an unnamed file.
    Spooled(File),
}

impl Bytes {
    /// Reads standard input, up to one byte more than `max_bytes`.
    ///
    /// # Errors
    /// When it cannot be read, or the folder of temporary files is full.
    pub(crate) fn of_stdin(max_bytes: u64) -> Result<Self, DataError> {
        let mut spool = tempfile::spooled_tempfile(MOST_HELD);
        let mut from = BufReader::new(std::io::stdin().lock().take(max_bytes.saturating_add(1)));
        loop {
            let piece = match from.fill_buf() {
                Ok([]) => break,
                Ok(piece) => piece,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(Path::new(STDIN), error)),
            };
            let failed = |source| DataError::Output { path: tempfile::env::temp_dir(), source };
            spool.write_all(piece).map_err(failed)?;
            let length = piece.len();
            from.consume(length);
        }
        Ok(match spool.into_inner() {
            SpooledData::InMemory(cursor) => Self::Held(cursor.into_inner()),
            SpooledData::OnDisk(file) => Self::Spooled(file),
        })
    }
}

impl ByteSource for Bytes {
    fn length(&self) -> Option<u64> {
        match self {
            Self::Held(bytes) => Some(bytes.len() as u64),
            Self::At(path) => std::fs::metadata(path).ok().map(|about| about.len()),
            Self::Spooled(file) => file.metadata().ok().map(|about| about.len()),
        }
    }

    fn open(&self) -> std::io::Result<Box<dyn Read + '_>> {
        match self {
            Self::Held(bytes) => Ok(Box::new(&bytes[..])),
            Self::At(path) => {
                // The file may have become a pipe since it was found, which would block.
                if !std::fs::metadata(path)?.is_file() {
                    return Err(std::io::Error::other("it is not a file any more"));
                }
                Ok(Box::new(File::open(path)?))
            }
            Self::Spooled(file) => {
                let mut file = file;
                file.rewind()?;
                Ok(Box::new(file))
            }
        }
    }
}

/// A new file in `folder`, to be renamed into place. It gets the usual permissions of a new file; those of
/// `tempfile` exclude other users.
///
/// # Errors
/// When it cannot be created.
pub(crate) fn temporary(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tmp-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666)); // less the umask
    }
    builder.tempfile_in(folder)
}

/// Free bytes on the disk of `folder`, which need not exist yet; `None` if unknown.
pub fn free_space(folder: &Path) -> Option<u64> {
    let folder = std::path::absolute(folder).ok()?;
    fs4::available_space(folder.ancestors().find(|folder| folder.exists())?).ok()
}

/// Rejects anything but files and folders: it may never end, or block.
fn check(path: &Path, about: &Metadata) -> Result<(), DataError> {
    if about.is_file() {
        return Ok(());
    }
    #[cfg(unix)]
    let what = {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = about.file_type();
        match () {
            () if about.is_dir() => NoFile::Folder,
            () if kind.is_fifo() => NoFile::Pipe,
            () if kind.is_socket() => NoFile::Socket,
            () => NoFile::Device,
        }
    };
    #[cfg(not(unix))]
    let what = if about.is_dir() { NoFile::Folder } else { NoFile::Device };
    Err(DataError::NotAFile { path: path.to_owned(), what })
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), DataError> {
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| unreadable(&path, error))?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if kind.is_dir() {
            if !is_run(&path) {
                walk(&path, files)?;
            }
        } else if std::fs::metadata(&path).is_ok_and(|about| about.is_file()) {
            files.push(path); // also by a link
        }
    }
    Ok(())
}

fn is_run(folder: &Path) -> bool {
    RUN_FILES.iter().all(|name| folder.join(name).exists())
}

fn matching(pattern: &str) -> Result<Vec<PathBuf>, DataError> {
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let found = glob::glob_with(pattern, options).map_err(|error| DataError::BadPattern {
        pattern: pattern.to_owned(),
        problem: error.msg,
    })?;
    let mut files = Vec::new();
    for path in found {
        let path = path.map_err(|error| {
            let folder = error.path().to_owned();
            unreadable(&folder, error.into())
        })?;
        if path.is_file() && !path.ancestors().skip(1).any(is_run) {
            files.push(path);
        }
    }
    files.sort_by(|a, b| in_order(a, b));
    if files.is_empty() {
        return Err(DataError::NoMatch { pattern: pattern.to_owned() });
    }
    Ok(files)
}

fn unreadable(path: &Path, source: std::io::Error) -> DataError {
    let near = match source.kind() {
        std::io::ErrorKind::NotFound => near_names(path),
        _ => Vec::new(),
    };
    DataError::Read { path: path.to_owned(), source, near }
}

/// Names in the same folder similar to the missing one, the most similar first.
pub fn near_names(path: &Path) -> Vec<String> {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy().to_lowercase()) else {
        return Vec::new();
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return Vec::new();
    };
    // A name that is not UTF-8 cannot be typed as it is shown.
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let likeness = |other: &String| strsim::jaro_winkler(&name, &other.to_lowercase());
    let mut near: Vec<(f64, String)> = names
        .map(|other| (likeness(&other), other))
        .filter(|(likeness, other)| *likeness > 0.8 && !path.ends_with(other))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    near.into_iter().take(3).map(|(_, name)| in_a_line(&name)).collect()
}

/// Compares names, with numbers by value.
fn in_order(a: &Path, b: &Path) -> Ordering {
    let (a, b) = (a.to_string_lossy(), b.to_string_lossy());
    natural(&a, &b).then_with(|| a.cmp(&b))
}

fn natural(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else {
            return a.len().cmp(&b.len());
        };
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (x, y) = (number(&mut a), number(&mut b));
            x.len().cmp(&y.len()).then_with(|| x.cmp(y))
        } else {
            (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
            // Subfolders are sorted by their names too.
            let key = |c: char| if std::path::is_separator(c) { '\0' } else { c };
            key(x).cmp(&key(y))
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Splits off the digits at the start of `text`, without leading zeros.
fn number<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_their_numbers() {
        let mut names =
            ["b/1", "ch10", "ch9", "ch09a", "a", "ch9b", "第2回", "第10回", "a/x", "ab"];
        names.sort_by(|a, b| in_order(Path::new(a), Path::new(b)));
        assert_eq!(
            names,
            ["a", "a/x", "ab", "b/1", "ch9", "ch09a", "ch9b", "ch10", "第2回", "第10回"]
        );
    }
}
