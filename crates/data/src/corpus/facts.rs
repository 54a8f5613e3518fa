//! What is known of a corpus when all of its files have been read once, whether its text is held or
//! not.

use crate::DataError;
use crate::source::gather::File;
use crate::source::skipped::Skipped;
use charnn_text::{Among, Counts, ReadOptions, Reading, Source, decode};
use serde::{Deserialize, Serialize};

/// What is known of a corpus when it has been read once.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) documents: Vec<Document>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) counts: Counts,
    /// BLAKE3 of the text as UTF-8, and of where each document but the first begins, as hexadecimal.
    pub(crate) fingerprint: String,
}

/// One file of a corpus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// How many characters of the corpus stand before it.
    pub start: usize,
    /// How many characters it has in the corpus. A line end is added to a document that another
    /// one follows, if it has none.
    pub characters: usize,
    /// How it was read.
    pub reading: Reading,
    /// Its place among the files that were gathered.
    pub(crate) file: usize,
}

/// What names the facts of these files: their names and contents, and how they are found and read.
pub(crate) fn key(files: &[File], skipped: &[Skipped], options: &ReadOptions) -> blake3::Hash {
    let file = |file: &File| {
        (file.content.name.clone(), file.survey.blake3.to_hex().to_string(), file.found)
    };
    let files: Vec<_> = files.iter().map(file).collect();
    let json = serde_json::to_vec(&(files, skipped, options)).expect("plain JSON");
    blake3::hash(&json)
}

/// Reads all files once. The text comes with the facts where it is to be held.
///
/// # Errors
/// When one of them is no text and was not found in a folder, or none of a folder is one.
pub(crate) fn learn(
    files: &[File],
    skipped: Vec<Skipped>,
    sources: &[Source],
    options: &ReadOptions,
    hold: bool,
) -> Result<(Facts, String), DataError> {
    let mut facts = Facts { skipped, ..Facts::default() };
    let mut text = String::new();
    let mut hasher = blake3::Hasher::new();
    let mut parted = true; // whether a document may begin here
    for (index, file) in files.iter().enumerate() {
        // What comes of this file counts only if it is a text.
        let (before, mut counts, mut hashed) = (text.len(), Counts::default(), hasher.clone());
        let mut ends_line = true;
        let mut sink = |piece: &str| {
            hashed.update(piece.as_bytes());
            counts.add(piece);
            if hold {
                text.push_str(piece);
            }
            ends_line = piece.ends_with('\n');
        };
        if !parted {
            sink("\n");
        }
        let among = if file.found || files.len() > 1 { Among::Several } else { Among::Alone };
        let options = file.options(options);
        let decoded = decode(&file.content, &file.survey, &options, among, &mut sink)?;
        if let Some(problem) = decoded.problem {
            if !file.found {
                return Err(problem.into());
            }
            facts.skipped.push(Skipped::for_reason(problem.into(), file.survey.bytes)?);
            text.truncate(before);
            continue;
        }
        if let (Some(last), false) = (facts.documents.last_mut(), parted) {
            last.characters += 1;
        }
        let start = facts.documents.last().map_or(0, |last| last.start + last.characters);
        let characters = size(decoded.reading.characters);
        let reading = decoded.reading;
        facts.documents.push(Document { start, characters, reading, file: index });
        facts.counts.merge(&counts);
        (hasher, parted) = (hashed, ends_line);
    }
    for (index, source) in sources.iter().enumerate() {
        if !facts.documents.iter().any(|document| files[document.file].source == index) {
            let (name, skipped) = (source.to_string(), facts.skipped);
            return Err(DataError::NoTexts { name, skipped });
        }
    }
    // Where a document begins, the state is zero: with other borders it is another text to learn.
    for document in facts.documents.iter().skip(1) {
        hasher.update(&(document.start as u64).to_le_bytes());
    }
    facts.fingerprint = hasher.finalize().to_hex().to_string();
    Ok((facts, text))
}

/// Counts of what exists fit.
pub(crate) fn size(count: u64) -> usize {
    usize::try_from(count).expect("as many as there is memory or disk for")
}
