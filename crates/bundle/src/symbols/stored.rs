//! The file of a vocabulary.

use super::error::VocabularyError;
use super::unit::Unit;
use super::vocabulary::Vocabulary;
use serde::{Deserialize, Serialize};

/// The form in `vocab.json`: readable, and verified when it is read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredVocabulary {
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
    /// What a symbol is; absent for characters.
    #[serde(default, skip_serializing_if = "Unit::is_char")]
    unit: Unit,
    blake3: String,
}

impl From<Vocabulary> for StoredVocabulary {
    fn from(vocabulary: Vocabulary) -> Self {
        let blake3 = vocabulary.fingerprint();
        let unknown = vocabulary.unknown().map(|_| Vocabulary::UNKNOWN);
        let record = vocabulary.record().map(|_| Vocabulary::RECORD);
        let of_characters = vocabulary.are_single();
        let unit = vocabulary.unit().clone();
        let symbols = (!of_characters).then(|| vocabulary.symbols().map(str::to_owned).collect());
        let characters = of_characters.then_some(vocabulary.text);
        Self { characters, symbols, unknown, record, unit, blake3 }
    }
}

impl TryFrom<StoredVocabulary> for Vocabulary {
    type Error = VocabularyError;

    fn try_from(stored: StoredVocabulary) -> Result<Self, VocabularyError> {
        let damaged = |problem| VocabularyError::Damaged { problem };
        let symbols: Vec<String> = match (stored.characters, stored.symbols) {
            (Some(characters), None) => characters.chars().map(String::from).collect(),
            (None, Some(symbols)) => symbols,
            _ => return Err(damaged("it needs either characters or symbols")),
        };
        if !(2..=Vocabulary::MOST).contains(&symbols.len()) {
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
        vocabulary = vocabulary.with_unit(&stored.unit)?;
        if vocabulary.fingerprint() != stored.blake3 {
            return Err(damaged("its fingerprint does not match"));
        }
        Ok(vocabulary)
    }
}
