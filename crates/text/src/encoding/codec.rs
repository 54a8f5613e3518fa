//! Decodes one character at a time.
//!
//! The tables are filled from `encoding_rs`. Decoding is stateless, so it may start at any byte and can try how a
//! text would read if a byte were missing. Knows nothing of languages or files.

use crate::encoding::codepages::CodePage;
use crate::{Encoding, Script};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The result of decoding the start of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A character and its length in bytes.
    Character(char, usize),
    /// The first byte is malformed.
    Malformed,
    /// The bytes end inside a possible character.
    Incomplete,
}

/// The longest character in bytes, in any encoding.
pub(crate) const LONGEST: usize = 4;
/// Two-byte characters begin with one of these many bytes, from 0x80 on.
const LEADS: usize = 0x80;
/// "No character": never one itself, as it is the code of half a surrogate pair.
const NONE: u16 = 0xD800;
/// A character outside the basic plane, which the tables do not hold.
const ASK: u16 = 0xD801;

/// An encoding with its tables. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Codec {
    encoding: Encoding,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Utf8,
    Utf16 { low_first: bool },
    Bytes(Arc<Tables>),
}

/// The character of each byte and of each pair of bytes.
struct Tables {
    single: [u16; 256],
    /// Indexed by `(lead - 0x80) * 256 + trail`; empty where every character is one byte.
    pairs: Vec<u16>,
}

impl Codec {
    /// The codec of `encoding`. Tables are filled once in the life of the program.
    pub(crate) fn new(encoding: Encoding) -> Self {
        static FILLED: Mutex<BTreeMap<&'static str, Arc<Tables>>> = Mutex::new(BTreeMap::new());
        let low_first = encoding == Encoding::UTF_16LE;
        let kind = if encoding == Encoding::UTF_8 {
            Kind::Utf8
        } else if low_first || encoding == Encoding::UTF_16BE {
            Kind::Utf16 { low_first }
        } else {
            let mut filled = FILLED.lock().unwrap_or_else(PoisonError::into_inner);
            let tables = filled.entry(encoding.name());
            Kind::Bytes(tables.or_insert_with(|| Arc::new(Tables::of(encoding))).clone())
        };
        Self { encoding, kind }
    }

    /// The codec of a code page.
    pub(crate) fn of_page(page: &CodePage) -> Self {
        let high = page.high.chars().map(|found| match found {
            char::REPLACEMENT_CHARACTER => NONE,
            found => u16::try_from(u32::from(found)).unwrap_or(NONE),
        });
        let mut single = [NONE; 256];
        (0..0x80).chain(high).zip(&mut single).for_each(|(code, place)| *place = code);
        let kind = Kind::Bytes(Arc::new(Tables { single, pairs: Vec::new() }));
        // Only multi-byte encodings are looked up by name.
        Self { encoding: Encoding::WINDOWS_1252, kind }
    }

    /// The encoding.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether each character is one byte, so that a byte can be wrong but never lost.
    pub(crate) fn is_single_byte(&self) -> bool {
        matches!(&self.kind, Kind::Bytes(tables) if tables.pairs.is_empty())
    }

    /// Whether the encoding was made for a non-Latin script. Unicode encodings are for all scripts.
    pub(crate) fn is_of_another_script(&self) -> bool {
        // A letter in all that have letters here, and the first of two bytes in the others.
        let letter = match &self.kind {
            Kind::Bytes(tables) => u32::from(tables.single[0xE4]),
            Kind::Utf8 | Kind::Utf16 { .. } => return false,
        };
        let script = char::from_u32(letter).map(Script::of);
        script.is_none_or(|script| script.is_letter() && script != Script::Latin)
    }

    /// Whether a character is at least two bytes, so that reading can fall out of step for good.
    pub(crate) fn is_utf16(&self) -> bool {
        matches!(self.kind, Kind::Utf16 { .. })
    }

    /// Whether reading falls into step again by itself after a bad byte.
    pub(crate) fn synchronises(&self) -> bool {
        matches!(self.kind, Kind::Utf8) || self.is_single_byte()
    }

    /// Decodes the first character of `bytes`.
    ///
    /// # Panics
    /// When `bytes` is empty.
    pub(crate) fn piece(&self, bytes: &[u8]) -> Piece {
        match &self.kind {
            Kind::Utf8 => utf8(bytes),
            Kind::Utf16 { low_first } => utf16(bytes, *low_first),
            Kind::Bytes(tables) => self.table_piece(tables, bytes),
        }
    }

    fn table_piece(&self, tables: &Tables, bytes: &[u8]) -> Piece {
        let character = |code: u16| char::from_u32(u32::from(code));
        if let Some(single) = character(tables.single[bytes[0] as usize]) {
            return Piece::Character(single, 1);
        }
        if tables.pairs.is_empty() || bytes[0] < 0x80 {
            return Piece::Malformed;
        }
        let Some(&trail) = bytes.get(1) else { return Piece::Incomplete };
        match tables.pairs[(bytes[0] as usize - LEADS) * 256 + trail as usize] {
            NONE | ASK => self.long_piece(bytes),
            pair => character(pair).map_or(Piece::Malformed, |pair| Piece::Character(pair, 2)),
        }
    }

