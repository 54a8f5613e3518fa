//! Cleans decoded text: one kind of line end, no stray control characters.
//!
//! Works unit by unit and counts every change, so that all of them are reported.

pub(crate) mod collapse;
pub(crate) mod layout;
pub(crate) mod normalize;

use crate::OnMalformed;
use crate::clean::layout::Layout;
use crate::decode::byte_decoder::Unit;
use serde::{Deserialize, Serialize};

/// The line ends of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Newlines {
    /// LF, of Unix.
    pub lf: u64,
    /// CR LF, of Windows.
    pub crlf: u64,
    /// CR, of the classic Mac OS.
    pub cr: u64,
}

/// Malformed bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Malformed {
    /// How many there are.
    pub bytes: u64,
    /// The positions of the first five.
    pub places: Vec<Place>,
}

/// A position in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Bytes before it.
    pub byte: u64,
    /// Its line, counted from 1.
    pub line: u64,
}

/// Everything that was found and changed.
#[expect(clippy::struct_excessive_bools, reason = "independent changes")]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changes {
    /// Malformed bytes.
    pub malformed: Malformed,
    /// Line ends; all become LF.
    pub newlines: Newlines,
    /// Whether the file starts with a byte order mark, which is dropped.
    pub byte_order_mark: bool,
    /// Vertical tabs, form feeds, NEL and Unicode's line and paragraph separators. They become LF.
    #[serde(default)]
    pub breaks: u64,
    /// Escape sequences of terminals, such as colors. They are dropped.
    #[serde(default)]
    pub escapes: u64,
    /// Characters that were printed over another with a backspace, as in bold or underlined manual
    /// pages. One of the two is dropped.
    #[serde(default)]
    pub overstrikes: u64,
    /// Whether a line end was added because another document follows.
    #[serde(default)]
    pub newline_added: bool,
    /// Zeros, which are dropped.
    pub nul: u64,
    /// Other control characters but tab and line ends, and byte order marks inside the text.
    /// They are dropped.
    pub control: u64,
    /// Private-use characters, which stay.
    pub private_use: u64,
    /// U+FFFD in the file itself: damage from an earlier conversion. It stays.
    pub replaced_before: u64,
    /// The layout of the text before its white space is changed.
    pub layout: Layout,
    /// Whether runs of white space were collapsed.
    pub collapsed: bool,
    /// Whether white space at the beginning of lines was removed.
    #[serde(default)]
    pub dedented: bool,
}

/// Positions of malformed bytes to remember.
const PLACES: usize = 5;

/// A longer sequence of a terminal is none.
const MOST_ESCAPED: usize = 128;

/// A text in the making.
pub(crate) struct Cleaner {
    on_malformed: OnMalformed,
    /// What is clean; a backspace may still take its last character.
    text: String,
    pub(crate) changes: Changes,
    /// Units seen.
    pub(crate) units: u64,
    /// The position of the last malformed byte, if nothing followed it.
    malformed: bool,
    carriage_return: bool,
    /// Whether a backspace came after the last character.
    backspace: bool,
    /// What came since an escape character.
    escape: Option<String>,
}

impl Cleaner {
    pub(crate) fn new(on_malformed: OnMalformed) -> Self {
        Self {
            on_malformed,
            text: String::new(),
            changes: Changes::default(),
            units: 0,
            malformed: false,
            carriage_return: false,
            backspace: false,
            escape: None,
        }
    }

    /// Takes the next unit of the file.
    pub(crate) fn push(&mut self, unit: Unit) {
        let first = self.units == 0;
        self.units += 1;
        match unit {
            Unit::Malformed(byte) => {
                self.end_escape();
                self.malformed(byte);
            }
            Unit::Character(character) => {
                self.malformed = false;
                if self.escape.is_some() {
                    self.escaped(character);
                } else {
                    self.character(character, first);
                }
            }
        }
    }

    /// Hands over what no later character can change.
    pub(crate) fn take(&mut self) -> String {
        let last = self.text.char_indices().next_back().map_or(0, |(at, _)| at);
        let rest = self.text.split_off(last);
        std::mem::replace(&mut self.text, rest)
    }

    /// Hands over the rest, at the end of the file.
    pub(crate) fn end(&mut self) -> String {
        self.end_escape();
        std::mem::take(&mut self.text)
    }

    fn malformed(&mut self, byte: u64) {
        let line = self.line();
        let malformed = &mut self.changes.malformed;
        malformed.bytes += 1;
        if malformed.places.len() < PLACES {
            malformed.places.push(Place { byte, line });
        }
        if !self.malformed && self.on_malformed == OnMalformed::Replace {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
        self.malformed = true;
        self.carriage_return = false;
        self.backspace = false;
    }

    fn character(&mut self, character: char, first: bool) {
        let after_return = std::mem::take(&mut self.carriage_return);
        if std::mem::take(&mut self.backspace) && self.overstrike(character) {
            return;
        }
        let changes = &mut self.changes;
        match character {
            '\n' if after_return => {
                changes.newlines.cr -= 1;
                changes.newlines.crlf += 1;
            }
            '\n' => {
                changes.newlines.lf += 1;
                self.text.push('\n');
            }
            '\r' => {
                changes.newlines.cr += 1;
                self.carriage_return = true;
                self.text.push('\n');
            }
            '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                changes.breaks += 1;
                self.text.push('\n');
            }
            '\u{1B}' => self.escape = Some(String::new()),
            '\u{8}' => {
                changes.control += 1;
                self.backspace = true;
            }
            '\u{FEFF}' if first => changes.byte_order_mark = true,
            '\0' => changes.nul += 1,
            '\u{FEFF}' => changes.control += 1,
            _ if character.is_control() && character != '\t' => changes.control += 1,
            _ => {
                let private = matches!(u32::from(character), 0xE000..=0xF8FF | 0xF_0000..);
                changes.private_use += u64::from(private);
                changes.replaced_before += u64::from(character == char::REPLACEMENT_CHARACTER);
                self.text.push(character);
            }
        }
    }

