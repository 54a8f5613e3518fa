//! Lines in another encoding than the rest of a text, and text that was encoded twice.
//!
//! Both read as a text in the encoding that was chosen, only as the wrong one. Costs are those of
//! [`crate::language::char_cost`], a line at a time.

use crate::Encoding;
use crate::clean::Place;
use crate::encoding::codec::{Codec, Piece};
use crate::encoding::table::TABLE;
use crate::language::char_cost::{BIT, MALFORMED, model};
use crate::warning::TextWarning;

/// A longer line is judged by its beginning.
const MOST: usize = 4096;
/// So many bits fewer show that a line is in the other encoding; so many in all start the search.
const PROOF: u32 = 24 * BIT;
const SEARCH: u32 = 48 * BIT;
/// Encodings that need to prove more are not looked for in single lines.
const USUAL: u32 = 16;

/// What a line costs in an encoding, whatever its language.
fn cost(codec: &Codec, line: &[u8]) -> u32 {
    let (mut at, mut cost) = (0, 0);
    while at < line.len() {
        match codec.piece(&line[at..]) {
            Piece::Character(character, length) => {
                cost += model().least(character);
                at += length;
            }
            Piece::Malformed | Piece::Incomplete => {
                cost += MALFORMED;
                at += 1;
            }
        }
    }
    cost
}

/// The encoding that some of `lines` fit much better than `chosen`, if there is one.
pub(crate) fn other_encoding<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    chosen: Encoding,
) -> Option<Encoding> {
    let own = Codec::new(chosen);
    let usual = TABLE.iter().filter(|row| row.prior <= USUAL && row.encoding != chosen);
    let usual = usual.filter(|row| !row.encoding.is_utf16());
    let mut others: Vec<(Codec, u32)> = usual.map(|row| (Codec::new(row.encoding), 0)).collect();
    for line in lines.filter(|line| !line.is_ascii()) {
        let line = &line[..line.len().min(MOST)];
        let cost_here = cost(&own, line);
        // A line that reads well is in no other encoding.
        let high = line.iter().filter(|&&byte| byte >= 0x80).count();
        if cost_here <= 6 * BIT * u32::try_from(high).unwrap_or(u32::MAX / (6 * BIT)) / 2 {
            continue;
        }
        for (codec, gain) in &mut others {
            let saved = cost_here.saturating_sub(cost(codec, line));
            if saved >= PROOF && saved * 4 >= cost_here {
                *gain += saved;
            }
        }
    }
    // Among equals, the usual one.
    let best = others.iter().rev().max_by_key(|(_, gain)| *gain)?;
    (best.1 >= SEARCH).then(|| best.0.encoding())
}

/// Finds lines in another encoding while a text is read.
pub(crate) struct Mixed {
    own: Codec,
    other: Codec,
    line: Vec<u8>,
    offset: u64,
    number: u64,
    lines: u64,
    first: Option<Place>,
}

impl Mixed {
    /// Looks for lines in `other` in a text in `chosen`.
    pub(crate) fn new(chosen: Encoding, other: Encoding) -> Self {
        let (own, other) = (Codec::new(chosen), Codec::new(other));
        Self { own, other, line: Vec::new(), offset: 0, number: 1, lines: 0, first: None }
    }

    /// Takes the next bytes of the file.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.judge();
            }
        }
    }

    fn judge(&mut self) {
        let line = &self.line[..self.line.len().min(MOST)];
        if !line.is_ascii() {
            let (own, other) = (cost(&self.own, line), cost(&self.other, line));
            if own >= other.saturating_add(PROOF / 2) && (own - other) * 4 >= own {
                self.lines += 1;
                self.first.get_or_insert(Place { byte: self.offset, line: self.number });
            }
        }
        self.offset += self.line.len() as u64;
        self.number += 1;
        self.line.clear();
    }

    /// The warning, if there were such lines.
    pub(crate) fn end(mut self) -> Option<TextWarning> {
        self.judge();
        let (other, lines) = (self.other.encoding(), self.lines);
        self.first.map(|first| TextWarning::Mixed { other, lines, first })
    }
}

/// Encodings that UTF-8 is taken for.
const TAKEN_FOR: [fn() -> Encoding; 3] =
    [|| Encoding::WINDOWS_1252, || Encoding::WINDOWS_1251, || Encoding::GB18030];
/// So many bits must be saved, for each stretch and in all.
const STRETCH_GAIN: u32 = 5 * BIT;
const TOTAL_GAIN: u32 = 12 * BIT;
/// So many stretches without a find end the search.
const PATIENCE: u32 = 2000;

