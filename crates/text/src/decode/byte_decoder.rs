//! Decodes bytes in chunks and resynchronizes after lost bytes.
//!
//! In a multi-byte encoding, one lost or damaged byte would turn everything up to the end of the line or file
//! into other characters. So a stretch that reads badly is decoded again along the cheapest path: any byte
//! may be malformed, at a cost, and every character costs what [`crate::language::char_cost`] says
//! (Viterbi's algorithm).

use crate::encoding::codec::{Codec, LONGEST, Piece};
use crate::language::char_cost::{BIT, MALFORMED, model};

/// A decoded unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A character.
    Character(char),
    /// A malformed byte, at this offset from the start.
    Malformed(u64),
}

/// The longest stretch decoded as a whole, in bytes; otherwise a line.
const STRETCH: usize = 4096;
/// This many consecutive characters of at least this cost, in bits, may be out of step; or one character as
/// rare as a malformed byte.
const RARE: u32 = 12 * BIT;
const RARE_ROW: u32 = 3;
/// The cost of a character that is one of the last two: that a rare character is repeated, as in 唰唰唰唰, is
/// no further evidence.
pub(crate) const REPEATED: u32 = 4 * BIT;
/// Evidence, in bits, required to assume a lost byte where no byte is malformed: a poem of rare characters
/// is more likely.
const PROOF: u32 = 48 * BIT;

/// Decodes one file.
pub(crate) struct ByteDecoder {
    codec: Codec,
    /// Bytes of an incomplete line.
    pending: Vec<u8>,
    /// The position of the pending bytes in the file.
    offset: u64,
    /// The current stretch: the start of each unit, and its character if it has one.
    units: Vec<(usize, Option<char>)>,
}

impl ByteDecoder {
    pub(crate) fn new(codec: Codec) -> Self {
        Self { codec, pending: Vec::new(), offset: 0, units: Vec::new() }
    }

