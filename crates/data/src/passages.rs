//! How much of a text stands in it more than once.
//!
//! A network learns a passage by heart that it reads again and again, and a held-out part that
//! repeats the training part measures nothing. The text is read twice, a piece at a time, and not
//! held.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The length of a passage in characters: longer than phrases that languages repeat anyway.
const PASSAGE: u64 = LENGTH as u64;
const LENGTH: usize = 50;
/// Passages that are remembered; of a longer text fewer than every one, so that memory stays
/// bounded. Repetitions shorter than the gaps may then be missed.
const REMEMBERED: u64 = 1 << 20;
/// Bits that say of most passages that they are not remembered.
const LIKELY: usize = 1 << 24;
/// Hashes are polynomials in `BASE` modulo this prime.
const PRIME: u64 = (1 << 61) - 1;
const BASE: u64 = 0x1234_5678_9ABC_DEF1 % PRIME;

/// What is remembered of a text when it is read for the first time.
pub(crate) struct Passages {
    /// Characters between the beginnings of two remembered passages; these do not overlap.
    gap: u64,
    /// Where the first passage with a hash stands, of those that are remembered.
    places: HashMap<u64, u64, BuildHasherDefault<Spread>>,
    /// Whether there may be a hash with these bits: small enough for a cache, which the map is not.
    likely: Vec<u64>,
    hash: Rolling,
}

impl Passages {
    /// Of a text of at most `most` characters.
    pub(crate) fn new(most: u64) -> Self {
        let gap = PASSAGE.max(most.div_ceil(REMEMBERED));
        Self { gap, places: HashMap::default(), likely: vec![0; LIKELY / 64], hash: Rolling::new() }
    }

    /// Takes the next piece of the text.
    pub(crate) fn remember(&mut self, piece: &str) {
        for character in piece.chars() {
            if let Some((place, hash)) = self.hash.push(character)
                && place.is_multiple_of(self.gap)
            {
                self.places.entry(hash).or_insert(place);
                let (word, bit) = slot(hash);
                self.likely[word] |= bit;
            }
        }
    }

    /// Where the first passage with this hash stands, of those that are remembered.
    fn first(&self, hash: u64) -> Option<u64> {
        let (word, bit) = slot(hash);
        if self.likely[word] & bit == 0 { None } else { self.places.get(&hash).copied() }
    }

    /// For the second reading.
    pub(crate) fn repeats(self) -> Repeats {
        let hash = Rolling::new();
        Repeats { passages: self, hash, repeated: 0, end: 0, inside: Vec::new(), first: Vec::new() }
    }
}

/// The word and the bit of `likely` that a hash has.
fn slot(hash: u64) -> (usize, u64) {
    let at = index(hash % LIKELY as u64);
    (at / 64, 1 << (at % 64))
}

/// What is found when a text is read for the second time.
pub(crate) struct Repeats {
    passages: Passages,
    hash: Rolling,
    /// Characters in passages that also stand earlier, or later at a remembered place.
    repeated: u64,
    /// Up to where they are counted.
    end: u64,
    /// How many of them are in each remembered passage.
    inside: Vec<u8>,
    /// Which of these are repeated elsewhere.
    first: Vec<bool>,
}

impl Repeats {
    /// Takes the next piece of the text.
    pub(crate) fn look(&mut self, piece: &str) {
        for character in piece.chars() {
            if let Some((place, hash)) = self.hash.push(character)
                && let Some(first) = self.passages.first(hash)
                && first != place
            {
                set(&mut self.first, first / self.passages.gap, true);
                for at in self.end.max(place)..place + PASSAGE {
                    self.count(at);
                }
                self.end = place + PASSAGE;
            }
        }
    }

    fn count(&mut self, at: u64) {
        self.repeated += 1;
        let (number, offset) = (at / self.passages.gap, at % self.passages.gap);
        if offset < PASSAGE {
            let before = self.inside.get(index(number)).copied().unwrap_or(0);
            set(&mut self.inside, number, before + 1);
        }
    }

