//! A corpus: the text of one or several files, and how each was read.
//!
//! A small text is held in memory. Of a larger one only statistics are held, and it is decoded again to
//! become ids. Every file is decoded separately. A byte order mark is dropped and every line ends in LF,
//! so that a text gives the same characters on every system.

pub(crate) mod cache;
pub(crate) mod convert;
mod encoder;
pub(crate) mod facts;
pub(crate) mod ids;
pub(crate) mod inspect;
pub(crate) mod known_ids;
pub(crate) mod parts;
mod passages;
pub(crate) mod records;
mod to_ids;
pub(crate) mod units;

use crate::corpus::cache::Cache;
use crate::corpus::facts::{Document, Facts, key, learn, size};
use crate::corpus::records::{RecordFacts, Splitter, starts};
use crate::corpus::units::Units;
use crate::source::files::Bytes;
use crate::source::gather::{File, Gathered, ReadProgress, gather};
use crate::{DataError, Seed, Skipped, Vocabulary};
use charnn_text::{
    Changes, Content, Counts, Decision, Encoding, OnMalformed, ReadOptions, Reading, Records,
    Source, Survey, walk,
};

/// A text: decoded, with LF newlines and no byte order mark.
#[derive(Debug)]
pub struct Corpus {
    /// What to call the corpus in messages.
    pub name: String,
    /// The facts about the text.
    facts: Facts,
    text: Text,
    /// How it is divided into records.
    division: Option<Division>,
    /// What its symbols are, if not characters.
    units: Option<Units>,
}

/// A division of a text into records.
#[derive(Debug)]
struct Division {
    records: Records,
    facts: RecordFacts,
    /// Puts the records in random order.
    order: Option<Seed>,
}

/// Where the characters are.
#[derive(Debug)]
enum Text {
    Held(String),
    /// In the files, one per document.
    InFiles {
        files: Vec<File>,
        options: ReadOptions,
        /// The cache for the ids.
        cache: Cache,
    },
}

impl Corpus {
    /// Reads the corpus that `source` names, with [`ReadOptions::default`].
    ///
    /// # Errors
    /// As [`Corpus::read_all`].
    pub fn read(source: &Source) -> Result<Self, DataError> {
        Self::read_with(source, &ReadOptions::default())
    }

    /// Reads the corpus that `source` names, into memory.
    ///
    /// # Errors
    /// As [`Corpus::read_all`].
    pub fn read_with(source: &Source, options: &ReadOptions) -> Result<Self, DataError> {
        Self::read_all(std::slice::from_ref(source), options, None)
    }

    /// Reads several sources as one corpus. With a cache, a corpus too large for memory is not held, and
    /// the facts about it are cached.
    ///
    /// # Errors
    /// When a text does not exist, cannot be read, is not text, is empty or damaged, or its encoding is
    /// unclear. In a folder or pattern, files that are not text are skipped and listed in
    /// [`Corpus::skipped`].
    ///
    /// # Panics
    /// When `sources` is empty.
    pub fn read_all(
        sources: &[Source],
        options: &ReadOptions,
        cache: Option<&Cache>,
    ) -> Result<Self, DataError> {
        Self::read_all_watched(sources, options, cache, &mut |_| {})
    }

    /// [`Corpus::read_all`], which tells `progress` of every file of a folder or pattern that it is done
    /// with.
    ///
    /// # Errors
    /// As [`Corpus::read_all`].
    ///
    /// # Panics
    /// When `sources` is empty.
    pub fn read_all_watched(
        sources: &[Source],
        options: &ReadOptions,
        cache: Option<&Cache>,
        progress: &mut dyn FnMut(ReadProgress),
    ) -> Result<Self, DataError> {
        let name = match sources {
            [source] => source.to_string(),
            [first, rest @ ..] => format!("{first} (+{})", rest.len()),
            [] => panic!("no sources"),
        };
        let Gathered { mut files, skipped, .. } = gather(sources, options, progress)?;
        let bytes = files.iter().map(|file| file.survey.bytes).sum();
        let Some(cache) = cache.filter(|cache| cache.is_for(bytes)) else {
            return Self::held(name, &files, skipped, sources, options);
        };
        for file in &mut files {
            file.content.release();
        }
        let key = key(&files, &skipped, options);
        let known = cache.read(&key).and_then(|json| serde_json::from_slice(&json).ok());
        let facts = if let Some(facts) = known {
            facts
        } else {
            cache.ready()?;
            let (facts, _) = learn(&files, skipped, sources, options, false)?;
            cache.write(&key, &serde_json::to_vec(&facts).expect("facts are plain JSON"))?;
            facts
        };
        let (options, cache) = (options.clone(), cache.clone());
        let text = Text::InFiles { files, options, cache };
        Ok(Self { name, facts, text, division: None, units: None })
    }

