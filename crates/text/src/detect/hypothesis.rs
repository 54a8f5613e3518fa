//! The samples as one candidate encoding reads them, and what that costs.
//!
//! Compares two readings; `detect` decides which one wins.

use crate::decode::byte_decoder::{ByteDecoder, Unit};
use crate::detect::evidence::Evidence;
use crate::detect::outcome::Candidate;
use crate::detect::preview;
use crate::encoding::codec::{Codec, Piece};
use crate::language::Language;
use crate::language::char_cost::{BIT, MALFORMED, model};
use crate::language::words::Words;
use crate::{Encoding, Script};
use std::cell::RefCell;
use std::rc::Rc;

/// Up to this many non-ASCII characters may be an accident, if they are few among many.
const FEW: usize = 8;
/// Two readings are one if there are this many non-ASCII characters for each that differs.
const ALIKE: usize = 20;
/// Any text may have this many damaged bytes.
const MOST_ODD: usize = 2;
/// A usual letter costs at most this much in some language. To be likelier than damage, letters must be ahead by
/// this much.
const USUAL: u32 = 11 * BIT;
const USUAL_LEAD: u32 = 3 * BIT;
/// The cost of an encoding that was made for another script than that of the text.
const IDLE: u32 = 16 * BIT;
/// How many occurrences of each differing character count as evidence.
const PLACES: usize = 4;
/// From this many different characters on, more occurrences of each count.
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

    /// The characters that occur, with their counts.
    fn characters(&self) -> impl Iterator<Item = (char, u32)> {
        let ascii = ('\0'..).zip(&self.ascii).map(|(character, &count)| (character, count));
        let all = ascii.chain(self.others.iter().copied());
        all.filter_map(|(character, count)| Some((character, u32::try_from(count).ok()?)))
            .filter(|&(_, count)| count > 0)
    }

    /// How often each character occurs here less how often it occurs in `other`.
    fn less<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = i32> + 'a {
        // Most readings differ in other characters only.
        let length = if self.ascii == other.ascii { 0 } else { self.ascii.len() };
        let ascii = self.ascii[..length].iter().zip(&other.ascii);
        let ascii = ascii.map(|(here, there)| here - there);
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

/// The characters in which two readings differ.
struct Difference {
    characters: usize,
    /// How many distinct characters of the first reading these are.
    distinct: usize,
}

/// How far one reading is ahead of another, in bits.
pub(crate) struct Lead {
    pub(crate) all: f64,
    /// Without repetitions of the same evidence.
    pub(crate) proven: f64,
    /// Without priors and repetitions.
    pub(crate) seen: f64,
    /// How many characters differ.
    pub(crate) characters: usize,
}

/// What the evidence is as characters, with all that its cost depends on but the language.
struct Decoded {
    text: String,
    characters: usize,
    tally: Tally,
    /// Whether it is UTF-16, in which ASCII characters are evidence too.
    wide: bool,
    /// Characters that are evidence.
    telling: usize,
    /// What all characters cost for their neighbors and case, and what those that are evidence do.
    steps: u32,
    telling_steps: u32,
    /// What neighbors cost that only languages without letters of their own forbid.
    misplaced: u32,
}

impl Decoded {
    fn new(text: String, wide: bool) -> Self {
        let (mut characters, mut telling) = (0, 0);
        let (mut steps, mut telling_steps, mut misplaced) = (0, 0, 0);
        let mut words = Words::new();
        for character in text.chars() {
            let script = Script::of(character);
            let step = words.step(character, script);
            let tells = wide || tells(character);
            characters += 1;
            telling += usize::from(tells);
            steps += step.beside + step.case;
            telling_steps += step.beside + if tells { step.case } else { 0 };
            misplaced += step.misplaced;
        }
        let tally = Tally::of(&text);
        Self { text, characters, tally, wide, telling, steps, telling_steps, misplaced }
    }

