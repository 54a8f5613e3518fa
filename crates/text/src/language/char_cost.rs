//! The cost of a character in bits: a small model of texts.
//!
//! Of all readings of the same bytes, the one that takes the fewest bits is the most likely, and the
//! difference is the evidence for it. Frequencies come from
//! [`crate::language::common`] and [`crate::language::alphabets`], from the levels that the national standards sort
//! characters into (common ones first) and, for the rest, from [`crate::language::guesses`]. Knows nothing
//! of files or reports.

use crate::encoding::codec::{Codec, Piece};
use crate::language::LANGUAGES;
use crate::language::Language::{
    self, Arabic, Greek, Hebrew, Japanese, Korean, Other, Russian, Simplified, Thai, Traditional,
    Western,
};
use crate::language::alphabets::{self, Alphabet};
use crate::language::common::{self, ranked};
use crate::language::guesses::round_guess;
use crate::{Encoding, Script};
use std::ops::RangeInclusive;
use std::sync::OnceLock;

/// Costs are in eighths of a bit, so that they fit in a byte.
pub(crate) const BIT: u32 = 8;
/// A malformed byte: one byte in 500, with 256 possible values.
pub(crate) const MALFORMED: u32 = 17 * BIT;

/// A Western letter in a language without it, and an ASCII letter that the language lacks.
const FOREIGN: f64 = 12.0;
const LACKING: f64 = 9.5;

/// The costs of one character: a column per language, then the lowest of them.
type Row = [u8; LANGUAGES.len() + 1];
const LEAST: usize = LANGUAGES.len();

/// The costs of all characters of the basic plane.
pub(crate) struct Model {
    rows: Vec<Row>,
}

/// The model, built on first use.
pub(crate) fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(Model::new)
}

impl Model {
    /// The cost of `character` in each of [`LANGUAGES`].
    pub(crate) fn costs(&self, character: char) -> Row {
        match self.rows.get(u32::from(character) as usize) {
            Some(row) => *row,
            None => round_guesses(character),
        }
    }

    /// Its cost in the language where it is most common.
    pub(crate) fn least(&self, character: char) -> u32 {
        u32::from(self.costs(character)[LEAST])
    }

    fn new() -> Self {
        let code_points = 0..=0xFFFF;
        let row = |code| char::from_u32(code).map_or([u8::MAX; LEAST + 1], round_guesses);
        let mut model = Self { rows: code_points.map(row).collect() };
        model.put_standards();
        model.put_lists();
        for row in &mut model.rows {
            row[LEAST] = least(row);
        }
        model.price_capitals_as_letters();
        model
    }

    /// In a text, capitals are charged per word ([`crate::language::words`]). The lowest cost serves bytes out of
    /// step, where there are no words: there capitals stay expensive.
    fn price_capitals_as_letters(&mut self) {
        for code in 0..0x600 {
            let lower = char::from_u32(code).map(char::to_lowercase);
            if let Some((Some(lower), None)) = lower.map(|mut of| (of.next(), of.next())) {
                let lower = self.rows[u32::from(lower) as usize];
                self.rows[code as usize][..LEAST].copy_from_slice(&lower[..LEAST]);
            }
        }
    }

    fn put(&mut self, language: Language, character: char, bits: f64) {
        self.rows[u32::from(character) as usize][language as usize] = eighths(bits);
    }

    /// The standards list common characters first, in separate rows.
    fn put_standards(&mut self) {
        type Rows = RangeInclusive<u8>;
        let levels: [(Encoding, Language, Rows, f64); 8] = [
            (Encoding::GB18030, Simplified, 0xD8..=0xF7, 17.0),
            (Encoding::GB18030, Simplified, 0xB0..=0xD7, 13.5),
            (Encoding::BIG5, Traditional, 0xC9..=0xF9, 17.5),
            (Encoding::BIG5, Traditional, 0xA4..=0xC6, 13.0),
            (Encoding::EUC_JP, Japanese, 0xD0..=0xF4, 16.5),
            (Encoding::EUC_JP, Japanese, 0xB0..=0xCF, 12.5),
            (Encoding::EUC_KR, Korean, 0xCA..=0xFD, 15.0),
            (Encoding::EUC_KR, Korean, 0xB0..=0xC8, 12.5),
        ];
        for (encoding, language, leads, bits) in levels {
            let codec = Codec::new(encoding);
            // Below 0xA1 are later additions, except in Big5.
            let first = if encoding == Encoding::BIG5 { 0x40 } else { 0xA1 };
            for lead in leads {
                for trail in first..=0xFE {
                    if let Piece::Character(found @ ..='\u{FFFF}', 2) = codec.piece(&[lead, trail])
                        && Script::of(found).is_letter()
                    {
                        self.put(language, found, bits);
                    }
                }
            }
        }
    }

