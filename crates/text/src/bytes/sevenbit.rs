//! Seven-bit encodings: ISO-2022-JP, HZ and UTF-7.
//!
//! All their bytes are ASCII, so they are valid UTF-8, and their shift sequences may appear late. One pass
//! over all bytes counts shifts to other letters and back. Programs and formulas contain such sequences
//! too: only stretches between them that are text count.

use crate::Script;
use crate::bytes::formats::Format;
use crate::language::char_cost::{BIT, model};

/// One pass over the bytes of a file.
#[derive(Default)]
pub(crate) struct SevenBits {
    /// Whether a non-ASCII byte occurred.
    eight: bool,
    /// The last two bytes.
    before: [u8; 2],
    /// Escapes that shift to Japanese, and back.
    escapes: [u64; 2],
    hz: Hz,
    utf7: Utf7,
}

impl SevenBits {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.eight |= !bytes.is_ascii();
        if self.eight {
            return;
        }
        for &byte in bytes {
            match [self.before[0], self.before[1], byte] {
                [0x1B, b'$', b'B' | b'@'] => self.escapes[0] += 1,
                [0x1B, b'(', b'B' | b'J'] if self.escapes[0] > 0 => self.escapes[1] += 1,
                _ => {}
            }
            self.hz.push(self.before[1], byte);
            self.utf7.push(byte);
            self.before = [self.before[1], byte];
        }
    }

    /// The encoding of the file, if it is one of these.
    pub(crate) fn found(&mut self) -> Option<Format> {
        if self.eight {
            return None;
        }
        self.utf7.push(b'\n');
        if self.escapes.iter().all(|&count| count > 0) {
            Some(Format::Iso2022Jp)
        } else if self.hz.is_text() {
            Some(Format::Hz)
        } else {
            self.utf7.is_text().then_some(Format::Utf7)
        }
    }
}

/// Chinese between `~{` and `~}`, two ASCII bytes per character.
#[derive(Default)]
struct Hz {
    inside: bool,
    /// The first byte of a character whose second is pending.
    first: Option<u8>,
    characters: u64,
    common: u64,
}

impl Hz {
    fn push(&mut self, before: u8, byte: u8) {
        if !self.inside {
            (self.inside, self.first) = (before == b'~' && byte == b'{', None);
        } else if byte == b'\n' || (self.first, byte) == (Some(b'~'), b'}') {
            self.inside = false;
        } else if let Some(first) = self.first.take() {
            self.characters += 1;
            // Rows 16 to 55 hold common characters, the first 9 punctuation.
            let row = first.wrapping_sub(0x20);
            let exists = (0x21..=0x7E).contains(&byte) && matches!(row, 1..=9 | 16..=55);
            self.common += u64::from(exists);
        } else {
            self.first = Some(byte);
        }
    }

    fn is_text(&self) -> bool {
        self.characters >= 4 && self.common * 10 >= self.characters * 9
    }
}

/// UTF-16 in base64 between `+` and `-`.
#[derive(Default)]
struct Utf7 {
    /// The characters after a `+`, if one is open.
    open: Option<Shifted>,
    /// Complete stretches, and `+` without one.
    right: u64,
    wrong: u64,
    units: u64,
    cost: u64,
}

#[derive(Default)]
struct Shifted {
    digits: u64,
    value: u32,
    bits: u32,
    units: u64,
    cost: u64,
    /// Whether a stretch contained a character that does not need one, or an invalid one.
    odd: bool,
}

/// Text costs fewer bits per character, accidental matches cost more.
const DEAR: u64 = 11 * BIT as u64;

impl Utf7 {
    fn push(&mut self, byte: u8) {
        let Some(shifted) = &mut self.open else {
            self.open = (byte == b'+').then(Shifted::default);
            return;
        };
        if let Some(digit) = digit(byte) {
            shifted.push(digit);
            return;
        }
        let &mut Shifted { digits, value, bits, units, cost, odd } = shifted;
        self.open = None;
        let whole = units > 0 && bits < 6 && value == 0 && !odd;
        if whole {
            (self.right, self.units, self.cost) =
                (self.right + 1, self.units + units, self.cost + cost);
        } else if digits > 0 || byte != b'-' {
            self.wrong += 1; // "+-" encodes a plus sign
        }
    }

    fn is_text(&self) -> bool {
        self.right > 20 * self.wrong && self.cost <= self.units * DEAR
    }
}

impl Shifted {
    fn push(&mut self, digit: u32) {
        self.digits += 1;
        self.value = self.value << 6 | digit;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.value >> self.bits;
        self.value &= (1 << self.bits) - 1;
        self.units += 1;
        match char::from_u32(unit) {
            Some(found) => {
                self.odd |= Script::of(found) == Script::Bad;
                self.cost += u64::from(model().least(found));
            }
            None => self.cost += DEAR, // half of a character
        }
    }
}

fn digit(byte: u8) -> Option<u32> {
    let digit = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &[u8], piece: usize) -> Option<Format> {
        let mut walk = SevenBits::default();
        text.chunks(piece).for_each(|piece| walk.push(piece));
        walk.found()
    }

    #[test]
    fn other_letters_in_seven_bits_are_found_wherever_they_stand() {
        let plain = "It was a dark night, and nobody knew what was 1 and 1.\n".repeat(200);
        for (late, format) in [
            (&b"\x1B$B8e$N\x1B(B said he.\n"[..], Format::Iso2022Jp),
            (b"~{<:Ky2;~} said ~{VPND~}.~}\n", Format::Hz),
            (b"B+APw-cher, Gr+APYA3w-e, +kKNZKQ- 1 +- 1\n", Format::Utf7),
        ] {
            for piece in [1, 7, 4096] {
                let text = [plain.as_bytes(), late].concat();
                assert_eq!(found(&text, piece), Some(format), "{format}");
            }
            assert_eq!(found(&[late, "é".as_bytes()].concat(), 9), None);
        }
    }

    #[test]
    fn programs_and_formulas_are_no_letters_in_seven_bits() {
        for text in [
            "cd ~{user,root}/x ~}\n",
            "a ~{b~} c",
            "(format t \"~{~a~^, ~}\" list)\n",
            "\x1B[31mred\x1B(B\x1B[m\n",
            "call +49-30-1234 or +4930-\n",
            "x+abc-y, 1+1-1, a+b, C++-like",
            "f = x+ab+cd-e; g = +abcd-1",
            "+AND- +OR- 12+34=46",
            "git diff\n+++ b/file\n+let abcd = 1;\n+abcd-efgh\n",
        ] {
            assert_eq!(found(text.as_bytes(), 5), None, "{text}");
        }
    }
}