    /// What the characters cost in each of `languages`, and what those that are evidence cost.
    fn costs(&self, languages: &[Language]) -> Vec<(u32, u32)> {
        let mut costs = vec![(self.steps, self.telling_steps); languages.len()];
        for (character, count) in self.tally.characters() {
            let row = model().costs(character);
            let tells = self.wide || tells(character);
            for ((cost, telling), &language) in costs.iter_mut().zip(languages) {
                let more = u32::from(row[language as usize]) * count;
                *cost += more;
                *telling += if tells { more } else { 0 };
            }
        }
        // The other languages know their letters, and so how they touch.
        if languages[0] == Language::Western {
            costs[0].0 += self.misplaced;
            costs[0].1 += self.misplaced;
        }
        costs
    }
}

/// Whether every euro sign stands beside a number.
fn has_prices(text: &str) -> bool {
    let digit = |found: Option<char>| found.is_some_and(|it| it.is_ascii_digit());
    text.match_indices('€').all(|(at, sign)| {
        let (before, after) = (text[..at].trim_end(), text[at + sign.len()..].trim_start());
        digit(before.chars().next_back()) || digit(after.chars().next())
    })
}

/// Whether a letter is usual in some language, unlike `ÿ`.
fn is_usual(letter: char) -> bool {
    let small = letter.to_lowercase().next().unwrap_or(letter);
    model().least(small) <= USUAL
}

/// Whether a character may be another one in another encoding.
fn tells(character: char) -> bool {
    !character.is_ascii() || Script::of(character) == Script::Bad
}

/// Texts that were read already: many encodings read the same.
#[derive(Default)]
pub(crate) struct Texts(RefCell<Vec<Rc<Decoded>>>);

impl Texts {
    fn get(&self, text: String, wide: bool) -> Rc<Decoded> {
        let mut known = self.0.borrow_mut();
        if let Some(found) = known.iter().find(|it| it.wide == wide && it.text == text) {
            return found.clone();
        }
        let new = Rc::new(Decoded::new(text, wide));
        known.push(new.clone());
        new
    }
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
    /// Whether these are too many to be damage. In multi-byte encodings this is unknown: a passage in another
    /// encoding may be malformed from start to end.
    pub(crate) broken: bool,
    /// Whether a few malformed bytes occur again and again, as letters do and damage does not.
    repeats: bool,
    /// The lines that are not plain ASCII.
    decoded: Rc<Decoded>,
    /// Characters of the plain lines.
    plain: usize,
    /// Bytes of what was read.
    bytes: usize,
    /// Characters that are not plain ASCII and malformed bytes: their number and cost.
    evidence: usize,
    evidence_cost: u32,
    /// Their cost in the language that suits them best, whatever the rest of the text.
    pub(crate) telling_cost: u32,
    /// The cost of a non-ASCII character in a usual text of that language.
    typical: f64,
}

