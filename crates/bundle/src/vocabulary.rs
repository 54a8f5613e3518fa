//! The symbols that a network reads and writes, and their ids.
//!
//! A symbol is a string. So far all of them are single characters (Unicode scalar values); nothing in a
//! network depends on that. Ids are positions in the sorted list of symbols, so they follow from the
//! symbols alone, never from the order of a hash map.

use crate::VocabularyError;
use crate::variants::variants;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Distinct symbols in the order of their code points. The position of a symbol is its id.
///
/// One of them may be the unknown symbol, [`Vocabulary::UNKNOWN`], which stands for every character that
/// the vocabulary lacks. A network of records also has the record symbol, [`Vocabulary::RECORD`], which begins
/// and ends a record.
///
/// ```
/// use charnn_bundle::Vocabulary;
///
/// let vocabulary = Vocabulary::of_characters("从前ba ".chars(), false)?;
/// assert_eq!(vocabulary.encode(" ab从前")?, [0, 1, 2, 3, 4]);
/// assert_eq!(vocabulary.decode(&[3, 4]), "从前");
/// # Ok::<(), charnn_bundle::VocabularyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Vocabulary {
    /// All symbols, one after another.
    text: String,
    /// Where each symbol ends in `text`.
    ends: Vec<usize>,
    /// The symbols of one character, sorted.
    characters: Vec<(char, u16)>,
    unknown: Option<u16>,
    record: Option<u16>,
}

/// How to encode a character that the vocabulary lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// Fail.
    #[default]
    Error,
    /// Skip it.
    Skip,
    /// Use the unknown symbol; fail if the vocabulary has none.
    #[serde(rename = "unk")]
    Unknown,
}

impl FromStr for OnUnknown {
    type Err = String;

    /// Reads the word that configurations use: `error`, `skip` or `unk`.
    fn from_str(word: &str) -> Result<Self, String> {
        let word: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
            word.into_deserializer();
        Self::deserialize(word).map_err(|error| error.to_string())
    }
}

impl Vocabulary {
    /// Stands for characters that the vocabulary lacks. The same character marks malformed bytes in a
    /// decoded text, which are just as unknown.
    pub const UNKNOWN: char = char::REPLACEMENT_CHARACTER;
    /// Begins a record when it is read, from a state of zeros, and ends one when it is predicted: U+001E,
    /// RECORD SEPARATOR. No text contains it, because control characters are dropped.
    pub const RECORD: char = '\u{1E}';
    /// The most symbols a vocabulary can have: an id has 16 bits.
    pub const MOST: usize = 1 << 16;

    /// An error about one unknown character names at most this many others.
    const NAMED: usize = 9;

    /// The vocabulary of these symbols, in any order. `unknown` tells whether [`Vocabulary::UNKNOWN`],
    /// one of them, stands for all others.
    ///
    /// # Errors
    /// When there are fewer than two symbols or more than [`Vocabulary::MOST`], when one is empty or
    /// occurs twice, or when the unknown symbol is missing.
    pub fn new<S: AsRef<str>>(
        symbols: impl IntoIterator<Item = S>,
        unknown: bool,
    ) -> Result<Self, VocabularyError> {
        let mut symbols: Vec<S> = symbols.into_iter().collect();
        match symbols.len() {
            0 | 1 => return Err(VocabularyError::TooFew),
            distinct if distinct > Self::MOST => {
                return Err(VocabularyError::TooMany { distinct });
            }
            _ => {}
        }
        symbols.sort_unstable_by(|a, b| a.as_ref().cmp(b.as_ref()));
        Self::sorted(symbols.iter().map(AsRef::as_ref), unknown)
    }

    /// The vocabulary of these characters, as [`Vocabulary::new`].
    ///
    /// # Errors
    /// As [`Vocabulary::new`].
    pub fn of_characters(
        characters: impl IntoIterator<Item = char>,
        unknown: bool,
    ) -> Result<Self, VocabularyError> {
        Self::new(characters.into_iter().map(String::from), unknown)
    }

