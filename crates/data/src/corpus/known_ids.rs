//! The ids of a corpus for a vocabulary that may lack some of its characters.

use crate::corpus::units::Pieces;
use crate::{Corpus, DataError, Ids, OnUnknown, Vocabulary};

/// The ids of a text, and how much of it the vocabulary does not hold.
#[derive(Debug, Clone)]
pub struct KnownIds {
    /// The ids, in memory or in the cache.
    pub ids: Ids,
    /// Where each document begins in the ids, or each record symbol is: see [`Corpus::starts`].
    pub starts: Vec<usize>,
    /// How many symbols the vocabulary lacks, wherever they stand.
    pub unknown: u64,
    /// How many symbols the text has.
    pub characters: u64,
}

impl KnownIds {
    /// The share of symbols that the vocabulary lacks, from 0 to 1.
    pub fn unknown_share(&self) -> f64 {
        self.unknown as f64 / self.characters.max(1) as f64
    }
}

impl Corpus {
    /// How many symbols of the text `vocabulary` lacks.
    pub fn unknown(&self, vocabulary: &Vocabulary) -> u64 {
        self.lacking(vocabulary).iter().map(|(_, count)| count).sum()
    }

    /// The ids of the text, with a choice for symbols that `vocabulary` lacks. Skipped symbols leave the ids
    /// shorter than the text.
    ///
    /// # Errors
    /// When there are such symbols and the choice is an error, or the vocabulary has no unknown symbol
    /// for them; and as [`Corpus::ids`].
    pub fn known_ids(
        &self,
        vocabulary: &Vocabulary,
        on_unknown: OnUnknown,
    ) -> Result<KnownIds, DataError> {
        self.check_unit(vocabulary)?;
        let characters = self.symbols() as u64;
        let unknown = self.unknown(vocabulary);
        if unknown == 0 || on_unknown == OnUnknown::Unknown {
            let ids = self.ids(vocabulary)?;
            let starts = self.starts(&ids, vocabulary);
            return Ok(KnownIds { ids, starts, unknown, characters });
        }
        if on_unknown == OnUnknown::Error {
            let unknown = self.lacking(vocabulary);
            return Err(DataError::OtherCharacters { name: self.name.clone(), unknown });
        }
        let starts =
            if vocabulary.record().is_some() { Vec::new() } else { self.starts(&[], vocabulary) };
        let (mut ids, mut kept) = (Vec::with_capacity(self.symbols()), Vec::new());
        let mut pieces = Pieces::new(vocabulary.cutter());
        let mut at = 0;
        let mut take = |symbol: &str| {
            if starts.get(kept.len()) == Some(&at) {
                kept.push(ids.len());
            }
            ids.extend(vocabulary.id_of(symbol));
            at += 1;
        };
        self.pieces(&mut |piece| pieces.push(piece, &mut take))?;
        pieces.end(&mut take);
        if vocabulary.record().is_some() {
            kept = self.starts(&ids, vocabulary);
        }
        // A document may have no known symbol.
        kept.dedup();
        kept.retain(|&start| start == 0 || start < ids.len());
        Ok(KnownIds { ids: ids.into(), starts: kept, unknown, characters })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VocabularyLimits;
    use charnn_text::ReadOptions;

    #[test]
    fn unknown_characters_are_counted_and_skipped_and_documents_stay_in_place() {
        let known = Corpus::from_text("known", "abc\n").vocabulary(VocabularyLimits::ALL).unwrap();
        let documents = [&b"axb\n"[..], b"yyc\n"];
        let text =
            Corpus::from_documents("text".into(), &documents, &ReadOptions::default()).unwrap();
        let skipped = text.known_ids(&known, OnUnknown::Skip).unwrap();
        assert_eq!((&skipped.ids[..], &skipped.starts[..]), (&[1, 2, 0, 3, 0][..], &[0, 3][..]));
        assert_eq!((skipped.unknown, skipped.characters), (3, 8));
        assert!((skipped.unknown_share() - 0.375).abs() < 1e-12);
        let documents = [&b"ab\n"[..], b"zzz", b"ca\n", b"yy"];
        let sparse =
            Corpus::from_documents("text".into(), &documents, &ReadOptions::default()).unwrap();
        // A document gets a line end where another follows.
        let skipped = sparse.known_ids(&known, OnUnknown::Skip).unwrap();
        assert_eq!(skipped.ids.len(), 7);
        assert_eq!(skipped.starts, [0, 3, 4]);
        assert!(text.known_ids(&known, OnUnknown::Error).is_err());
        // The vocabulary has no symbol for them.
        assert!(text.known_ids(&known, OnUnknown::Unknown).is_err());
    }
}
