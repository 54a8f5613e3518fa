//! Lines in another encoding than the rest of a text.
//!
//! They decode as the chosen encoding, but to the wrong characters. Costs are those of
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

#[cfg(test)]
mod tests {
    use super::*;

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
