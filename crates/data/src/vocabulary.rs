//! The characters a network knows, and their ids.
//!
//! A character is a Unicode scalar value. Ids are places in the sorted list of distinct
//! characters, so they depend on the text alone and never on the order of a hash map.

use crate::variants::variants;
use crate::{Corpus, DataError};
use serde::{Deserialize, Serialize};

/// Distinct characters in the order of their code points; the place of a character is its id.
///
/// One of them may be the unknown symbol, [`Vocabulary::UNKNOWN`], that stands for all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Vocabulary {
    characters: Vec<char>,
    unknown: Option<u16>,
}

/// Which characters of a corpus get an id of their own. The default is all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VocabularyLimits {
    /// Those that occur at least this often.
    pub min_count: u64,
    /// So many of the most frequent, the unknown symbol included; 0 for all, up to
    /// [`Vocabulary::MOST`].
    pub max_vocab: usize,
}

impl Default for VocabularyLimits {
    fn default() -> Self {
        Self { min_count: 1, max_vocab: 0 }
    }
}

impl VocabularyLimits {
    /// Which of the characters of `found`, each with how often it occurs, get an id where `known` others
    /// have one: the most frequent first, of equally frequent ones the first by code point. And whether
    /// any is left out; then the unknown symbol is among them, unless it `is_known`.
    pub(crate) fn choose(
        self,
        mut found: Vec<(char, u64)>,
        known: usize,
        is_known: bool,
    ) -> (Vec<char>, bool) {
        let all = found.len();
        found.retain(|&(_, count)| count >= self.min_count);
        found.sort_by_key(|&(_, count)| std::cmp::Reverse(count)); // stable: equals stay in order
        let room = if self.max_vocab == 0 { all } else { self.max_vocab.saturating_sub(known) };
        let leaves_out = found.len() < all || room < all;
        let is_new = leaves_out && !is_known;
        if is_new {
            found.retain(|&(character, _)| character != Vocabulary::UNKNOWN);
        }
        found.truncate(room.saturating_sub(usize::from(is_new)));
        found.extend(is_new.then_some((Vocabulary::UNKNOWN, 0)));
        (found.into_iter().map(|(character, _)| character).collect(), leaves_out)
    }
}

/// What becomes of a character that a vocabulary does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// It is an error.
    #[default]
    Error,
    /// It is left out.
    Skip,
    /// The unknown symbol stands for it. An error where the vocabulary has none.
    #[serde(rename = "unk")]
    Unknown,
}

impl Vocabulary {
    /// Stands for characters that the vocabulary leaves out. It is the character that also
    /// stands for malformed bytes, which are just as unknown.
    pub const UNKNOWN: char = char::REPLACEMENT_CHARACTER;
    /// The most characters that there can be: an id has 16 bits.
    pub const MOST: usize = 1 << 16;

    /// So many unknown characters of a text are named after the first.
    const NAMED: usize = 9;

    /// The vocabulary of a corpus: all of its characters.
    ///
    /// # Errors
    /// When the corpus repeats a single character.
    pub fn of(corpus: &Corpus) -> Result<Self, DataError> {
        Self::limited(corpus, VocabularyLimits::default())
    }

    /// The vocabulary of a corpus within `limits`. It has an unknown symbol if that leaves out
    /// any character.
    ///
    /// # Errors
    /// When fewer than two characters are left, or more than [`Vocabulary::MOST`].
    pub fn limited(corpus: &Corpus, limits: VocabularyLimits) -> Result<Self, DataError> {
        let found: Vec<(char, u64)> = corpus.counts().iter().collect();
        if let [(character, _)] = found[..] {
            return Err(DataError::OneCharacter { name: corpus.name.clone(), character });
        }
        let (kept, leaves_out) = limits.choose(found, 0, false);
        if kept == [Self::UNKNOWN] {
            let VocabularyLimits { min_count, max_vocab } = limits;
            return Err(DataError::NoVocabulary { min_count, max_vocab });
        }
        Self::new(kept.into_iter(), leaves_out)
    }

    /// The vocabulary of these characters, which are all different. `unknown` says whether
    /// [`Vocabulary::UNKNOWN`], one of them, stands for all others.
    ///
    /// # Errors
    /// When there are more than ids.
    pub(crate) fn new(
        characters: impl Iterator<Item = char>,
        unknown: bool,
    ) -> Result<Self, DataError> {
        let mut characters: Vec<char> = characters.collect();
        if characters.len() > Self::MOST {
            return Err(DataError::TooManyCharacters { distinct: characters.len() });
        }
        characters.sort_unstable();
        let mut vocabulary = Self { characters, unknown: None };
        vocabulary.unknown = if unknown { vocabulary.id(Self::UNKNOWN) } else { None };
        Ok(vocabulary)
    }

