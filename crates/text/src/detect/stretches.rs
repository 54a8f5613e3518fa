//! Splits a text into stretches of different encodings.
//!
//! The encoding may change at any byte, at a price: of all ways to read the bytes, the cheapest one wins
//! (Viterbi's algorithm). So a stretch needs strong evidence to be read in another encoding than the rest
//! of the text. Costs are those of [`crate::detect::costs`].

use crate::Encoding;
use crate::clean::Place;
use crate::decode::byte_decoder::REPEATED;
use crate::detect::costs::{ANOTHER_SCRIPT, cost_of};
use crate::encoding::codec::{Codec, Piece};
use crate::language::char_cost::{BIT, MALFORMED};
use std::collections::VecDeque;

/// The most encodings of one text.
pub(crate) const MOST: usize = 4;
/// A longer line is examined in parts.
const LONGEST: usize = 8192;
/// After twice as many parts, the encodings of the first half are final.
const WINDOW: usize = 512;
/// What a character of UTF-8 of two bytes costs more where other characters have two bytes too. Then two such
/// characters are often valid UTF-8.
const PAIR: u32 = 16 * BIT;

/// What a malformed byte costs more outside the main encoding.
const NOT_WHOLE: u32 = 40 * BIT;
/// What it takes more to change inside a word of a language that has words.
const JOINED: u32 = 12 * BIT;

/// What it takes to leave the main encoding at the start of a line and inside one, and to return to it there.
struct Prices {
    leave: [u32; 2],
    come_back: [u32; 2],
}

/// UTF-8 is hardly valid by accident.
const FROM_UTF8: Prices = Prices { leave: [10 * BIT; 2], come_back: [0; 2] };
const TO_UTF8: Prices = Prices { leave: [14 * BIT; 2], come_back: [0; 2] };
/// Where other characters have two bytes too, some of them are.
const PAIRS_TO_UTF8: Prices = Prices { leave: [26 * BIT; 2], come_back: [0; 2] };
/// Others change between lines, if at all.
const USUAL: Prices = Prices { leave: [24 * BIT, 40 * BIT], come_back: [0, 24 * BIT] };

/// Adjacent bytes in one encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) encoding: Encoding,
    /// Where it starts.
    pub(crate) first: Place,
    /// How many bytes it has.
    pub(crate) bytes: u64,
}

/// Splits a text that arrives in pieces.
pub(crate) struct Splitter {
    /// The main encoding comes first.
    states: Vec<State>,
    /// What the cheapest path to the end of each state costs more than the cheapest of all.
    costs: [u32; MOST],
    /// The current part, up to the end of its line, and where it starts.
    part: Vec<u8>,
    place: Place,
    starts_line: bool,
    /// ASCII bytes since the last part that is not ASCII.
    plain: u64,
    undecided: VecDeque<Part>,
    found: Vec<Stretch>,
}

/// An encoding of the text.
struct State {
    codec: Codec,
    prices: Prices,
    /// Whether it is for another script than ASCII letters.
    is_foreign: bool,
    /// What its characters of two bytes cost more.
    pair: u32,
    /// What it takes more to leave or come back between two bytes beyond ASCII.
    joined: u32,
}

/// A part that is not ASCII, before it is decided how to read it.
struct Part {
    place: Place,
    /// ASCII bytes before it.
    plain: u64,
    /// The cheapest way to end in each state.
    ways: Vec<Way>,
}

/// The state that a path comes from, and its stretches, each with its state and length.
struct Way {
    from: usize,
    steps: Vec<(usize, usize)>,
}

/// The lowest cost of a path to a byte in each state, with the state and length of its last step. A step
/// of no bytes changes the state, or starts the path if it stays in it.
#[derive(Clone, Copy)]
struct Node {
    costs: [u32; MOST],
    steps: [(usize, usize); MOST],
    /// The last two characters of each path.
    last: [[Option<char>; 2]; MOST],
}

