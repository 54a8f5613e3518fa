//! One candidate's reading of the samples, and what it is worth.
//!
//! Knows one encoding at a time; who wins is for `detect` to say.

use crate::codec::Codec;
use crate::decoder::{Decoder, Unit};
use crate::language::LANGUAGES;
use crate::plausibility::{BIT, MALFORMED, model, step};
use crate::{Encoding, Script};
use std::collections::BTreeMap;

/// A reading of the samples.
pub(crate) struct Trial {
    pub(crate) encoding: Encoding,
    /// Eighths of a bit that the samples take, in the language that they suit best.
    pub(crate) cost: u32,
    /// Bytes that begin no character.
    pub(crate) malformed: usize,
    text: String,
    /// What is not plain ASCII: characters or malformed bytes, and what they cost.
    evidence: usize,
    evidence_cost: u32,
    /// What a character that is not ASCII costs in a usual text of that language.
    typical: f64,
}

impl Trial {
    /// Reads `samples` as `encoding`.
    pub(crate) fn samples(encoding: Encoding, samples: &[Vec<u8>]) -> Self {
        let codec = Codec::new(encoding);
        let mut text = String::new();
        let mut malformed = 0;
        for sample in samples {
            let mut decoder = Decoder::new(codec.clone());
            decoder.push(sample, true, |unit| match unit {
                Unit::Character(character) => text.push(character),
                Unit::Malformed(_) => malformed += 1,
            });
        }
        Self::of(encoding, text, malformed)
    }

    fn of(encoding: Encoding, text: String, malformed: usize) -> Self {
        let mut costs = LANGUAGES.map(|language| language.price() * BIT);
        let mut evidence_costs = [0; LANGUAGES.len()];
        let mut evidence = malformed;
        let mut before = '\n';
        // What is ASCII in most encodings is not in UTF-16.
        let wide = is_utf16(encoding);
        for character in text.chars() {
            let row = model().costs(character);
            let step = step(before, character);
            let plain = character.is_ascii() && Script::of(character) != Script::Bad;
            let tells = wide || !plain;
            evidence += usize::from(tells);
            for language in 0..LANGUAGES.len() {
                let cost = u32::from(row[language]) + step;
                costs[language] += cost;
                evidence_costs[language] += if tells { cost } else { step };
            }
            before = character;
        }
        let best = (0..LANGUAGES.len()).min_by_key(|&language| costs[language]).unwrap_or(0);
        let malformed_cost = MALFORMED * u32::try_from(malformed).unwrap_or(u32::MAX / MALFORMED);
        Self {
            encoding,
            cost: costs[best] + malformed_cost,
            malformed,
            text,
            evidence,
            evidence_cost: evidence_costs[best] + malformed_cost,
            typical: LANGUAGES[best].typical(),
        }
    }

    pub(crate) fn bits(&self) -> f64 {
        f64::from(self.cost) / f64::from(BIT)
    }

    /// The share of characters and malformed bytes that tell encodings apart.
    pub(crate) fn evidence_share(&self) -> f64 {
        self.evidence as f64 / (self.text.chars().count() + self.malformed).max(1) as f64
    }

    /// The bits of what tells encodings apart.
    pub(crate) fn evidence_bits(&self) -> f64 {
        f64::from(self.evidence_cost) / f64::from(BIT)
    }

    /// Whether this looks like text in some language.
    pub(crate) fn is_plausible(&self) -> bool {
        // So many valid sequences of several bytes are no accident, whatever they say.
        let foreign = self.text.chars().filter(|character| !character.is_ascii()).count();
        let valid =
            self.encoding == Encoding::UTF_8 && foreign > 8 && foreign > 20 * self.malformed;
        valid || self.evidence_bits() <= self.typical * self.evidence as f64
    }

    /// Whether `other` is the same text but for a letter here and there: then it is no matter
    /// which of the two is taken.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let (differing, all) = (self.differing(other), self.text.chars().count());
        // UTF-16 that is off by one byte reads as the other UTF-16 does.
        let swapped = is_utf16(self.encoding) && is_utf16(other.encoding);
        (swapped && differing * 2 <= all)
            || differing * 250 <= all
            || (differing <= 2 && differing * 20 <= all)
    }

    /// How many characters `other` reads otherwise, wherever they stand.
    pub(crate) fn differing(&self, other: &Self) -> usize {
        if self.text == other.text {
            return 0;
        }
        let mut counts: BTreeMap<char, i64> = BTreeMap::new();
        for character in self.text.chars() {
            *counts.entry(character).or_default() += 1;
        }
        for character in other.text.chars() {
            *counts.entry(character).or_default() -= 1;
        }
        let missing: i64 = counts.values().filter(|count| **count > 0).sum();
        let extra: i64 = counts.values().filter(|count| **count < 0).sum();
        usize::try_from(missing.max(-extra)).unwrap_or(0)
    }

    /// Some characters from the first that tell, or from the start.
    pub(crate) fn preview(&self) -> String {
        let tells = self.text.char_indices().position(|(_, character)| !character.is_ascii());
        let start = tells.unwrap_or(0).saturating_sub(8);
        preview(self.text.chars().skip(start))
    }
}

fn is_utf16(encoding: Encoding) -> bool {
    encoding == Encoding::UTF_16LE || encoding == Encoding::UTF_16BE
}

/// The first characters of a text on one line, with what would not show made visible.
pub(crate) fn preview(characters: impl Iterator<Item = char>) -> String {
    let shown = characters.take(48).map(|character| match character {
        '\n' => '⏎',
        _ if Script::of(character) == Script::Space => ' ',
        _ if Script::of(character) == Script::Bad => '▯',
        _ => character,
    });
    shown.collect()
}
