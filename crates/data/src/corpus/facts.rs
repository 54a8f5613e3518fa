//! The facts about a corpus after all its files have been read once, whether or not its text is held.

use crate::source::gather::File;
use crate::source::skipped::Skipped;
use crate::{DataError, parallel};
use charnn_text::{
    Among, Counts, Decoded, NoText, ReadOptions, Reading, Source, TextError, decode,
};
use serde::{Deserialize, Serialize};

/// The facts about a corpus after one reading.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) documents: Vec<Document>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) counts: Counts,
    /// BLAKE3 of the text as UTF-8 and of the document boundaries, in hexadecimal.
    pub(crate) fingerprint: String,
}

/// One file of a corpus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Characters of the corpus before it.
    pub start: usize,
    /// Its characters in the corpus. A document that is followed by another and does not end in a line
    /// break gets one.
    pub characters: usize,
    /// How it was read.
    pub reading: Reading,
    /// Its index among the gathered files.
    pub(crate) file: usize,
}

/// The key of these files: a hash of their names and contents and of the reading settings.
pub(crate) fn key(files: &[File], skipped: &[Skipped], options: &ReadOptions) -> blake3::Hash {
    let file = |file: &File| {
        (file.content.name.clone(), file.survey.blake3.to_hex().to_string(), file.found)
    };
    let files: Vec<_> = files.iter().map(file).collect();
    let json = serde_json::to_vec(&(files, skipped, options)).expect("plain JSON");
    blake3::hash(&json)
}

/// Number of files that are decoded at once, if they are small.
const AT_ONCE: usize = 256;

/// A small file, decoded.
type Small = Result<(String, Decoded), TextError>;

/// Decodes those of `files` that are held in memory, on all cores.
fn decode_small(files: &[File], options: &ReadOptions, among: Among) -> Vec<Option<Small>> {
    parallel::map(files, |file| {
        file.content.is_held().then(|| {
            let (mut text, options) = (String::new(), file.options(options));
            let mut sink = |piece: &str| text.push_str(piece);
            let decoded = decode(&file.content, &file.survey, &options, among, &mut sink)?;
            Ok((text, decoded))
        })
    })
}

/// Reads all files once. Returns the text too if it is small enough to be held.
///
/// # Errors
/// When a file named explicitly is not text, or a folder contains no text.
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
    let mut doubtful = Vec::new();
    let mut parted = true; // whether a document may begin here
    let several = files.len() > 1;
    let among = |file: &File| if file.found || several { Among::Several } else { Among::Alone };
    let mut small = Vec::new().into_iter();
    for (index, file) in files.iter().enumerate() {
        if several && index.is_multiple_of(AT_ONCE) {
            let batch = &files[index..files.len().min(index + AT_ONCE)];
            small = decode_small(batch, options, Among::Several).into_iter();
        }
        // The result for this file counts only if it is text.
        let (before, mut counts, mut hashed) = (text.len(), Counts::default(), hasher.clone());
        let mut ends_line = true;
        let mut sink = |piece: &str| {
            if piece.is_empty() {
                return;
            }
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
        let decoded = if let Some(small) = small.next().flatten() {
            let (text, decoded) = small?;
            sink(&text);
            decoded
        } else {
            let options = file.options(options);
            decode(&file.content, &file.survey, &options, among(file), &mut sink)?
        };
        if let Some(problem) = decoded.problem {
            if !file.found {
                return Err(problem.into());
            }
            text.truncate(before);
            match NoText::of(problem, file.survey.bytes) {
                Ok((name, why)) => facts.skipped.push(Skipped { name, why }),
                Err(problem) => doubtful.push(problem),
            }
            continue;
        }
        if let (Some(last), false) = (facts.documents.last_mut(), parted) {
            last.characters += 1;
            last.reading.changes.newline_added = true;
        }
        let start = facts.documents.last().map_or(0, |last| last.start + last.characters);
        let characters = size(decoded.reading.characters);
        let reading = decoded.reading;
        facts.documents.push(Document { start, characters, reading, file: index });
        facts.counts.merge(&counts);
        (hasher, parted) = (hashed, ends_line);
    }
    // Every doubtful file of a folder, so that all can be repaired at once.
    match doubtful.len() {
        0 => {}
        1 => return Err(doubtful.remove(0).into()),
        _ => return Err(DataError::Doubtful { problems: doubtful }),
    }
    for (index, source) in sources.iter().enumerate() {
        if !facts.documents.iter().any(|document| files[document.file].source == index) {
            let (name, skipped) = (source.to_string(), facts.skipped);
            return Err(DataError::NoTexts { name, skipped });
        }
    }
    // The state is zero at document boundaries: with other boundaries it is another text to learn.
    for document in facts.documents.iter().skip(1) {
        hasher.update(&(document.start as u64).to_le_bytes());
    }
    facts.fingerprint = hasher.finalize().to_hex().to_string();
    Ok((facts, text))
}

/// Counts of existing bytes fit.
pub(crate) fn size(count: u64) -> usize {
    usize::try_from(count).expect("as many as there is memory or disk for")
}
