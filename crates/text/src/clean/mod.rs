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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changes {
    /// Malformed bytes.
    pub malformed: Malformed,
    /// Line ends; all become LF.
    pub newlines: Newlines,
    /// Whether the file starts with a byte order mark, which is dropped.
    pub byte_order_mark: bool,
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
}

/// Positions of malformed bytes to remember.
const PLACES: usize = 5;

/// A text that is being cleaned.
pub(crate) struct Cleaner {
    on_malformed: OnMalformed,
    pub(crate) text: String,
    pub(crate) changes: Changes,
    /// Units seen.
    pub(crate) units: u64,
    /// The position of the last malformed byte, if nothing followed it.
    malformed: bool,
    carriage_return: bool,
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
        }
    }

    /// Takes the next unit of the file.
    pub(crate) fn push(&mut self, unit: Unit) {
        let first = self.units == 0;
        self.units += 1;
        match unit {
            Unit::Malformed(byte) => self.malformed(byte),
            Unit::Character(character) => {
                self.malformed = false;
                self.character(character, first);
            }
        }
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
    }

    fn character(&mut self, character: char, first: bool) {
        let after_return = std::mem::take(&mut self.carriage_return);
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

    /// The line of the next unit.
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
        (cleaner.text, cleaner.changes)
    }

    #[test]
    fn every_kind_of_line_end_becomes_lf_and_is_counted() {
        let (text, changes) = clean("a\r\nb\rc\nd\r\r\n");
        assert_eq!(text, "a\nb\nc\nd\n\n");
        assert_eq!(changes.newlines, Newlines { lf: 1, crlf: 2, cr: 2 });
    }

    #[test]
    fn marks_and_control_characters_are_dropped_and_counted() {
        let (text, changes) = clean("\u{FEFF}a\0\u{7}b\tc\u{FEFF}\u{85}\u{E123}");
        assert_eq!(text, "ab\tc\u{E123}");
        assert!(changes.byte_order_mark);
        assert_eq!((changes.nul, changes.control, changes.private_use), (1, 3, 1));
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
            assert_eq!(cleaner.text, expected);
            let places = [Place { byte: 2, line: 2 }, Place { byte: 3, line: 2 }];
            assert_eq!(cleaner.changes.malformed, Malformed { bytes: 2, places: places.into() });
        }
    }
}