    /// Skips `bytes` of a file that are not text.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.offset += bytes as u64;
    }

    /// Decodes the next `bytes` of a file (`last` if they are the last ones) and passes on the units.
    pub(crate) fn push(&mut self, bytes: &[u8], last: bool, mut sink: impl FnMut(Unit)) {
        let mut pending = std::mem::take(&mut self.pending);
        pending.extend_from_slice(bytes);
        let mut start = 0;
        while let Some(length) = self.stretch(&pending[start..], last) {
            let ends = last && start + length == pending.len();
            let read = self.read(&pending[start..start + length], ends);
            for &(at, unit) in &self.units {
                let malformed = Unit::Malformed(self.offset + at as u64);
                sink(unit.map_or(malformed, Unit::Character));
            }
            self.offset += read as u64;
            start += read;
        }
        pending.drain(..start);
        self.pending = pending;
    }

    /// The length of the next stretch; `None` until there are enough bytes.
    fn stretch(&self, bytes: &[u8], last: bool) -> Option<usize> {
        let bytes = &bytes[..bytes.len().min(STRETCH)];
        // A line end is never part of a longer character, except in UTF-16.
        let line = bytes.iter().position(|&byte| byte == b'\n' && !self.codec.is_utf16());
        match line {
            Some(at) => Some(at + 1),
            None => (bytes.len() == STRETCH || (last && !bytes.is_empty())).then_some(bytes.len()),
        }
    }

    /// Decodes a stretch into `units` and returns the number of bytes used: not all if it ends inside a
    /// character, unless the file `ends` there.
    fn read(&mut self, bytes: &[u8], ends: bool) -> usize {
        let ends = ends || bytes.len() < STRETCH;
        let (read, limit) = self.read_straight(bytes, ends);
        limit.and_then(|limit| self.read_cheapest(bytes, ends, limit)).unwrap_or(read)
    }

    /// Decodes one character after the other. If that may be out of step, the second value is the most that
    /// another path may cost.
    fn read_straight(&mut self, bytes: &[u8], ends: bool) -> (usize, Option<u32>) {
        self.units.clear();
        let (mut at, mut total) = (0, 0);
        let (mut malformed, mut rarest) = (false, 0);
        let mut rare = 0; // in a row
        let mut last_two = [None; 2];
        while at < bytes.len() {
            let (unit, length) = match self.codec.piece(&bytes[at..]) {
                Piece::Character(character, length) => (Some(character), length),
                Piece::Incomplete if !ends => break,
                Piece::Malformed | Piece::Incomplete => (None, 1),
            };
            self.units.push((at, unit));
            at += length;
            // Private use results from bytes out of step and is rare in text.
            malformed |= unit.is_none_or(|character| matches!(character, '\u{E000}'..='\u{F8FF}'));
            let cost = unit.map_or(MALFORMED, |character| model().least(character));
            total +=
                if unit.is_some() && last_two.contains(&unit) { cost.min(REPEATED) } else { cost };
            last_two = [last_two[1], unit];
            rare = if cost >= RARE { rare + 1 } else { 0 };
            rarest = rarest.max(rare + if cost >= MALFORMED { RARE_ROW } else { 0 });
        }
        let doubtful = rarest >= RARE_ROW && !self.codec.synchronises();
        let limit = if malformed { total } else { total.saturating_sub(PROOF) };
        (at, doubtful.then_some(limit))
    }

    /// The cheapest path through the stretch, if it costs no more than `limit`.
    fn read_cheapest(&mut self, bytes: &[u8], ends: bool, limit: u32) -> Option<usize> {
        let end = bytes.len();
        // The lowest cost of a path to each byte, and its last unit.
        let mut best = vec![(u32::MAX, 0, None); end + 1];
        best[0].0 = 0;
        // Where to stop: at the end, or before a character that continues in the next stretch.
        let mut stop = (u32::MAX, end);
        for at in 0..end {
            let cost = best[at].0;
            let mut relax = |to: usize, cost: u32, unit| {
                if cost < best[to].0 {
                    best[to] = (cost, at, unit);
                }
            };
            relax(at + 1, cost + MALFORMED, None);
            match self.codec.piece(&bytes[at..]) {
                Piece::Character(character, length) => {
                    relax(at + length, cost + model().least(character), Some(character));
                }
                Piece::Incomplete if !ends && end - at < LONGEST => {
                    let unfinished = cost + 5 * BIT;
                    stop = stop.min((unfinished, at));
                }
                Piece::Incomplete | Piece::Malformed => {}
            }
        }
        let (cost, read) = stop.min((best[end].0, end));
        if cost > limit {
            return None;
        }
        self.units.clear();
        let mut at = read;
        while at > 0 {
            let (_, from, unit) = best[at];
            self.units.push((from, unit));
            at = from;
        }
        self.units.reverse();
        Some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Encoding;
    use proptest::prelude::*;

    fn read(encoding: Encoding, bytes: &[u8], chunk: usize) -> (String, Vec<u64>) {
        let mut decoder = ByteDecoder::new(Codec::new(encoding));
        let (mut text, mut malformed) = (String::new(), Vec::new());
        let mut sink = |unit| match unit {
            Unit::Character(character) => text.push(character),
            Unit::Malformed(offset) => malformed.push(offset),
        };
        for chunk in bytes.chunks(chunk) {
            decoder.push(chunk, false, &mut sink);
        }
        decoder.push(&[], true, &mut sink);
        (text, malformed)
    }

    #[test]
    fn a_lost_byte_costs_its_own_character_only() {
        let text = "小满没有爹娘，跟着爷爷过日子。爷爷耳朵不好，别人说话要喊三遍他才听得见。";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let gbk = encoding_rs::GBK.encode(text).0.into_owned();
        for (encoding, mut bytes) in [(Encoding::GB18030, gbk), (Encoding::UTF_16LE, utf16)] {
            bytes.remove(20);
            let (read, malformed) = read(encoding, &bytes, 7);
            assert_eq!(read, text.replacen('爷', "", 1), "{encoding}");
            assert_eq!(malformed.len(), 1, "{encoding}");
        }
    }

    #[test]
    fn a_rare_character_repeated_is_no_lost_byte() {
        for sound in ["唰", "唰啦", "噼啪", "嘁嘁喳喳"] {
            let text = format!("磨坊的，{}，孩子里一声。\n", sound.repeat(30));
            let bytes = Encoding::GB18030.encode(&text);
            assert_eq!(read(Encoding::GB18030, &bytes, 1000), (text, vec![]));
        }
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference_and_nothing_is_left_out(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            chunk in 1..50_usize, which in 0..11_usize,
        ) {
            let encoding = Encoding::CANDIDATES[which];
            let whole = read(encoding, &bytes, 1000);
            prop_assert_eq!(&read(encoding, &bytes, chunk), &whole);
            prop_assert!(whole.1.is_sorted_by(|a, b| a < b));
        }
    }
}
