//! Encodes long texts as ids.

use crate::corpus::units::Pieces;
use crate::{DataError, Vocabulary, VocabularyError};
use std::collections::HashMap;

/// Encodes a text that arrives in pieces. Symbols outside the vocabulary become the unknown symbol.
pub(crate) struct Encoder<'a> {
    vocabulary: &'a Vocabulary,
    kind: Kind<'a>,
    /// Symbols so far.
    symbols: usize,
    problem: Option<VocabularyError>,
}

/// How symbols are looked up.
enum Kind<'a> {
    /// Ids by code point, up to the highest in the vocabulary; other characters are unknown.
    Characters(Vec<Option<u16>>),
    Bytes,
    /// Ids by symbol.
    Units {
        pieces: Pieces<'a>,
        ids: HashMap<&'a str, u16>,
    },
}

impl<'a> Encoder<'a> {
    pub(crate) fn new(vocabulary: &'a Vocabulary) -> Self {
        let kind = if vocabulary.is_of_bytes() {
            Kind::Bytes
        } else if vocabulary.unit().is_char() {
            let mut ids = Vec::new();
            for (character, id) in vocabulary.characters() {
                let code = u32::from(character) as usize;
                ids.resize(code + 1, vocabulary.unknown());
                ids[code] = Some(id);
            }
            Kind::Characters(ids)
        } else {
            let pieces = Pieces::new(vocabulary.cutter());
            Kind::Units { pieces, ids: vocabulary.symbols().zip(0..).collect() }
        };
        Self { vocabulary, kind, symbols: 0, problem: None }
    }

    /// Encodes the next piece.
    pub(crate) fn encode(&mut self, piece: &str, sink: &mut dyn FnMut(u16)) {
        let Self { vocabulary, kind, symbols, problem } = self;
        let unknown = vocabulary.unknown();
        match kind {
            Kind::Characters(ids) => {
                for character in piece.chars() {
                    *symbols += 1;
                    let code = u32::from(character) as usize;
                    match ids.get(code).copied().unwrap_or(unknown) {
                        Some(id) => sink(id),
                        None if problem.is_some() => {}
                        None => {
                            let nothing = std::iter::empty();
                            *problem = Some(vocabulary.lacks(character, *symbols, nothing));
                        }
                    }
                }
            }
            Kind::Bytes => piece.bytes().for_each(|byte| sink(u16::from(byte))),
            Kind::Units { pieces, ids } => {
                let mut found = Found { vocabulary, ids, symbols, problem };
                pieces.push(piece, &mut |symbol| found.pass(symbol, sink));
            }
        }
    }

    /// Ends the text. `sink` gets what is left of it.
    ///
    /// # Errors
    /// For the first symbol without an id.
    pub(crate) fn end(mut self, sink: &mut dyn FnMut(u16)) -> Result<(), DataError> {
        let Self { vocabulary, kind, symbols, problem } = &mut self;
        if let Kind::Units { pieces, ids } = kind {
            let mut found = Found { vocabulary, ids, symbols, problem };
            pieces.end(&mut |symbol| found.pass(symbol, sink));
        }
        Ok(self.problem.map_or(Ok(()), Err)?)
    }
}

/// Looks up units.
struct Found<'a> {
    vocabulary: &'a Vocabulary,
    ids: &'a HashMap<&'a str, u16>,
    symbols: &'a mut usize,
    problem: &'a mut Option<VocabularyError>,
}

impl Found<'_> {
    fn pass(&mut self, symbol: &str, sink: &mut dyn FnMut(u16)) {
        *self.symbols += 1;
        match self.ids.get(symbol).copied().or(self.vocabulary.unknown()) {
            Some(id) => sink(id),
            None if self.problem.is_some() => {}
            None => *self.problem = Some(self.vocabulary.lacks_symbol(symbol, *self.symbols)),
        }
    }
}
