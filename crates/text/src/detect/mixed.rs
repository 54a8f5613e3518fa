//! Finds out whether some stretches of a text are in another encoding than the rest.
//!
//! Such stretches decode as the chosen encoding, but to the wrong characters. Costs are those of
//! [`crate::language::char_cost`], in the language that suits each character best.

use crate::clean::Place;
use crate::detect::costs::{ANOTHER_SCRIPT, cost_of};
use crate::detect::stretches::{Splitter, Stretch};
use crate::encoding::codec::{Codec, Piece};
use crate::encoding::table::TABLE;
use crate::language::char_cost::{BIT, MALFORMED};
use crate::warning::TextWarning;
use crate::{Encoding, TextError};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::OnceLock;

/// Only the beginning of a longer line is examined.
const MOST: usize = 4096;
/// A line is in another encoding if that saves this many bits.
const PROOF: u32 = 24 * BIT;
/// And at least one part in so many.
const SHARE: u32 = 5;
/// An encoding is considered if it saves this many bits in the whole text; UTF-8, which is hardly valid by
/// accident, if it saves fewer.
const SEARCH: i64 = 48 * BIT as i64;
const SEARCH_UTF8: i64 = 16 * BIT as i64;
/// Encodings with a higher prior are not considered for single lines.
const USUAL: u32 = 16;
/// Bytes that are not UTF-8 may be damaged; it takes this many bits to assume another encoding.
const NOT_DAMAGED: i64 = 7 * BIT as i64;
/// Damage repeats itself, and proves no more each time than these many times.
const REPEATS: u32 = 4;

/// An encoding, with the cost of each byte where all characters are single bytes.
struct Reader {
    codec: Codec,
    bytes: Option<[u32; 256]>,
}

impl Reader {
    fn new(encoding: Encoding) -> Self {
        let codec = Codec::new(encoding);
        let byte = |byte: usize| match codec.piece(&[u8::try_from(byte).unwrap_or(0)]) {
            Piece::Character(character, _) => cost_of(character),
            Piece::Malformed | Piece::Incomplete => MALFORMED,
        };
        let bytes = codec.is_single_byte().then(|| std::array::from_fn(byte));
        Self { codec, bytes }
    }

    /// The cost of bytes that start and end with a character.
    fn cost(&self, bytes: &[u8]) -> u32 {
        if let Some(costs) = &self.bytes {
            return bytes.iter().map(|&byte| costs[usize::from(byte)]).sum();
        }
        let (mut at, mut cost) = (0, 0);
        while at < bytes.len() {
            match self.codec.piece(&bytes[at..]) {
                Piece::Character(character, length) => {
                    cost += cost_of(character);
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
}

/// The encodings that stretches of a text may have.
fn readers() -> &'static [Reader] {
    static READERS: OnceLock<Vec<Reader>> = OnceLock::new();
    READERS.get_or_init(|| {
        let usual = TABLE.iter().filter(|row| row.prior <= USUAL && !row.encoding.is_utf16());
        usual.map(|row| Reader::new(row.encoding)).collect()
    })
}

/// The non-ASCII parts of `line`, and whether each stands beside an ASCII letter. Each contains the byte
/// after a byte beyond ASCII, which may belong to the same character; all other bytes read the same in all
/// encodings.
fn telling(line: &[u8]) -> impl Iterator<Item = (&[u8], bool)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + line[from..].iter().position(|&byte| byte >= 0x80)?;
        let part = &line[start..];
        let end = part.windows(2).position(|pair| pair[0] < 0x80 && pair[1] < 0x80);
        let part = &part[..end.map_or(part.len(), |end| end + 1)];
        from = start + part.len();
        let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
        Some((part, letter(line[..start].last()) || letter(part.last())))
    })
}

/// Whether there is a character of UTF-8 beyond ASCII.
fn has_utf8(bytes: &[u8]) -> bool {
    let is_next = |at: usize| matches!(bytes.get(at), Some(0x80..=0xBF));
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        0xC2..=0xDF => is_next(at + 1),
        0xE0..=0xEF => is_next(at + 1) && is_next(at + 2),
        0xF0..=0xF4 => is_next(at + 1) && is_next(at + 2) && is_next(at + 3),
        _ => false,
    })
}

/// Compares the chosen encoding of a text with others, a line at a time.
struct Comparison {
    own: Reader,
    /// Finds stretches of UTF-8 in another encoding.
    utf8: Option<Splitter>,
}

impl Comparison {
    fn new(chosen: Encoding) -> Self {
        let utf8 = Encoding::UTF_8;
        let splitter = (chosen != utf8).then(|| Splitter::new(chosen, &[utf8]));
        Self { own: Reader::new(chosen), utf8: splitter }
    }

