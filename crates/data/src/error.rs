//! What can be wrong with a text, said so that the reader knows what to do next.

use std::path::PathBuf;

/// A corpus that cannot be used, or characters that a vocabulary does not hold.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file cannot be opened or read.
    #[error("cannot read {}: {source}; check the path and its permissions", path.display())]
    Read {
        /// The file as it was named.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The path names a folder.
    #[error("{} is a folder; name one text file", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
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
    #[error("{name} is empty; name a text file with something to learn from")]
    Empty {
        /// The corpus.
        name: String,
    },
    /// The bytes are not UTF-8.
    #[error(
        "{name} is not UTF-8: byte {byte:#04x} at offset {offset} (line {line}) begins no \
         character; convert it first, for example: iconv -f GB18030 -t UTF-8 in.txt > out.txt"
    )]
    NotUtf8 {
        /// The corpus.
        name: String,
        /// The first offending byte.
        byte: u8,
        /// Its offset in bytes from the start of the file.
        offset: usize,
        /// Its line, counted from 1.
        line: usize,
    },
    /// Only one distinct character: every prediction would be certain.
    #[error("{name} repeats one character ({character:?}); there is nothing to learn from it")]
    OneCharacter {
        /// The corpus.
        name: String,
        /// The character.
        character: char,
    },
    /// Too few characters for one batch.
    #[error("{what} has {have} characters, but {why} needs at least {need}; {remedy}")]
    TooShort {
        /// Which part of the corpus.
        what: String,
        /// How many characters it has.
        have: usize,
        /// What asked for more.
        why: String,
        /// How many it takes.
        need: usize,
        /// What to change.
        remedy: String,
    },
    /// A character that the vocabulary does not hold.
    #[error(
        "character {character:?} (U+{:04X}, number {position} of the text) is not in the \
         vocabulary of {size} characters that the network was trained on; leave it out",
        u32::from(*character)
    )]
    UnknownCharacter {
        /// The character.
        character: char,
        /// Its place in the text, counted from 1.
        position: usize,
        /// How many characters the vocabulary holds.
        size: usize,
    },
    /// A stored vocabulary that is not sorted, repeats a character or fails its fingerprint.
    #[error("the vocabulary is damaged: {0}; train the network again or restore vocab.json")]
    BadVocabulary(String),
}
