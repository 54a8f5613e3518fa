//! The cost of adjacent characters: words have one script and one pattern of case.
//!
//! Reads a text character by character. Case is charged per word: lowercase, a first capital and all capitals
//! are usual, and a text in capitals stays in capitals; a capital after a lowercase letter is expensive.
//! Another script is charged where it starts, because most texts that start in English stay in it. The costs
//! of single characters are in `char_cost`.

use crate::Script;
use crate::language::char_cost::BIT;

/// A letter of another script after ASCII letters anywhere before.
const ANOTHER_SCRIPT: u32 = 10;
/// A capital inside a word, or a lowercase letter after several capitals.
const MIXED_CASE: u32 = 8;
/// Punctuation inside a word that belongs between words.
const INSIDE: u32 = 7;
/// A letter where it rarely occurs.
const MISPLACED: u32 = 6;

/// A word of accented letters only, which is rare in Western languages.
const ONLY_ACCENTS: u32 = 8;

/// This many consonants in a row are usual; each further one has a cost.
const MOST_CONSONANTS: u32 = 4;
const CONSONANT: u32 = 4;
/// An accent on the last letter of a word.
const LAST_ACCENT: u32 = 4;
/// A letter with an accent right behind the end of a sentence.
const NO_SPACE: u32 = 6;

/// A walk through a text.
#[expect(clippy::struct_excessive_bools, reason = "what was met so far, each by itself")]
pub(crate) struct Words {
    before: char,
    script: Script,
    case: Case,
    /// Whether the last word of several letters was in capitals.
    shouts: bool,
    /// Whether the last letter was not Latin.
    foreign: bool,
    /// Whether a letter or digit preceded the previous character.
    letter: bool,
    /// The number of letters of the word so far, if all are non-ASCII.
    accents: Option<u32>,
    /// How many Cyrillic consonants stand in a row.
    consonants: u32,
    /// Whether a low quotation mark was met, as what closes after one may open elsewhere.
    low: bool,
}

/// The cost of the next character, in eighths of a bit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// For its neighbor.
    pub(crate) beside: u32,
    /// For the case of its word.
    pub(crate) case: u32,
    /// For neighbors that occur in no language outside [`crate::language::alphabets`].
    pub(crate) misplaced: u32,
}

/// The case of the word so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    /// No word, or one of letters without case.
    None,
    Lower,
    /// One capital, with nothing after it yet.
    Capital,
    Title,
    Upper,
    Mixed,
}

impl Words {
    /// The state at the start of a text.
    pub(crate) fn new() -> Self {
        let (before, script) = ('\n', Script::Space);
        let (case, accents) = (Case::None, Some(0));
        Self {
            before,
            script,
            case,
            shouts: false,
            foreign: false,
            letter: false,
            accents,
            consonants: 0,
            low: false,
        }
    }

    /// The cost of `character` as the next one, in addition to its own cost.
    pub(crate) fn step(&mut self, character: char, script: Script) -> Step {
        let letter = script.is_letter();
        let case = self.case(character, letter);
        let (mut bits, mut odd) = (0, 0);
        // ASCII is the same in every reading.
        if !(self.before.is_ascii() && character.is_ascii()) {
            bits += beside((self.before, self.script), (character, script));
            let inside = self.letter && (letter || script == Script::Digit);
            bits += if inside { between(self.before) } else { 0 };
            bits += if self.script.is_letter() { self.opening(character) } else { 0 };
            bits += if !self.letter && letter { closing(self.before, script) } else { 0 };
            odd = misplaced(self.before, character) + self.only_accents(letter);
            odd += if letter { 0 } else { self.last_accent() };
            let alone = !letter && !self.letter && self.script == Script::Latin;
            bits += if alone && !self.before.is_ascii() { lone(self.before) } else { 0 };
        }
        bits += self.consonants(character, script);
        // Full-width letters and marks are no letters of an English text either.
        let wide = character >= '\u{3000}' && script != Script::Bad;
        if letter || wide {
            let foreign = wide || script != Script::Latin;
            bits += if foreign && !self.foreign { ANOTHER_SCRIPT } else { 0 };
            self.foreign = foreign;
        }
        self.low |= matches!(character, '„' | '‚');
        self.accents = match (letter, self.accents) {
            (false, _) => Some(0),
            (true, accents) => accents.filter(|_| !character.is_ascii()).map(|count| count + 1),
        };
        self.letter = self.script.is_letter() || self.script == Script::Digit;
        (self.before, self.script) = (character, script);
        Step { beside: bits * BIT, case: case * BIT, misplaced: odd * BIT }
    }