    /// The eighths of a bit that each of `others` saves in a line, handed to `gain` with its index, if they
    /// are evidence: at least `least` where a line is in one encoding, and for UTF-8 among other characters of two
    /// bytes. Words for which `counts` is false count for nothing.
    fn compare(
        &self,
        line: &[u8],
        others: &[&Reader],
        least: u32,
        counts: &dyn Fn(&[u8]) -> bool,
        mut gain: impl FnMut(usize, i64),
    ) {
        let parts: Vec<(&[u8], bool)> = telling(line).collect();
        let here: u32 = parts.iter().map(|(part, _)| self.own.cost(part)).sum();
        let plain =
            line.iter().filter(|byte| byte.is_ascii()).map(|&byte| cost_of(char::from(byte)));
        // Of the parts too, but these are few.
        let whole = here + plain.sum::<u32>();
        let high = line.iter().filter(|&&byte| byte >= 0x80).count();
        // A line that reads this well is in no other encoding.
        let reads_well = whole <= 3 * BIT * u32::try_from(high).unwrap_or(u32::MAX / (3 * BIT));
        for (index, other) in others.iter().enumerate() {
            let encoding = other.codec.encoding();
            if encoding == Encoding::UTF_8 {
                let bytes = parts.iter().map(|(part, _)| *part).collect::<Vec<_>>().join(&b' ');
                if let Some(splitter) = self.utf8.as_ref().filter(|_| has_utf8(&bytes)) {
                    let saved = splitter.gain(&bytes);
                    // Where other characters have two bytes too, bytes out of step may be valid UTF-8.
                    if self.own.bytes.is_some() || saved >= least {
                        gain(index, i64::from(saved));
                    }
                }
            } else if self.own.codec.encoding() == Encoding::UTF_8 && other.bytes.is_some() {
                // Whole words that are not UTF-8. In others, something may be damaged.
                for (part, beside) in
                    parts.iter().filter(|(part, _)| !has_utf8(part) && counts(part))
                {
                    let odd = *beside && other.codec.is_of_another_script();
                    let there = other.cost(part) + if odd { ANOTHER_SCRIPT } else { 0 };
                    let runs = part.split(u8::is_ascii).filter(|run| !run.is_empty()).count();
                    let damaged = NOT_DAMAGED * i64::try_from(runs).unwrap_or(i64::MAX);
                    gain(index, i64::from(self.own.cost(part)) - i64::from(there) - damaged);
                }
            } else if !reads_well {
                let there: u32 = parts.iter().map(|(part, _)| other.cost(part)).sum();
                let saved = here.saturating_sub(there);
                if saved >= least && saved * SHARE >= whole {
                    gain(index, i64::from(saved));
                }
            }
        }
    }
}

fn without_ascii(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| !byte.is_ascii()).collect()
}

/// Passes lines to its argument.
pub(crate) type Lines<'a> = dyn Fn(&mut dyn FnMut(&[u8])) -> Result<(), TextError> + 'a;

/// Up to `most` encodings that some of `lines` fit much better than `chosen`, the clearest first.
///
/// # Errors
/// When the lines cannot be read.
pub(crate) fn other_encodings(
    lines: &Lines<'_>,
    chosen: Encoding,
    most: usize,
) -> Result<Vec<Encoding>, TextError> {
    let comparison = Comparison::new(chosen);
    let mut found: Vec<&Reader> = Vec::new();
    while found.len() < most {
        let others = readers().iter().filter(|it| {
            let encoding = it.codec.encoding();
            encoding != chosen && found.iter().all(|known| known.codec.encoding() != encoding)
        });
        let others: Vec<&Reader> = others.collect();
        let mut gains = vec![0; others.len()];
        let mut seen: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        lines(&mut |line| {
            let line = &line[..line.len().min(MOST)];
            if line.is_ascii() {
                return;
            }
            if chosen == Encoding::UTF_8 {
                for (part, _) in telling(line).filter(|(part, _)| !has_utf8(part)) {
                    *seen.entry(without_ascii(part)).or_default() += 1;
                }
            }
            let new = |part: &[u8]| seen.get(&without_ascii(part)).is_none_or(|it| *it <= REPEATS);
            // A line in an encoding that is known already is no evidence for another.
            let mut known = 0;
            comparison
                .compare(line, &found, PROOF / 2, &|_| true, |_, gain| known = known.max(gain));
            if known <= 0 {
                comparison.compare(line, &others, PROOF, &new, |index, gain| gains[index] += gain);
            }
        })?;
        // Among equals, the usual one.
        let best = others.into_iter().zip(gains).rev().max_by_key(|(_, gain)| *gain);
        let Some((best, gain)) = best else { break };
        let is_utf8 = best.codec.encoding() == Encoding::UTF_8;
        if gain < if is_utf8 { SEARCH_UTF8 } else { SEARCH } {
            break;
        }
        found.push(best);
    }
    Ok(found.into_iter().map(|reader| reader.codec.encoding()).collect())
}

/// Counts lines with stretches in other encodings while a text is read.
pub(crate) struct Mixed {
    /// The encoding of most of these stretches.
    other: Encoding,
    /// Where they start and end, in order.
    ranges: VecDeque<Range<u64>>,
    offset: u64,
    /// The line that the next byte is in, its start, and whether it counts.
    line: Place,
    counts: bool,
    lines: u64,
    first: Option<Place>,
}

