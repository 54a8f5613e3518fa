//! What it costs how characters stand side by side: words are of one script and one case.
//!
//! Goes through a text a character at a time. Case is paid for by the word: small letters, a first
//! capital and capitals only are all usual, and a text that shouts goes on shouting; what is dear
//! is a capital after a small letter. Another script is paid for where it begins, as most texts
//! that begin in English go on in it. What single characters cost is `char_cost`'s.

use crate::Script;
use crate::language::char_cost::BIT;

/// A letter of another script after letters of ASCII, wherever these stood.
const ANOTHER_SCRIPT: u32 = 10;
/// A capital inside a word, or a small letter after several capitals.
const MIXED_CASE: u32 = 8;
/// A mark inside a word that stands only between words.
const INSIDE: u32 = 7;
/// A letter where it hardly ever stands.
const MISPLACED: u32 = 6;

/// A word of accented letters alone, of which there is hardly any in the West.
const ONLY_ACCENTS: u32 = 8;

/// A walk through a text.
#[expect(clippy::struct_excessive_bools, reason = "what was met so far, each by itself")]
pub(crate) struct Words {
    before: char,
    script: Script,
    case: Case,
    /// Whether the last word of several letters was all in capitals.
    shouts: bool,
    /// Whether the last letter was of no script that ASCII has.
    foreign: bool,
    /// Whether a letter or digit stood before what stood before.
    letter: bool,
    /// How many letters the word has so far, if none of them is ASCII.
    accents: Option<u32>,
    /// Whether a low quotation mark was met, as what closes after one may open elsewhere.
    low: bool,
}

/// What it costs that a character comes next, in eighths of a bit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// For what it touches.
    pub(crate) beside: u32,
    /// For the case of its word.
    pub(crate) case: u32,
    /// For letters that touch in no language that [`crate::language::alphabets`] leaves out.
    pub(crate) misplaced: u32,
}

/// The case of the word so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    /// No word, or one of letters that have no case.
    None,
    Lower,
    /// One capital, of which nothing follows yet.
    Capital,
    Title,
    Upper,
    Mixed,
}

impl Words {
    /// At the beginning of a text.
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
            low: false,
        }
    }

    /// What it costs, beside its own price, that `character` comes next.
    pub(crate) fn step(&mut self, character: char, script: Script) -> Step {
        let letter = script.is_letter();
        let case = self.case(character, letter);
        let (mut bits, mut odd) = (0, 0);
        // What is ASCII is the same in every reading.
        if !(self.before.is_ascii() && character.is_ascii()) {
            bits += beside((self.before, self.script), (character, script));
            let inside = self.letter && (letter || script == Script::Digit);
            bits += if inside { between(self.before) } else { 0 };
            bits += if self.script.is_letter() { self.opening(character) } else { 0 };
            bits += if !self.letter && letter { closing(self.before) } else { 0 };
            odd = misplaced(self.before, character) + self.only_accents(letter);
            let alone = !letter && !self.letter && self.script == Script::Latin;
            bits += if alone && !self.before.is_ascii() { lone(self.before) } else { 0 };
        }
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

    /// What a mark costs after a letter that only opens.
    fn opening(&self, mark: char) -> u32 {
        match mark {
            '„' | '‚' => INSIDE,
            '–' => INSIDE / 2, // it stands between spaces or numbers
            '“' | '‘' if !self.low => INSIDE,
            _ => 0,
        }
    }

    /// What it costs that a word ends that has several letters, each with an accent.
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

/// What it costs that two characters touch, of which at least one is not ASCII.
fn beside((first, a): (char, Script), (second, b): (char, Script)) -> u32 {
    use Script::{Cyrillic, Digit, Han, Hangul, Kana, Latin, Other, Punctuation, Symbol};
    match (a, b) {
        // Two letters with accents in a row.
        (Latin, Latin) => {
            // An accent by itself belongs to its letter.
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
        (Latin | Cyrillic, Symbol) if "™®©²³".contains(second) => 0,
        (Symbol, Latin | Cyrillic) if "°µ£€§©$".contains(first) => 0,
        (Latin | Cyrillic, Symbol) | (Symbol, Latin | Cyrillic) => 6,
        (Digit, Punctuation) if matches!(second, '’' | '‘' | '“') => 4,
        (Digit, Latin) if "ªº".contains(second) => 0,
        (Digit, Cyrillic | Other | Latin) | (Cyrillic | Other | Latin, Digit) => 4,
        _ => 0,
    }
}

/// What a mark costs inside a word.
fn between(mark: char) -> u32 {
    match mark {
        '–' | '\u{A0}' => INSIDE / 2,
        _ if "”“†‡‹›«»¿¡‰™®©²³".contains(mark) => INSIDE,
        _ => 0,
    }
}

/// What a mark costs before a word that only closes.
fn closing(mark: char) -> u32 {
    if matches!(mark, '†' | '‡' | '”' | '‰') { INSIDE } else { 0 }
}

/// What a letter costs beside one that it hardly ever touches in the West. It is what letters of
/// Central Europe are mistaken for: Gdañsk, Jiøí, Èapek, Ivanoviæ, mìsto.
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

/// What a Latin letter that is no English one costs as a whole word.
fn lone(letter: char) -> u32 {
    if "àéèìòóáíúöåøêôýůäüªº".contains(lower(letter)) { 0 } else { MISPLACED }
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
