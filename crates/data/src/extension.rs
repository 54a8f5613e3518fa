//! A vocabulary that grows, so that a trained network can go on with another text.
//!
//! Says where the old ids went and which are new. Knows nothing of the weights that follow them.

use crate::{Corpus, DataError, Vocabulary};

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
    /// This vocabulary with the characters of `corpus` added. Its unknown symbol stays, if it has
    /// one.
    ///
    /// # Errors
    /// When there would be more than [`Vocabulary::MOST`].
    pub fn extended_by(&self, corpus: &Corpus) -> Result<Extension, DataError> {
        let characters = corpus.counts().iter().map(|(character, _)| character);
        let added: Vec<char> = characters.filter(|&found| self.id(found).is_none()).collect();
        let old = || self.characters();
        let vocabulary = Self::new(old().chain(added.iter().copied()), self.unknown().is_some())?;
        let new_id = |character| vocabulary.id(character).expect("old ones stay");
        let new_ids = old().map(new_id).collect();
        Ok(Extension { vocabulary, added, new_ids })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VocabularyLimits;

    #[test]
    fn an_extension_says_what_is_new_and_where_the_old_ids_went() {
        let old = Vocabulary::of(&Corpus::from_text("old", "bdf")).unwrap();
        let extension = old.extended_by(&Corpus::from_text("more", "adcc")).unwrap();
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
        let extension = old.extended_by(&Corpus::from_text("more", "za\u{20000}")).unwrap();
        assert_eq!(extension.vocabulary.unknown(), Some(3));
        assert_eq!(extension.new_ids, [0, 1, 3]);
    }
}