    /// The share of the characters that belong to a passage of 50 characters which also stands
    /// elsewhere in the text.
    pub(crate) fn share(&self) -> f64 {
        if self.hash.read < 2 * PASSAGE {
            return 0.0;
        }
        let inside = self.inside.iter().copied().chain(std::iter::repeat(0));
        let firsts = self.first.iter().zip(inside).filter(|(repeated, _)| **repeated);
        let more: u64 = firsts.map(|(_, inside)| PASSAGE - u64::from(inside)).sum();
        (self.repeated + more) as f64 / self.hash.read as f64
    }
}

fn set<T: Clone + Default>(list: &mut Vec<T>, at: u64, value: T) {
    let at = index(at);
    if at >= list.len() {
        list.resize(at + 1, T::default());
    }
    list[at] = value;
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("there are few of them")
}

/// The hash of the last passage of what was read.
struct Rolling {
    /// The last characters, by their place modulo the length of a passage.
    last: [u64; LENGTH],
    read: u64,
    hash: u64,
    /// What the oldest of them is multiplied by.
    highest: u64,
}

impl Rolling {
    fn new() -> Self {
        let highest = (1..PASSAGE).fold(1, |power, _| times(power, BASE));
        Self { last: [0; LENGTH], read: 0, hash: 0, highest }
    }

    /// The place and hash of the passage that ends with `character`.
    fn push(&mut self, character: char) -> Option<(u64, u64)> {
        let slot = &mut self.last[index(self.read % PASSAGE)];
        let coming = u64::from(character) + 1;
        let leaving = std::mem::replace(slot, coming); // at first 0, which is no character here
        self.hash = plus(self.hash, PRIME - times(leaving, self.highest));
        self.hash = plus(times(self.hash, BASE), coming);
        self.read += 1;
        self.read.checked_sub(PASSAGE).map(|place| (place, self.hash))
    }
}

/// The product modulo the prime, of two numbers below it. As the prime is 2⁶¹ − 1, the bits from
/// the 61st on count as if they stood at the beginning.
#[expect(clippy::cast_possible_truncation, reason = "both parts are below 2⁶¹")]
fn times(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    plus(product as u64 & PRIME, (product >> 61) as u64)
}

/// The sum modulo the prime, of two numbers that are not above it.
fn plus(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

/// Keys that are hashes already need only be spread over all bits.
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
        self.0 = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BUILTIN;
    use proptest::prelude::*;

    fn repeated_share(text: &str) -> f64 {
        let mut passages = Passages::new(text.len() as u64);
        passages.remember(text);
        let mut repeats = passages.repeats();
        repeats.look(text);
        repeats.share()
    }

    /// The same with the whole text at hand.
    fn by_definition(text: &str) -> f64 {
        let text: Vec<char> = text.chars().collect();
        let mut repeated = vec![false; text.len()];
        for first in (0..(text.len() + 1).saturating_sub(LENGTH)).step_by(LENGTH) {
            let passage = &text[first..first + LENGTH];
            let same = |place: &usize| &text[*place..place + LENGTH] == passage;
            let earlier = (0..first).step_by(LENGTH).any(|place| same(&place));
            for place in (0..=text.len() - LENGTH).filter(same) {
                if place != first && !earlier {
                    repeated[first..first + LENGTH].fill(true);
                    repeated[place..place + LENGTH].fill(true);
                }
            }
        }
        repeated.iter().filter(|repeated| **repeated).count() as f64 / text.len() as f64
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn what_is_counted_on_the_way_is_what_is_there(
            parts in proptest::collection::vec((0..3_usize, 0..90_usize, 1..130_usize), 1..6),
        ) {
            let sources = [BUILTIN[0].1, BUILTIN[1].1, "ab"].map(|text| text.repeat(100));
            let cut = |(source, from, length): (usize, usize, usize)| -> String {
                let text: &str = &sources[source];
                text.chars().skip(from).take(length).collect()
            };
            let text: String = parts.into_iter().map(cut).collect();
            prop_assume!(text.chars().count() >= 100);
            prop_assert!((repeated_share(&text) - by_definition(&text)).abs() < 1e-12);
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
