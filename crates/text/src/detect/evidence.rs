//! The samples of a file, prepared once for all candidate encodings.
//!
//! A line of plain ASCII reads the same in every encoding except UTF-16, so its cost is computed once. Long runs
//! of one byte are shortened: a rule of 80 dashes proves no more than one of 8.

use crate::Script;
use crate::language::char_cost::model;
use crate::language::words::{Step, Words};
use crate::language::{LANGUAGES, Language};

/// Longer runs of one byte are cut to this length or one more, so that pairs of bytes stay pairs.
const LONGEST_RUN: usize = 8;
/// Bytes of non-ASCII lines after which only likely encodings read the rest.
const FIRST: usize = 4096;
/// A text with at most one non-ASCII byte in this many is almost ASCII.
pub(crate) const ALMOST_ASCII: usize = 25;
/// Shorter texts are too short to tell.
pub(crate) const ENOUGH: usize = 100;
/// In UTF-16, at least one unit in this many is ASCII, a line end or East Asian punctuation.
const UTF16_SPECIFIC: usize = 80;

/// Bytes after the first non-ASCII byte that a preview may show.
const PREVIEW: usize = 400;

/// The column of a mix of languages.
const WESTERN: usize = Language::Western as usize;

/// What the samples of a file contain.
pub(crate) struct Evidence {
    /// The samples, with long runs shortened.
    pub(crate) whole: Vec<Vec<u8>>,
    /// Some of their non-ASCII lines, from all parts of the samples.
    pub(crate) first: Vec<u8>,
    /// The other non-ASCII lines.
    pub(crate) rest: Vec<u8>,
    /// The cost of the plain lines in each language.
    pub(crate) plain_costs: [u32; LANGUAGES.len()],
    /// Characters of the plain lines.
    pub(crate) plain: usize,
    /// Bytes of the samples.
    pub(crate) bytes: usize,
    /// Non-ASCII bytes.
    high: usize,
    /// The encoding that the file declares.
    pub(crate) declared: Option<crate::Encoding>,
}

impl Evidence {
    /// Prepares `samples`.
    pub(crate) fn new(samples: &[Vec<u8>], declared: Option<crate::Encoding>) -> Self {
        let whole: Vec<Vec<u8>> = samples.iter().map(|sample| shortened(sample)).collect();
        let lines = whole.iter().flat_map(|sample| sample.split_inclusive(|&byte| byte == b'\n'));
        let parts: Vec<&[u8]> = lines.flat_map(parts).collect();
        let (plain, telling): (Vec<&[u8]>, Vec<&[u8]>) =
            parts.into_iter().partition(|part| part.is_ascii());
        let telling: Vec<&[u8]> = telling.into_iter().flat_map(pieces).collect();
        let total: usize = telling.iter().map(|line| line.len()).sum();
        let every = total.div_ceil(FIRST).max(1);
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for (at, line) in telling.iter().enumerate() {
            let part = if at % every == 0 { &mut first } else { &mut rest };
            part.extend_from_slice(line);
        }
        let high = whole.iter().flatten().filter(|&&byte| byte >= 0x80).count();
        let bytes = whole.iter().map(Vec::len).sum();
        let plain_costs = plain_costs(&plain);
        let plain = plain.iter().map(|line| line.len()).sum();
        Self { whole, first, rest, plain_costs, plain, bytes, high, declared }
    }

