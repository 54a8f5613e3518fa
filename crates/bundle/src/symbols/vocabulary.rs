//! The symbols that a network reads and writes, and their ids.
//!
//! A symbol is a string: a character, unless [`Unit`] says otherwise. Ids are positions in the sorted list of
//! symbols, so they follow from the symbols alone, never from the order of a hash map.

use super::decoder::Lengths;
use super::error::VocabularyError;
use super::stored::StoredVocabulary;
use super::unit::{BadUnit, Cutter, Unit};
use super::variants::variants;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::str::FromStr;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization as _;

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
#[serde(try_from = "StoredVocabulary", into = "StoredVocabulary")]
pub struct Vocabulary {
    /// All symbols, one after another.
    pub(super) text: String,
    /// Where each symbol ends in `text`.
    ends: Vec<usize>,
    /// The symbols of one character, sorted.
    characters: Vec<(char, u16)>,
    unknown: Option<u16>,
    record: Option<u16>,
    /// Cuts texts into symbols.
    cutter: Cutter,
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
    pub(super) fn sorted<'a>(
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
        let mut vocabulary =
            Self { text, ends, characters, unknown: None, record: None, cutter: Cutter::default() };
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

    /// The bytes: 256 symbols whose ids are their values. With `records`, that of [`Vocabulary::RECORD`] begins and
    /// ends records.
    pub fn of_bytes(records: bool) -> Self {
        let bytes = (0..=u8::MAX).map(|byte| String::from(char::from(byte)));
        let bytes: Vec<String> = bytes.collect();
        let vocabulary = Self::sorted(bytes.iter().map(String::as_str), false);
        let cutter = Unit::Byte.cutter().unwrap_or_default();
        let record = records.then_some(Self::RECORD as u16);
        Self { record, cutter, ..vocabulary.expect("bytes are in order") }
    }

    /// The same symbols, into which texts are cut as `unit` says.
    ///
    /// # Errors
    /// When the unit is invalid, or bytes and the symbols are not those of [`Vocabulary::of_bytes`].
    pub fn with_unit(mut self, unit: &Unit) -> Result<Self, VocabularyError> {
        let bad = |problem: BadUnit| VocabularyError::BadUnit { unit: unit.clone(), problem };
        self.cutter = unit.cutter().map_err(bad)?;
        if *unit == Unit::Byte && self != Self::of_bytes(self.record.is_some()) {
            return Err(VocabularyError::Damaged { problem: "its symbols are not the bytes" });
        }
        Ok(self)
    }