impl Hypothesis {
    /// Reads the evidence with `codec` as one of `languages`: all of it, or its first part.
    pub(crate) fn new(
        evidence: &Evidence,
        codec: &Codec,
        languages: &[Language],
        all: bool,
        texts: &Texts,
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
            decode(codec, part, &mut text, &mut odd);
        }
        let decoded = texts.get(text, wide);
        Self { all: wide || all, ..Self::of(codec, languages, costs, decoded, odd, (plain, bytes)) }
    }

    fn of(
        codec: &Codec,
        languages: &[Language],
        mut costs: Vec<u32>,
        decoded: Rc<Decoded>,
        mut odd: Vec<u8>,
        (plain, bytes): (usize, usize),
    ) -> Self {
        let (encoding, malformed) = (codec.encoding(), odd.len());
        odd.sort_unstable();
        odd.dedup();
        let repeats = malformed > MOST_ODD && odd.len() * 2 <= malformed;
        let of_characters = decoded.costs(languages);
        costs.iter_mut().zip(&of_characters).for_each(|(cost, (more, _))| *cost += more);
        let evidence = malformed + decoded.telling;
        let best = (0..languages.len()).min_by_key(|&at| costs[at]).unwrap_or(0);
        let language = languages[best];
        // A text of Latin letters does not take an encoding of other ones.
        let idle = language.is_latin() && codec.is_of_another_script();
        let idle = if idle { IDLE } else { 0 };
        let telling = languages.iter().zip(&of_characters);
        let telling = telling.map(|(it, (_, cost))| cost + it.price() * BIT / 2).min().unwrap_or(0);
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
            decoded,
            plain,
            bytes,
            evidence,
            evidence_cost: of_characters[best].1 + malformed_cost,
            telling_cost: telling + malformed_cost,
            typical: language.typical(),
        }
    }

    pub(crate) fn bits(&self) -> f64 {
        f64::from(self.cost) / f64::from(BIT)
    }

    /// Whether the non-ASCII part is large enough that it must make sense.
    pub(crate) fn matters(&self) -> bool {
        let all = self.characters() + self.malformed;
        self.evidence * 100 > all || self.evidence > FEW && self.encoding != Encoding::UTF_8
    }

    /// Whether nothing proves that this is UTF-8: it has malformed bytes, and no valid character beyond ASCII.
    pub(crate) fn is_unproven_utf8(&self) -> bool {
        let is_utf8 = self.encoding == Encoding::UTF_8;
        is_utf8 && self.malformed > 0 && self.decoded.text.is_ascii()
    }

    /// Whether all non-ASCII characters are usual letters or euro signs, and read better than `damage` in some
    /// language.
    pub(crate) fn reads_letters(&self, damage: &Self) -> bool {
        let mut others = self.decoded.text.chars().filter(|found| !found.is_ascii());
        self.all
            && self.malformed == 0
            && others.all(|found| found == '€' || Script::of(found).is_letter() && is_usual(found))
            && has_prices(&self.decoded.text)
            && self.telling_cost + USUAL_LEAD <= damage.telling_cost
    }

    /// Whether all non-ASCII characters are signs or spaces, and none is a letter.
    pub(crate) fn reads_signs(&self) -> bool {
        let sign = |script: Script| script != Script::Bad && !script.is_letter();
        let mut others = self.decoded.text.chars().filter(|found| !found.is_ascii());
        self.malformed == 0 && others.all(|found| sign(Script::of(found)))
    }

    /// Whether these are the signs of windows-1252 where `damage` has a few malformed bytes again and again.
    pub(crate) fn repeats_signs(&self, damage: &Self) -> bool {
        let is_usual = self.all && self.encoding == Encoding::WINDOWS_1252;
        is_usual && damage.repeats && self.reads_signs()
    }

    /// Adds a cost to the reading that its characters do not show.
    pub(crate) fn charge(&mut self, cost: u32) {
        self.cost = self.cost.saturating_add(cost);
        self.telling_cost = self.telling_cost.saturating_add(cost);
    }

    /// Whether the non-ASCII part is only a word or two.
    pub(crate) fn is_a_word(&self) -> bool {
        let mut distinct: Vec<char> =
            self.decoded.text.chars().filter(|it| !it.is_ascii()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        self.evidence <= FEW || distinct.len() < MANY
    }

    /// Adds a prior to the cost.
    pub(crate) fn assume(&mut self, cost: u32) {
        self.cost += cost;
        self.assumed += cost;
    }

    /// The cost of the non-ASCII part in bits.
    pub(crate) fn evidence_bits(&self) -> f64 {
        f64::from(self.evidence_cost) / f64::from(BIT)
    }

    /// Whether this looks like text in some language.
    pub(crate) fn is_plausible(&self) -> bool {
        // This many valid multi-byte sequences are no accident, whatever the text.
        let foreign = self.decoded.text.chars().filter(|character| !character.is_ascii()).count();
        let valid =
            self.encoding == Encoding::UTF_8 && foreign > 8 && foreign > 20 * self.malformed;
        valid || self.evidence_bits() <= self.typical * self.evidence as f64
    }

    /// Whether `other` is the same text except for damage.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let (differing, all) = (self.difference(other).characters, self.characters());
        // U+FFFD shows the damage to a byte of ASCII or a Western letter.
        let says_so = [self, other]
            .into_iter()
            .any(|reading| reading.encoding == Encoding::UTF_8 && !reading.repeats);
        // UTF-16 that is off by one byte reads like the other byte order.
        let swapped = self.encoding.is_utf16() && other.encoding.is_utf16();
        let few = differing * 250 <= all;
        differing == 0
            || (swapped && differing * 2 <= all)
            || (says_so && (few || differing <= 2 && differing * 20 <= all))
    }

    /// Whether `other` differs in at most two letters of a text with many non-ASCII characters.
    pub(crate) fn differs_little(&self, other: &Self) -> bool {
        let differing = self.difference(other).characters;
        let few = differing * 250 <= self.characters();
        few && differing <= 2 && self.evidence >= ALIKE * differing
    }

    /// How many bits `other` takes more, as far as they prove anything: the first few occurrences of a character
    /// prove that it reads better than another, and a hundred more add nothing.
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

    /// The characters in which `other` differs, wherever they stand.
    fn difference(&self, other: &Self) -> Difference {
        if Rc::ptr_eq(&self.decoded, &other.decoded) || self.decoded.text == other.decoded.text {
            return Difference { characters: 0, distinct: 0 };
        }
        let (mut missing, mut extra, mut distinct) = (0, 0, 0);
        for count in self.decoded.tally.less(&other.decoded.tally) {
            missing += count.max(0);
            extra += (-count).max(0);
            distinct += usize::from(count > 0);
        }
        let characters = usize::try_from(missing.max(extra)).unwrap_or(0);
        Difference { characters, distinct: distinct.max(1) }
    }

    /// Bits per byte.
    pub(crate) fn rate(&self) -> f64 {
        self.bits() / self.bytes.max(1) as f64
    }

    /// The reading as shown in a report.
    pub(crate) fn candidate(&self, evidence: &Evidence) -> Candidate {
        Candidate {
            encoding: self.encoding,
            bits_per_byte: self.rate(),
            malformed: self.malformed,
            preview: self.preview(evidence),
        }
    }

    /// All characters, including the plain lines.
    fn characters(&self) -> usize {
        self.plain + self.decoded.characters
    }

    /// Characters and malformed bytes.
    pub(crate) fn units(&self) -> u32 {
        u32::try_from(self.characters() + self.malformed).unwrap_or(u32::MAX)
    }

    /// The text around its first non-ASCII character, or its start. Taken from the samples, because the evidence
    /// lacks the words between.
    fn preview(&self, evidence: &Evidence) -> String {
        let telling = evidence.telling().filter(|_| !self.encoding.is_utf16());
        let text = telling.map(|line| preview::read(&Codec::new(self.encoding), line));
        let text = text.unwrap_or_else(|| self.decoded.text.clone());
        let tells = text.chars().position(|character| !character.is_ascii());
        preview::preview_from(&text, tells.unwrap_or(0))
    }
}

/// Decodes bytes that begin and end with a character, up to the malformed ones.
fn decode(codec: &Codec, bytes: &[u8], text: &mut String, malformed: &mut Vec<u8>) {
    if codec.is_single_byte() {
        for byte in bytes {
            match codec.piece(std::slice::from_ref(byte)) {
                Piece::Character(character, _) => text.push(character),
                Piece::Malformed | Piece::Incomplete => malformed.push(*byte),
            }
        }
        return;
    }
    ByteDecoder::new(codec.clone()).push(bytes, true, |unit| match unit {
        Unit::Character(character) => text.push(character),
        Unit::Malformed(at) => {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            malformed.extend(bytes.get(at).copied());
        }
    });
}
