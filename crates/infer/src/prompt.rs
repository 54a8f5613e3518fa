//! The prompt of a text, as the network reads it.

use crate::Engine;
use charnn_bundle::{OnUnknown, Vocabulary, VocabularyError};
use charnn_message::{Describe, Message, display, text};
use std::collections::BTreeSet;

/// The beginning of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// As it is shown.
    pub text: String,
    /// As the network reads it.
    pub ids: Vec<u16>,
    /// A passage of the training text that the network reads first; it is not shown. Empty if the prompt is
    /// long enough. Either this or the prompt has at least one symbol.
    pub context: Vec<u16>,
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

display!(PromptError);

impl Prompt {
    /// Shorter prompts are read after the primer. After 8 characters alone, 1 to 5 texts of 1,000 still begin
    /// badly (`docs/generation-starts.md`).
    pub const SHORT: usize = 16;

    /// The prompt `text`, with CRLF as LF like every training text, in the
    /// [form](Vocabulary::in_known_form) that the vocabulary knows.
    ///
    /// A network that carries its state has rarely seen the beginning of a text, a state of zeros, and
    /// writes nonsense after it. So it reads its `primer` (see [`charnn_bundle::Bundle::with_primer`])
    /// before a prompt of fewer than [`Prompt::SHORT`] symbols. With a `window`, every text of the
    /// training started from zeros, and only an empty prompt is primed. Without a primer, an empty prompt
    /// becomes a line break, or else the vocabulary's first symbol. A network of records reads the record
    /// symbol, from zeros as in training, and then the prompt, which is the beginning of a record.
    ///
    /// # Errors
    /// When a character is unknown and `on_unknown` does not allow that, or nothing remains.
    pub fn new(
        vocabulary: &Vocabulary,
        text: &str,
        on_unknown: OnUnknown,
        primer: &[u16],
        window: usize,
    ) -> Result<Self, PromptError> {
        let record = vocabulary.record();
        if text.is_empty() && primer.is_empty() && record.is_none() {
            let id = vocabulary.id('\n').unwrap_or(0);
            let text = vocabulary.symbol(id).to_owned();
            return Ok(Self { text, ids: vec![id], context: Vec::new(), unknown: String::new() });
        }
        let text = text.replace("\r\n", "\n");
        let text = vocabulary.in_known_form(&text).into_owned();
        let ids = vocabulary.encode_with(&text, on_unknown)?;
        if ids.is_empty() && !text.is_empty() {
            return Err(PromptError::NothingKnown { prompt: text });
        }
        let unknown = if vocabulary.is_of_characters() {
            let unknown = text.chars().filter(|&character| !vocabulary.has(character));
            unknown.collect::<BTreeSet<char>>().into_iter().collect()
        } else {
            String::new()
        };
        if let Some(record) = record {
            let ids = [&[record], &ids[..]].concat();
            return Ok(Self { text, ids, context: Vec::new(), unknown });
        }
        let is_primed = ids.is_empty() || window == 0 && ids.len() < Self::SHORT;
        let context = if is_primed { primer.to_vec() } else { Vec::new() };
        Ok(Self { text, ids, context, unknown })
    }

    /// The prompt `text` for `engine`, which carries its state from symbol to symbol.
    ///
    /// # Errors
    /// When a character is not in the vocabulary.
    pub fn of(engine: &Engine, text: &str) -> Result<Self, PromptError> {
        Self::new(engine.vocabulary(), text, OnUnknown::Error, engine.primer(), 0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn composed_and_decomposed_characters_are_the_same() {
        for (known, given) in
            [("ét\n", "e\u{301}t"), ("e\u{301}t\n", "ét"), ("가\n", "\u{1100}\u{1161}")]
        {
            let vocabulary = Vocabulary::of_characters(known.chars(), false).unwrap();
            let prompt = Prompt::new(&vocabulary, given, OnUnknown::Error, &[], 0).unwrap();
            let expected = prompt.text.chars().map(|it| vocabulary.id(it).unwrap());
            assert_eq!(prompt.ids, expected.collect::<Vec<_>>());
            assert_eq!(prompt.unknown, "");
            assert_eq!(vocabulary.encode(given).unwrap(), prompt.ids);
            assert_ne!(prompt.text, given);
        }
        // Neither form is known.
        let vocabulary = Vocabulary::of_characters("et".chars(), false).unwrap();
        assert!(Prompt::new(&vocabulary, "ét", OnUnknown::Error, &[], 0).is_err());
    }

    #[test]
    fn unknown_characters_are_refused_skipped_or_replaced() {
        let known = Vocabulary::of_characters("ab\n".chars(), false).unwrap();
        let with = Vocabulary::of_characters("ab\u{FFFD}".chars(), true).unwrap();
        let ids = |vocabulary: &Vocabulary, text, on| Prompt::new(vocabulary, text, on, &[], 0);
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
    fn an_empty_prompt_without_a_primer_is_a_line_break_or_the_first_symbol() {
        let lines = Vocabulary::of_characters("ab\n".chars(), false).unwrap();
        let none = Vocabulary::of_characters("ba".chars(), false).unwrap();
        let new =
            |vocabulary, text| Prompt::new(vocabulary, text, OnUnknown::Error, &[], 0).unwrap();
        assert_eq!(new(&lines, "").text, "\n");
        assert_eq!(new(&none, "").text, "a");
        let crlf = new(&lines, "a\r\nb");
        assert_eq!((&*crlf.text, crlf.ids.len()), ("a\nb", 3));
    }

    #[test]
    fn a_record_begins_with_its_symbol_and_no_primer() {
        let known = Vocabulary::of_characters("ab\n\u{1E}".chars(), false).unwrap();
        let known = known.with_records().unwrap();
        for (text, ids) in [("", &[1][..]), ("ab", &[1, 2, 3])] {
            let prompt = Prompt::new(&known, text, OnUnknown::Error, &[2, 0], 0).unwrap();
            assert_eq!((&*prompt.text, &prompt.ids[..], &prompt.context[..]), (text, ids, &[][..]));
        }
        assert!(Prompt::new(&known, "a\u{1E}b", OnUnknown::Error, &[], 0).is_err());
        let skipped = Prompt::new(&known, "a\u{1E}b", OnUnknown::Skip, &[], 0).unwrap();
        assert_eq!((&skipped.ids[..], &*skipped.unknown), (&[1, 2, 3][..], "\u{1E}"));
    }

    #[test]
    fn a_short_prompt_is_read_after_the_primer() {
        let lines = Vocabulary::of_characters("ab\n".chars(), false).unwrap();
        let primer = [1, 2, 0];
        let context = |text: &str, window| {
            let prompt = Prompt::new(&lines, text, OnUnknown::Error, &primer, window).unwrap();
            assert_eq!((&*prompt.text, prompt.ids.len()), (text, text.len()));
            prompt.context
        };
        let long = "ab".repeat(Prompt::SHORT / 2);
        assert_eq!(context("", 0), primer);
        assert_eq!(context("ab", 0), primer);
        assert_eq!(context(&long[1..], 0), primer);
        assert!(context(&long, 0).is_empty());
        // Windows start from zeros in training too.
        assert_eq!(context("", 50), primer);
        assert!(context("ab", 50).is_empty());
    }
}
