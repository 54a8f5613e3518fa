//! What a text starts with, as the network reads it.

use charnn_bundle::{OnUnknown, Vocabulary, VocabularyError};
use charnn_message::{Describe, Message, text};
use std::collections::BTreeSet;
use std::fmt;

/// A prompt of at least one symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// As it is shown.
    pub text: String,
    /// As the network reads it.
    pub ids: Vec<u16>,
    /// The characters that the vocabulary lacks, each once, in order. They are skipped or replaced.
    pub unknown: String,
}

/// A prompt that the network cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// It has an unknown character, and these are not allowed.
    Unknown(#[from] VocabularyError),
    /// All of its characters are unknown, and these are skipped.
    NothingKnown {
        /// The prompt.
        prompt: String,
    },
}

impl Describe for PromptError {
    fn describe(&self) -> Message {
        match self {
            Self::Unknown(error) => error.describe(),
            Self::NothingKnown { prompt } => Message::new(
                "prompt/nothing-known",
                text!(
                    en: "the network knows no character of the prompt {prompt:?}",
                    zh: "网络不认识提示 {prompt:?} 中的任何字符"
                ),
            )
            .hint(text!(en: "use another prompt", zh: "请换一个提示")),
        }
    }
}

impl fmt::Display for PromptError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(out)
    }
}

impl Prompt {
    /// The prompt `text`, with CRLF as LF like every training text. An empty one becomes
    /// [`Prompt::default_of`].
    ///
    /// # Errors
    /// When a character is unknown and `on_unknown` does not allow that, or nothing remains.
    pub fn new(
        vocabulary: &Vocabulary,
        text: &str,
        on_unknown: OnUnknown,
    ) -> Result<Self, PromptError> {
        if text.is_empty() {
            return Ok(Self::default_of(vocabulary));
        }
        let text = text.replace("\r\n", "\n");
        let ids = vocabulary.encode_with(&text, on_unknown)?;
        if ids.is_empty() {
            return Err(PromptError::NothingKnown { prompt: text });
        }
        let unknown = if vocabulary.is_of_characters() {
            let unknown = text.chars().filter(|&character| vocabulary.id(character).is_none());
            unknown.collect::<BTreeSet<char>>().into_iter().collect()
        } else {
            String::new()
        };
        Ok(Self { text, ids, unknown })
    }

    /// The prompt where nothing was asked for: a line break, or else the vocabulary's first symbol.
    pub fn default_of(vocabulary: &Vocabulary) -> Self {
        let id = vocabulary.id('\n').unwrap_or(0);
        Self { text: vocabulary.symbol(id).to_owned(), ids: vec![id], unknown: String::new() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    #[test]
    fn unknown_characters_are_refused_skipped_or_replaced() {
        let known = Vocabulary::of_characters("ab\n".chars(), false).unwrap();
        let with = Vocabulary::of_characters("ab\u{FFFD}".chars(), true).unwrap();
        let ids = |vocabulary: &Vocabulary, text, on| Prompt::new(vocabulary, text, on);
        assert!(matches!(ids(&known, "xa", OnUnknown::Error), Err(PromptError::Unknown(_))));
        assert!(ids(&known, "xa", OnUnknown::Unknown).is_err(), "no unknown symbol");
        let skipped = ids(&known, "zaxbx", OnUnknown::Skip).unwrap();
        assert_eq!(
            (&*skipped.text, &skipped.ids[..], &*skipped.unknown),
            ("zaxbx", &[1, 2][..], "xz")
        );
        let replaced = ids(&with, "ax", OnUnknown::Unknown).unwrap();
        assert_eq!((&replaced.ids[..], &*replaced.unknown), (&[0, 2][..], "x"));
        let nothing = ids(&known, "xyz", OnUnknown::Skip);
        assert_eq!(nothing, Err(PromptError::NothingKnown { prompt: "xyz".into() }));
    }

    #[test]
    fn an_empty_prompt_is_a_line_break_or_the_first_symbol() {
        let lines = Vocabulary::of_characters("ab\n".chars(), false).unwrap();
        let none = Vocabulary::of_characters("ba".chars(), false).unwrap();
        assert_eq!(Prompt::new(&lines, "", OnUnknown::Error).unwrap().text, "\n");
        assert_eq!(Prompt::new(&none, "", OnUnknown::Error).unwrap().text, "a");
        let crlf = Prompt::new(&lines, "a\r\nb", OnUnknown::Error).unwrap();
        assert_eq!((&*crlf.text, crlf.ids.len()), ("a\nb", 3));
    }
}