/// Finds text that was encoded twice, in the characters of a text.
pub(crate) struct Twice {
    stretch: String,
    line: u64,
    found: [Found; 3],
    tried: u32,
    lost: u64,
    first_lost: Option<u64>,
    before: [char; 2],
}

#[derive(Default, Clone, Copy)]
struct Found {
    count: u64,
    gain: u32,
    line: u64,
}

impl Twice {
    pub(crate) fn new() -> Self {
        Self {
            stretch: String::new(),
            line: 1,
            found: [Found::default(); 3],
            tried: 0,
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
        if self.stretch.len() < 64 {
            self.stretch.push(character);
        }
    }

    fn judge(&mut self) {
        let stretch = std::mem::take(&mut self.stretch);
        let hopeless = self.tried > PATIENCE && self.found.iter().all(|found| found.count == 0);
        if !hopeless && stretch.chars().nth(1).is_some() {
            self.tried += 1;
            for (taken_for, found) in TAKEN_FOR.iter().zip(&mut self.found) {
                let Some(gain) = gain(&stretch, taken_for()) else { continue };
                if found.count == 0 {
                    found.line = self.line;
                }
                found.count += 1;
                found.gain = found.gain.saturating_add(gain);
                break;
            }
        }
        self.stretch = stretch;
        self.stretch.clear();
    }

    /// The warnings.
    pub(crate) fn end(mut self) -> Vec<TextWarning> {
        self.judge();
        let mut warnings = Vec::new();
        let best = self.found.iter().zip(TAKEN_FOR).max_by_key(|(found, _)| found.gain);
        if let Some((found, taken_for)) = best.filter(|(found, _)| found.gain >= TOTAL_GAIN) {
            let (taken_for, count, line) = (taken_for(), found.count, found.line);
            warnings.push(TextWarning::EncodedTwice { taken_for, count, line });
        }
        if let Some(line) = self.first_lost {
            warnings.push(TextWarning::LostCharacters { count: self.lost, line });
        }
        warnings
    }
}

/// How many eighths of a bit fewer `stretch` costs where it is UTF-8 that was taken for `encoding`.
fn gain(stretch: &str, encoding: Encoding) -> Option<u32> {
    let mut bytes: Vec<u8> = Vec::with_capacity(stretch.len());
    let mut cost_here = 0;
    for character in stretch.chars() {
        if !encoding.has(character) {
            break; // what follows was lost
        }
        bytes.extend(encoding.encode(character.encode_utf8(&mut [0; 4])));
        // UTF-8 begins so.
        if !(0xC3..=0xF0).contains(&bytes[0])
            || bytes.get(1).is_some_and(|byte| !(0x80..0xC0).contains(byte))
        {
            return None;
        }
        cost_here += model().least(character);
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() || error.valid_up_to() >= 6 => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let characters = text.chars().count();
    // A letter or two may look like UTF-8 by accident.
    let whole = text.len() == bytes.len();
    if text.is_empty() || (!whole && characters < 2) || characters == stretch.chars().count() {
        return None;
    }
    let cost: u32 = text.chars().map(|character| model().least(character)).sum();
    let gain = cost_here.checked_sub(cost)?;
    (gain >= STRETCH_GAIN).then_some(gain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twice(text: &str) -> Vec<TextWarning> {
        let mut twice = Twice::new();
        text.chars().for_each(|character| twice.push(character));
        twice.end()
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
    fn lines_of_another_encoding_are_counted_with_the_place_of_the_first() {
        let koi8 = encoding_rs::KOI8_R.encode("Булочная на углу открывается в восемь.\n").0;
        let windows = encoding_rs::WINDOWS_1251.encode("Паром сегодня не ходит.\n").0;
        let bytes = [&windows[..], &windows, &koi8, &windows].concat();
        let lines = bytes.split_inclusive(|&byte| byte == b'\n');
        assert_eq!(other_encoding(lines, Encoding::WINDOWS_1251), Some(Encoding::KOI8_R));
        let mut mixed = Mixed::new(Encoding::WINDOWS_1251, Encoding::KOI8_R);
        bytes.chunks(7).for_each(|chunk| mixed.push(chunk));
        let first = Place { byte: 48, line: 3 };
        assert_eq!(
            mixed.end(),
            Some(TextWarning::Mixed { other: Encoding::KOI8_R, lines: 1, first })
        );
        let plain = windows.split_inclusive(|&byte| byte == b'\n');
        assert_eq!(other_encoding(plain, Encoding::WINDOWS_1251), None);
    }
}