    /// What a symbol is.
    pub fn unit(&self) -> &Unit {
        self.cutter.unit()
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

    /// Whether `character` can be part of a text: it is a symbol, and not the record symbol. Bytes make up every
    /// character.
    pub fn has(&self, character: char) -> bool {
        if self.is_of_bytes() {
            return self.record.is_none() || character != Self::RECORD;
        }
        self.id(character).is_some_and(|id| self.record != Some(id))
    }

    /// Whether texts are cut into characters, and every symbol is one.
    pub fn is_of_characters(&self) -> bool {
        self.unit().is_char() && self.are_single()
    }

    /// Whether every symbol is a byte.
    pub fn is_of_bytes(&self) -> bool {
        *self.unit() == Unit::Byte
    }

    /// Whether every symbol is stored as one character, as bytes are too.
    pub(super) fn are_single(&self) -> bool {
        self.characters.len() == self.len()
    }

    /// The id of `character`, if it is a symbol. Of bytes, those of ASCII are.
    pub fn id(&self, character: char) -> Option<u16> {
        if self.is_of_bytes() && !character.is_ascii() {
            return None;
        }
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
    /// is shown as ␞; a byte from 0x80 on, which is not a character by itself, is shown like `\\xC3`.
    ///
    /// # Panics
    /// When the id is not below [`Vocabulary::len`].
    pub fn shown(&self, id: u16) -> &str {
        match u8::try_from(id) {
            _ if self.record == Some(id) => "\u{241E}",
            Ok(byte @ 0x80..) if self.is_of_bytes() => &shown_bytes()[usize::from(byte - 0x80)],
            _ => self.symbol(id),
        }
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

    /// `text` in the Unicode normalization form whose characters the vocabulary has: as it is if it has them all, or
    /// else composed (NFC) or decomposed (NFD). As it is where neither helps. An é may be one character or two, and
    /// texts from different systems differ in that.
    pub fn in_known_form<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let knows = |text: &str| text.chars().all(|character| self.has(character));
        if text.is_ascii() || !self.are_single() || !self.unit().is_char() || knows(text) {
            return text.into();
        }
        let forms = [text.nfc().collect::<String>(), text.nfd().collect()];
        forms.into_iter().find(|form| knows(form)).map_or(text.into(), Cow::from)
    }

    /// The ids of a text in its [known form](Vocabulary::in_known_form), with a choice for characters that the
    /// vocabulary lacks. At every position the
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
        if !self.unit().is_char() {
            return self.encode_units(text, on_unknown);
        }
        let longest = if self.are_single() { 1 } else { self.longest() };
        let text = &*self.in_known_form(text);
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

    /// [`Vocabulary::encode_with`] for other units than characters.
    fn encode_units(&self, text: &str, on_unknown: OnUnknown) -> Result<Vec<u16>, VocabularyError> {
        let (mut ids, mut problem, mut position) = (Vec::with_capacity(text.len()), None, 0);
        self.cutter.each(text, &mut |symbol| {
            position += 1;
            let id = self.id_of(symbol).filter(|id| self.record != Some(*id));
            match (id, on_unknown, self.unknown) {
                (Some(id), ..) | (None, OnUnknown::Unknown, Some(id)) => ids.push(id),
                (None, OnUnknown::Skip, _) => {}
                (None, OnUnknown::Error | OnUnknown::Unknown, _) => {
                    problem.get_or_insert_with(|| self.lacks_symbol(symbol, position));
                }
            }
        });
        problem.map_or(Ok(ids), Err)
    }

    /// Cuts texts into symbols.
    pub fn cutter(&self) -> &Cutter {
        &self.cutter
    }

    /// The text of these ids, without record symbols. Malformed bytes become U+FFFD.
    ///
    /// # Panics
    /// When an id is not below [`Vocabulary::len`].
    pub fn decode(&self, ids: &[u16]) -> String {
        let of_text = ids.iter().filter(|id| self.record != Some(**id));
        if self.is_of_bytes() {
            let bytes: Vec<u8> = of_text.filter_map(|&id| u8::try_from(id).ok()).collect();
            return String::from_utf8_lossy(&bytes).into_owned();
        }
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

    /// The error about a symbol that the vocabulary lacks, the `position`-th of a text.
    pub fn lacks_symbol(&self, symbol: &str, position: usize) -> VocabularyError {
        let mut characters = symbol.chars();
        if let (Some(character), None) = (characters.next(), characters.next()) {
            return self.lacks(character, position, std::iter::empty());
        }
        let (symbol, size) = (symbol.to_owned(), self.len());
        VocabularyError::UnknownSymbol { symbol, position, size }
    }

    /// How many characters of a text the symbol stands for, and how many bytes in UTF-8. A byte counts as a character
    /// if one begins with it; the record symbol stands for what separates two records, one character.
    ///
    /// # Panics
    /// When the id is not below [`Vocabulary::len`].
    pub fn lengths(&self, id: u16) -> Lengths {
        let symbol = self.symbol(id);
        let (characters, bytes) = if self.is_of_bytes() {
            (u64::from(id & 0xC0 != 0x80), 1)
        } else {
            (symbol.chars().count() as u64, symbol.len() as u64)
        };
        Lengths { characters, bytes }
    }

    /// BLAKE3 as hexadecimal, equal if and only if the ids mean the same.
    ///
    /// For a vocabulary of characters it is the hash of these in order; for one with longer symbols, of
    /// its JSON list, which begins as no sorted characters do.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        if self.are_single() {
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
        if !self.unit().is_char() {
            // No sorted list ends like this.
            hasher.update(format!("\x1e\x1e\x1e{}", self.unit()).as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// How the bytes from 0x80 on are shown: by themselves they are not characters.
fn shown_bytes() -> &'static [String] {
    static SHOWN: OnceLock<Vec<String>> = OnceLock::new();
    SHOWN.get_or_init(|| (0x80..=u8::MAX).map(|byte| format!("\\x{byte:02X}")).collect())
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
