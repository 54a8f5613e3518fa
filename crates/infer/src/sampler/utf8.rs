//! Bytes that make up text.

use super::{Past, Sampler};
use crate::Candidates;

/// Of symbols that are bytes, keeps those that continue valid UTF-8.
#[derive(Debug, Clone, Copy)]
pub struct Utf8;

/// The most bytes of a character.
const LONGEST: usize = 4;

impl Sampler for Utf8 {
    fn apply(&self, candidates: &mut Candidates, past: &Past<'_>) {
        let (mut bytes, length) = pending(past.symbols);
        candidates.retain(|id| {
            let Ok(byte) = u8::try_from(id) else { return false };
            bytes[length] = byte;
            match std::str::from_utf8(&bytes[..=length]) {
                Ok(_) => true,
                Err(error) => error.error_len().is_none(),
            }
        });
    }

    fn reach(&self) -> usize {
        LONGEST - 1
    }
}

/// The bytes at the end of `symbols` that begin a character, and how many they are.
fn pending(symbols: &[u16]) -> ([u8; LONGEST], usize) {
    let mut bytes = [0; LONGEST];
    for length in (1..LONGEST.min(symbols.len() + 1)).rev() {
        let last = &symbols[symbols.len() - length..];
        for (byte, id) in bytes.iter_mut().zip(last) {
            *byte = u8::try_from(*id).unwrap_or(b' ');
        }
        let is_beginning = std::str::from_utf8(&bytes[..length])
            .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none());
        if is_beginning {
            return (bytes, length);
        }
    }
    (bytes, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that may follow these.
    fn after(symbols: &[u16]) -> Vec<u16> {
        let mut candidates = Candidates::new(&[0.0; 256]);
        Utf8.apply(&mut candidates, &Past { symbols, ..Past::default() });
        let mut left: Vec<u16> = candidates.iter().map(|(id, _)| id).collect();
        left.sort_unstable();
        left
    }

    #[test]
    fn only_bytes_that_continue_a_character_remain() {
        let begin: Vec<u16> = (0..0x80).chain(0xC2..0xF5).collect();
        assert_eq!(after(&[]), begin);
        assert_eq!(after(&[0x61]), begin);
        assert_eq!(after(&[0xC3]), (0x80..0xC0).collect::<Vec<u16>>());
        assert_eq!(after(&[0xC3, 0xA9]), begin);
        assert_eq!(after(&[0xE0]), (0xA0..0xC0).collect::<Vec<u16>>(), "no overlong form");
        assert_eq!(after(&[0xED]), (0x80..0xA0).collect::<Vec<u16>>(), "no surrogate");
        assert_eq!(after(&[0x61, 0xF0, 0x9F, 0x91]), (0x80..0xC0).collect::<Vec<u16>>());
        // A prompt may end with anything.
        assert_eq!(after(&[0x80, 0x80]), begin);
    }
}