    /// The vocabulary of symbols that should be sorted, at least two and at most [`Vocabulary::MOST`].
    fn sorted<'a>(
        symbols: impl Iterator<Item = &'a str>,
        unknown: bool,
    ) -> Result<Self, VocabularyError> {
        let (mut text, mut ends, mut characters) = (String::new(), Vec::new(), Vec::new());
        let mut last = "";
        for (id, symbol) in (0..=u16::MAX).zip(symbols) {
            if symbol <= last {
                return Err(VocabularyError::BadSymbol { symbol: symbol.to_owned() });
            }
            let mut all = symbol.chars();
            if let (Some(character), None) = (all.next(), all.next()) {
                characters.push((character, id));
            }
            text.push_str(symbol);
            ends.push(text.len());
            last = symbol;
        }
        let mut vocabulary = Self { text, ends, characters, unknown: None, record: None };
        if unknown {
            let id = vocabulary.id(Self::UNKNOWN);
            let problem = "its unknown symbol is missing";
            vocabulary.unknown = Some(id.ok_or(VocabularyError::Damaged { problem })?);
        }
        Ok(vocabulary)
    }

    /// The same symbols, of which [`Vocabulary::RECORD`] begins and ends records.
    ///
    /// # Errors
    /// When it is not a symbol.
    pub fn with_records(mut self) -> Result<Self, VocabularyError> {
        let problem = "its record symbol is missing";
        self.record = Some(self.id(Self::RECORD).ok_or(VocabularyError::Damaged { problem })?);
        Ok(self)
    }

    /// How many symbols there are: `V`.
    #[expect(clippy::len_without_is_empty, reason = "a vocabulary has at least two symbols")]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The id of the unknown symbol, if there is one.
    pub fn unknown(&self) -> Option<u16> {
        self.unknown
    }

    /// The id of the record symbol, if the network reads and writes records.
    pub fn record(&self) -> Option<u16> {
        self.record
    }

    /// Whether `character` can be part of a text: it is a symbol, and not the record symbol.
    pub fn has(&self, character: char) -> bool {
        self.id(character).is_some_and(|id| self.record != Some(id))
    }

    /// Whether every symbol is a single character.
    pub fn is_of_characters(&self) -> bool {
        self.characters.len() == self.len()
    }

    /// The id of `character`, if it is a symbol.
    pub fn id(&self, character: char) -> Option<u16> {
        let at = self.characters.binary_search_by_key(&character, |&(known, _)| known).ok()?;
        Some(self.characters[at].1)
    }

    /// The id of `symbol`, if there is such a symbol.
    pub fn id_of(&self, symbol: &str) -> Option<u16> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            let id = u16::try_from(middle).expect("there are at most as many symbols as ids");
            match self.symbol(id).cmp(symbol) {
                std::cmp::Ordering::Equal => return Some(id),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The symbol with this id.
    ///
    /// # Panics
    /// When the id is not below [`Vocabulary::len`].
    pub fn symbol(&self, id: u16) -> &str {
        let id = usize::from(id);
        let start = if id == 0 { 0 } else { self.ends[id - 1] };
        &self.text[start..self.ends[id]]
    }

    /// The symbol with this id as people and programs see it. The record symbol is a control character, so it
    /// is shown as ␞.
    ///
    /// # Panics
    /// When the id is not below [`Vocabulary::len`].
    pub fn shown(&self, id: u16) -> &str {
        if self.record == Some(id) { "\u{241E}" } else { self.symbol(id) }
    }

    /// All symbols in the order of their ids.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        (0..=u16::MAX).take(self.len()).map(|id| self.symbol(id))
    }

    /// The symbols of one character with their ids, in order.
    pub fn characters(&self) -> impl Iterator<Item = (char, u16)> {
        self.characters.iter().copied()
    }

    /// The ids of a text. Characters that the vocabulary lacks become its unknown symbol.
    ///
    /// # Errors
    /// [`VocabularyError::UnknownCharacter`] if the vocabulary has no unknown symbol.
    pub fn encode(&self, text: &str) -> Result<Vec<u16>, VocabularyError> {
        self.encode_with(text, OnUnknown::Unknown)
    }

    /// The ids of a text, with a choice for characters that the vocabulary lacks. At every position the
    /// longest symbol that fits is taken. The record symbol is not part of a text: its character is treated as
    /// unknown.
    ///
    /// # Errors
    /// [`VocabularyError::UnknownCharacter`] about the first such character, if that is the choice or
    /// the vocabulary has no unknown symbol.
    pub fn encode_with(
        &self,
        text: &str,
        on_unknown: OnUnknown,
    ) -> Result<Vec<u16>, VocabularyError> {
        let longest = if self.is_of_characters() { 1 } else { self.longest() };
        let mut ids = Vec::with_capacity(text.len() / 2);
        let (mut rest, mut position) = (text, 1);
        while let Some(character) = rest.chars().next() {
            let (id, length) = self.longest_prefix(rest, longest);
            match (id, on_unknown, self.unknown) {
                (Some(id), ..) | (None, OnUnknown::Unknown, Some(id)) => ids.push(id),
                (None, OnUnknown::Skip, _) => {}
                (None, OnUnknown::Error | OnUnknown::Unknown, _) => {
                    return Err(self.lacks(character, position, rest.chars().skip(1)));
                }
            }
            position += rest[..length].chars().count();
            rest = &rest[length..];
        }
        Ok(ids)
    }

    /// The text of these ids, without record symbols.
    ///
    /// # Panics
    /// When an id is not below [`Vocabulary::len`].
    pub fn decode(&self, ids: &[u16]) -> String {
        let of_text = ids.iter().filter(|id| self.record != Some(**id));
        of_text.map(|&id| self.symbol(id)).collect()
    }

    /// The most characters of a symbol.
    fn longest(&self) -> usize {
        self.symbols().map(|symbol| symbol.chars().count()).max().unwrap_or(1)
    }

    /// The longest symbol at the beginning of `text`, of at most `longest` characters, and its bytes;
    /// without one, the bytes of the first character.
    fn longest_prefix(&self, text: &str, longest: usize) -> (Option<u16>, usize) {
        let mut ends = text.char_indices().map(|(at, character)| at + character.len_utf8());
        let first = ends.next().unwrap_or(0);
        if longest > 1 {
            let longer: Vec<usize> = ends.take(longest - 1).collect();
            let mut found = longer.into_iter().rev().map(|end| (self.id_of(&text[..end]), end));
            if let Some(found) = found.find(|(id, _)| id.is_some()) {
                return found;
            }
        }
        let id = text.chars().next().and_then(|character| self.id(character));
        (id.filter(|id| self.record != Some(*id)), first)
    }

    /// The error about a character that the vocabulary lacks, the `position`-th of a text. `rest` is the
    /// text after it.
    pub fn lacks(
        &self,
        character: char,
        position: usize,
        rest: impl Iterator<Item = char>,
    ) -> VocabularyError {
        let mut others = Vec::new();
        for other in rest.filter(|&other| other != character && !self.has(other)) {
            if others.len() == Self::NAMED {
                break;
            }
            if !others.contains(&other) {
                others.push(other);
            }
        }
        let mut near = variants(character);
        near.retain(|&variant| self.has(variant));
        near.truncate(3);
        VocabularyError::UnknownCharacter { character, position, size: self.len(), near, others }
    }

    /// BLAKE3 as hexadecimal, equal if and only if the ids mean the same.
    ///
    /// For a vocabulary of characters it is the hash of these in order; for one with longer symbols, of
    /// its JSON list, which begins as no sorted characters do.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        if self.is_of_characters() {
            hasher.update(self.text.as_bytes());
            if self.unknown.is_some() {
                // The last character again: no list without the unknown symbol ends like this.
                let last = self.characters.last().map_or(Self::UNKNOWN, |&(last, _)| last);
                hasher.update(last.encode_utf8(&mut [0; 4]).as_bytes());
            }
        } else {
            // `[` does not come before `"` in a sorted list of characters.
            let symbols: Vec<&str> = self.symbols().collect();
            let list = serde_json::to_vec(&symbols).expect("a list of strings is plain JSON");
            hasher.update(&list);
            hasher.update(if self.unknown.is_some() { b"?" } else { b"" });
        }
        if self.record.is_some() {
            // Twice: it stands at most once in a sorted list, and never last before the unknown symbol.
            hasher.update(b"\x1e\x1e");
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// The form in `vocab.json`: readable, and verified when it is read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    /// All symbols of a vocabulary of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    characters: Option<String>,
    /// All symbols of any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    symbols: Option<Vec<String>>,
    /// The symbol that stands for all others; absent if every character is a symbol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unknown: Option<char>,
    /// The symbol that begins and ends records; absent for a continuous text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<char>,
    blake3: String,
}

