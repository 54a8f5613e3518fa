//! How much of a text is repeated.
//!
//! A network memorizes repeated passages, and validation text that repeats training text measures nothing.
//! A passage is any 50 consecutive characters. For a short text all passages are counted, for a longer one
//! an evenly spread sample: the text is read once to draw it and once to find which of its passages occur
//! elsewhere. The text is not held.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The length of a passage in characters: longer than common phrases.
const LENGTH: usize = 50;
/// Passages in a sample: the share is then accurate to about a tenth of a percent.
const SAMPLE: u64 = 1 << 18;
/// Bits of the filter that rules out most passages quickly.
const LIKELY: usize = 1 << 23;
/// Hashes are polynomials in `BASE` modulo 2⁶⁴.
const BASE: u64 = 0x1234_5678_9ABC_DEF1;

/// A sample of a text's passages, during the first reading.
pub(crate) struct Passages {
    /// One passage is drawn from this many consecutive ones.
    gap: u64,
    /// How many were drawn, and the position of the next one.
    drawn: u64,
    next: u64,
    /// How often each was drawn, by its hash.
    sample: HashMap<u64, u32, BuildHasherDefault<Spread>>,
    hash: Rolling,
}

impl Passages {
    /// For a text of at most `most` characters.
    pub(crate) fn new(most: u64) -> Self {
        Self::with_sample(most, SAMPLE)
    }

    fn with_sample(most: u64, sample: u64) -> Self {
        let (gap, sample, hash) =
            (most.div_ceil(sample).max(1), HashMap::default(), Rolling::new());
        Self { gap, drawn: 0, next: place(0, gap), sample, hash }
    }

    /// Takes the next piece of the text.
    pub(crate) fn remember(&mut self, piece: &str) {
        for character in piece.chars() {
            let hash = self.hash.push(character);
            if self.hash.read == self.next + LENGTH as u64 {
                *self.sample.entry(hash).or_default() += 1;
                self.drawn += 1;
                self.next = place(self.drawn, self.gap);
            }
        }
    }

    /// The state for the second reading.
    pub(crate) fn repeats(self) -> Repeats {
        let single = self.sample.into_iter().filter(|(_, times)| *times == 1);
        let open: HashMap<u64, bool, _> = single.map(|(hash, _)| (hash, false)).collect();
        let mut likely = vec![0; LIKELY / 64];
        open.keys().map(|hash| slot(*hash)).for_each(|(word, bit)| likely[word] |= bit);
        let repeated = self.drawn - open.len() as u64;
        Repeats { drawn: self.drawn, repeated, open, likely, hash: Rolling::new() }
    }
}

/// The repetitions found in the second reading.
pub(crate) struct Repeats {
    /// How many passages were drawn.
    drawn: u64,
    /// How many of them occur elsewhere, so far.
    repeated: u64,
    /// Passages drawn once, and whether they were seen yet: each occurs at least where it was drawn.
    open: HashMap<u64, bool, BuildHasherDefault<Spread>>,
    /// A filter for their hashes, small enough for the processor's cache, which the map is not.
    likely: Vec<u64>,
    hash: Rolling,
}

impl Repeats {
    /// Takes the next piece of the text.
    pub(crate) fn look(&mut self, piece: &str) {
        for character in piece.chars() {
            let hash = self.hash.push(character);
            let (word, bit) = slot(hash);
            if self.likely[word] & bit != 0 && self.hash.read >= LENGTH as u64 {
                self.meet(hash);
            }
        }
    }

    #[inline(never)] // rare; the loop is faster without it
    fn meet(&mut self, hash: u64) {
        match self.open.get_mut(&hash) {
            Some(true) => {
                self.repeated += 1;
                self.open.remove(&hash); // settled
            }
            Some(met) => *met = true,
            None => {}
        }
    }

    /// The share of passages that occur more than once.
    pub(crate) fn share(&self) -> f64 {
        self.repeated as f64 / self.drawn.max(1) as f64
    }
}

/// The position of this passage: random within its part of the text, because equal distances may hit the
/// same column of a table.
fn place(number: u64, gap: u64) -> u64 {
    number * gap + spread(number + 1) % gap
}

/// The word and bit of `likely` for a hash.
fn slot(hash: u64) -> (usize, u64) {
    let at = usize::try_from(spread(hash) >> 41).expect("23 bits");
    (at / 64, 1 << (at % 64))
}

