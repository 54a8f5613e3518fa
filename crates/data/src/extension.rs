//! Extends a vocabulary, so that a trained network can learn from another text.
//!
//! Says where the old ids moved and which are new. Knows nothing of the weights that follow them.

use crate::{Corpus, DataError, Vocabulary, VocabularyLimits};

/// A larger vocabulary, and how the ids of the old one map to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The old symbols and the new.
    pub vocabulary: Vocabulary,
    /// The symbols that are new, in order.
    pub added: Vec<String>,
    /// The new id of each old one.
    pub new_ids: Vec<u16>,
}

impl Extension {
    /// `old` with those characters of `corpus` added that are within `limits`. No symbol is removed. The
    /// unknown symbol stays, or is added where a symbol is left out. The record symbol is added if the
    /// corpus is divided into records; for a continuous text, an old one becomes a symbol that is never
    /// written.
    ///
    /// # Errors
    /// When there would be more than [`Vocabulary::MOST`], or the units differ.
    pub fn of(
        old: &Vocabulary,
        corpus: &Corpus,
        limits: VocabularyLimits,
    ) -> Result<Self, DataError> {
        corpus.check_unit(old)?;
        let is_divided = corpus.records().is_some();
        if old.is_of_bytes() {
            let vocabulary = Vocabulary::of_bytes(is_divided);
            return Ok(Self { vocabulary, added: Vec::new(), new_ids: (0..256).collect() });
        }
        let record = String::from(Vocabulary::RECORD);
        let mut new = corpus.symbol_counts();
        new.retain(|(found, _)| old.id_of(found).is_none() && !(is_divided && *found == record));
        let is_known = old.id(Vocabulary::UNKNOWN).is_some();
        let (mut added, leaves_out) =
            limits.choose(new, old.len() + usize::from(is_divided), is_known);
        added.sort_unstable();
        let unknown = old.unknown().is_some() || leaves_out;
        let symbols = old.symbols().map(str::to_owned).chain(added.iter().cloned());
        let record = (is_divided && old.id(Vocabulary::RECORD).is_none()).then_some(record);
        let mut vocabulary =
            Vocabulary::new(symbols.chain(record), unknown)?.with_unit(old.unit())?;
        if is_divided {
            vocabulary = vocabulary.with_records()?;
        }
        let new_id = |symbol: &str| vocabulary.id_of(symbol).expect("old ones stay");
        let new_ids = old.symbols().map(new_id).collect();
        Ok(Self { vocabulary, added, new_ids })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: VocabularyLimits = VocabularyLimits::ALL;

    #[test]
    fn an_extension_says_what_is_new_and_where_the_old_ids_went() {
        let old = Corpus::from_text("old", "bdf").vocabulary(ALL).unwrap();
        let extension = Extension::of(&old, &Corpus::from_text("more", "adcc"), ALL).unwrap();
        assert_eq!(
            (&extension.added[..], &extension.new_ids[..]),
            (&["a".to_owned(), "c".to_owned()][..], &[1, 3, 4][..])
        );
        assert_eq!(extension.vocabulary.symbols().collect::<String>(), "abcdf");
    }

    #[test]
    fn the_record_symbol_follows_the_text() {
        let plain = Corpus::from_text("old", "bdf").vocabulary(ALL).unwrap();
        let more = Corpus::from_text("more", "db\nfa\n");
        let records = more.with_records(&charnn_text::Records::Line, None).unwrap();
        let extension = Extension::of(&plain, &records, ALL).unwrap();
        assert_eq!(
            (&extension.added[..], &extension.new_ids[..]),
            (&["a".to_owned()][..], &[2, 3, 4][..])
        );
        assert_eq!(extension.vocabulary.record(), Some(0));
        let again = Extension::of(&extension.vocabulary, &records, ALL).unwrap();
        assert_eq!(again.vocabulary, extension.vocabulary);
        let continuous = Corpus::from_text("text", "abdf");
        let back = Extension::of(&extension.vocabulary, &continuous, ALL).unwrap().vocabulary;
        assert_eq!((back.len(), back.record()), (5, None));
    }

    #[test]
    fn the_unknown_symbol_stays() {
        let limits = VocabularyLimits { min_count: 2, max_vocab: 0 };
        let old = Corpus::from_text("old", "aaabbx").vocabulary(limits).unwrap();
        let extension =
            Extension::of(&old, &Corpus::from_text("more", "za\u{20000}"), ALL).unwrap();
        assert_eq!(extension.vocabulary.unknown(), Some(3));
        assert_eq!(extension.new_ids, [0, 1, 3]);
    }

    #[test]
    fn what_is_new_stays_within_the_limits_and_what_is_known_stays_known() {
        let of = |text| Corpus::from_text("old", text).vocabulary(ALL).unwrap();
        let more = Corpus::from_text("more", "xxxxyyyzzaw");
        let added = |old: &Vocabulary, min_count, max_vocab| {
            let limits = VocabularyLimits { min_count, max_vocab };
            let Extension { vocabulary, added, .. } = Extension::of(old, &more, limits).unwrap();
            assert!(old.symbols().all(|known| vocabulary.id_of(known).is_some()));
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
