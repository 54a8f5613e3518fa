//! The characters a network knows, and their ids.
//!
//! A character is a Unicode scalar value. Ids are places in the sorted list of distinct
//! characters, so they depend on the text alone and never on the order of a hash map.

use crate::{Corpus, DataError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Distinct characters in the order of their code points; the place of a character is its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Vocabulary {
    characters: Vec<char>,
}

impl Vocabulary {
    /// The vocabulary of a corpus.
    ///
    /// # Errors
    /// When the corpus repeats a single character.
    pub fn of(corpus: &Corpus) -> Result<Self, DataError> {
        let characters: BTreeSet<char> = corpus.text.chars().collect();
        let characters = Vec::from_iter(characters);
        match characters[..] {
            [character] => Err(DataError::OneCharacter { name: corpus.name.clone(), character }),
            _ => Ok(Self { characters }),
        }
    }

    /// How many characters there are: `V`.
    #[expect(clippy::len_without_is_empty, reason = "a vocabulary has at least two characters")]
    pub fn len(&self) -> usize {
        self.characters.len()
    }

    /// The ids of `text`.
    ///
    /// # Errors
    /// At the first character that is not in the vocabulary.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, DataError> {
        text.chars()
            .enumerate()
            .map(|(at, character)| match self.characters.binary_search(&character) {
                Ok(id) => Ok(u32::try_from(id).expect("there are under 2²¹ characters")),
                Err(_) => Err(DataError::UnknownCharacter {
                    character,
                    position: at + 1,
                    size: self.len(),
                }),
            })
            .collect()
    }

    /// The character with this id.
    ///
    /// # Panics
    /// When the id is not below [`Vocabulary::len`].
    pub fn character(&self, id: u32) -> char {
        self.characters[id as usize]
    }

    /// BLAKE3 of the characters in id order, as hexadecimal: equal if and only if the ids mean
    /// the same.
    pub fn fingerprint(&self) -> String {
        let text: String = self.characters.iter().collect();
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }
}

/// The form in `vocab.json`: readable, and checked when it is read again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    characters: String,
    blake3: String,
}

impl From<Vocabulary> for Stored {
    fn from(vocabulary: Vocabulary) -> Self {
        Self {
            blake3: vocabulary.fingerprint(),
            characters: vocabulary.characters.iter().collect(),
        }
    }
}

impl TryFrom<Stored> for Vocabulary {
    type Error = DataError;

    fn try_from(stored: Stored) -> Result<Self, DataError> {
        let vocabulary = Self { characters: stored.characters.chars().collect() };
        if vocabulary.len() < 2 || !vocabulary.characters.is_sorted_by(|a, b| a < b) {
            return Err(DataError::BadVocabulary("its characters are not sorted".into()));
        }
        if vocabulary.fingerprint() != stored.blake3 {
            return Err(DataError::BadVocabulary("its fingerprint does not match".into()));
        }
        Ok(vocabulary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vocabulary(text: &str) -> Vocabulary {
        Vocabulary::of(&Corpus { name: "test".into(), text: text.into() }).unwrap()
    }

    #[test]
    fn ids_are_places_among_the_sorted_characters() {
        let vocabulary = vocabulary("从前 ba");
        assert_eq!(vocabulary.len(), 5);
        assert_eq!(vocabulary.encode(" ab从前").unwrap(), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn an_unknown_character_is_named_with_its_code_point_and_place() {
        let error = vocabulary("abc").encode("ab𠮷").unwrap_err().to_string();
        assert!(error.contains("'𠮷' (U+20BB7, number 3 of the text)"), "{error}");
    }

    #[test]
    fn one_repeated_character_is_refused() {
        let corpus = Corpus { name: "test".into(), text: "aaaa".into() };
        assert!(matches!(
            Vocabulary::of(&corpus),
            Err(DataError::OneCharacter { character: 'a', .. })
        ));
    }

    #[test]
    fn a_changed_stored_vocabulary_is_refused() {
        let json = serde_json::to_string(&vocabulary("abc")).unwrap();
        assert_eq!(serde_json::from_str::<Vocabulary>(&json).unwrap(), vocabulary("abc"));
        for (from, to) in [("abc", "abd"), ("abc", "acb"), ("abc", "")] {
            let error =
                serde_json::from_str::<Vocabulary>(&json.replacen(from, to, 1)).unwrap_err();
            assert!(error.to_string().contains("damaged"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn decoding_an_encoded_text_gives_the_text(text in ".*[ab].*[cd].*") {
            let vocabulary = vocabulary(&text);
            let ids = vocabulary.encode(&text).unwrap();
            let decoded: String = ids.iter().map(|&id| vocabulary.character(id)).collect();
            prop_assert_eq!(decoded, text);
        }
    }
}
