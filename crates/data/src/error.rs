//! What can be wrong with a text, said so that the reader knows what to do next.

use crate::Encoding;
use crate::clean::Place;
use crate::detect::{Contest, Doubt};
use crate::question::{too_many, unclear};
use crate::reading::{counted, grouped};
use crate::visible::shown;
use crate::{Format, NoFile, Skipped, VocabularyError};
use charnn_message::{Describe, Message};
use std::path::PathBuf;

/// A corpus that cannot be used, or characters that a vocabulary does not hold.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file cannot be opened or read.
    #[error("cannot read {}: {}; {}", shown(path), in_words(source), suggestion(near))]
    Read {
        /// The file as it was named.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
        /// Names in the same folder that look like it.
        near: Vec<String>,
    },
    /// The path names something that has no end, or that waits.
    #[error(
        "{} is {what}, not a text file; name a file, or use - to read standard input",
        shown(path)
    )]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        what: NoFile,
    },
    /// A pattern of file names that is none.
    #[error("the pattern {pattern:?} finds nothing: {problem}; check it, or name the files")]
    BadPattern {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A pattern of file names that nothing fits.
    #[error("the pattern {pattern:?} finds nothing: no file fits it; check it, or name the files")]
    NoMatch {
        /// The pattern.
        pattern: String,
    },
    /// A folder or pattern that holds no text.
    #[error("{name} holds no text file{}; name one that does", listed(skipped))]
    NoTexts {
        /// The folder or pattern.
        name: String,
        /// What was passed over, and why.
        skipped: Vec<Skipped>,
    },
    /// More bytes than allowed.
    #[error(
        "{name} has more than {} bytes; raise the limit with --max-bytes, or name a smaller text",
        grouped(*max_bytes)
    )]
    TooLarge {
        /// The file.
        name: String,
        /// The limit.
        max_bytes: u64,
    },
    /// A `.gz` file that cannot be unpacked to its end.
    #[error(
        "{name} is a damaged gzip file: {problem} after {} bytes of its content; fetch it again, \
         or unpack what is left with gzip -dc",
        grouped(*bytes)
    )]
    DamagedGzip {
        /// The file.
        name: String,
        /// How many bytes could be unpacked.
        bytes: u64,
        /// What is wrong.
        problem: String,
    },
    /// A kind of file that is known and is no text.
    #[error("{name} is {format}, not a text file; {}", format.advice())]
    NotText {
        /// The file.
        name: String,
        /// What it is.
        format: Format,
    },
    /// Too many control characters for a text.
    #[error(
        "{name} looks binary: {percent} % of it are control characters; \
         extract its text with the program that made it, and name that"
    )]
    Binary {
        /// The file.
        name: String,
        /// The share of control characters.
        percent: u64,
    },
    /// No encoding makes sense of the file, or more than one does.
    #[error("{}", unclear(name, *doubt, *found, contest))]
    UnclearEncoding {
        /// The file.
        name: String,
        /// What is unclear.
        doubt: Doubt,
        /// Whether it is one of several, for which no encoding can be named alone.
        found: bool,
        /// The two likeliest encodings.
        contest: Box<Contest>,
    },
    /// Bytes that begin no character, where none is allowed.
    #[error(
        "{name} is not {encoding}: {} {} no character, the first {byte:#04x} at byte {}, line {}; \
         repair it, name another --encoding, or allow them with --on-malformed replace",
        grouped(*count),
        if *count == 1 { "byte begins" } else { "bytes begin" },
        grouped(place.byte),
        grouped(place.line)
    )]
    Malformed {
        /// The file.
        name: String,
        /// The encoding it was read in.
        encoding: Encoding,
        /// How many malformed bytes there are.
        count: u64,
        /// The first of them.
        byte: u8,
        /// Where that is.
        place: Place,
    },
    /// More malformed bytes than accidents explain.
    #[error("{}", too_many(name, *encoding, (*count, *bytes), *found, contest))]
    TooManyMalformed {
        /// The file.
        name: String,
        /// The encoding it was read in.
        encoding: Encoding,
        /// How many malformed bytes there are.
        count: u64,
        /// How many bytes there are.
        bytes: u64,
        /// Whether it is one of several, for which no encoding can be named alone.
        found: bool,
        /// The two likeliest encodings.
        contest: Box<Contest>,
    },
    /// A `builtin:` name that no shipped text has.
    #[error("there is no built-in text {name:?}; the built-in texts are {known}")]
    UnknownBuiltin {
        /// The name after `builtin:`.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// The text has no characters.
    #[error(
        "{name} is empty: it holds no character; name a text file with something to learn from"
    )]
    Empty {
        /// The corpus.
        name: String,
    },
    /// No encoding has this name.
    #[error("there is no encoding {label:?}; among those that can be read are {known}")]
    UnknownEncoding {
        /// The name that was given.
        label: String,
        /// Names that exist.
        known: String,
    },
    /// Only one distinct character: every prediction would be certain.
    #[error(
        "{name} repeats one character ({character:?}); there is nothing to learn from it: name another text"
    )]
    OneCharacter {
        /// The corpus.
        name: String,
        /// The character.
        character: char,
    },
    /// Limits on the vocabulary that leave nothing.
    #[error(
        "no character is left for the vocabulary with min_count = {min_count} and \
         max_vocab = {max_vocab}; lower the first or raise the second"
    )]
    NoVocabulary {
        /// How often a character must occur.
        min_count: u64,
        /// How many there may be.
        max_vocab: usize,
    },
    /// A file that was not the same when it was read again.
    #[error("{name} was changed while it was read; try again when nothing writes to it")]
    Changed {
        /// The file.
        name: String,
    },
    /// The folder where texts too large for memory are kept as ids.
    #[error(
        "cannot keep the ids of the text in {}: {source}; {}, train with another --set \
         run.root=FOLDER, or hold the text in memory with --set data.in_memory_bytes=N",
        shown(path),
        to_be_writable(source)
    )]
    Cache {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Characters that an encoding does not have.
    #[error("{}", unmappable(name, *to, *count, *distinct, first))]
    Unmappable {
        /// The text.
        name: String,
        /// The encoding.
        to: Encoding,
        /// How many of them stand in the text.
        count: u64,
        /// How many different ones.
        distinct: usize,
        /// The first of them by code point, each with its count.
        first: Vec<(char, u64)>,
    },
    /// A file that is there already.
    #[error("{} exists; name another file, or replace it with --force", shown(path))]
    OutputExists {
        /// The file.
        path: PathBuf,
    },
    /// A file that cannot be written.
    #[error(
        "cannot write {}: {source}; check the folder and its permissions, or free some space",
        shown(path)
    )]
    Output {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A vocabulary that cannot be, or characters that one does not hold.
    #[error("{}", with_hints(_0))]
    Vocabulary(#[from] VocabularyError),
    /// A text with characters that a network was not trained on.
    #[error("{}", others(name, unknown))]
    OtherCharacters {
        /// The text.
        name: String,
        /// The characters, each with its count.
        unknown: Vec<(char, u64)>,
    },
}

/// What the operating system said, in words.
fn in_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::NotADirectory => "a part of the path is a file, not a folder".into(),
        ErrorKind::InvalidFilename => "its name is longer than the system allows".into(),
        _ => error.to_string(),
    }
}

