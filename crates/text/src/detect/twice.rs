//! Text that was encoded twice: UTF-8 that was decoded as another encoding and saved again, as in `couchÃ©`.
//!
//! Any two or three letters may be valid UTF-8 by chance, and in a long text some are. So a text counts as
//! encoded twice only if undoing it saves more bits than it takes to list the affected stretches.

use crate::Encoding;
use crate::encoding::codec::{Codec, Piece};
use crate::language::char_cost::{BIT, model};
use crate::warning::TextWarning;
use std::sync::OnceLock;

/// Encodings that UTF-8 is taken for.
const TAKEN_FOR: [Encoding; 3] =
    [Encoding::WINDOWS_1252, Encoding::WINDOWS_1251, Encoding::GB18030];
/// The fewest bits that undoing must save: for each stretch, and in all beyond the list of stretches.
const STRETCH_GAIN: u32 = 5 * BIT;
const TOTAL_GAIN: f64 = 12.0;
/// Bytes of a long stretch to examine.
const MOST: usize = 64;

/// Finds text that was encoded twice, in the characters of a text.
pub(crate) struct Twice {
    stretch: String,
    line: u64,
    /// Stretches of at least two non-ASCII characters.
    stretches: u64,
    found: [Found; TAKEN_FOR.len()],
    lost: u64,
    first_lost: Option<u64>,
    before: [char; 2],
}

/// Stretches that are UTF-8 taken for one encoding.
#[derive(Default, Clone, Copy)]
struct Found {
    count: u64,
    /// Eighths of a bit that undoing saves.
    gain: u64,
    /// The line of the first.
    line: u64,
}

impl Found {
    /// Bits that undoing saves, less those that say which of all stretches are affected.
    fn evidence(&self, stretches: u64) -> f64 {
        let count = self.count as f64;
        let list = count * (std::f64::consts::E * stretches as f64 / count).log2();
        self.gain as f64 / f64::from(BIT) - list
    }
}

impl Twice {
    pub(crate) fn new() -> Self {
        Self {
            stretch: String::new(),
            line: 1,
            stretches: 0,
            found: [Found::default(); TAKEN_FOR.len()],
            lost: 0,
            first_lost: None,
            before: ['\0'; 2],
        }
    }

    /// Takes the next character, before it is cleaned.
    pub(crate) fn push(&mut self, character: char) {
        if character.is_ascii() {
            if !self.stretch.is_empty() {
                self.judge();
            }
            self.line += u64::from(character == '\n');
            return;
        }
        if character == '拷' && self.before == ['锟', '斤'] {
            self.lost += 1;
            self.first_lost.get_or_insert(self.line);
        }
        self.before = [self.before[1], character];
        if self.stretch.len() < MOST {
            self.stretch.push(character);
        }
    }

    fn judge(&mut self) {
        if self.stretch.chars().nth(1).is_some() {
            self.stretches += 1;
            for (index, found) in self.found.iter_mut().enumerate() {
                let Some(gain) = gain(&self.stretch, Bytes::of(index)) else { continue };
                if found.count == 0 {
                    found.line = self.line;
                }
                found.count += 1;
                found.gain += u64::from(gain);
                break;
            }
        }
        self.stretch.clear();
    }

    /// The warnings about a text that was read as `encoding`.
    pub(crate) fn end(mut self, encoding: Encoding) -> Vec<TextWarning> {
        self.judge();
        let stretches = self.stretches;
        let mut warnings = Vec::new();
        let best = self.found.iter().zip(TAKEN_FOR).max_by_key(|(found, _)| found.gain);
        if let Some((&Found { count, line, .. }, taken_for)) =
            best.filter(|(it, _)| it.count > 0 && it.evidence(stretches) >= TOTAL_GAIN)
        {
            warnings.push(TextWarning::EncodedTwice {
                encoding,
                taken_for,
                count,
                stretches,
                line,
            });
        }
        if let Some(line) = self.first_lost {
            warnings.push(TextWarning::LostCharacters { count: self.lost, line });
        }
        warnings
    }
}

/// The bytes of every character of the basic plane in each of [`TAKEN_FOR`], if there are one or two. Asking
/// `encoding_rs` for each character of a book takes minutes.
struct Bytes(Vec<Option<[u8; 2]>>);