impl Splitter {
    /// Splits a text mostly in `main` with stretches in up to three `others`.
    pub(crate) fn new(main: Encoding, others: &[Encoding]) -> Self {
        let state = |&encoding: &Encoding| {
            let [from_utf8, to_utf8] = [main, encoding].map(|it| it == Encoding::UTF_8);
            let has_pairs = to_utf8 && !from_utf8 && !Codec::new(main).is_single_byte();
            let prices = match (from_utf8, to_utf8) {
                (true, _) => FROM_UTF8,
                (_, true) if has_pairs => PAIRS_TO_UTF8,
                (_, true) => TO_UTF8,
                _ => USUAL,
            };
            let codec = Codec::new(encoding);
            let is_foreign = codec.is_single_byte() && codec.is_of_another_script();
            let pair = if has_pairs { PAIR } else { 0 };
            let has_words = codec.is_single_byte() || Codec::new(main).is_single_byte();
            let joined = if has_words { JOINED } else { 0 };
            State { codec, prices, is_foreign, pair, joined }
        };
        let states: Vec<State> =
            std::iter::once(&main).chain(others).take(MOST).map(state).collect();
        let mut costs = [u32::MAX / 4; MOST];
        costs[0] = 0;
        let place = Place { byte: 0, line: 1 };
        let (part, undecided, found) = (Vec::new(), VecDeque::new(), Vec::new());
        Self { states, costs, part, place, starts_line: true, plain: 0, undecided, found }
    }

    /// Takes the next bytes of the text.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.part.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.examine(self.part.len());
            }
            while self.part.len() > LONGEST {
                // No longer character has such a byte.
                let cut = self.part[..LONGEST].iter().rposition(|&byte| byte < 0x30);
                self.examine(cut.map_or(LONGEST, |at| at + 1));
            }
        }
    }

    /// The stretches, in order; together they are the whole text.
    pub(crate) fn end(mut self) -> Vec<Stretch> {
        self.examine(self.part.len());
        self.decide(self.undecided.len());
        self.extend(self.plain);
        self.found
    }

    /// What the cheapest path through `line` saves over reading all of it in the main encoding.
    pub(crate) fn gain(&self, line: &[u8]) -> u32 {
        let codec = &self.states[0].codec;
        let (mut at, mut straight, mut last) = (0, 0, [None; 2]);
        while at < line.len() {
            let (length, cost, character) = piece(codec, &line[at..], last);
            (at, straight, last) = (at + length, straight + cost, [last[1], character]);
        }
        let mixed = self.nodes(line)[line.len()].costs.into_iter().min().unwrap_or(0);
        straight.saturating_sub(mixed)
    }

    /// Examines the first `length` bytes of the part.
    fn examine(&mut self, length: usize) {
        let rest = self.part.split_off(length);
        let part = std::mem::replace(&mut self.part, rest);
        if part.is_ascii() {
            self.plain += part.len() as u64;
        } else {
            let nodes = self.nodes(&part);
            let ways = (0..self.states.len()).map(|state| way(&nodes, state)).collect();
            let last = nodes[part.len()].costs;
            let least = last.into_iter().min().unwrap_or(0);
            self.costs = last.map(|cost| cost - least);
            let plain = std::mem::take(&mut self.plain);
            self.undecided.push_back(Part { place: self.place, plain, ways });
            if self.undecided.len() >= 2 * WINDOW {
                self.decide(WINDOW);
            }
        }
        self.starts_line = part.ends_with(b"\n");
        self.place.byte += part.len() as u64;
        self.place.line += u64::from(self.starts_line);
    }

    /// The cheapest paths to all bytes of `part` and to its end.
    fn nodes(&self, part: &[u8]) -> Vec<Node> {
        let last = [[None; 2]; MOST];
        let unreached = Node { costs: [u32::MAX / 2; MOST], steps: [(0, 0); MOST], last };
        let mut nodes = vec![unreached; part.len() + 1];
        nodes[0] = Node { costs: self.costs, steps: [(0, 0), (1, 0), (2, 0), (3, 0)], last };
        for at in 0..part.len() {
            let inside = usize::from(at > 0 || !self.starts_line);
            let in_word = at > 0 && part[at - 1].is_ascii_alphabetic();
            let is_joined = at > 0 && !part[at - 1].is_ascii() && !part[at].is_ascii();
            let joined = |state: &State| if is_joined { state.joined } else { 0 };
            let Node { costs, steps, last } = &mut nodes[at];
            for (state, it) in self.states.iter().enumerate().skip(1) {
                let cost = costs[state] + it.prices.come_back[inside] + joined(it);
                if cost < costs[0] {
                    (costs[0], steps[0], last[0]) = (cost, (state, 0), last[state]);
                }
            }
            for (state, it) in self.states.iter().enumerate().skip(1) {
                // Among equals, the latest place.
                let odd = if in_word && it.is_foreign { ANOTHER_SCRIPT } else { 0 };
                let cost = costs[0] + it.prices.leave[inside] + joined(it) + odd;
                if cost <= costs[state] {
                    (costs[state], steps[state], last[state]) = (cost, (0, 0), last[0]);
                }
            }
            let (costs, last) = (*costs, *last);
            for (state, it) in self.states.iter().enumerate() {
                let (length, cost, character) = piece(&it.codec, &part[at..], last[state]);
                let more = match length {
                    2 => it.pair,
                    // A stretch that is not whole may only put the bytes after it out of step.
                    1 if state > 0 && cost == MALFORMED => NOT_WHOLE,
                    _ => 0,
                };
                let (cost, node) = (costs[state] + cost + more, &mut nodes[at + length]);
                if cost < node.costs[state] {
                    (node.costs[state], node.steps[state]) = (cost, (state, length));
                    node.last[state] = [last[state][1], character];
                }
            }
        }
        nodes
    }

    /// Decides how to read the first `count` undecided parts.
    fn decide(&mut self, count: usize) {
        let states = 0..self.states.len();
        let mut state = states.min_by_key(|&state| self.costs[state]).unwrap_or(0);
        let mut ends = vec![0; self.undecided.len()];
        for (part, end) in self.undecided.iter().zip(&mut ends).rev() {
            *end = state;
            state = part.ways[state].from;
        }
        for end in ends.into_iter().take(count) {
            let Some(Part { place: mut first, plain, ways }) = self.undecided.pop_front() else {
                return;
            };
            self.extend(plain);
            for &(state, length) in &ways[end].steps {
                let encoding = self.states[state].codec.encoding();
                let bytes = length as u64;
                match self.found.last_mut() {
                    Some(last) if last.encoding == encoding => last.bytes += bytes,
                    _ => self.found.push(Stretch { encoding, first, bytes }),
                }
                first.byte += bytes;
            }
        }
    }

    /// Adds ASCII bytes, which read the same in all encodings, to the last stretch.
    fn extend(&mut self, bytes: u64) {
        if let Some(last) = self.found.last_mut() {
            last.bytes += bytes;
        } else if bytes > 0 {
            let (encoding, first) = (self.states[0].codec.encoding(), Place { byte: 0, line: 1 });
            self.found.push(Stretch { encoding, first, bytes });
        }
    }
}