    /// Characters that the tables do not hold: of three and four bytes, and outside the basic
    /// plane.
    fn long_piece(&self, bytes: &[u8]) -> Piece {
        let long = if self.encoding == Encoding::GB18030 && bytes[1].is_ascii_digit() {
            4
        } else if self.encoding == Encoding::EUC_JP && bytes[0] == 0x8F {
            3
        } else {
            2
        };
        let Some(bytes) = bytes.get(..long) else { return Piece::Incomplete };
        alone(self.encoding, bytes).map_or(Piece::Malformed, |found| Piece::Character(found, long))
    }
}

/// The only character that `bytes` are, if they are one.
fn alone(encoding: Encoding, bytes: &[u8]) -> Option<char> {
    let text = encoding.tables().decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut characters = text.chars();
    let first = characters.next()?;
    // Big5 has four pairs of two characters each, Latin letters with two accents: the letter is
    // what a vocabulary of characters can use.
    (characters.next().is_none() || encoding == Encoding::BIG5).then_some(first)
}

impl Tables {
    fn of(encoding: Encoding) -> Self {
        let code = |bytes: &[u8]| match alone(encoding, bytes).map(u32::from) {
            None => NONE,
            Some(character) => u16::try_from(character).unwrap_or(ASK),
        };
        let mut single = [NONE; 256];
        for byte in 0..=0xFF_u8 {
            single[byte as usize] = code(&[byte]);
        }
        let mut pairs = Vec::new();
        if !encoding.tables().is_single_byte() {
            pairs.reserve_exact(LEADS * 256);
            for lead in 0x80..=0xFF_u8 {
                let taken = single[lead as usize] != NONE;
                // Trails below 0x40 are digits of GB18030's characters of four bytes.
                pairs.extend(
                    (0..=0xFF_u8).map(|trail| {
                        if taken || trail < 0x40 { NONE } else { code(&[lead, trail]) }
                    }),
                );
            }
        }
        Self { single, pairs }
    }
}

fn utf8(bytes: &[u8]) -> Piece {
    let length = match bytes[0] {
        0..=0x7F => return Piece::Character(bytes[0] as char, 1),
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Piece::Malformed,
    };
    match std::str::from_utf8(&bytes[..length.min(bytes.len())]) {
        Ok(text) => {
            text.chars().next().map_or(Piece::Malformed, |found| Piece::Character(found, length))
        }
        Err(error) if error.error_len().is_none() => Piece::Incomplete,
        Err(_) => Piece::Malformed,
    }
}

fn utf16(bytes: &[u8], low_first: bool) -> Piece {
    let unit = |at: usize| {
        let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(if low_first { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let Some(first) = unit(0) else { return Piece::Incomplete };
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Piece::Character(character, 2);
    }
    match unit(2) {
        None if first < 0xDC00 => Piece::Incomplete,
        Some(second) if first < 0xDC00 && (0xDC00..0xE000).contains(&second) => {
            let high = u32::from(first - 0xD800) << 10;
            let character = char::from_u32(0x10000 + high + u32::from(second - 0xDC00));
            character.map_or(Piece::Malformed, |found| Piece::Character(found, 4))
        }
        _ => Piece::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The text as it is read, or nothing where a byte is malformed.
    fn read(encoding: Encoding, bytes: &[u8]) -> Option<String> {
        let (codec, mut at, mut text) = (Codec::new(encoding), 0, String::new());
        while at < bytes.len() {
            let Piece::Character(character, length) = codec.piece(&bytes[at..]) else {
                return None;
            };
            text.push(character);
            at += length;
        }
        Some(text)
    }

    #[test]
    fn a_character_of_each_length_is_read() {
        let gb18030 = Codec::new(Encoding::GB18030);
        assert_eq!(gb18030.piece(b"a"), Piece::Character('a', 1));
        assert_eq!(gb18030.piece(b"\xb5\xc4"), Piece::Character('的', 2));
        assert_eq!(gb18030.piece(b"\x83\x36\x84\x33"), Piece::Character('한', 4));
        assert_eq!(gb18030.piece(b"\xff\xff"), Piece::Malformed);
        assert_eq!(gb18030.piece(b"\x95\x32\x82"), Piece::Incomplete);
        let utf16 = Codec::new(Encoding::UTF_16LE);
        assert_eq!(utf16.piece(b"\x42\xd8\xb7\xdf"), Piece::Character('𠮷', 4));
        assert_eq!(utf16.piece(b"\xb7\xdf\x42\xd8"), Piece::Malformed);
        assert_eq!(Codec::new(Encoding::UTF_8).piece(b"\xe4\xb8"), Piece::Incomplete);
    }

    proptest! {
        #[test]
        fn what_encoding_rs_decodes_without_error_reads_the_same(
            bytes in proptest::collection::vec(any::<u8>(), 0..12), which in 0..11_usize,
        ) {
            let encoding = Encoding::CANDIDATES[which];
            let theirs = encoding.tables()
                .decode_without_bom_handling_and_without_replacement(&bytes);
            prop_assert_eq!(read(encoding, &bytes), theirs.map(std::borrow::Cow::into_owned));
        }
    }
}
