//! Statistics of all bytes of a file, before decoding.

use crate::TextError;
use crate::bytes::content::Content;
use crate::bytes::formats::{Format, is_gzip, known_binary};
use crate::bytes::sevenbit::SevenBits;

/// After so many bytes, more control characters than this share in percent end the reading: UTF-16 has
/// at most one in two.
const EARLY: u64 = 1 << 20;
const MOST_CONTROL: u64 = 60;

/// Figures of all bytes of a text, after `.gz` is unpacked.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The number of bytes.
    pub bytes: u64,
    /// Their hash.
    pub blake3: blake3::Hash,
    /// Control characters but for tabs, line ends, backspaces and escapes.
    pub(crate) control: u64,
    /// Non-ASCII bytes.
    pub(crate) foreign: u64,
    /// Where each byte beyond ASCII first stands, for those that occur.
    pub(crate) first: Vec<u64>,
    /// Whether all of it is valid UTF-8.
    pub(crate) utf8: bool,
}

impl Survey {
    /// Reads all bytes once.
    ///
    /// # Errors
    /// When the file cannot be read, is empty, too large, or a known format that is not text.
    pub fn of(content: &Content) -> Result<Self, TextError> {
        let name = content.name.clone();
        if content.head.is_empty() {
            return Err(TextError::Empty { name });
        }
        let nested = content.unpacked && is_gzip(&content.head);
        let known = known_binary(&content.head);
        if let Some(format) = known.or(nested.then_some(Format::GzipInGzip)) {
            return Err(TextError::NotText { name, format });
        }
        let mut hasher = blake3::Hasher::new();
        let (mut control, mut foreign) = (0, 0);
        let (mut first, mut seen) = (Vec::new(), [false; 256]);
        let (mut utf8, mut seven) = (Utf8::default(), SevenBits::default());
        let (mut chunks, mut offset) = (content.chunks()?, 0);
        while let Some(chunk) = chunks.next()? {
            hasher.update(chunk);
            let start = offset;
            offset += chunk.len() as u64;
            for (at, &byte) in (start..).zip(chunk).filter(|(_, byte)| **byte >= 0x80) {
                if !std::mem::replace(&mut seen[usize::from(byte)], true) {
                    first.push(at);
                }
            }
            control += chunk.iter().filter(|byte| matches!(byte, 0..=7 | 14..=26 | 28..=31)).count()
                as u64;
            foreign += chunk.iter().filter(|&&byte| byte >= 0x80).count() as u64;
            // A disk image or a file of zeros need not be read to its end.
            if offset >= EARLY && control * 100 > offset * MOST_CONTROL {
                let percent = control * 100 / offset;
                return Err(TextError::Binary { name, percent });
            }
            utf8.push(chunk);
            seven.push(chunk);
        }
        if let Some(format) = seven.found() {
            return Err(TextError::NotText { name, format });
        }
        let (bytes, blake3) = (chunks.read, hasher.finalize());
        Ok(Self { bytes, blake3, control, foreign, first, utf8: utf8.is_valid() })
    }
}

/// Checks whether bytes that arrive in pieces are UTF-8.
#[derive(Default)]
struct Utf8 {
    /// The bytes of an incomplete character at the end of a piece.
    unfinished: Vec<u8>,
    wrong: bool,
}

impl Utf8 {
    fn push(&mut self, mut bytes: &[u8]) {
        while !self.wrong && !self.unfinished.is_empty() && !bytes.is_empty() {
            self.unfinished.push(bytes[0]);
            bytes = &bytes[1..];
            let character = std::mem::take(&mut self.unfinished);
            self.check(&character);
        }
        if !self.wrong {
            self.check(bytes);
        }
    }

    fn check(&mut self, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(_) => {}
            Err(error) if error.error_len().is_none() => {
                self.unfinished.extend_from_slice(&bytes[error.valid_up_to()..]);
            }
            Err(_) => self.wrong = true,
        }
    }

    fn is_valid(&self) -> bool {
        !self.wrong && self.unfinished.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn utf8_in_pieces_is_what_it_is_as_a_whole(
            text in "\\PC{0,20}", at in any::<prop::sample::Index>(), byte in any::<Option<u8>>(),
            piece in 1..9_usize, cut in 0..4_usize,
        ) {
            let mut bytes = text.into_bytes();
            if let (Some(byte), false) = (byte, bytes.is_empty()) {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            let mut utf8 = Utf8::default();
            bytes.chunks(piece).for_each(|piece| utf8.push(piece));
            prop_assert_eq!(utf8.is_valid(), std::str::from_utf8(&bytes).is_ok());
        }
    }
}
