//! One candidate's reading of the samples, and what it is worth.
//!
//! Knows one encoding at a time; who wins is for `detect` to say.

use crate::decode::byte_decoder::{ByteDecoder, Unit};
use crate::detect::evidence::Evidence;
use crate::detect::outcome::Candidate;
use crate::encoding::codec::Codec;
use crate::language::Language;
use crate::language::char_cost::{BIT, MALFORMED, model};
use crate::language::words::{Step, Words};
use crate::{Encoding, Script};

/// So many characters that are not ASCII are an accident, where they are few among many.
const FEW: usize = 8;
/// So many characters that are not ASCII, for each that differs, show that two readings are one.
const ALIKE: usize = 20;
/// So few bytes that begin no character may be damage in any text.
const MOST_ODD: usize = 2;
/// An encoding of other letters than the text has must be better by so much.
const IDLE: u32 = 16 * BIT;
/// So many places of one character count as evidence.
const PLACES: usize = 4;
/// Of this many different characters and more, a few more places of each do.
const MANY: usize = 3;
const MORE_PLACES: usize = 6;

/// How often each character occurs: ASCII by code, then the others in order.
#[derive(Clone)]
struct Tally {
    ascii: [i32; 128],
    others: Vec<(char, i32)>,
}

impl Tally {
    fn of(text: &str) -> Self {
        let (mut ascii, mut others) = ([0; 128], Vec::new());
        for character in text.chars() {
            match ascii.get_mut(u32::from(character) as usize) {
                Some(count) => *count += 1,
                None => others.push(character),
            }
        }
        others.sort_unstable();
        let others = others.chunk_by(|a, b| a == b);
        let others = others.map(|same| (same[0], i32::try_from(same.len()).unwrap_or(i32::MAX)));
        Self { ascii, others: others.collect() }
    }

    /// How often each character occurs here less how often it occurs in `other`.
    fn less<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = i32> + 'a {
        let ascii = self.ascii.iter().zip(&other.ascii).map(|(here, there)| here - there);
        let (mut here, mut there) = (&self.others[..], &other.others[..]);
        let others = std::iter::from_fn(move || {
            let (first, second) = (here.first(), there.first());
            let next =
                [first, second].into_iter().flatten().map(|(character, _)| *character).min()?;
            let take = |list: &mut &'a [(char, i32)]| match list {
                [(character, count), rest @ ..] if *character == next => {
                    *list = rest;
                    *count
                }
                _ => 0,
            };
            Some(take(&mut here) - take(&mut there))
        });
        ascii.chain(others)
    }
}

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

/// The samples as one encoding reads them.
#[derive(Clone)]
pub(crate) struct Hypothesis {
    pub(crate) encoding: Encoding,
    /// Whether all of the evidence was read, not only its first part.
    pub(crate) all: bool,
    /// The code page, where it is one that cannot be decoded.
    pub(crate) page: Option<&'static str>,
    /// Eighths of a bit that the samples take, in the language that suits them best.
    pub(crate) cost: u32,
    /// How many of these were assumed before a byte was read.
    pub(crate) assumed: u32,
    /// Malformed bytes.
    pub(crate) malformed: usize,
    /// Whether these are too many for damage to what else is right. Where characters take several
    /// bytes, there is no telling: what was added to a text may be all malformed.
    pub(crate) broken: bool,
    /// Whether these are the same few over and over, as letters are, and damage is not.
    repeats: bool,
    /// The lines that are not plain ASCII.
    text: String,
    tally: Tally,
    /// Characters of the plain lines.
    plain: usize,
    /// Bytes of what was read.
    bytes: usize,
    /// What is not plain ASCII: characters or malformed bytes, and what they cost.
    evidence: usize,
    evidence_cost: u32,
    /// What these cost in the language that suits them best by themselves.
    pub(crate) telling_cost: u32,
    /// What a character that is not ASCII costs in a usual text of that language.
    typical: f64,
}