    fn held(
        name: String,
        files: &[File],
        skipped: Vec<Skipped>,
        sources: &[Source],
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let (facts, text) = learn(files, skipped, sources, options, true)?;
        Ok(Self { name, facts, text: Text::Held(text), division: None, units: None })
    }

    /// Decodes `bytes` into a corpus called `name`, with [`ReadOptions::default`].
    ///
    /// # Errors
    /// As [`Corpus::from_bytes_with`].
    pub fn from_bytes(name: String, bytes: &[u8]) -> Result<Self, DataError> {
        Self::from_bytes_with(name, bytes, &ReadOptions::default())
    }

    /// Decodes `bytes` into a corpus called `name`.
    ///
    /// # Errors
    /// When they are not text, are empty or damaged, or their encoding is unclear.
    pub fn from_bytes_with(
        name: String,
        bytes: &[u8],
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        Self::from_documents(name, &[bytes], options)
    }

    /// Decodes `documents` into a corpus called `name`, as if each were a file.
    ///
    /// # Errors
    /// As [`Corpus::from_bytes_with`], for each document.
    pub fn from_documents(
        name: String,
        documents: &[&[u8]],
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let file = |bytes: &&[u8]| {
            let bytes = Bytes::Held(bytes.to_vec());
            let content = Content::new(name.clone(), bytes, options.max_bytes)?;
            let survey = Survey::of(&content)?;
            Ok(File { content, survey, builtin: false, source: 0, found: false })
        };
        let files = documents.iter().map(file).collect::<Result<Vec<_>, DataError>>()?;
        Self::held(name, &files, Vec::new(), &[], options)
    }