impl From<Vocabulary> for Stored {
    fn from(vocabulary: Vocabulary) -> Self {
        let blake3 = vocabulary.fingerprint();
        let unknown = vocabulary.unknown.map(|_| Vocabulary::UNKNOWN);
        let record = vocabulary.record.map(|_| Vocabulary::RECORD);
        let of_characters = vocabulary.is_of_characters();
        let symbols = (!of_characters).then(|| vocabulary.symbols().map(str::to_owned).collect());
        let characters = of_characters.then_some(vocabulary.text);
        Self { characters, symbols, unknown, record, blake3 }
    }
}

impl TryFrom<Stored> for Vocabulary {
    type Error = VocabularyError;

    fn try_from(stored: Stored) -> Result<Self, VocabularyError> {
        let damaged = |problem| VocabularyError::Damaged { problem };
        let symbols: Vec<String> = match (stored.characters, stored.symbols) {
            (Some(characters), None) => characters.chars().map(String::from).collect(),
            (None, Some(symbols)) => symbols,
            _ => return Err(damaged("it needs either characters or symbols")),
        };
        if !(2..=Self::MOST).contains(&symbols.len()) {
            return Err(damaged("it has too few or too many symbols"));
        }
        if stored.unknown.is_some_and(|unknown| unknown != Self::UNKNOWN) {
            return Err(damaged("its unknown symbol is missing"));
        }
        let vocabulary = Self::sorted(symbols.iter().map(String::as_str), stored.unknown.is_some());
        let mut vocabulary = vocabulary.map_err(|error| match error {
            VocabularyError::BadSymbol { .. } => damaged("its symbols are not sorted"),
            error => error,
        })?;
        if let Some(record) = stored.record {
            if record != Self::RECORD {
                return Err(damaged("its record symbol is missing"));
            }
            vocabulary = vocabulary.with_records()?;
        }
        if vocabulary.fingerprint() != stored.blake3 {
            return Err(damaged("its fingerprint does not match"));
        }
        Ok(vocabulary)
    }
}

#[cfg(test)]
#[path = "vocabulary_tests.rs"]
mod tests;