impl Hypothesis {
    /// Reads the evidence with `codec` as one of `languages`: all of it, or what tells most.
    pub(crate) fn new(
        evidence: &Evidence,
        codec: &Codec,
        languages: &[Language],
        all: bool,
    ) -> Self {
        let wide = codec.is_utf16();
        let whole = || evidence.whole.iter().map(|sample| &sample[..]);
        let parts: Vec<&[u8]> = match (wide, all) {
            (true, _) => whole().collect(),
            (false, true) => vec![&evidence.first, &evidence.rest],
            (false, false) => vec![&evidence.first],
        };
        let mut costs: Vec<u32> = languages.iter().map(|it| it.price() * BIT).collect();
        let (plain, mut bytes) = if wide { (0, 0) } else { (evidence.plain, evidence.plain) };
        if !wide {
            let plain = languages.iter().map(|&it| evidence.plain_costs[it as usize]);
            costs.iter_mut().zip(plain).for_each(|(cost, plain)| *cost += plain);
        }
        let (mut text, mut odd) = (String::new(), Vec::new());
        for part in parts {
            bytes += part.len();
            let mut decoder = ByteDecoder::new(codec.clone());
            decoder.push(part, true, |unit| match unit {
                Unit::Character(character) => text.push(character),
                Unit::Malformed(at) => {
                    let at = usize::try_from(at).unwrap_or(usize::MAX);
                    odd.extend(part.get(at).copied());
                }
            });
        }
        Self { all: wide || all, ..Self::of(codec, languages, costs, text, odd, (plain, bytes)) }
    }

    fn of(
        codec: &Codec,
        languages: &[Language],
        mut costs: Vec<u32>,
        text: String,
        mut odd: Vec<u8>,
        (plain, bytes): (usize, usize),
    ) -> Self {
        let (encoding, malformed) = (codec.encoding(), odd.len());
        odd.sort_unstable();
        odd.dedup();
        let repeats = malformed > MOST_ODD && odd.len() * 2 <= malformed;
        let mut evidence_costs = vec![0; languages.len()];
        let mut evidence = malformed;
        let mut words = Words::new();
        // What is ASCII in most encodings is not in UTF-16.
        let wide = codec.is_utf16();
        for character in text.chars() {
            let row = model().costs(character);
            let script = Script::of(character);
            let Step { beside, case, misplaced } = words.step(character, script);
            let ascii = character.is_ascii() && script != Script::Bad;
            let tells = wide || !ascii;
            let step = beside + case;
            evidence += usize::from(tells);
            for (at, &language) in languages.iter().enumerate() {
                let cost = u32::from(row[language as usize]) + step;
                costs[at] += cost;
                evidence_costs[at] += if tells { cost } else { beside };
            }
            // The other languages know their letters, and so how they touch.
            if languages[0] == Language::Western {
                costs[0] += misplaced;
                evidence_costs[0] += misplaced;
            }
        }
        let best = (0..languages.len()).min_by_key(|&at| costs[at]).unwrap_or(0);
        let language = languages[best];
        // A text of Latin letters does not take an encoding of other ones.
        let idle = language.is_latin() && codec.is_of_another_script();
        let idle = if idle { IDLE } else { 0 };
        let telling = languages.iter().zip(&evidence_costs);
        let telling = telling.map(|(it, cost)| cost + it.price() * BIT / 2).min().unwrap_or(0);
        let malformed_cost = MALFORMED * u32::try_from(malformed).unwrap_or(u32::MAX / MALFORMED);
        Self {
            encoding,
            all: true,
            page: None,
            cost: costs[best] + malformed_cost + idle,
            assumed: language.price() * BIT + idle,
            malformed,
            broken: codec.is_single_byte() && malformed > MOST_ODD && malformed * 100 > evidence,
            repeats,
            tally: Tally::of(&text),
            text,
            plain,
            bytes,
            evidence,
            evidence_cost: evidence_costs[best] + malformed_cost,
            telling_cost: telling + malformed_cost,
            typical: language.typical(),
        }
    }

    pub(crate) fn bits(&self) -> f64 {
        f64::from(self.cost) / f64::from(BIT)
    }

    /// Whether so much tells encodings apart that it must make sense.
    pub(crate) fn matters(&self) -> bool {
        let all = self.characters() + self.malformed;
        self.evidence * 100 > all || self.evidence > FEW && self.encoding != Encoding::UTF_8
    }

