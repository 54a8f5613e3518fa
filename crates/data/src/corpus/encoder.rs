//! Encodes long texts as ids.

use crate::{DataError, Vocabulary, VocabularyError};

/// Encodes a text that arrives in pieces. Characters outside the vocabulary become the unknown symbol.
pub(crate) struct Encoder<'a> {
    vocabulary: &'a Vocabulary,
    /// Ids by code point, up to the highest in the vocabulary; other characters are unknown.
    ids: Vec<Option<u16>>,
    /// Characters so far.
    characters: usize,
    problem: Option<VocabularyError>,
}

impl<'a> Encoder<'a> {
    pub(crate) fn new(vocabulary: &'a Vocabulary) -> Self {
        let mut ids = Vec::new();
        for (character, id) in vocabulary.characters() {
            let code = u32::from(character) as usize;
            ids.resize(code + 1, vocabulary.unknown());
            ids[code] = Some(id);
        }
        Self { vocabulary, ids, characters: 0, problem: None }
    }

    /// Encodes the next piece.
    pub(crate) fn encode(&mut self, piece: &str, sink: &mut dyn FnMut(u16)) {
        for character in piece.chars() {
            self.characters += 1;
            let code = u32::from(character) as usize;
            match self.ids.get(code).copied().unwrap_or(self.vocabulary.unknown()) {
                Some(id) => sink(id),
                None if self.problem.is_some() => {}
                None => {
                    self.problem =
                        Some(self.vocabulary.lacks(character, self.characters, std::iter::empty()));
                }
            }
        }
    }

    /// # Errors
    /// For the first character without an id.
    pub(crate) fn end(self) -> Result<(), DataError> {
        Ok(self.problem.map_or(Ok(()), Err)?)
    }
}
