//! Symbols as text, one after another.

use super::vocabulary::Vocabulary;
use std::ops::AddAssign;

/// How long a text is, whatever its symbols are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lengths {
    /// Characters.
    pub characters: u64,
    /// Bytes in UTF-8.
    pub bytes: u64,
}

impl AddAssign for Lengths {
    fn add_assign(&mut self, other: Self) {
        self.characters += other.characters;
        self.bytes += other.bytes;
    }
}

/// Turns symbols into text one at a time. Bytes become text when a character is complete; malformed ones become
/// U+FFFD.
///
/// ```
/// use charnn_bundle::{Decoder, Vocabulary};
///
/// let (bytes, mut decoder) = (Vocabulary::of_bytes(false), Decoder::default());
/// let text: Vec<String> = [0xC3, 0xA9, 0x61].iter().map(|&id| decoder.push(&bytes, id).to_owned()).collect();
/// assert_eq!(text, ["", "é", "a"]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    /// The beginning of a character.
    pending: Vec<u8>,
    /// What became complete.
    text: String,
}

impl Decoder {
    /// The text that is complete with the symbol `id`. The record symbol is passed on as it is.
    ///
    /// # Panics
    /// When the id is not below [`Vocabulary::len`].
    pub fn push<'a>(&'a mut self, vocabulary: &'a Vocabulary, id: u16) -> &'a str {
        match u8::try_from(id) {
            Ok(byte) if vocabulary.is_of_bytes() => {
                self.text.clear();
                self.byte(byte);
                &self.text
            }
            _ => vocabulary.symbol(id),
        }
    }

    fn byte(&mut self, byte: u8) {
        self.pending.push(byte);
        while !self.pending.is_empty() {
            match std::str::from_utf8(&self.pending) {
                Ok(text) => {
                    self.text.push_str(text);
                    self.pending.clear();
                }
                Err(error) => {
                    let Some(malformed) = error.error_len() else { return };
                    self.text.push(char::REPLACEMENT_CHARACTER);
                    self.pending.drain(..malformed);
                }
            }
        }
    }
}