    /// A corpus of a decoded text, unchanged.
    pub fn from_text(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, text) = (name.into(), text.into());
        let counts = Counts::of(&text);
        let reading = Reading {
            name: name.clone(),
            bytes: text.len() as u64,
            unpacked: false,
            encoding: Encoding::UTF_8,
            decision: Decision::ValidUtf8,
            on_malformed: OnMalformed::default(),
            characters: counts.total(),
            declared: None,
            separate: Vec::new(),
            warnings: Vec::new(),
            changes: Changes::default(),
        };
        let characters = size(reading.characters);
        let facts = Facts {
            documents: vec![Document { start: 0, characters, reading, file: 0 }],
            skipped: Vec::new(),
            counts,
            fingerprint: blake3::hash(text.as_bytes()).to_hex().to_string(),
        };
        Self { name, facts, text: Text::Held(text), division: None, units: None }
    }

    /// The same text, divided into records: a record symbol before, between and after them, and nothing
    /// else. With a seed in `order`, [`Corpus::ids`] has the records in random order.
    ///
    /// # Errors
    /// When there is no record, the separator is invalid, or a file has changed.
    pub fn with_records(
        mut self,
        records: &Records,
        order: Option<Seed>,
    ) -> Result<Self, DataError> {
        if !records.are_on() {
            return Ok(self);
        }
        let (mut counts, mut text) = (Counts::default(), String::new());
        let is_held = self.is_held();
        let facts = self.divided(records, &mut |piece| {
            counts.add(piece);
            if is_held {
                text.push_str(piece);
            }
        })?;
        if facts.count == 0 {
            let (name, records) = (self.name, records.clone());
            return Err(DataError::FewRecords { name, records, facts });
        }
        if is_held {
            self.text = Text::Held(text);
        }
        let order = order.filter(|_| facts.count > 1);
        let named = format!("{} {records} {:?}", self.facts.fingerprint, order.map(|seed| seed.0));
        self.facts.fingerprint = blake3::hash(named.as_bytes()).to_hex().to_string();
        self.facts.counts = counts;
        self.division = Some(Division { records: records.clone(), facts, order });
        Ok(self)
    }

    /// What is known of its records; `None` for a continuous text.
    pub fn records(&self) -> Option<&RecordFacts> {
        self.division.as_ref().map(|division| &division.facts)
    }

    /// Where the network starts from zeros in `ids`, those of this text: at the record symbols, or where
    /// the documents begin.
    pub fn starts(&self, ids: &[u16], vocabulary: &Vocabulary) -> Vec<usize> {
        match (vocabulary.record(), &self.units) {
            (Some(id), _) => starts(ids, id),
            (None, Some(units)) => units.starts.clone(),
            (None, None) => self.documents().iter().map(|document| document.start).collect(),
        }
    }

    /// The files of the text, in order. Never empty. Positions count the characters before the text was
    /// divided into records.
    pub fn documents(&self) -> &[Document] {
        &self.facts.documents
    }

    /// Files of a folder or pattern that are not text, each with the reason.
    pub fn skipped(&self) -> &[Skipped] {
        &self.facts.skipped
    }

    /// How often each character occurs.
    pub fn counts(&self) -> &Counts {
        &self.facts.counts
    }

    /// BLAKE3 of the text as UTF-8 and of the document boundaries, in hexadecimal.
    pub fn fingerprint(&self) -> &str {
        &self.facts.fingerprint
    }

    /// The number of characters, with record symbols. Never 0.
    pub fn characters(&self) -> usize {
        if let Some(Division { facts, .. }) = &self.division {
            return size(facts.characters + facts.count + 1);
        }
        self.facts.documents.last().map_or(0, |last| last.start + last.characters)
    }

    /// Passes the characters of all documents in order to `sink`, in pieces; those of records between
    /// record symbols.
    ///
    /// # Errors
    /// When a file can no longer be read, or has changed.
    pub fn pieces(&self, sink: &mut dyn FnMut(&str)) -> Result<(), DataError> {
        match (&self.text, &self.division) {
            (Text::Held(text), _) => {
                sink(text);
                Ok(())
            }
            (Text::InFiles { .. }, Some(division)) => {
                self.divided(&division.records, sink).map(drop)
            }
            (Text::InFiles { .. }, None) => self.by_document(&mut |piece| {
                if let Some(piece) = piece {
                    sink(piece);
                }
            }),
        }
    }

    /// Passes the characters of all documents to `sink` as they are in the files, and `None` at the end of
    /// each. A text that is held must not be divided yet.
    fn by_document(&self, sink: &mut dyn FnMut(Option<&str>)) -> Result<(), DataError> {
        let (files, options) = match &self.text {
            Text::Held(text) => {
                let mut rest = &text[..];
                for document in self.documents() {
                    let end = rest.char_indices().nth(document.characters);
                    let (one, more) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
                    sink(Some(one));
                    sink(None);
                    rest = more;
                }
                return Ok(());
            }
            Text::InFiles { files, options, .. } => (files, options),
        };
        for document in self.documents() {
            let (file, encoding) = (&files[document.file], document.reading.encoding);
            let put = &mut |piece: &str| sink(Some(piece));
            let found = walk(&file.content, &file.survey, encoding, options, put)?;
            if size(found.characters) < document.characters {
                sink(Some("\n"));
            }
            sink(None);
        }
        Ok(())
    }

    /// Passes every record to `sink`, in the order of the text. There are none in a continuous text.
    ///
    /// # Errors
    /// As [`Corpus::pieces`].
    pub fn each_record(&self, sink: &mut dyn FnMut(&str)) -> Result<(), DataError> {
        let mut record = String::new();
        self.pieces(&mut |piece| {
            for (index, part) in piece.split(Vocabulary::RECORD).enumerate() {
                if index > 0 && !record.is_empty() {
                    sink(&record);
                    record.clear();
                }
                record.push_str(part);
            }
        })
    }

    /// Passes the text to `sink` as records between record symbols.
    fn divided(
        &self,
        records: &Records,
        sink: &mut dyn FnMut(&str),
    ) -> Result<RecordFacts, DataError> {
        let separator = records.separator().map_err(|problem| {
            let (records, problem) = (records.clone(), problem);
            DataError::BadSeparator { records, problem }
        })?;
        let mut splitter = Splitter::new(records, separator.as_ref());
        let mut buffer = [0; 4];
        let symbol: &str = Vocabulary::RECORD.encode_utf8(&mut buffer);
        sink(symbol);
        let mut put = |record: &str| {
            sink(record);
            sink(symbol);
        };
        self.by_document(&mut |piece| match piece {
            Some(piece) => splitter.push(piece, &mut put),
            None => splitter.end(&mut put),
        })?;
        Ok(splitter.facts)
    }

    /// Whether the text is in memory.
    pub fn is_held(&self) -> bool {
        matches!(self.text, Text::Held(_))
    }

    /// The whole text, in memory: for small texts.
    ///
    /// # Errors
    /// As [`Corpus::pieces`].
    pub fn text(&self) -> Result<String, DataError> {
        let mut text = String::new();
        self.pieces(&mut |piece| text.push_str(piece))?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_message::Describe;
    use charnn_text::BUILTIN;

    #[test]
    fn built_in_texts_are_found_by_name_only() {
        for (name, text) in BUILTIN {
            let corpus = Corpus::read(&Source::parse(&format!("builtin:{name}"))).unwrap();
            assert_eq!(corpus.characters(), text.chars().count());
        }
        let error = Corpus::read(&Source::parse("builtin:tails"))
            .err()
            .unwrap()
            .describe()
            .in_full()
            .english;
        assert!(error.contains("\"tails\"") && error.contains("tales, tales-zh"), "{error}");
    }
}