    /// The cost of more consonants in a row than in Slavic words, or of a letter after a Hebrew final letter.
    fn consonants(&mut self, character: char, script: Script) -> u32 {
        match script {
            Script::Cyrillic if "аеёиоуыэюяіїєьъ".contains(lower(character)) => {
                self.consonants = 0;
                0
            }
            Script::Cyrillic => {
                self.consonants += 1;
                if self.consonants > MOST_CONSONANTS { CONSONANT } else { 0 }
            }
            Script::Other if "םןץףך".contains(self.before) && ('א'..='ת').contains(&character) => {
                INSIDE
            }
            // A vowel point stands on a letter.
            Script::Other
                if ('\u{5B0}'..='\u{5C7}').contains(&character) && !self.script.is_letter() =>
            {
                INSIDE
            }
            _ => {
                self.consonants = 0;
                0
            }
        }
    }

    /// The cost of an opening mark after a letter.
    fn opening(&self, mark: char) -> u32 {
        match mark {
            '„' | '‚' => INSIDE,
            '–' => INSIDE / 2, // belongs between spaces or numbers
            '“' | '‘' if !self.low => INSIDE,
            _ => 0,
        }
    }

    /// The cost of an accent on the last letter of a word in a Western text of no particular language: in English
    /// only é has one.
    fn last_accent(&self) -> u32 {
        let accent = self.letter && "àáèìíòóùúçôåûã".contains(lower(self.before));
        if accent && !self.before.is_ascii() { LAST_ACCENT } else { 0 }
    }

    /// The cost of the end of a word of several letters that all have accents.
    fn only_accents(&self, letter: bool) -> u32 {
        let many = self.accents.is_some_and(|count| count > 1) && self.script == Script::Latin;
        if many && !letter { ONLY_ACCENTS } else { 0 }
    }

    fn case(&mut self, character: char, letter: bool) -> u32 {
        let (upper, lower) = (character.is_uppercase(), character.is_lowercase());
        let (bits, case) = match (self.case, letter && (upper || lower)) {
            (case, false) => {
                if case != Case::None && case != Case::Capital {
                    self.shouts = case == Case::Upper;
                }
                (0, Case::None)
            }
            (Case::None, _) if upper => (if self.shouts { 1 } else { 4 }, Case::Capital),
            (Case::None, _) => (if self.shouts { 2 } else { 0 }, Case::Lower),
            (Case::Capital, _) if upper => (if self.shouts { 0 } else { 3 }, Case::Upper),
            (Case::Capital, _) => (if self.shouts { 2 } else { 0 }, Case::Title),
            (Case::Upper, _) if upper => (0, Case::Upper),
            (Case::Mixed, _) if upper == self.before.is_uppercase() => (0, Case::Mixed),
            (case @ (Case::Lower | Case::Title), _) if !upper => (0, case),
            _ => (MIXED_CASE, Case::Mixed),
        };
        self.case = case;
        bits
    }
}

/// The cost of two adjacent characters, at least one of them non-ASCII.
fn beside((first, a): (char, Script), (second, b): (char, Script)) -> u32 {
    use Script::{Cyrillic, Digit, Han, Hangul, Kana, Latin, Other, Punctuation, Symbol};
    match (a, b) {
        // Two letters with accents in a row.
        (Latin, Latin) if "ªº".contains(second) => 4,
        (Latin, Latin) if "ªº".contains(first) => 6,
        (Latin, Latin) => {
            // A combining accent belongs to its letter.
            let accent = matches!(second, '\u{300}'..='\u{36F}');
            if first.is_ascii() || second.is_ascii() || accent { 0 } else { 3 }
        }
        (Cyrillic, Cyrillic) | (Hangul, Hangul) | (Han | Kana, Han | Kana) => 0,
        (Other, Other) => {
            if u32::from(first) >> 8 == u32::from(second) >> 8 {
                0
            } else {
                10
            }
        }
        (Hangul, Han) | (Han, Hangul) => 5,
        (Latin, Han | Kana | Hangul) if first.is_ascii() => 3,
        (Han | Kana | Hangul, Latin) if second.is_ascii() => 3,
        (a, b) if a.is_letter() && b.is_letter() => 8,
        (Latin | Cyrillic, Punctuation) if second == '•' => 6,
        // A soft hyphen stands inside words.
        (Latin, Symbol) if second == '\u{AD}' => 0,
        (Symbol, Latin) if first == '\u{AD}' => 0,
        (Latin | Cyrillic, Symbol) if "™®©²³".contains(second) => 0,
        (Symbol, Latin | Cyrillic) if "°µ§©".contains(first) => 0,
        (Latin | Cyrillic | Other, Symbol) if "¤¦¨´¸¼½¾".contains(second) => 10,
        (Latin | Cyrillic | Other, Symbol) | (Symbol, Latin | Cyrillic | Other) => 6,
        (Punctuation, Latin) if ".,;:!?".contains(first) => NO_SPACE,
        (Script::Space, Punctuation) if first == '\u{A0}' && ".,".contains(second) => NO_SPACE,
        (Digit, Punctuation) if matches!(second, '’' | '‘' | '“') => 4,
        (Digit, Latin) if "ªº".contains(second) => 0,
        (Digit, Latin) if "œŒŸ".contains(second) => 10, // ½, ¼ and ¾
        (Digit, Cyrillic | Other | Latin) | (Cyrillic | Other | Latin, Digit) => 4,
        _ => 0,
    }
}

