//! Gathers the files behind the names that a user gave, each surveyed once.

use crate::source::files::{self, Bytes, Found};
use crate::source::skipped::Skipped;
use crate::{DataError, NoFile, parallel};
use charnn_message::shown;
use charnn_text::{Content, ReadOptions, STDIN, Source, Survey, TextError, builtin};
use std::path::{Path, PathBuf};

/// A file to read.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) content: Content,
    pub(crate) survey: Survey,
    /// Whether it is a built-in text, which is always UTF-8.
    pub(crate) builtin: bool,
    /// The index of its source.
    pub(crate) source: usize,
    /// Whether it was found in a folder or by a pattern. Then it is skipped if it is not text.
    pub(crate) found: bool,
}

impl File {
    /// How to read it.
    pub(crate) fn options(&self, options: &ReadOptions) -> ReadOptions {
        let encoding = if self.builtin { None } else { options.encoding };
        ReadOptions { encoding, ..options.clone() }
    }
}

/// How far the reading of a folder or pattern is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadProgress {
    /// Files that were looked at.
    pub done: usize,
    /// Files of the folder or pattern.
    pub of: usize,
    /// Bytes of all texts so far.
    pub bytes: u64,
}

/// The files of a corpus.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) files: Vec<File>,
    /// Files that are not text, with the reason.
    pub(crate) skipped: Vec<Skipped>,
    /// Bytes of all files.
    held: u64,
}

/// Number of files that are surveyed at once.
const AT_ONCE: usize = 64;
/// Small files are held in memory until they have this many bytes together.
const MOST_HELD: u64 = 32 << 20;

/// All files that `sources` name, in order.
///
/// # Errors
/// When a file does not exist, cannot be read or is not text.
pub(crate) fn gather(
    sources: &[Source],
    options: &ReadOptions,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Gathered, DataError> {
    let mut gathered = Gathered::default();
    for (index, source) in sources.iter().enumerate() {
        let left = gathered.left(options.max_bytes);
        match source {
            Source::Builtin(name) => {
                let bytes = Bytes::Held(builtin(name)?.as_bytes().to_vec());
                let content = Content::new(source.to_string(), bytes, options.max_bytes)?;
                gathered.add(content, index, true)?;
            }
            Source::Stdin => {
                let content = stdin(left)?;
                gathered.add(content, index, false)?;
            }
            Source::File(path) => match files::find(path)? {
                Found::File(path) => {
                    let content = file(&path, left)?;
                    gathered.add(content, index, false)?;
                }
                Found::Several(paths) => {
                    let (of, mut done) = (paths.len(), 0);
                    for batch in paths.chunks(AT_ONCE) {
                        let left = gathered.left(options.max_bytes);
                        for surveyed in parallel::map(batch, |path| surveyed(file(path, left)?)) {
                            let added = surveyed
                                .and_then(|found| gathered.add_found(found, index, options))
                                .map_err(|error| of_all(error, source, options));
                            if let Err(error) = added {
                                gathered.skipped.push(Skipped::for_reason(error, 0)?);
                            }
                            done += 1;
                            progress(ReadProgress { done, of, bytes: gathered.held });
                        }
                    }
                }
            },
        }
    }
    Ok(gathered)
}

/// Adapts `error` to a file among several: the limit applies to all together.
fn of_all(error: DataError, source: &Source, options: &ReadOptions) -> DataError {
    match error {
        DataError::Text(TextError::TooLarge { .. }) => {
            TextError::TooLarge { name: source.to_string(), max_bytes: options.max_bytes }.into()
        }
        error => error,
    }
}

/// The single file that `source` names.
///
/// # Errors
/// When it cannot be read, or is a folder or pattern.
pub(crate) fn one(source: &Source, options: &ReadOptions) -> Result<Content, DataError> {
    match source {
        Source::Stdin => stdin(options.max_bytes),
        Source::File(path) => match files::find(path)? {
            Found::File(path) => file(&path, options.max_bytes),
            Found::Several(_) => {
                let path = PathBuf::from(path);
                Err(DataError::NotAFile { path, what: NoFile::Several })
            }
        },
        Source::Builtin(name) => {
            let bytes = Bytes::Held(builtin(name)?.as_bytes().to_vec());
            Ok(Content::new(source.to_string(), bytes, options.max_bytes)?)
        }
    }
}

impl Gathered {
    /// Bytes left of the limit for all files together.
    fn left(&self, max_bytes: u64) -> u64 {
        max_bytes.saturating_sub(self.held)
    }

    fn add(&mut self, content: Content, source: usize, builtin: bool) -> Result<(), DataError> {
        let (content, survey) = surveyed(content)?;
        self.push(File { content, survey, builtin, source, found: false });
        Ok(())
    }

    /// Adds a file of a folder or pattern.
    ///
    /// # Errors
    /// When all files together are too large.
    fn add_found(
        &mut self,
        (content, survey): (Content, Survey),
        source: usize,
        options: &ReadOptions,
    ) -> Result<(), DataError> {
        if survey.bytes > self.left(options.max_bytes) {
            let (name, max_bytes) = (content.name, options.max_bytes);
            return Err(TextError::TooLarge { name, max_bytes }.into());
        }
        self.push(File { content, survey, builtin: false, source, found: true });
        Ok(())
    }

    fn push(&mut self, mut file: File) {
        self.held += file.survey.bytes;
        if self.held > MOST_HELD {
            file.content.release();
        }
        self.files.push(file);
    }
}

fn surveyed(content: Content) -> Result<(Content, Survey), DataError> {
    let survey = Survey::of(&content)?;
    Ok((content, survey))
}

fn file(path: &Path, max_bytes: u64) -> Result<Content, DataError> {
    Ok(Content::new(shown(path), Bytes::At(path.to_owned()), max_bytes)?)
}

fn stdin(max_bytes: u64) -> Result<Content, DataError> {
    Ok(Content::new(STDIN.into(), Bytes::of_stdin(max_bytes)?, max_bytes)?)
}
