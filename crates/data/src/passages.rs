//! How much of a text stands in it more than once.
//!
//! A network learns a passage by heart that it reads again and again, and a held-out part that
//! repeats the training part measures nothing.

use std::collections::HashMap;

/// The length of a passage in characters: longer than phrases that languages repeat anyway.
const PASSAGE: usize = 50;
/// Passages that are remembered; of a longer text fewer than every one, so that memory stays
/// bounded. Repetitions shorter than the gaps may then be missed.
const REMEMBERED: usize = 1 << 20;
/// Hashes are polynomials in `BASE` modulo this prime.
const PRIME: u64 = (1 << 61) - 1;
const BASE: u64 = 0x1234_5678_9ABC_DEF1 % PRIME;

/// The share of the characters of `text` that belong to a passage of 50 characters which also
/// stands elsewhere in it.
pub(crate) fn repeated_share(text: &str) -> f64 {
    let characters: Vec<u32> = text.chars().map(u32::from).collect();
    if characters.len() < 2 * PASSAGE {
        return 0.0;
    }
    let gap = PASSAGE.max(characters.len().div_ceil(REMEMBERED));
    let mut first_place = HashMap::with_capacity(characters.len() / gap + 1);
    for (place, hash) in hashes(&characters) {
        if place.is_multiple_of(gap) {
            first_place.entry(hash).or_insert(place);
        }
    }
    let mut repeated = vec![false; characters.len()];
    for (place, hash) in hashes(&characters) {
        if let Some(&first) = first_place.get(&hash)
            && first != place
        {
            repeated[first..first + PASSAGE].fill(true);
            repeated[place..place + PASSAGE].fill(true);
        }
    }
    repeated.iter().filter(|&&repeated| repeated).count() as f64 / characters.len() as f64
}

/// The place and hash of every passage.
fn hashes(characters: &[u32]) -> impl Iterator<Item = (usize, u64)> + '_ {
    let highest = (1..PASSAGE).fold(1, |power, _| times(power, BASE));
    let mut hash = 0;
    characters.iter().enumerate().filter_map(move |(at, &character)| {
        if at >= PASSAGE {
            let leaving = times(u64::from(characters[at - PASSAGE]) + 1, highest);
            hash = (hash + PRIME - leaving) % PRIME;
        }
        hash = (times(hash, BASE) + u64::from(character) + 1) % PRIME;
        (at + 1 >= PASSAGE).then(|| (at + 1 - PASSAGE, hash))
    })
}

#[expect(clippy::cast_possible_truncation, reason = "below the prime")]
fn times(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BUILTIN;

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
