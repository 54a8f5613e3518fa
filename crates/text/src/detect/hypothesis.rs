//! One candidate's reading of the samples, and what it is worth.
//!
//! Knows one encoding at a time; who wins is for `detect` to say.

use crate::decode::byte_decoder::{ByteDecoder, Unit};
use crate::detect::outcome::Candidate;
use crate::encoding::codec::Codec;
use crate::language::char_cost::{BIT, MALFORMED, model};
use crate::language::words::{Step, Words};
use crate::language::{LANGUAGES, Language};
use crate::{Encoding, Script};
use std::collections::BTreeMap;

/// So many characters that are not ASCII are an accident, where they are few among many.
const FEW: usize = 8;
/// So many characters that are not ASCII, for each that differs, show that two readings are one.
const ALIKE: usize = 20;
/// So few bytes that begin no character may be damage in any text.
const MOST_ODD: usize = 2;
/// Encodings that are hardly met, or not for such a text, must be better by so much.
pub(crate) const UNUSUAL: u32 = 16 * BIT;
/// And these must, beside, of which hardly a text is left.
pub(crate) const EXTINCT: u32 = 24 * BIT;
/// So many places of one character count as evidence.
const PLACES: usize = 4;

/// The column of a mix of languages.
const WESTERN: usize = Language::Western as usize;

/// What two readings do not share.
struct Difference {
    characters: usize,
    /// How many different characters of the first these are.
    distinct: usize,
}

/// How far one reading is ahead of another, in bits.
pub(crate) struct Lead {
    pub(crate) all: f64,
    /// Without what only repeats itself.
    pub(crate) proven: f64,
    /// Without what was assumed before a byte was read.
    pub(crate) seen: f64,
    /// How many characters the other reads otherwise.
    pub(crate) characters: usize,
}

/// A reading of the samples.
pub(crate) struct Hypothesis {
    pub(crate) encoding: Encoding,
    /// Eighths of a bit that the samples take, in the language that they suit best.
    pub(crate) cost: u32,
    /// So many of these are for what was assumed before a byte was read.
    pub(crate) assumed: u32,
    /// Bytes that begin no character.
    pub(crate) malformed: usize,
    /// Whether they are too many for damage to what else is right. Where characters are of several
    /// bytes, there is no telling: what was added to a text may be all malformed.
    pub(crate) broken: bool,
    /// Whether these are the same few over and over, as letters are, and damage is not.
    repeats: bool,
    text: String,
    /// What is not plain ASCII: characters or malformed bytes, and what they cost.
    evidence: usize,
    evidence_cost: u32,
    /// What a character that is not ASCII costs in a usual text of that language.
    typical: f64,
}

impl Hypothesis {
    /// Reads `samples` as `encoding`.
    pub(crate) fn samples(encoding: Encoding, samples: &[Vec<u8>]) -> Self {
        Self::with(&Codec::new(encoding), samples)
    }

    /// Reads `samples` with `codec`.
    pub(crate) fn with(codec: &Codec, samples: &[Vec<u8>]) -> Self {
        let mut text = String::new();
        let mut odd = Vec::new();
        for sample in samples {
            let mut decoder = ByteDecoder::new(codec.clone());
            decoder.push(sample, true, |unit| match unit {
                Unit::Character(character) => text.push(character),
                Unit::Malformed(at) => {
                    let at = usize::try_from(at).unwrap_or(usize::MAX);
                    odd.extend(sample.get(at).copied());
                }
            });
        }
        Self::of(codec, text, odd)
    }