impl Mixed {
    /// Looks for the lines of those `stretches` of a text in `chosen` that are in another encoding. None if there
    /// are no such stretches.
    pub(crate) fn new(chosen: Encoding, stretches: &[Stretch]) -> Option<Self> {
        let others = || stretches.iter().filter(|it| it.encoding != chosen);
        let bytes = |encoding| {
            others().filter(|it| it.encoding == encoding).map(|it| it.bytes).sum::<u64>()
        };
        let other = others().map(|it| it.encoding).max_by_key(|&encoding| bytes(encoding))?;
        let ranges = others().map(|it| it.first.byte..it.first.byte + it.bytes).collect();
        let line = Place { byte: 0, line: 1 };
        Some(Self { other, ranges, offset: 0, line, counts: false, lines: 0, first: None })
    }

    /// Skips `bytes` of a file that are not text.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.offset += bytes as u64;
    }

    /// Takes the next bytes of the file.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if !byte.is_ascii() && !self.counts && self.is_inside() {
                self.counts = true;
                self.lines += 1;
                self.first.get_or_insert(self.line);
            }
            self.offset += 1;
            if byte == b'\n' {
                self.line = Place { byte: self.offset, line: self.line.line + 1 };
                self.counts = false;
            }
        }
    }

    /// Whether the next byte is in another encoding.
    fn is_inside(&mut self) -> bool {
        while self.ranges.front().is_some_and(|range| range.end <= self.offset) {
            self.ranges.pop_front();
        }
        self.ranges.front().is_some_and(|range| range.contains(&self.offset))
    }

    /// The warning.
    pub(crate) fn end(self) -> Option<TextWarning> {
        let Self { other, lines, .. } = self;
        self.first.map(|first| TextWarning::Mixed { other, lines, first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(bytes: &[u8], chosen: Encoding) -> Vec<Encoding> {
        let lines = |line: &mut dyn FnMut(&[u8])| {
            bytes.split_inclusive(|&byte| byte == b'\n').for_each(line);
            Ok(())
        };
        other_encodings(&lines, chosen, 3).unwrap()
    }

    #[test]
    fn lines_of_another_encoding_are_counted_with_the_place_of_the_first() {
        let koi8 = encoding_rs::KOI8_R.encode("Булочная на углу открывается в восемь.\n").0;
        let windows = encoding_rs::WINDOWS_1251.encode("Паром сегодня не ходит.\n").0;
        let bytes = [&windows[..], &windows, &koi8, &windows].concat();
        assert_eq!(others(&bytes, Encoding::WINDOWS_1251), [Encoding::KOI8_R]);
        let (main, other) = (Encoding::WINDOWS_1251, Encoding::KOI8_R);
        let mut splitter = Splitter::new(main, &[other]);
        splitter.push(&bytes);
        let mut mixed = Mixed::new(main, &splitter.end()).unwrap();
        bytes.chunks(7).for_each(|chunk| mixed.push(chunk));
        let first = Place { byte: 48, line: 3 };
        assert_eq!(
            mixed.end(),
            Some(TextWarning::Mixed { other: Encoding::KOI8_R, lines: 1, first })
        );
        assert_eq!(others(&windows, Encoding::WINDOWS_1251), []);
    }

    #[test]
    fn words_of_utf8_count_and_capitals_and_damage_do_not() {
        let gbk = Encoding::GB18030;
        let line = "小满没有爹娘，跟着爷爷过日子。爷爷耳朵不好，别人说话要喊三遍他才听得见。\n";
        let words = [gbk.encode(line), "爷爷和奶奶".as_bytes().to_vec(), gbk.encode(line)].concat();
        assert_eq!(others(&words, gbk), [Encoding::UTF_8]);
        let russian = Encoding::WINDOWS_1251;
        let heading = "ГЛАВА ПЕРВАЯ, В КОТОРОЙ ПАРОМ НЕ ХОДИТ\nПаром сегодня не ходит.\n".repeat(9);
        assert_eq!(others(&russian.encode(&heading), russian), []);
        // Half of a character is missing.
        let damaged = "déjà vu, à l’été\n".repeat(40).into_bytes();
        let at = |index: usize| !matches!(index % 24, 2 | 5);
        let damaged: Vec<u8> = damaged
            .into_iter()
            .enumerate()
            .filter(|&(index, _)| at(index))
            .map(|it| it.1)
            .collect();
        assert_eq!(others(&damaged, Encoding::UTF_8), []);
        let few = "An English text.\n".repeat(9).into_bytes();
        let lines = b"caf\xE9, d\xE9j\xE0 vu\nna\xEFve, \xE0 la carte\ncr\xE8me br\xFBl\xE9e\nse\xF1or, f\xEAte\n";
        let few = [few, lines.repeat(3)].concat();
        assert_eq!(others(&few, Encoding::UTF_8), [Encoding::WINDOWS_1252]);
    }
}
