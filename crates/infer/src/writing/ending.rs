//! Where a text ends: after so many symbols, at a given string, or after so many lines.

use charnn_bundle::{Decoder, Vocabulary};

/// When to end a text, whatever happens first. A record also ends at the record symbol, which is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ending {
    /// The most symbols.
    pub length: usize,
    /// Strings that end the text; it contains the one that ended it. Empty ones are ignored.
    pub until: Vec<String>,
    /// The most lines. The line break that ends the last one is left out.
    pub lines: Option<u64>,
}

impl From<usize> for Ending {
    /// After `length` symbols.
    fn from(length: usize) -> Self {
        Self { length, ..Self::default() }
    }
}

impl Ending {
    /// Whether only the length ends a text.
    pub fn is_length(&self) -> bool {
        self.until.is_empty() && self.lines.is_none()
    }
}

/// Follows one text to its end.
#[derive(Debug, Clone, Default)]
pub struct EndFinder {
    /// The last characters, as far as [`Ending::until`] needs them.
    tail: String,
    lines: u64,
    symbols: usize,
    is_over: bool,
    is_finished: bool,
    decoder: Decoder,
}

impl EndFinder {
    /// The part of the text that the next symbol completes and that belongs to it. Bytes become text when a
    /// character is complete.
    ///
    /// # Panics
    /// When the id is not one of `vocabulary`.
    pub fn push<'a>(&'a mut self, ending: &Ending, vocabulary: &'a Vocabulary, id: u16) -> &'a str {
        if self.is_over {
            return "";
        }
        if vocabulary.record() == Some(id) {
            (self.is_over, self.is_finished) = (true, true);
            return "";
        }
        let symbol = self.decoder.push(vocabulary, id);
        self.symbols += 1;
        self.is_over = self.symbols >= ending.length;
        if ending.is_length() {
            return symbol;
        }
        let most = ending.until.iter().map(String::len).max().unwrap_or(0);
        for (at, character) in symbol.char_indices() {
            if character == '\n' {
                self.lines += 1;
                if ending.lines.is_some_and(|lines| self.lines >= lines) {
                    self.is_over = true;
                    return &symbol[..at];
                }
            }
            self.tail.push(character);
            if ending.until.iter().any(|end| !end.is_empty() && self.tail.ends_with(end)) {
                self.is_over = true;
                return &symbol[..at + character.len_utf8()];
            }
            if self.tail.len() > 2 * most {
                let start = self.tail.ceil_char_boundary(self.tail.len() - most);
                self.tail.drain(..start);
            }
        }
        symbol
    }

    /// Whether the text is over.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether the text is a record that the network has ended.
    pub fn is_finished(&self) -> bool {
        self.is_finished
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    /// The part of `text` before its end, read in symbols of at most `size` characters, and whether it ended.
    fn cut(ending: &Ending, text: &str, size: usize) -> (String, bool) {
        let characters: Vec<char> = text.chars().collect();
        let symbols: Vec<String> = characters.chunks(size).map(String::from_iter).collect();
        let mut distinct: Vec<&str> =
            symbols.iter().map(String::as_str).chain(["?", "??"]).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let vocabulary = Vocabulary::new(distinct, false).unwrap();
        let mut finder = EndFinder::default();
        let mut out = String::new();
        for symbol in &symbols {
            out += finder.push(ending, &vocabulary, vocabulary.id_of(symbol).unwrap());
        }
        (out, finder.is_over())
    }

    #[test]
    fn a_text_ends_at_the_first_of_its_ends() {
        let until = |strings: &[&str]| Ending {
            length: 100,
            until: strings.iter().map(ToString::to_string).collect(),
            lines: None,
        };
        for size in 1..5 {
            for (ending, text, expected, over) in [
                (until(&["."]), "One. Two.", "One.", true),
                (until(&["Two", "e."]), "One. Two.", "One.", true),
                (until(&["END"]), "ENEND!END", "ENEND", true),
                (until(&["前从"]), "从前从前从", "从前从", true),
                (until(&["x"]), "One. Two.", "One. Two.", false),
                (until(&[""]), "One", "One", false),
                (Ending { lines: Some(2), ..until(&[]) }, "a\n\nb\n", "a\n", true),
                (Ending { lines: Some(1), ..until(&["bc"]) }, "abcd\n", "abc", true),
                (Ending { lines: Some(1), ..until(&["bx"]) }, "abcd\n", "abcd", true),
            ] {
                assert_eq!(
                    cut(&ending, text, size),
                    (expected.to_owned(), over),
                    "{text:?} by {size}"
                );
            }
        }
    }

    #[test]
    fn a_record_ends_at_its_symbol() {
        let mut finder = EndFinder::default();
        let ending = Ending::from(9);
        let known = Vocabulary::of_characters("\u{1E}abc".chars(), false).unwrap();
        let known = known.with_records().unwrap();
        let text: String =
            [1, 2, 0, 3].map(|id| finder.push(&ending, &known, id).to_owned()).concat();
        assert_eq!((&*text, finder.is_over(), finder.is_finished()), ("ab", true, true));
        assert!(cut(&Ending::from(2), "abc", 1).1);
    }

    #[test]
    fn bytes_become_text_when_a_character_is_complete() {
        let bytes = Vocabulary::of_bytes(false);
        let ending = Ending { length: 100, until: vec!["猫".to_owned()], lines: None };
        let mut finder = EndFinder::default();
        let pieces: Vec<String> = bytes
            .encode("é猫x")
            .unwrap()
            .into_iter()
            .map(|id| finder.push(&ending, &bytes, id).to_owned())
            .collect();
        assert_eq!(pieces, ["", "é", "", "", "猫", ""]);
        assert!(finder.is_over());
    }

    #[test]
    fn the_length_counts_symbols() {
        assert_eq!(cut(&Ending::from(3), "abcde", 1), ("abc".to_owned(), true));
        assert_eq!(cut(&Ending::from(2), "abcde", 2), ("abcd".to_owned(), true));
        let long = Ending { length: 3, until: vec!["e".to_owned()], lines: None };
        assert_eq!(cut(&long, "abcde", 1), ("abc".to_owned(), true));
    }

    #[test]
    fn little_is_remembered_of_a_long_text() {
        let ending = Ending { length: usize::MAX, until: vec!["END".to_owned()], lines: None };
        let mut finder = EndFinder::default();
        let known = Vocabulary::of_characters("老a".chars(), false).unwrap();
        for _ in 0..10_000 {
            finder.push(&ending, &known, 1);
        }
        assert!(finder.tail.len() <= 9, "{}", finder.tail.len());
    }
}