impl Bytes {
    /// Of the encoding at this index of [`TAKEN_FOR`].
    fn of(index: usize) -> &'static Self {
        static BYTES: [OnceLock<Bytes>; TAKEN_FOR.len()] = [const { OnceLock::new() }; 3];
        BYTES[index].get_or_init(|| {
            let codec = Codec::new(TAKEN_FOR[index]);
            let mut all = vec![None; 1 << 16];
            for first in 0x80..=0xFF {
                for second in 0..=0xFF {
                    let bytes = [first, second];
                    if let Piece::Character(character, length) = codec.piece(&bytes)
                        && let Some(slot) = all.get_mut(u32::from(character) as usize)
                    {
                        // No character of two bytes has a zero.
                        *slot = Some([first, if length == 2 { second } else { 0 }]);
                    }
                }
            }
            Self(all)
        })
    }

    fn get(&self, character: char) -> Option<&[u8]> {
        let bytes = self.0.get(u32::from(character) as usize)?.as_ref()?;
        Some(if bytes[1] == 0 { &bytes[..1] } else { &bytes[..] })
    }
}

/// How many eighths of a bit `stretch` costs less as UTF-8 that was taken for the encoding of these
/// bytes; `None` if it is not UTF-8 or hardly costs less.
fn gain(stretch: &str, encoded: &Bytes) -> Option<u32> {
    let mut bytes: Vec<u8> = Vec::with_capacity(stretch.len());
    // Each character with the number of bytes before it.
    let mut characters = Vec::new();
    for character in stretch.chars() {
        let Some(found) = encoded.get(character) else { break }; // the characters behind it were lost
        characters.push((bytes.len(), character));
        bytes.extend(found);
        // UTF-8 begins so.
        if !(0xC3..=0xF0).contains(&bytes[0])
            || bytes.get(1).is_some_and(|byte| !(0x80..0xC0).contains(byte))
        {
            return None;
        }
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() || error.valid_up_to() >= 6 => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    // The same bytes, read in both ways.
    let here = characters.iter().take_while(|(start, _)| *start < text.len());
    let count = here.clone().count();
    let cost_here: u32 = here.map(|&(_, character)| model().least(character)).sum();
    let read = text.chars().count();
    // A letter or two may look like UTF-8 by accident.
    let whole = text.len() == bytes.len();
    if read == 0 || (!whole && read < 2) || read == count {
        return None;
    }
    let cost: u32 = text.chars().map(|character| model().least(character)).sum();
    cost_here.checked_sub(cost).filter(|&gain| gain >= STRETCH_GAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twice(text: &str) -> Vec<TextWarning> {
        let mut twice = Twice::new();
        text.chars().for_each(|character| twice.push(character));
        twice.end(Encoding::UTF_8)
    }

    #[test]
    fn utf8_that_was_taken_for_another_encoding_is_found() {
        let found = twice("one\ntwo couchÃ© and dÃ©jÃ  vu\n");
        assert!(
            matches!(found[..], [TextWarning::EncodedTwice { count: 2, line: 2, .. }]),
            "{found:?}"
        );
        assert!(matches!(twice("РџСЂРёРІРµС‚")[..], [TextWarning::EncodedTwice { .. }]));
        assert!(matches!(
            twice("乱码：锟斤拷")[..],
            [TextWarning::LostCharacters { count: 1, line: 1 }]
        ));
    }

    #[test]
    fn accents_and_marks_side_by_side_are_no_double_encoding() {
        for text in [
            "»daß«, sagte er",
            "É… “Ça?” – «À»",
            "Привет, мир!",
            "小满没有爹娘",
            "Ärger, Öl, Übel",
            "він з’їв би",
        ] {
            assert_eq!(twice(text), [], "{text}");
        }
    }

    #[test]
    fn a_long_text_may_hold_valid_utf8_by_chance() {
        let tales = crate::builtin("tales-zh").unwrap();
        assert_eq!(twice(tales), []);
        // A stretch that is valid UTF-8 and cheaper so: proof in a line, chance in a library.
        let chance = |lines: usize| twice(&("小满没有爹娘\n".repeat(lines) + "Ã©Ã©\n"));
        assert!(matches!(chance(1)[..], [TextWarning::EncodedTwice { count: 1, .. }]));
        let found = chance(1 << 20);
        assert!(found.is_empty(), "{found:?}");
    }
}