/// The cost of punctuation inside a word.
fn between(mark: char) -> u32 {
    match mark {
        '–' => INSIDE / 2,
        '\u{A0}' => INSIDE,
        _ if "”“†‡‹›«»¿¡‰™®©²³".contains(mark) => INSIDE,
        _ => 0,
    }
}

/// The cost of a closing mark before a word.
fn closing(mark: char, script: Script) -> u32 {
    if mark == '’' && script == Script::Other {
        return 2 * INSIDE; // Greek has it only behind a word
    }
    if matches!(mark, '†' | '‡' | '”' | '‰' | '’') { INSIDE } else { 0 }
}

/// The cost of letters that are rarely adjacent in Western languages: Central European letters in a Western
/// reading, such as Gdañsk, Jiøí, Èapek, Ivanoviæ, mìsto.
fn misplaced(first: char, second: char) -> u32 {
    let small = |letter: char| if letter.is_ascii() { letter } else { lower(letter) };
    let (first, second) = (small(first), small(second).to_ascii_lowercase());
    let vowel = |letter: char| "aeiouyáéíóúüâêô".contains(letter);
    let letter = second.is_alphabetic();
    let odd = match first {
        'ñ' => !vowel(second),
        'è' | 'ø' => vowel(second),
        'ì' | 'ò' | 'ù' | 'ª' | 'º' => letter,
        'œ' => letter && !"uitsdn".contains(second),
        'õ' => letter && second != 'e',
        _ => match second {
            'ò' | 'ì' | 'æ' => {
                vowel(first.to_ascii_lowercase()) && !(first == 'i' && second == 'ò')
            }
            _ => false,
        },
    };
    if odd { MISPLACED } else { 0 }
}

/// The cost of a single non-English Latin letter as a word.
fn lone(letter: char) -> u32 {
    match lower(letter) {
        'œ' => 2 * MISPLACED, // ½
        letter if "àéèìòóáíúöåøêôýůäüªº".contains(letter) => 0,
        _ => MISPLACED,
    }
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(text: &str) -> u32 {
        let mut words = Words::new();
        let mut step = |character| words.step(character, Script::of(character));
        text.chars()
            .map(&mut step)
            .map(|step| step.beside + step.case + step.misplaced)
            .sum::<u32>()
            / BIT
    }

    #[test]
    fn words_of_one_case_are_cheap_and_capitals_inside_are_dear() {
        assert_eq!((cost("ein été"), cost("Été"), cost("ÉTÉ ÉTÉ")), (0, 4, 8));
        assert!(cost("éTé") > cost("ÉTÉ"));
        assert!(cost("пРИВЕТ") >= cost("ПРИВЕТ") + MIXED_CASE - 7);
        assert_eq!(cost("как дела"), ANOTHER_SCRIPT);
    }

    #[test]
    fn scripts_and_marks_stand_where_words_do() {
        assert_eq!(cost("it was 20°C"), 4);
        assert_eq!(cost("it cost г5"), ANOTHER_SCRIPT + 4);
        assert_eq!(cost("eine l„nge"), INSIDE);
        assert_eq!(cost("„eine” ja"), 0);
        assert_eq!((cost("gdañsk"), cost("señor")), (MISPLACED, 0));
    }
}