    /// How many characters there are: `V`.
    #[expect(clippy::len_without_is_empty, reason = "a vocabulary has at least two characters")]
    pub fn len(&self) -> usize {
        self.characters.len()
    }

    /// The id of the unknown symbol, if there is one.
    pub fn unknown(&self) -> Option<u16> {
        self.unknown
    }

    /// The id of `character`, if it has one of its own.
    pub fn id(&self, character: char) -> Option<u16> {
        let place = self.characters.binary_search(&character).ok()?;
        Some(u16::try_from(place).expect("there are at most as many as ids"))
    }

    /// The ids of a text to train on or to measure with: characters that are not in the
    /// vocabulary become its unknown symbol.
    ///
    /// # Errors
    /// At the first character that is not in the vocabulary, if there is no unknown symbol.
    pub fn encode(&self, text: &str) -> Result<Vec<u16>, DataError> {
        self.encode_with(text, OnUnknown::Unknown)
    }

    /// The ids of `text`, with a choice for characters that are not in the vocabulary.
    ///
    /// # Errors
    /// At the first such character, if that is the choice or there is no unknown symbol.
    pub fn encode_with(&self, text: &str, on_unknown: OnUnknown) -> Result<Vec<u16>, DataError> {
        let mut ids = Vec::with_capacity(text.len() / 2);
        for (at, character) in text.chars().enumerate() {
            match (self.id(character), on_unknown, self.unknown) {
                (Some(id), ..) | (None, OnUnknown::Unknown, Some(id)) => ids.push(id),
                (None, OnUnknown::Skip, _) => {}
                (None, OnUnknown::Error | OnUnknown::Unknown, _) => {
                    let rest = text.chars().skip(at + 1);
                    return Err(self.lacks(character, at + 1, rest));
                }
            }
        }
        Ok(ids)
    }

    /// The error about a character that is not in the vocabulary, the `position`-th of a text, and
    /// about others of the `rest` of that text.
    pub(crate) fn lacks(
        &self,
        character: char,
        position: usize,
        rest: impl Iterator<Item = char>,
    ) -> DataError {
        let mut others = Vec::new();
        for other in rest.filter(|&other| other != character && self.id(other).is_none()) {
            if others.len() == Self::NAMED {
                break;
            }
            if !others.contains(&other) {
                others.push(other);
            }
        }
        let mut near = variants(character);
        near.retain(|&variant| self.id(variant).is_some());
        near.truncate(3);
        DataError::UnknownCharacter { character, position, size: self.len(), near, others }
    }

    /// The character with this id.
    ///
    /// # Panics
    /// When the id is not below [`Vocabulary::len`].
    pub fn character(&self, id: u16) -> char {
        self.characters[usize::from(id)]
    }

    /// All characters in the order of their ids.
    pub fn characters(&self) -> impl Iterator<Item = char> {
        self.characters.iter().copied()
    }

    /// BLAKE3 of the characters in id order, as hexadecimal: equal if and only if the ids mean
    /// the same.
    pub fn fingerprint(&self) -> String {
        let mut text: String = self.characters.iter().collect();
        if self.unknown.is_some() {
            // The last character again: no list of characters without the symbol ends so.
            text.extend(self.characters.last());
        }
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }
}

/// The form in `vocab.json`: readable, and checked when it is read again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    characters: String,
    /// The character that stands for all others; files without one do not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unknown: Option<char>,
    blake3: String,
}

impl From<Vocabulary> for Stored {
    fn from(vocabulary: Vocabulary) -> Self {
        Self {
            blake3: vocabulary.fingerprint(),
            unknown: vocabulary.unknown.map(|id| vocabulary.character(id)),
            characters: vocabulary.characters.iter().collect(),
        }
    }
}

impl TryFrom<Stored> for Vocabulary {
    type Error = DataError;

