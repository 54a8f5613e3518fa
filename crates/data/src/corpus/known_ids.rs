//! The ids of a corpus for a vocabulary that may lack some of its characters.

use crate::{Corpus, DataError, Ids, OnUnknown, Vocabulary};

/// The ids of a text, and how much of it the vocabulary does not hold.
#[derive(Debug, Clone)]
pub struct KnownIds {
    /// The ids, in memory or in the cache.
    pub ids: Ids,
    /// Where each document begins in the ids, or each record symbol is: see [`Corpus::starts`].
    pub starts: Vec<usize>,
    /// How many characters the vocabulary lacks, wherever they stand.
    pub unknown: u64,
    /// How many characters the text has.
    pub characters: u64,
}

impl KnownIds {
    /// The share of characters that the vocabulary lacks, from 0 to 1.
    pub fn unknown_share(&self) -> f64 {
        self.unknown as f64 / self.characters.max(1) as f64
    }
}

impl Corpus {
    /// How many characters of the text `vocabulary` lacks.
    pub fn unknown(&self, vocabulary: &Vocabulary) -> u64 {
        let lacking = self.counts().iter().filter(|&(found, _)| vocabulary.id(found).is_none());
        lacking.map(|(_, count)| count).sum()
    }

    /// The ids of the text, with a choice for characters that `vocabulary` lacks. Skipped characters leave
    /// the ids shorter than the text.
    ///
    /// # Errors
    /// When there are such characters and the choice is an error, or the vocabulary has no unknown symbol
    /// for them; and as [`Corpus::ids`].
    pub fn known_ids(
        &self,
        vocabulary: &Vocabulary,
        on_unknown: OnUnknown,
    ) -> Result<KnownIds, DataError> {
        let characters = self.characters() as u64;
        let unknown = self.unknown(vocabulary);
        if unknown == 0 || on_unknown == OnUnknown::Unknown {
            let ids = self.ids(vocabulary)?;
            let starts = self.starts(&ids, vocabulary);
            return Ok(KnownIds { ids, starts, unknown, characters });
        }
        if on_unknown == OnUnknown::Error {
            let lacking = self.counts().iter().filter(|&(it, _)| vocabulary.id(it).is_none());
            let unknown = lacking.collect();
            return Err(DataError::OtherCharacters { name: self.name.clone(), unknown });
        }
        if vocabulary.record().is_some() {
            let mut ids = Vec::with_capacity(self.characters());
            self.pieces(&mut |piece| ids.extend(piece.chars().filter_map(|it| vocabulary.id(it))))?;
            let starts = self.starts(&ids, vocabulary);
            return Ok(KnownIds { ids: ids.into(), starts, unknown, characters });
        }
        let starts: Vec<usize> = self.documents().iter().map(|it| it.start).collect();
        let (mut ids, mut kept) = (Vec::with_capacity(self.characters()), Vec::new());
        let mut at = 0;
        self.pieces(&mut |piece| {
            for character in piece.chars() {
                if starts.get(kept.len()) == Some(&at) {
                    kept.push(ids.len());
                }
                ids.extend(vocabulary.id(character));
                at += 1;
            }
        })?;
        // A document may have no known character.
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