    /// Takes `character` as printed over the last one, if it may be: the same again is bold, and a low
    /// line underlines.
    fn overstrike(&mut self, character: char) -> bool {
        let Some(below) = self.text.chars().next_back() else { return false };
        let bold = below == character && !below.is_whitespace();
        if !bold && below != '_' && character != '_' {
            return false;
        }
        self.changes.control -= 1; // the backspace
        self.changes.overstrikes += 1;
        if below == '_' {
            self.text.pop();
            self.text.push(character);
        }
        true
    }

    /// Takes a character after an escape character.
    fn escaped(&mut self, character: char) {
        let Some(so_far) = &mut self.escape else { return };
        so_far.push(character);
        let done = match so_far.as_bytes()[0] {
            // A command with numbers, such as a color.
            b'[' => {
                let inside = matches!(character, '\u{20}'..='\u{3F}') || so_far.len() == 1;
                if inside { None } else { Some(matches!(character, '@'..='~')) }
            }
            // A title or a link, up to a bell or another escape character.
            b']' => match character {
                '\u{7}' => Some(true),
                '\n' | '\r' => Some(false),
                '\\' if so_far.ends_with("\u{1B}\\") => Some(true),
                _ => None,
            },
            b'(' | b')' | b'#' | b'%' if so_far.len() == 1 => None,
            b'(' | b')' | b'#' | b'%' => Some(character.is_ascii_alphanumeric()),
            b'=' | b'>' | b'7' | b'8' | b'M' | b'c' => Some(true),
            _ => Some(false),
        };
        match done {
            None if so_far.len() < MOST_ESCAPED => {}
            Some(true) => {
                self.changes.escapes += 1;
                self.escape = None;
            }
            _ => self.end_escape(),
        }
    }

    /// What began like an escape sequence is none: the escape character alone is dropped.
    fn end_escape(&mut self) {
        if let Some(text) = self.escape.take() {
            self.changes.control += 1;
            for character in text.chars() {
                // One escape character may follow another.
                if self.escape.is_some() {
                    self.escaped(character);
                } else {
                    self.character(character, false);
                }
            }
            if self.escape.is_some() {
                self.escape = None;
                self.changes.control += 1;
            }
        }
    }

    /// The line that the next unit stands on.
    fn line(&self) -> u64 {
        let Newlines { lf, crlf, cr } = self.changes.newlines;
        1 + lf + crlf + cr
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> (String, Changes) {
        let mut cleaner = Cleaner::new(OnMalformed::Replace);
        text.chars().for_each(|character| cleaner.push(Unit::Character(character)));
        let text = cleaner.take() + &cleaner.end();
        (text, cleaner.changes)
    }

    #[test]
    fn every_kind_of_line_end_becomes_lf_and_is_counted() {
        let (text, changes) = clean("a\r\nb\rc\nd\r\r\n");
        assert_eq!(text, "a\nb\nc\nd\n\n");
        assert_eq!(changes.newlines, Newlines { lf: 1, crlf: 2, cr: 2 });
    }

    #[test]
    fn marks_and_control_characters_are_dropped_and_counted() {
        let (text, changes) = clean("\u{FEFF}a\0\u{7}b\tc\u{FEFF}\u{9D}\u{E123}");
        assert_eq!(text, "ab\tc\u{E123}");
        assert!(changes.byte_order_mark);
        assert_eq!((changes.nul, changes.control, changes.private_use), (1, 3, 1));
    }

    #[test]
    fn pages_and_paragraphs_end_lines_and_words_do_not_fuse() {
        let (text, changes) = clean("one\u{C}two\u{B}three\u{85}four\u{2028}five\u{2029}six");
        assert_eq!(text, "one\ntwo\nthree\nfour\nfive\nsix");
        assert_eq!((changes.breaks, changes.control), (5, 0));
    }

    #[test]
    fn colours_and_titles_of_terminals_are_dropped() {
        let (text, changes) =
            clean("\u{1B}[1;31mred\u{1B}[0m \u{1B}]0;title\u{7}plain\u{1B}(B\u{1B}[2K");
        assert_eq!((&*text, changes.escapes, changes.control), ("red plain", 5, 0));
        let (text, changes) = clean("a\u{1B}b [x\u{1B}[1\n");
        assert_eq!((&*text, changes.escapes, changes.control), ("ab [x[1\n", 0, 2));
    }

    #[test]
    fn overstruck_letters_stand_once() {
        let (text, changes) = clean("N\u{8}NA\u{8}AME _\u{8}f_\u{8}ile x\u{8}_ ab\u{8}c");
        assert_eq!((&*text, changes.overstrikes, changes.control), ("NAME file x abc", 5, 1));
    }

    #[test]
    fn a_run_of_malformed_bytes_is_one_mark_and_its_places_are_kept() {
        for (policy, expected) in
            [(OnMalformed::Replace, "a\n\u{FFFD}b"), (OnMalformed::Skip, "a\nb")]
        {
            let mut cleaner = Cleaner::new(policy);
            for unit in [
                Unit::Character('a'),
                Unit::Character('\n'),
                Unit::Malformed(2),
                Unit::Malformed(3),
                Unit::Character('b'),
            ] {
                cleaner.push(unit);
            }
            assert_eq!(cleaner.end(), expected);
            let places = [Place { byte: 2, line: 2 }, Place { byte: 3, line: 2 }];
            assert_eq!(cleaner.changes.malformed, Malformed { bytes: 2, places: places.into() });
        }
    }
}