    /// The samples from the first non-ASCII line on, for a preview.
    pub(crate) fn telling(&self) -> Option<&[u8]> {
        let mut samples = self.whole.iter();
        let (sample, at) =
            samples.find_map(|it| Some((it, it.iter().position(|&byte| byte >= 0x80)?)))?;
        let start = sample[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        Some(&sample[start..sample.len().min(at + PREVIEW)])
    }

    /// Whether the text is almost ASCII. The rest is most likely a sign or a Western accent.
    pub(crate) fn is_almost_ascii(&self) -> bool {
        self.bytes >= ENOUGH && self.high * ALMOST_ASCII <= self.bytes
    }

    /// Whether something is specific to UTF-16: ASCII characters or East Asian punctuation in units of two bytes,
    /// and no line end between two units.
    pub(crate) fn may_be_utf16(&self, low_first: bool) -> bool {
        let (mut units, mut specific, mut odd) = (0, 0, 0);
        for sample in &self.whole {
            units += sample.len() / 2;
            // Units may start at any byte, because a lost byte shifts the rest.
            for pair in sample.windows(2) {
                let pair = [pair[0], pair[1]];
                let (low, high) = if low_first { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
                let unit = u16::from_be_bytes([high, low]);
                specific += usize::from(matches!(
                    unit,
                    0x09..=0x7E
                        | 0x2014
                        | 0x2019
                        | 0x201C
                        | 0x201D
                        | 0x2026
                        | 0x3000..=0x3003
                        | 0x300C
                        | 0xFF01
                        | 0xFF0C
                        | 0xFF1A
                        | 0xFF1B
                        | 0xFF1F
                ));
                // 上 and Њ contain the byte of a line end.
                odd += usize::from(low == b'\n' && !matches!(high, 0 | 0x4E | 0x04));
            }
        }
        specific > 0 && specific * UTF16_SPECIFIC >= units && odd * 40 <= units + 40
    }
}

/// The cost of plain ASCII lines in each language.
fn plain_costs(lines: &[&[u8]]) -> [u32; LANGUAGES.len()] {
    let mut costs = [0; LANGUAGES.len()];
    let mut counts = [0_u32; 128];
    let (mut words, mut steps) = (Words::new(), 0);
    for &byte in lines.iter().copied().flatten() {
        let character = char::from(byte);
        let Step { beside, case, misplaced } = words.step(character, Script::of(character));
        steps += beside + case;
        costs[WESTERN] += misplaced;
        counts[usize::from(byte)] += 1;
    }
    for cost in &mut costs {
        *cost += steps;
    }
    for (character, count) in ('\0'..).zip(counts).filter(|&(_, count)| count > 0) {
        let row = model().costs(character);
        costs.iter_mut().zip(row).for_each(|(cost, bits)| *cost += count * u32::from(bits));
    }
    costs
}

/// The bytes with long runs of one byte shortened.
fn shortened(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for run in bytes.chunk_by(|a, b| a == b) {
        let length = if run.len() > LONGEST_RUN { LONGEST_RUN + run.len() % 2 } else { run.len() };
        out.extend_from_slice(&run[..length]);
    }
    out
}

/// Splits a line at spaces, which are never part of a longer character: non-ASCII words together with the words
/// beside them, and the other words.
fn parts(line: &[u8]) -> Vec<&[u8]> {
    if line.is_ascii() {
        return vec![line];
    }
    let words: Vec<&[u8]> = line.split_inclusive(|&byte| byte == b' ').collect();
    let tells = |at: usize| words.get(at).is_some_and(|word| !word.is_ascii());
    let near = |at: usize| tells(at) || tells(at + 1) || at > 0 && tells(at - 1);
    let (mut parts, mut rest, mut length) = (Vec::new(), line, 0);
    for at in 0..words.len() {
        length += words[at].len();
        if at + 1 == words.len() || near(at) != near(at + 1) {
            let (part, after) = rest.split_at(length);
            parts.push(part);
            (rest, length) = (after, 0);
        }
    }
    parts
}

/// Splits a long line at bytes that are never part of a longer character.
fn pieces(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = line;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let far = rest.len().min(FIRST / 8);
        let cut = rest[far..].iter().position(|&byte| byte == b' ' || byte == b'\n');
        let (piece, after) = rest.split_at(cut.map_or(rest.len(), |at| far + at + 1));
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_dashes_counts_once_and_pairs_stay_pairs() {
        let evidence = Evidence::new(&[[&b"\xA4\xE0\n"[..], &[b'-'; 81], b"\n"].concat()], None);
        assert_eq!(evidence.bytes, 3 + 9 + 1);
        assert_eq!(evidence.first, b"\xA4\xE0\n");
        assert_eq!(evidence.plain, 10);
    }

    #[test]
    fn utf16_shows_by_its_line_ends_and_spaces() {
        let text = "小满没有爹娘。\n".repeat(9);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(Evidence::new(&[utf16], None).may_be_utf16(true));
        let euc = encoding_rs::EUC_JP.encode("むかし\n--------\n").0.repeat(20);
        let euc = Evidence::new(&[euc], None);
        assert!(!euc.may_be_utf16(true) && !euc.may_be_utf16(false));
    }
}