/// What may let a folder take the ids of a text.
fn to_be_writable(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind::{AlreadyExists, NotADirectory, PermissionDenied, ReadOnlyFilesystem};
    match error.kind() {
        PermissionDenied | ReadOnlyFilesystem => "let this folder be written",
        AlreadyExists | NotADirectory => "remove the file that is in the way",
        _ => "free some space there (2 bytes a character)",
    }
}

fn suggestion(near: &[String]) -> String {
    match near {
        [] => "check the path and its permissions".into(),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

/// The English message and what to do about it.
fn with_hints(error: &VocabularyError) -> String {
    let Message { message, hints, .. } = error.describe();
    let skip = matches!(error, VocabularyError::UnknownCharacter { .. });
    let skip = skip.then(|| "write with --on-unknown skip".to_owned());
    let hints = hints.into_iter().map(|hint| hint.english).chain(skip);
    std::iter::once(message.english).chain(hints).collect::<Vec<_>>().join("; ")
}

fn others(name: &str, unknown: &[(char, u64)]) -> String {
    let first: String = unknown.iter().take(12).map(|(found, _)| *found).collect();
    let (count, more) = (unknown.len(), if unknown.len() > 12 { " and others" } else { "" });
    format!(
        "the network does not know {count} of the characters of {name}: {first:?}{more}; name a text \
         that it knows, or let it learn them: charnn train TEXT --init-from RUN"
    )
}

fn unmappable(
    name: &str,
    to: Encoding,
    count: u64,
    distinct: usize,
    first: &[(char, u64)],
) -> String {
    let named = first.iter().map(|&(lacking, count)| {
        format!("{lacking:?} (U+{:04X}, {})", u32::from(lacking), counted(count, "time"))
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let more = if distinct > first.len() { " and others" } else { "" };
    let damage = if first.iter().any(|&(lacking, _)| lacking == char::REPLACEMENT_CHARACTER) {
        "; U+FFFD stands for malformed bytes, which --on-malformed skip leaves out"
    } else {
        ""
    };
    format!(
        "{to} has no {named}{more}: {} of {name}, {distinct} different, would be lost{damage}; UTF-8 has \
         them all: leave --to out",
        counted(count, "character"),
        distinct = grouped(distinct as u64)
    )
}

fn listed(skipped: &[Skipped]) -> String {
    let shown = skipped.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join("; ");
    match skipped.len() {
        0 => String::new(),
        1..=3 => format!(" ({shown})"),
        more => format!(" ({shown}; and {} more)", more - 3),
    }
}
