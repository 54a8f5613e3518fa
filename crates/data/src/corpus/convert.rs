//! Converts a text to another encoding.
//!
//! The text is read once for checking and once for writing: a text that cannot be converted leaves no
//! partial output, and no text is held in memory as a whole.

use crate::DataError;
use crate::source::files;
use crate::source::gather;
use charnn_text::{
    Among, Content, Counts, Decoded, Encoding, ReadOptions, Reading, Source, Survey, TextError,
    decode, walk,
};
use std::io::{BufWriter, Error, ErrorKind, Write};
use std::path::Path;

/// How many missing characters an error lists.
const NAMED: usize = 5;

/// A text that can be written in another encoding.
#[derive(Debug)]
pub struct Conversion {
    content: Content,
    survey: Survey,
    options: ReadOptions,
    to: Encoding,
    reading: Reading,
}

impl Conversion {
    /// Reads the single text that `source` names, for conversion to `to`.
    ///
    /// # Errors
    /// When it cannot be read, training would reject it, or it has characters that `to` lacks.
    pub fn new(source: &Source, options: &ReadOptions, to: Encoding) -> Result<Self, DataError> {
        let content = gather::one(source, options)?;
        let survey = Survey::of(&content)?;
        let mut counts = Counts::default();
        let Decoded { reading, problem } =
            decode(&content, &survey, options, Among::Alone, &mut |piece| counts.add(piece))?;
        if let Some(problem) = problem {
            return Err(problem.into());
        }
        let mut lacking = counts.iter().filter(|&(found, _)| !to.has(found)).collect::<Vec<_>>();
        if !lacking.is_empty() {
            let (name, distinct) = (content.name, lacking.len());
            let count = lacking.iter().map(|(_, count)| count).sum();
            lacking.truncate(NAMED);
            return Err(TextError::Unmappable { name, to, count, distinct, first: lacking }.into());
        }
        Ok(Self { content, survey, options: options.clone(), to, reading })
    }

    /// How the text was read.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Writes the text. UTF-16 begins with its byte order mark.
    ///
    /// # Errors
    /// When writing to `out`, called `name` in messages, fails, or the text has changed.
    pub fn write(&self, name: &Path, out: &mut dyn Write) -> Result<(), DataError> {
        let mut written = Ok(());
        let mut put = |piece: &str| {
            if written.is_ok() {
                written = out.write_all(&self.to.encode(piece));
            }
        };
        if self.to.is_utf16() {
            put("\u{FEFF}");
        }
        let Self { content, survey, options, reading, .. } = self;
        walk(content, survey, reading.encoding, options, &mut put)?;
        written.and_then(|()| out.flush()).map_err(|source| failed(name, source))
    }

    /// Writes the text to a file atomically. An existing file is replaced only with `force`.
    ///
    /// # Errors
    /// As [`Conversion::write`], and when the file exists and `force` is not set.
    pub fn save(&self, path: &Path, force: bool) -> Result<(), DataError> {
        let exists = || DataError::OutputExists { path: path.to_owned() };
        if path.exists() && !force {
            return Err(exists());
        }
        if path.is_dir() {
            return Err(failed(path, Error::from(ErrorKind::IsADirectory)));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = files::temporary(folder.unwrap_or(Path::new(".")));
        // The message of `tempfile` contains a temporary name.
        let file = file.map_err(|source| failed(path, source.kind().into()))?;
        let mut out = BufWriter::new(file);
        self.write(path, &mut out)?;
        let file = out.into_inner().map_err(|error| failed(path, error.into_error()))?;
        file.as_file().sync_all().map_err(|source| failed(path, source))?;
        let kept = if force { file.persist(path) } else { file.persist_noclobber(path) };
        match kept {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(exists()),
            Err(error) => Err(failed(path, error.error)),
        }
    }
}

fn failed(path: &Path, source: Error) -> DataError {
    DataError::Output { path: path.to_owned(), source }
}