/// The first character of `bytes` after the `last` two, with its length and cost. Where bytes may be out of step,
/// a repeated character, as in 唰唰唰唰, is no further evidence.
fn piece(codec: &Codec, bytes: &[u8], last: [Option<char>; 2]) -> (usize, u32, Option<char>) {
    match codec.piece(bytes) {
        Piece::Character(character, length) => {
            let is_repeated = !codec.synchronises() && last.contains(&Some(character));
            let most = if is_repeated { REPEATED } else { u32::MAX };
            (length, cost_of(character).min(most), Some(character))
        }
        Piece::Malformed | Piece::Incomplete => (1, MALFORMED, None),
    }
}

/// The cheapest path that ends in `state`.
fn way(nodes: &[Node], mut state: usize) -> Way {
    let (mut at, mut steps) = (nodes.len() - 1, Vec::<(usize, usize)>::new());
    loop {
        let (before, length) = nodes[at].steps[state];
        if length > 0 {
            match steps.last_mut() {
                Some((last, bytes)) if *last == state => *bytes += length,
                _ => steps.push((state, length)),
            }
            at -= length;
        } else if before == state {
            steps.reverse();
            return Way { from: state, steps };
        }
        state = before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(
        main: Encoding,
        others: &[Encoding],
        bytes: &[u8],
        chunk: usize,
    ) -> Vec<(Encoding, String)> {
        let mut splitter = Splitter::new(main, others);
        bytes.chunks(chunk).for_each(|chunk| splitter.push(chunk));
        let (mut at, mut parts) = (0, Vec::new());
        for Stretch { encoding, first, bytes: length } in splitter.end() {
            assert_eq!(first.byte, at as u64);
            let end = at + usize::try_from(length).unwrap();
            parts.push((encoding, encoding.tables().decode(&bytes[at..end]).0.into_owned()));
            at = end;
        }
        assert_eq!(at, bytes.len());
        parts
    }

    #[test]
    fn words_and_lines_in_another_encoding_become_stretches() {
        let (gbk, utf8) = (Encoding::GB18030, Encoding::UTF_8);
        let bytes = [
            &b"1\n\n"[..],
            &gbk.encode("小满没有爹娘，跟着"),
            "爷爷奶奶".as_bytes(),
            &gbk.encode("过日子。\n爷爷耳朵不好。\n"),
            b"2\n",
        ]
        .concat();
        for chunk in [1, 5, 1000] {
            let found = split(gbk, &[utf8], &bytes, chunk);
            let expected = [
                (gbk, "1\n\n小满没有爹娘，跟着".to_owned()),
                (utf8, "爷爷奶奶".to_owned()),
                (gbk, "过日子。\n爷爷耳朵不好。\n2\n".to_owned()),
            ];
            assert_eq!(found, expected);
        }
        let (windows, koi8) = (Encoding::WINDOWS_1251, Encoding::KOI8_R);
        let bytes = [
            windows.encode("Паром сегодня не ходит.\n"),
            koi8.encode("Булочная на углу\n"),
            b"--\n".to_vec(),
            koi8.encode("открывается в восемь.\n"),
            windows.encode("ГЛАВА ВТОРАЯ\n"),
        ]
        .concat();
        let found = split(windows, &[koi8], &bytes, 7);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[1].1.trim_end(), "Булочная на углу\n--\nоткрывается в восемь.");
    }

    #[test]
    fn a_clean_text_and_a_bad_byte_are_one_stretch() {
        let text = "Und über dem Fluß war Nebel.\n".repeat(9);
        let windows = Encoding::WINDOWS_1252;
        for (main, bytes) in [
            (windows, windows.encode(&text)),
            (Encoding::UTF_8, [text.as_bytes(), b"\xFF\n"].concat()),
        ] {
            let others = [windows, Encoding::UTF_8, Encoding::KOI8_R].into_iter();
            let others: Vec<Encoding> = others.filter(|&it| it != main).collect();
            assert_eq!(split(main, &others, &bytes, 100).len(), 1, "{main}");
        }
    }

    #[test]
    fn a_rare_character_repeated_is_not_put_out_of_step() {
        let (main, text) = (Encoding::GB18030, format!("磨坊的，{}，孩子里\n", "唰".repeat(30)));
        let splitter = Splitter::new(main, &[Encoding::UTF_8]);
        assert_eq!(splitter.gain(&main.encode(&text)), 0);
    }

    #[test]
    fn long_lines_and_many_of_them_are_split_alike() {
        let (main, other) = (Encoding::UTF_8, Encoding::WINDOWS_1252);
        let (here, there) = ("là-bas, à l’été ", other.encode("là-bas, à l’été "));
        let line = [here.repeat(1000).as_bytes(), &there.repeat(1000)].concat();
        let found = split(main, &[other], &line, 4096);
        assert_eq!(found.len(), 3);
        let text: String = found.into_iter().map(|(_, text)| text).collect();
        assert!(text == here.repeat(2000));
        let lines = [here.as_bytes(), b"\n", &there, b"\n"].concat().repeat(2 * WINDOW + 9);
        let found = split(main, &[other], &lines, 1 << 16);
        assert_eq!(found.len(), 2 * (2 * WINDOW + 9) + 1);
        let text: String = found.into_iter().map(|(_, text)| text).collect();
        assert!(text == format!("{here}\n{here}\n").repeat(2 * WINDOW + 9));
    }
}
