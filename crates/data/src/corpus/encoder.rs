//! From characters to ids, for long texts.

use crate::{DataError, Vocabulary, VocabularyError};

/// Turns a text that comes in pieces into ids. Characters that the vocabulary does not hold become
/// its unknown symbol.
pub(crate) struct Encoder<'a> {
    vocabulary: &'a Vocabulary,
    /// By code point, up to the highest of the vocabulary; others are unknown.
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

    /// Hands on the ids of the next piece.
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