    fn try_from(stored: Stored) -> Result<Self, DataError> {
        let mut vocabulary =
            Self { characters: stored.characters.chars().collect(), unknown: None };
        if !(2..=Self::MOST).contains(&vocabulary.len())
            || !vocabulary.characters.is_sorted_by(|a, b| a < b)
        {
            return Err(DataError::BadVocabulary(
                "its characters are not sorted, or too many".into(),
            ));
        }
        if let Some(unknown) = stored.unknown {
            vocabulary.unknown = vocabulary.id(unknown).filter(|_| unknown == Self::UNKNOWN);
            if vocabulary.unknown.is_none() {
                return Err(DataError::BadVocabulary("its unknown symbol is missing".into()));
            }
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
        Vocabulary::of(&Corpus::from_text("test", text)).unwrap()
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
    fn all_unknown_characters_are_named_once_and_ten_at_most() {
        let error = |prompt| vocabulary("abc").encode(prompt).unwrap_err().to_string();
        assert!(error("axbyxzz").contains(", nor are 'y', 'z'; leave"), "{}", error("axbyxzz"));
        assert!(!error("axx").contains("nor are"));
        assert!(error("efghijklmnop").contains("'n';") && !error("efghijklmnop").contains("'o'"));
    }

    #[test]
    fn one_repeated_character_is_refused() {
        let corpus = Corpus::from_text("test", "aaaa");
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

    fn limited(text: &str, min_count: u64, max_vocab: usize) -> Result<Vocabulary, DataError> {
        let limits = VocabularyLimits { min_count, max_vocab };
        Vocabulary::limited(&Corpus::from_text("test", text), limits)
    }

    #[test]
    fn rare_characters_become_the_unknown_symbol() {
        let vocabulary = limited("aaabbcc𠮷x", 2, 0).unwrap();
        assert_eq!((vocabulary.len(), vocabulary.unknown()), (4, Some(3)));
        assert_eq!(vocabulary.encode("a𠮷c\u{FFFD}").unwrap(), [0, 3, 2, 3]);
        assert_eq!(vocabulary.encode_with("a𠮷c", OnUnknown::Skip).unwrap(), [0, 2]);
        assert!(vocabulary.encode_with("a𠮷c", OnUnknown::Error).is_err());
    }

    #[test]
    fn the_most_frequent_characters_stay_and_the_symbol_counts() {
        let vocabulary = limited("aaabbccdd", 1, 3).unwrap();
        let kept: String = (0..3).map(|id| vocabulary.character(id)).collect();
        assert_eq!(kept, "ab\u{FFFD}");
        assert_eq!(limited("aaabbccdd", 1, 4).unwrap().unknown(), None);
        let error = limited("ab", 3, 0).unwrap_err().to_string();
        assert!(error.contains("min_count = 3"), "{error}");
        assert!(limited("ab", 1, 1).is_err());
    }

    #[test]
    fn near_variants_of_an_unknown_character_are_offered() {
        for (text, prompt, near) in
            [("爱a", "愛", '爱'), ("Aa\"", "“", '"'), ("ab!", "！", '!'), ("ab", "B", 'b')]
        {
            let error = vocabulary(text).encode(prompt).unwrap_err().to_string();
            assert!(error.contains(&format!("did you mean {near:?} (U+")), "{error}");
        }
    }

    #[test]
    fn stored_vocabularies_of_before_and_with_a_symbol_are_read() {
        let plain = serde_json::to_string(&vocabulary("abc")).unwrap();
        assert!(!plain.contains("unknown"), "{plain}");
        let with = limited("aaabbx", 2, 0).unwrap();
        let json = serde_json::to_string(&with).unwrap();
        assert_eq!(serde_json::from_str::<Vocabulary>(&json).unwrap(), with);
        let without = json.replace("\"unknown\":\"\u{FFFD}\",", "");
        assert_ne!(without, json);
        for damaged in [without, json.replace("\"unknown\":\"\u{FFFD}\"", "\"unknown\":\"a\"")] {
            let error = serde_json::from_str::<Vocabulary>(&damaged).unwrap_err().to_string();
            assert!(error.contains("damaged"), "{error}");
        }
    }

    #[test]
    fn more_characters_than_ids_are_refused_and_the_limit_makes_them_fit() {
        let text: String = ('\0'..=char::MAX).take(70_000).chain("ab".chars()).collect();
        let error = limited(&text, 1, 0).unwrap_err().to_string();
        assert!(error.contains("70,000") && error.contains("data.max_vocab = 65536"), "{error}");
        let most = limited(&text, 1, Vocabulary::MOST).unwrap();
        assert_eq!((most.len(), most.encode("ab").unwrap()), (65_536, vec![97, 98]));
        let json = serde_json::to_string(&most).unwrap();
        assert_eq!(serde_json::from_str::<Vocabulary>(&json).unwrap(), most);
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
