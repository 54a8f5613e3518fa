//! The vocabulary of a corpus: which of its characters get an id.

use crate::{Corpus, DataError, Vocabulary};
use charnn_bundle::Unit;
use serde::{Deserialize, Serialize};

/// Which characters of a corpus get an id of their own. The default is all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VocabularyLimits {
    /// Those that occur at least this often.
    pub min_count: u64,
    /// This many of the most frequent, counting the unknown symbol; 0 for all, up to
    /// [`Vocabulary::MOST`].
    pub max_vocab: usize,
}

impl Default for VocabularyLimits {
    fn default() -> Self {
        Self::ALL
    }
}

impl VocabularyLimits {
    /// Every character gets an id.
    pub const ALL: Self = Self { min_count: 1, max_vocab: 0 };

    /// Which symbols of `found`, each with its count, get an id where `known` others have one: the
    /// most frequent first, equally frequent ones in order. The second value tells whether any
    /// is left out; if so, the unknown symbol is among the first, unless it `is_known`.
    pub(crate) fn choose(
        self,
        mut found: Vec<(String, u64)>,
        known: usize,
        is_known: bool,
    ) -> (Vec<String>, bool) {
        let unknown = || Vocabulary::UNKNOWN.to_string();
        let all = found.len();
        found.retain(|&(_, count)| count >= self.min_count);
        found.sort_by_key(|&(_, count)| std::cmp::Reverse(count)); // stable: equals stay in order
        let room = if self.max_vocab == 0 { all } else { self.max_vocab.saturating_sub(known) };
        let leaves_out = found.len() < all || room < all;
        let is_new = leaves_out && !is_known;
        if is_new {
            found.retain(|(symbol, _)| *symbol != unknown());
        }
        found.truncate(room.saturating_sub(usize::from(is_new)));
        found.extend(is_new.then(|| (unknown(), 0)));
        (found.into_iter().map(|(symbol, _)| symbol).collect(), leaves_out)
    }
}

impl Corpus {
    /// The vocabulary of this corpus within `limits`. It has an unknown symbol if these leave out any
    /// character, and a record symbol if the corpus is divided into records.
    ///
    /// # Errors
    /// When fewer than two characters remain, or more than [`Vocabulary::MOST`].
    pub fn vocabulary(&self, limits: VocabularyLimits) -> Result<Vocabulary, DataError> {
        let is_divided = self.records().is_some();
        if *self.unit() == Unit::Byte {
            return Ok(Vocabulary::of_bytes(is_divided));
        }
        let is_text = |symbol: &str| !is_divided || !symbol.starts_with(Vocabulary::RECORD);
        let mut found = self.symbol_counts();
        found.retain(|(symbol, _)| is_text(symbol));
        // A record can still be shorter or longer than another.
        if let ([(symbol, _)], false) = (&found[..], is_divided) {
            let character = symbol.chars().next().unwrap_or(' ');
            return Err(DataError::OneCharacter { name: self.name.clone(), character });
        }
        let (mut kept, leaves_out) = limits.choose(found, usize::from(is_divided), false);
        if kept == [Vocabulary::UNKNOWN.to_string()] {
            let VocabularyLimits { min_count, max_vocab } = limits;
            return Err(DataError::NoVocabulary { min_count, max_vocab });
        }
        kept.extend(is_divided.then(|| Vocabulary::RECORD.to_string()));
        let vocabulary = Vocabulary::new(kept, leaves_out)?.with_unit(self.unit())?;
        Ok(if is_divided { vocabulary.with_records()? } else { vocabulary })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_bundle::VocabularyError;
    use charnn_message::Describe;
    use charnn_text::Records;

    fn limited(text: &str, min_count: u64, max_vocab: usize) -> Result<Vocabulary, DataError> {
        let limits = VocabularyLimits { min_count, max_vocab };
        Corpus::from_text("test", text).vocabulary(limits)
    }

    #[test]
    fn one_repeated_character_is_refused() {
        let error = limited("aaaa", 1, 0).unwrap_err();
        assert!(matches!(error, DataError::OneCharacter { character: 'a', .. }));
    }

    #[test]
    fn rare_characters_become_the_unknown_symbol() {
        let vocabulary = limited("aaabbcc𠮷x", 2, 0).unwrap();
        assert_eq!((vocabulary.len(), vocabulary.unknown()), (4, Some(3)));
        assert_eq!(vocabulary.encode("a𠮷c\u{FFFD}").unwrap(), [0, 3, 2, 3]);
    }

    #[test]
    fn the_record_symbol_is_within_every_limit() {
        let corpus = Corpus::from_text("test", "aab\nab\nac\n").with_records(&Records::Line, None);
        let corpus = corpus.unwrap();
        for (min_count, max_vocab, expected) in
            [(1, 0, "\u{1E}abc"), (9, 0, ""), (2, 0, "\u{1E}ab\u{FFFD}"), (1, 3, "\u{1E}a\u{FFFD}")]
        {
            match corpus.vocabulary(VocabularyLimits { min_count, max_vocab }) {
                Ok(vocabulary) => {
                    assert_eq!(vocabulary.symbols().collect::<String>(), expected);
                    assert_eq!(vocabulary.record(), Some(0));
                    assert_eq!(vocabulary.unknown().is_some(), expected.ends_with('\u{FFFD}'));
                    let ids = corpus.ids(&vocabulary).unwrap();
                    assert_eq!(corpus.starts(&ids, &vocabulary), [0, 4, 7, 10]);
                }
                Err(error) => assert!(expected.is_empty(), "{error}"),
            }
        }
    }

    #[test]
    fn the_most_frequent_characters_stay_and_the_symbol_counts() {
        let vocabulary = limited("aaabbccdd", 1, 3).unwrap();
        assert_eq!(vocabulary.symbols().collect::<String>(), "ab\u{FFFD}");
        assert_eq!(limited("aaabbccdd", 1, 4).unwrap().unknown(), None);
        let error = limited("ab", 3, 0).unwrap_err().to_string();
        assert!(error.contains("min_count = 3"), "{error}");
        assert!(limited("ab", 1, 1).is_err());
    }

    #[test]
    fn more_characters_than_ids_are_refused_and_the_limit_makes_them_fit() {
        let text: String = ('\0'..=char::MAX).take(70_000).chain("ab".chars()).collect();
        let error = limited(&text, 1, 0).unwrap_err();
        let DataError::Vocabulary(error) = error else { panic!("{error}") };
        assert_eq!(error, VocabularyError::TooMany { distinct: 70_000 });
        let message = error.describe();
        assert!(message.message.english.contains("70,000"));
        assert!(message.hints[0].english.contains("data.max_vocab = 65536"));
        let most = limited(&text, 1, Vocabulary::MOST).unwrap();
        assert_eq!((most.len(), most.encode("ab").unwrap()), (65_536, vec![97, 98]));
        let json = serde_json::to_string(&most).unwrap();
        assert_eq!(serde_json::from_str::<Vocabulary>(&json).unwrap(), most);
    }
}