    /// Whether what is not ASCII is a word or two.
    pub(crate) fn is_a_word(&self) -> bool {
        let mut distinct: Vec<char> = self.text.chars().filter(|it| !it.is_ascii()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        self.evidence <= FEW || distinct.len() < MANY
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

    /// Whether `other` is the same text, but for damage.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let (differing, all) = (self.difference(other).characters, self.characters());
        // U+FFFD says itself that something is missing: damage to ASCII, or a letter of the West.
        let says_so = [self, other]
            .into_iter()
            .any(|reading| reading.encoding == Encoding::UTF_8 && !reading.repeats);
        // UTF-16 that is off by one byte reads as the other UTF-16 does.
        let swapped = self.encoding.is_utf16() && other.encoding.is_utf16();
        let few = differing * 250 <= all;
        differing == 0
            || (swapped && differing * 2 <= all)
            || (says_so && (few || differing <= 2 && differing * 20 <= all))
    }

    /// Whether `other` differs in one or two letters of many that both read alike.
    pub(crate) fn differs_little(&self, other: &Self) -> bool {
        let differing = self.difference(other).characters;
        let few = differing * 250 <= self.characters();
        few && differing <= 2 && self.evidence >= ALIKE * differing
    }

    /// How many bits `other` takes more, as far as they prove anything: that one sign reads better
    /// than another is proven by its first few places, not again by a hundred more like them.
    pub(crate) fn lead(&self, other: &Self) -> Lead {
        let Difference { characters, distinct } = self.difference(other);
        let all = other.bits() - self.bits();
        let assumed = f64::from(other.assumed) - f64::from(self.assumed);
        let assumed = assumed / f64::from(BIT);
        let places = if distinct < MANY { PLACES } else { MORE_PLACES };
        let counted = (distinct * places).min(characters) as f64 / characters.max(1) as f64;
        let seen = (all - assumed) * counted;
        Lead { all, proven: assumed + seen, seen, characters }
    }

    /// What `other` reads otherwise, wherever it stands.
    fn difference(&self, other: &Self) -> Difference {
        if self.text == other.text {
            return Difference { characters: 0, distinct: 0 };
        }
        let (mut missing, mut extra, mut distinct) = (0, 0, 0);
        for count in self.tally.less(&other.tally) {
            missing += count.max(0);
            extra += (-count).max(0);
            distinct += usize::from(count > 0);
        }
        let characters = usize::try_from(missing.max(extra)).unwrap_or(0);
        Difference { characters, distinct: distinct.max(1) }
    }

    /// Bits for each byte of what was read.
    pub(crate) fn rate(&self) -> f64 {
        self.bits() / self.bytes.max(1) as f64
    }

    /// The reading as a report shows it.
    pub(crate) fn candidate(&self, evidence: &Evidence) -> Candidate {
        Candidate {
            encoding: self.encoding,
            bits_per_byte: self.rate(),
            malformed: self.malformed,
            preview: self.preview(evidence),
        }
    }

    /// All characters, those of the plain lines too.
    fn characters(&self) -> usize {
        self.plain + self.text.chars().count()
    }

    /// Characters and malformed bytes.
    pub(crate) fn units(&self) -> u32 {
        u32::try_from(self.characters() + self.malformed).unwrap_or(u32::MAX)
    }

    /// Some characters from the first that tell, or from the start. The evidence lacks the words between.
    fn preview(&self, evidence: &Evidence) -> String {
        let telling = evidence.telling().filter(|_| !self.encoding.is_utf16());
        let mut text = String::new();
        if let Some(line) = telling {
            let mut decoder = ByteDecoder::new(Codec::new(self.encoding));
            decoder.push(line, true, |unit| {
                if let Unit::Character(character) = unit {
                    text.push(character);
                }
            });
        } else {
            text.clone_from(&self.text);
        }
        let tells = text.chars().position(|character| !character.is_ascii());
        preview(text.chars().skip(tells.unwrap_or(0).saturating_sub(8)))
    }
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
