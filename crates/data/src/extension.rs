//! A vocabulary that grows, so that a trained network can go on with another text.
//!
//! Says where the old ids went and which are new. Knows nothing of the weights that follow them.

use crate::{Corpus, DataError, Vocabulary, VocabularyLimits};

/// A vocabulary that grew: how a network that knew the old one is fitted to the new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The old characters and the new.
    pub vocabulary: Vocabulary,
    /// The characters that are new, in the order of their code points.
    pub added: Vec<char>,
    /// The new id of each old one.
    pub new_ids: Vec<u16>,
}

impl Vocabulary {
    /// This vocabulary with those characters of `corpus` added that are within `limits`, which take
    /// none away. Its unknown symbol stays, or is added where a character is left out.
    ///
    /// # Errors
    /// When there would be more than [`Vocabulary::MOST`].
    pub fn extended_by(
        &self,
        corpus: &Corpus,
        limits: VocabularyLimits,
    ) -> Result<Extension, DataError> {
        let new = corpus.counts().iter().filter(|&(found, _)| self.id(found).is_none()).collect();
        let is_known = self.id(Self::UNKNOWN).is_some();
        let (mut added, leaves_out) = limits.choose(new, self.len(), is_known);
        added.sort_unstable();
        let old = || self.characters();
        let unknown = self.unknown().is_some() || leaves_out;
        let vocabulary = Self::new(old().chain(added.iter().copied()), unknown)?;
        let new_id = |character| vocabulary.id(character).expect("old ones stay");
        let new_ids = old().map(new_id).collect();
        Ok(Extension { vocabulary, added, new_ids })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: VocabularyLimits = VocabularyLimits { min_count: 1, max_vocab: 0 };

    #[test]
    fn an_extension_says_what_is_new_and_where_the_old_ids_went() {
        let old = Vocabulary::of(&Corpus::from_text("old", "bdf")).unwrap();
        let extension = old.extended_by(&Corpus::from_text("more", "adcc"), ALL).unwrap();
        assert_eq!(
            (&extension.added[..], &extension.new_ids[..]),
            (&['a', 'c'][..], &[1, 3, 4][..])
        );
        assert_eq!(extension.vocabulary.characters().collect::<String>(), "abcdf");
    }

    #[test]
    fn the_unknown_symbol_stays() {
        let limits = VocabularyLimits { min_count: 2, max_vocab: 0 };
        let old = Vocabulary::limited(&Corpus::from_text("old", "aaabbx"), limits).unwrap();
        let extension = old.extended_by(&Corpus::from_text("more", "za\u{20000}"), ALL).unwrap();
        assert_eq!(extension.vocabulary.unknown(), Some(3));
        assert_eq!(extension.new_ids, [0, 1, 3]);
    }

    #[test]
    fn what_is_new_stays_within_the_limits_and_what_is_known_stays_known() {
        let of = |text| Vocabulary::of(&Corpus::from_text("old", text)).unwrap();
        let more = Corpus::from_text("more", "xxxxyyyzzaw");
        let added = |old: &Vocabulary, min_count, max_vocab| {
            let limits = VocabularyLimits { min_count, max_vocab };
            let Extension { vocabulary, added, .. } = old.extended_by(&more, limits).unwrap();
            assert!(old.characters().all(|known| vocabulary.id(known).is_some()));
            (added.into_iter().collect::<String>(), vocabulary.unknown().is_some())
        };
        let old = of("abc");
        assert_eq!(added(&old, 1, 0), ("wxyz".into(), false));
        assert_eq!(added(&old, 3, 0), ("xy\u{FFFD}".into(), true));
        assert_eq!(added(&old, 1, 6), ("xy\u{FFFD}".into(), true));
        assert_eq!(added(&old, 1, 7), ("wxyz".into(), false));
        assert_eq!(added(&old, 1, 2), ("\u{FFFD}".into(), true));
        // A mark of damage becomes the symbol.
        assert_eq!(added(&of("ab\u{FFFD}"), 4, 0), ("x".into(), true));
    }
}