/// Spreads the bits of `key` over the high bits.
fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The rolling hash of the last passage read.
struct Rolling {
    /// The last characters, by position modulo the length of a passage.
    last: [u32; LENGTH],
    at: usize,
    read: u64,
    hash: u64,
    /// The factor of the character that leaves the passage.
    highest: u64,
}

impl Rolling {
    fn new() -> Self {
        let highest = (0..LENGTH).fold(1, |power: u64, _| power.wrapping_mul(BASE));
        Self { last: [0; LENGTH], at: 0, read: 0, hash: 0, highest }
    }

    /// The hash of the passage that ends with `character`, from the 50th character on.
    fn push(&mut self, character: char) -> u64 {
        let coming = u32::from(character) + 1;
        let leaving = std::mem::replace(&mut self.last[self.at], coming); // at first 0, no character
        self.at = if self.at + 1 == LENGTH { 0 } else { self.at + 1 };
        self.read += 1;
        let gone = u64::from(leaving).wrapping_mul(self.highest);
        self.hash = self.hash.wrapping_mul(BASE).wrapping_add(u64::from(coming)).wrapping_sub(gone);
        self.hash
    }
}

/// Keys are hashes already and only need spreading over all bits.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are u64")
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = spread(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_text::BUILTIN;
    use proptest::prelude::*;

    fn sampled(text: &str, sample: u64, piece: usize) -> f64 {
        let characters: Vec<char> = text.chars().collect();
        let pieces: Vec<String> = characters.chunks(piece).map(|it| it.iter().collect()).collect();
        let mut passages = Passages::with_sample(characters.len() as u64, sample);
        for piece in &pieces {
            passages.remember(piece);
        }
        let mut repeats = passages.repeats();
        for piece in &pieces {
            repeats.look(piece);
        }
        repeats.share()
    }

    fn repeated_share(text: &str) -> f64 {
        sampled(text, SAMPLE, 1000)
    }

    /// The same, computed from the whole text.
    fn by_definition(text: &str) -> f64 {
        let text: Vec<char> = text.chars().collect();
        let mut times: HashMap<&[char], u32> = HashMap::new();
        for passage in text.windows(LENGTH) {
            *times.entry(passage).or_default() += 1;
        }
        let repeated = text.windows(LENGTH).filter(|passage| times[passage] > 1).count();
        repeated as f64 / text.windows(LENGTH).count().max(1) as f64
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn of_a_short_text_the_share_is_exact(
            parts in proptest::collection::vec((0..3_usize, 0..90_usize, 1..130_usize), 1..6),
            piece in 1..200_usize,
        ) {
            let sources = [BUILTIN[0].1, BUILTIN[1].1, "ab"].map(|text| text.repeat(100));
            let cut = |(source, from, length): (usize, usize, usize)| -> String {
                let text: &str = &sources[source];
                text.chars().skip(from).take(length).collect()
            };
            let text: String = parts.into_iter().map(cut).collect();
            prop_assert!((sampled(&text, SAMPLE, piece) - by_definition(&text)).abs() < 1e-12);
        }
    }

    #[test]
    fn a_sample_tells_the_share_of_a_long_text() {
        let (english, chinese) = (BUILTIN[0].1, BUILTIN[1].1);
        let start: String = english.chars().take(40_000).collect();
        let few: String = chinese.chars().take(100).collect();
        for text in [
            english.to_owned(),
            english.repeat(2),                    // each passage twice, far apart
            format!("{english}{start}{chinese}"), // a part of it
            format!("{english}{}", few.repeat(900)), // few passages, very often
            "0123456789 abcdefgh\n".repeat(10_000), // a table
        ] {
            let (share, exact) = (sampled(&text, 4096, 1000), by_definition(&text));
            assert!((share - exact).abs() < 0.02, "{share} for {exact}");
        }
    }

    #[test]
    fn a_text_twice_is_repeated_and_a_tale_is_not() {
        let tales = BUILTIN[1].1;
        assert!(repeated_share(tales) < 0.02, "{}", repeated_share(tales));
        assert!(repeated_share(&tales.repeat(2)) > 0.99);
        let half: String = tales.chars().take(2000).collect();
        let share = repeated_share(&format!("{tales}\n\n{half}"));
        assert!((0.12..0.18).contains(&share), "{share}");
        assert!(repeated_share("short") < f64::EPSILON);
    }
}
