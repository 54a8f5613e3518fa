//! A corpus: the text of one or several files, and how each was read.
//!
//! Every file is decoded on its own. A byte order mark is dropped and every line ends in LF, so
//! that a text gives the same characters whatever system it was saved on.

use crate::clean::Changes;
use crate::decode::decode;
use crate::detect::Decision;
use crate::files::{self, Found};
use crate::source::builtin;
use crate::{DataError, Encoding, OnMalformed, ReadOptions, Reading, Source};
use std::path::Path;

/// A text: decoded, with LF newlines and no byte order mark.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// What to call the corpus in messages.
    pub name: String,
    /// The characters of all documents, one after the other. Never empty.
    pub text: String,
    /// The files that the text was read from, in its order. Never empty.
    pub documents: Vec<Document>,
    /// Files of a folder or pattern that are no text, each with the reason.
    pub skipped: Vec<String>,
}

/// One file of a corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// How many characters of the corpus stand before it.
    pub start: usize,
    /// How many characters it has in the corpus. A line end is added to a document that another
    /// one follows, if it has none.
    pub characters: usize,
    /// How it was read.
    pub reading: Reading,
}

impl Corpus {
    /// Reads the corpus that `source` names, as [`ReadOptions::default`] says.
    ///
    /// # Errors
    /// As [`Corpus::read_with`].
    pub fn read(source: &Source) -> Result<Self, DataError> {
        Self::read_with(source, &ReadOptions::default())
    }

    /// Reads the corpus that `source` names.
    ///
    /// # Errors
    /// When there is no such text, it cannot be read, it is no text, its encoding cannot be told
    /// or is damaged, or it is empty.
    pub fn read_with(source: &Source, options: &ReadOptions) -> Result<Self, DataError> {
        Self::read_all(std::slice::from_ref(source), options)
    }

    /// Reads several sources as one corpus.
    ///
    /// # Errors
    /// As [`Corpus::read_with`], for any of them. In a folder or pattern, files that are no text
    /// are left out instead and listed in [`Corpus::skipped`].
    ///
    /// # Panics
    /// When there are no sources.
    pub fn read_all(sources: &[Source], options: &ReadOptions) -> Result<Self, DataError> {
        assert!(!sources.is_empty(), "no sources");
        let name = match sources {
            [source] => source.to_string(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
            [] => String::new(),
        };
        let mut corpus = Self { name, text: String::new(), documents: vec![], skipped: vec![] };
        // The limit is for all files together.
        let mut options = options.clone();
        for source in sources {
            corpus.add(source, &mut options)?;
        }
        Ok(corpus)
    }

    /// Decodes `bytes` into a corpus called `name`, as [`ReadOptions::default`] says.
    ///
    /// # Errors
    /// As [`Corpus::from_bytes_with`].
    pub fn from_bytes(name: String, bytes: &[u8]) -> Result<Self, DataError> {
        Self::from_bytes_with(name, bytes, &ReadOptions::default())
    }

    /// Decodes `bytes` into a corpus called `name`.
    ///
    /// # Errors
    /// When they are no text, their encoding cannot be told or is damaged, or they hold no
    /// character.
    pub fn from_bytes_with(
        name: String,
        bytes: &[u8],
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let (text, reading) = decode(&name, bytes, options)?;
        Ok(Self::of_document(name, text, reading))
    }

    /// A corpus of a text that is there already, taken as it is.
    pub fn from_text(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, text) = (name.into(), text.into());
        let reading = Reading {
            name: name.clone(),
            bytes: text.len() as u64,
            unpacked: false,
            encoding: Encoding::UTF_8,
            decision: Decision::ValidUtf8,
            on_malformed: OnMalformed::default(),
            characters: text.chars().count() as u64,
            changes: Changes::default(),
        };
        Self::of_document(name, text, reading)
    }

    fn of_document(name: String, text: String, reading: Reading) -> Self {
        let characters = text.chars().count();
        let documents = vec![Document { start: 0, characters, reading }];
        Self { name, text, documents, skipped: Vec::new() }
    }

    fn add(&mut self, source: &Source, options: &mut ReadOptions) -> Result<(), DataError> {
        match source {
            Source::Builtin(name) => {
                let text = builtin(name)?;
                // They are UTF-8, whatever is asked of the files beside them.
                let utf8 = ReadOptions { encoding: None, ..options.clone() };
                self.append(decode(&source.to_string(), text.as_bytes(), &utf8)?);
                Ok(())
            }
            Source::Stdin => {
                let bytes = files::read_stdin(options.max_bytes)?;
                self.append(decode("standard input", &bytes, options)?);
                Ok(())
            }
            Source::File(path) => match files::find(path)? {
                Found::File(path) => self.add_file(&path, options),
                Found::Several(paths) => self.add_texts(source, &paths, options),
            },
        }
    }

    /// BLAKE3 of the text as UTF-8, as hexadecimal.
    pub fn fingerprint(&self) -> String {
        blake3::hash(self.text.as_bytes()).to_hex().to_string()
    }

    fn add_file(&mut self, path: &Path, options: &mut ReadOptions) -> Result<(), DataError> {
        let bytes = files::read(path, options.max_bytes)?;
        let decoded = decode(&path.display().to_string(), &bytes, options)?;
        options.max_bytes = options.max_bytes.saturating_sub(decoded.1.bytes);
        self.append(decoded);
        Ok(())
    }

    /// Adds those of the files that are texts.
    fn add_texts(
        &mut self,
        source: &Source,
        paths: &[impl AsRef<Path>],
        options: &mut ReadOptions,
    ) -> Result<(), DataError> {
        let before = self.documents.len();
        for path in paths {
            match self.add_file(path.as_ref(), options) {
                Err(
                    error @ (DataError::NotText { .. }
                    | DataError::Binary { .. }
                    | DataError::Empty { .. }),
                ) => {
                    let message = error.to_string(); // "NAME is …; ADVICE"
                    let what = message.split(';').next().unwrap_or(&message);
                    self.skipped.push(what.to_owned());
                }
                other => other?,
            }
        }
        if self.documents.len() == before {
            let (name, skipped) = (source.to_string(), std::mem::take(&mut self.skipped));
            return Err(DataError::NoTexts { name, skipped });
        }
        Ok(())
    }

    fn append(&mut self, (text, reading): (String, Reading)) {
        if let Some(last) = self.documents.last_mut()
            && !self.text.ends_with('\n')
        {
            self.text.push('\n');
            last.characters += 1;
        }
        let start = self.documents.last().map_or(0, |last| last.start + last.characters);
        self.documents.push(Document { start, characters: text.chars().count(), reading });
        if self.text.is_empty() {
            self.text = text;
        } else {
            self.text.push_str(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BUILTIN;

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