    fn of(codec: &Codec, text: String, mut odd: Vec<u8>) -> Self {
        let (encoding, malformed) = (codec.encoding(), odd.len());
        odd.sort_unstable();
        odd.dedup();
        let repeats = malformed > MOST_ODD && odd.len() * 2 <= malformed;
        let mut costs = LANGUAGES.map(|language| language.price() * BIT);
        let mut evidence_costs = [0; LANGUAGES.len()];
        let mut evidence = malformed;
        let mut words = Words::new();
        // What is ASCII in most encodings is not in UTF-16.
        let wide = is_utf16(encoding);
        for character in text.chars() {
            let row = model().costs(character);
            let script = Script::of(character);
            let Step { beside, case, misplaced } = words.step(character, script);
            let plain = character.is_ascii() && script != Script::Bad;
            let tells = wide || !plain;
            let step = beside + case;
            evidence += usize::from(tells);
            for language in 0..LANGUAGES.len() {
                let cost = u32::from(row[language]) + step;
                costs[language] += cost;
                evidence_costs[language] += if tells { cost } else { beside };
            }
            // The other languages know their letters, and so how they touch.
            costs[WESTERN] += misplaced;
            evidence_costs[WESTERN] += misplaced;
        }
        let best = (0..LANGUAGES.len()).min_by_key(|&language| costs[language]).unwrap_or(0);
        // A text of Latin letters does not take an encoding of other ones.
        let idle = LANGUAGES[best].is_latin() && codec.is_of_another_script();
        let assumed = LANGUAGES[best].price() * BIT + if idle { UNUSUAL } else { 0 };
        let malformed_cost = MALFORMED * u32::try_from(malformed).unwrap_or(u32::MAX / MALFORMED);
        Self {
            encoding,
            cost: costs[best] + malformed_cost + if idle { UNUSUAL } else { 0 },
            assumed,
            malformed,
            broken: codec.is_single_byte() && malformed > MOST_ODD && malformed * 100 > evidence,
            repeats,
            text,
            evidence,
            evidence_cost: evidence_costs[best] + malformed_cost,
            typical: LANGUAGES[best].typical(),
        }
    }

    pub(crate) fn bits(&self) -> f64 {
        f64::from(self.cost) / f64::from(BIT)
    }

    /// Whether so much tells encodings apart that it must make sense.
    pub(crate) fn matters(&self) -> bool {
        let all = self.text.chars().count() + self.malformed;
        self.evidence * 100 > all || self.evidence > FEW && self.encoding != Encoding::UTF_8
    }

    /// Makes the reading `cost` more, whatever the bytes are.
    pub(crate) fn assume(&mut self, cost: u32) {
        self.cost += cost;
        self.assumed += cost;
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
        let (differing, all) = (self.difference(other).characters, self.text.chars().count());
        // U+FFFD says itself that something is missing: damage to ASCII, or a letter of the West.
        let says_so = [self, other]
            .into_iter()
            .any(|reading| reading.encoding == Encoding::UTF_8 && !reading.repeats);
        // UTF-16 that is off by one byte reads as the other UTF-16 does.
        let swapped = is_utf16(self.encoding) && is_utf16(other.encoding);
        // One or two among many that both read alike are damage too.
        let few = differing * 250 <= all;
        let rest = few && differing <= 2 && self.evidence >= ALIKE * differing;
        differing == 0
            || rest
            || (swapped && differing * 2 <= all)
            || (says_so && (few || differing <= 2 && differing * 20 <= all))
    }

    /// How many bits `other` takes more, as far as they prove anything: that one sign reads better
    /// than another is proven by its first few places, not again by a hundred more like them.
    pub(crate) fn lead(&self, other: &Self) -> Lead {
        let Difference { characters, distinct } = self.difference(other);
        let all = other.bits() - self.bits();
        let assumed = f64::from(other.assumed) - f64::from(self.assumed);
        let assumed = assumed / f64::from(BIT);
        let counted = (distinct * PLACES).min(characters) as f64 / characters.max(1) as f64;
        let seen = (all - assumed) * counted;
        Lead { all, proven: assumed + seen, seen, characters }
    }

    /// What `other` reads otherwise, wherever it stands.
    fn difference(&self, other: &Self) -> Difference {
        if self.text == other.text {
            return Difference { characters: 0, distinct: 0 };
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
        let distinct = counts.values().filter(|count| **count > 0).count();
        let characters = usize::try_from(missing.max(-extra)).unwrap_or(0);
        Difference { characters, distinct: distinct.max(1) }
    }

    /// What to say of this reading of so many bytes.
    pub(crate) fn candidate(&self, bytes: usize) -> Candidate {
        Candidate {
            encoding: self.encoding,
            bits_per_byte: self.bits() / bytes.max(1) as f64,
            malformed: self.malformed,
            preview: self.preview(),
        }
    }

    /// Characters and malformed bytes.
    pub(crate) fn units(&self) -> u32 {
        u32::try_from(self.text.chars().count() + self.malformed).unwrap_or(u32::MAX)
    }

    /// Some characters from the first that tell, or from the start.
    fn preview(&self) -> String {
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
