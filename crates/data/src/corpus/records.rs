//! Divides a text into records, each between two record symbols.
//!
//! The records r1, r2 … rn become the characters `R r1 R r2 R … rn R`, where `R` is
//! [`Vocabulary::RECORD`]: every record begins and ends with one, and no other character is between them.

use crate::Vocabulary;
use charnn_text::Records;
use regex_lite::Regex;

/// What is known of the records of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecordFacts {
    /// How many there are.
    pub count: u64,
    /// How many were skipped because they have no characters, or only white space.
    pub empty: u64,
    /// The characters of the shortest.
    pub shortest: usize,
    /// The characters of the longest.
    pub longest: usize,
    /// The characters of all.
    pub characters: u64,
    /// Whether any has more than one line.
    pub have_lines: bool,
}

impl RecordFacts {
    /// The characters of a record, the mean over all.
    pub fn mean(&self) -> f64 {
        self.characters as f64 / self.count.max(1) as f64
    }

    fn add(&mut self, record: &str) {
        let length = record.chars().count();
        self.shortest = if self.count == 0 { length } else { self.shortest.min(length) };
        self.longest = self.longest.max(length);
        self.count += 1;
        self.characters += length as u64;
        self.have_lines |= record.contains('\n');
    }
}

/// Finds the records of documents that arrive in pieces.
pub(crate) struct Splitter<'a> {
    records: &'a Records,
    /// That of [`Records::Regex`].
    separator: Option<&'a Regex>,
    /// The line that is not complete.
    line: String,
    /// The record that is not complete, up to that line.
    record: String,
    pub(crate) facts: RecordFacts,
}

impl<'a> Splitter<'a> {
    pub(crate) fn new(records: &'a Records, separator: Option<&'a Regex>) -> Self {
        let facts = RecordFacts::default();
        Self { records, separator, line: String::new(), record: String::new(), facts }
    }

    /// Reads the next piece of a document. `sink` gets every record that is complete.
    pub(crate) fn push(&mut self, piece: &str, sink: &mut dyn FnMut(&str)) {
        if !matches!(self.records, Records::Line | Records::BlankLine) {
            self.record.push_str(piece);
            return;
        }
        for part in piece.split_inclusive('\n') {
            self.line.push_str(part);
            if part.ends_with('\n') {
                let mut line = std::mem::take(&mut self.line);
                let is_blank = line.trim().is_empty();
                match self.records {
                    Records::Line => self.found(&line, sink),
                    // Several blank lines separate two records once.
                    _ if is_blank && self.record.is_empty() => {}
                    _ if is_blank => self.flush(sink),
                    _ => self.record.push_str(&line),
                }
                line.clear();
                self.line = line;
            }
        }
    }

    /// Ends a document.
    pub(crate) fn end(&mut self, sink: &mut dyn FnMut(&str)) {
        self.record.push_str(&std::mem::take(&mut self.line));
        let Some(separator) = self.separator else {
            if !self.record.is_empty() {
                self.flush(sink);
            }
            return;
        };
        // A match may reach over several pieces, so the whole document is searched.
        let document = std::mem::take(&mut self.record);
        let mut parts = separator.split(&document).peekable();
        while let Some(part) = parts.next() {
            let is_rest = parts.peek().is_none() && part.trim().is_empty();
            if !is_rest {
                self.found(part, sink);
            }
        }
    }

    fn flush(&mut self, sink: &mut dyn FnMut(&str)) {
        let record = std::mem::take(&mut self.record);
        self.found(&record, sink);
    }

    /// Counts a record and passes it on, without line breaks around it.
    fn found(&mut self, text: &str, sink: &mut dyn FnMut(&str)) {
        // Only a text that was not read from a file can contain the symbol.
        for record in text.split(Vocabulary::RECORD) {
            let record = record.trim_matches('\n');
            if record.trim().is_empty() {
                self.facts.empty += 1;
            } else {
                self.facts.add(record);
                sink(record);
            }
        }
    }
}

/// `ids`, a text of records, with its records in the order of `permutation`.
///
/// `starts` are the positions of the record symbols.
pub(crate) fn reordered(ids: &[u16], starts: &[usize], permutation: &[u32]) -> Vec<u16> {
    let mut out = Vec::with_capacity(ids.len());
    for &record in permutation {
        let record = record as usize;
        out.extend_from_slice(&ids[starts[record]..starts[record + 1]]);
    }
    out.extend(ids.last());
    out
}

/// The positions of the record symbol, `id`.
pub(crate) fn starts(ids: &[u16], id: u16) -> Vec<usize> {
    ids.iter().enumerate().filter(|&(_, &found)| found == id).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The records of `documents`, each read in pieces of `size` characters, and the facts.
    fn split(records: &Records, documents: &[&str], size: usize) -> (Vec<String>, RecordFacts) {
        let separator = records.separator().unwrap();
        let mut splitter = Splitter::new(records, separator.as_ref());
        let mut found = Vec::new();
        for document in documents {
            let characters: Vec<char> = document.chars().collect();
            for piece in characters.chunks(size) {
                splitter.push(&String::from_iter(piece), &mut |it| found.push(it.to_owned()));
            }
            splitter.end(&mut |it| found.push(it.to_owned()));
        }
        (found, splitter.facts)
    }

    #[test]
    fn each_kind_of_record_is_found_in_pieces_of_any_size() {
        let regex = |pattern: &str| Records::Regex(pattern.to_owned());
        let cases: [(Records, &[&str], &[&str], u64); 8] = [
            (Records::Line, &["Anna\nBo\n", "Cid"], &["Anna", "Bo", "Cid"], 0),
            (Records::Line, &["\nAnna\n  \n\nBo"], &["Anna", "Bo"], 3),
            (Records::BlankLine, &["a\nb\n\n\n \nc\n\n", "d\n"], &["a\nb", "c", "d"], 0),
            (Records::BlankLine, &["\n\n\u{3000}\na"], &["a"], 0),
            (Records::File, &["\na\n\nb\n", "c\n", "\n"], &["a\n\nb", "c"], 1),
            (regex("\n%\n"), &["a\nb\n%\nc%\n%\n", "d"], &["a\nb", "c%", "d"], 0),
            (regex("[,;]+ *"), &[", a,, b; ;c"], &["a", "b", "c"], 2),
            (regex("%"), &["a\n", "b"], &["a", "b"], 0),
        ];
        for (records, documents, expected, empty) in cases {
            for size in [1, 2, 3, 100] {
                let (found, facts) = split(&records, documents, size);
                assert_eq!(found, expected, "{records} by {size}");
                assert_eq!((facts.count, facts.empty), (expected.len() as u64, empty), "{records}");
                let lengths = || expected.iter().map(|record| record.chars().count());
                let (shortest, longest) = (lengths().min().unwrap(), lengths().max().unwrap());
                assert_eq!((facts.shortest, facts.longest), (shortest, longest));
                assert_eq!(facts.characters, lengths().sum::<usize>() as u64);
                assert_eq!(facts.have_lines, expected.iter().any(|record| record.contains('\n')));
            }
        }
    }

    proptest! {
        #[test]
        fn lines_are_records(lines in prop::collection::vec("[ab ]{0,4}", 0..20)) {
            let text: String = lines.iter().flat_map(|line| [&**line, "\n"]).collect();
            let (found, facts) = split(&Records::Line, &[&text], 7);
            let (blank, kept): (Vec<_>, Vec<_>) = lines.into_iter().partition(|it| it.trim().is_empty());
            prop_assert_eq!(&found, &kept);
            prop_assert_eq!(facts.empty, blank.len() as u64);
        }
    }
}