    fn put_lists(&mut self) {
        let zipf = |first: f64, slope: f64, rank: usize| first + slope * (1.0 + rank as f64).log2();
        for (rank, character) in ranked(common::SIMPLIFIED) {
            let bits = zipf(4.7, 0.73, rank);
            self.put(Simplified, character, bits);
            // If Big5 has the character, the traditional form is the same.
            let row = self.rows[u32::from(character) as usize];
            if row[Traditional as usize] < eighths(18.0) {
                self.put(Traditional, character, bits);
            }
        }
        for (simplified, traditional) in common::pairs() {
            let row = self.rows[u32::from(simplified) as usize];
            let bits = f64::from(row[Simplified as usize]) / f64::from(BIT);
            self.put(Traditional, traditional, bits.min(13.0));
        }
        for (rank, character) in ranked(common::KANJI) {
            self.put(Japanese, character, zipf(7.0, 0.5, rank));
        }
        for (rank, character) in ranked(common::HIRAGANA) {
            self.put(Japanese, character, line((4.2, 0.055), rank));
        }
        for (rank, character) in ranked(common::KATAKANA) {
            self.put(Japanese, character, line((7.5, 0.05), rank));
        }
        for (rank, character) in ranked(common::HANGUL) {
            self.put(Korean, character, zipf(4.8, 0.75, rank));
        }
        for (language, list, lower, upper) in [
            (Russian, common::CYRILLIC, (3.2, 0.16), (8.0, 0.1)),
            (Greek, common::GREEK, (3.2, 0.16), (8.0, 0.1)),
            (Hebrew, common::HEBREW, (3.3, 0.14), (3.3, 0.14)),
            (Arabic, common::ARABIC, (3.0, 0.14), (3.0, 0.14)),
            (Thai, common::THAI, (3.4, 0.1), (3.4, 0.1)),
            (Western, common::WESTERN, (6.5, 0.12), (10.0, 0.1)),
            (Western, common::NAMES, (10.0, 0.05), (10.0, 0.05)),
        ] {
            self.put_letters(language, list, lower, upper);
        }
        for language in LANGUAGES {
            self.put_plain(language, common::LATIN);
        }
        for Alphabet { language, plain, own, cost } in &alphabets::LATIN {
            // Names from neighboring languages.
            self.put_letters(*language, common::WESTERN, (FOREIGN, 0.0), (FOREIGN, 0.0));
            self.put_letters(*language, own, *cost, (10.0, 0.1));
            ('a'..='z').for_each(|lacking| self.put(*language, lacking, LACKING));
            self.put_plain(*language, plain);
        }
        for Alphabet { language, own, cost, .. } in &alphabets::CYRILLIC {
            self.put_letters(*language, own, *cost, (8.0, 0.1));
        }
    }

    /// A list of letters with the cost of the first and the increment for each further one.
    fn put_letters(&mut self, language: Language, list: &str, lower: Line, upper: Line) {
        for (rank, letter) in ranked(list) {
            let mut capital = letter.to_uppercase();
            if let (Some(capital), None) = (capital.next(), capital.next()) {
                self.put(language, capital, line(upper, rank));
            }
            self.put(language, letter, line(lower, rank));
        }
    }

    /// The letters of ASCII and the space.
    fn put_plain(&mut self, language: Language, list: &str) {
        for (rank, lower) in ranked(list) {
            self.put(language, lower, line((3.0, 0.17), rank));
            if lower != ' ' {
                self.put(language, lower.to_ascii_uppercase(), line((8.0, 0.1), rank));
            }
        }
    }
}

/// The cost of the first letter of a list in bits, and the increment for each further one.
type Line = (f64, f64);

fn line((first, slope): Line, rank: usize) -> f64 {
    first + slope * rank as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ bits < 31")]
fn eighths(bits: f64) -> u8 {
    (bits * f64::from(BIT)).round() as u8
}

/// The cost of a character outside all lists, by its kind.
fn round_guesses(character: char) -> Row {
    let script = Script::of(character);
    let mut row = [0; LEAST + 1];
    for (column, language) in row.iter_mut().zip(LANGUAGES) {
        *column = eighths(round_guess(character, script, language));
    }
    row[LEAST] = least(&row);
    row
}

/// The cost of a character in the language where it is most common. Other scripts cost more here: they fill so
/// much of Unicode that noise would often look like them.
fn least(row: &Row) -> u8 {
    let of = |language: Language| row[language as usize];
    let of_other = of(Other).saturating_add(eighths(6.0));
    LANGUAGES.into_iter().filter(|&language| language != Other).map(of).fold(of_other, u8::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_costs_most_in_other_scripts_is_not_cheap_by_overflow() {
        let no_character = &model().rows[0xD800];
        assert_eq!(no_character[LEAST], u8::MAX);
    }
}
