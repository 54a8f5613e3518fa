//! The layout of a text: blank lines, runs of white space, and whether its paragraphs are hard-wrapped at one
//! width.

use crate::Script;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fewest pairs of lines that allow a conclusion.
const LEAST_PAIRS: u64 = 30;
/// Narrower texts are verse or lists.
const LEAST_COLUMNS: usize = 30;
/// The fewest lines, and the least share of them in percent, that make their common indent the layout of a
/// text.
const LEAST_INDENTED: usize = 8;
const INDENTED: usize = 80;
/// The longest first word that says where a line was broken.
const LONGEST_WORD: usize = 20;

/// The layout of a text, from its first part. Lengths of lines exclude line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Layout {
    /// Characters examined.
    pub characters: u64,
    /// Lines.
    pub lines: u64,
    /// Lines of white space only.
    pub blank: u64,
    /// Characters that `whitespace = "collapse"` removes.
    pub surplus: u64,
    /// The columns at which paragraphs are hard-wrapped, if they are. A Chinese character takes two columns.
    pub wrap: Option<usize>,
    /// The columns by which nearly every line of prose is indented, if they are.
    #[serde(default)]
    pub indent: Option<usize>,
}

impl Layout {
    /// The layout of `text`.
    pub fn of(text: &str) -> Self {
        let lines: Vec<Line> = text.lines().map(Line::of).collect();
        Self {
            characters: text.chars().count() as u64,
            lines: lines.len() as u64,
            blank: lines.iter().filter(|line| line.is_blank()).count() as u64,
            surplus: surplus(text),
            wrap: wrap(&lines),
            indent: indent(&lines),
        }
    }

    /// The share of blank lines.
    pub fn blank_share(&self) -> f64 {
        self.blank as f64 / self.lines.max(1) as f64
    }

    /// The share of characters that `whitespace = "collapse"` removes.
    pub fn surplus_share(&self) -> f64 {
        self.surplus as f64 / self.characters.max(1) as f64
    }
}

/// The properties of a line that matter here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Columns of white space at its start.
    indent: usize,
    /// Columns without white space at its end.
    width: usize,
    /// Columns of its first word.
    first_word: usize,
    first: Option<char>,
    last: Option<char>,
}

impl Line {
    pub(super) fn of(line: &str) -> Self {
        let line = line.trim_end();
        let text = line.trim_start();
        let columns = |text: &str| text.chars().map(columns).sum::<usize>();
        let first = text.chars().next();
        let first_word = match first {
            // A line may end early to keep punctuation off the start of the next.
            Some(first) if is_wide(first) => 4,
            _ => columns(text.split_whitespace().next().unwrap_or("")).min(LONGEST_WORD),
        };
        let width = columns(line);
        Self { indent: width - columns(text), width, first_word, first, last: text.chars().last() }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.first.is_none()
    }

    /// Whether `next` may belong to the same paragraph: it is not indented further.
    fn may_continue_in(&self, next: &Self) -> bool {
        !self.is_blank() && !next.is_blank() && next.indent <= self.indent
    }

    /// Whether a line of at most `most` columns was broken here because the first word of `next` did
    /// not fit.
    pub(super) fn is_broken_before(&self, next: &Self, most: usize) -> bool {
        let space = usize::from(!self.last.is_some_and(is_wide));
        self.may_continue_in(next) && self.width + space + next.first_word > most
    }

    /// What joins this line and `next`.
    pub(super) fn joint(&self, next: &Self) -> &'static str {
        let wide = |character: Option<char>| character.is_some_and(is_wide);
        match self.last {
            _ if wide(self.last) || wide(next.first) => "",
            Some('-' | '\u{AD}') => "", // a hyphen stays, because it may belong to the word
            _ => " ",
        }
    }
}

/// The columns at which paragraphs are hard-wrapped, if a program did it: nearly every line ends where the next
/// word did not fit, within a sentence. Lines of verse end in punctuation, those of source code at any
/// column.
fn wrap(lines: &[Line]) -> Option<usize> {
    let mut widths: Vec<usize> =
        lines.iter().filter(|line| !line.is_blank()).map(|line| line.width).collect();
    widths.sort_unstable();
    // A few lines, such as URLs, are longer.
    let most = *widths.get((widths.len() * 98 / 100).min(widths.len().checked_sub(1)?))?;
    let (mut pairs, mut broken, mut inside, mut continued) = (0_u64, 0_u64, 0_u64, 0_u64);
    for pair in lines.windows(2) {
        let [line, next] = pair else { continue };
        pairs += u64::from(line.may_continue_in(next));
        if line.is_broken_before(next, most) {
            broken += 1;
            inside +=
                u64::from(line.last.is_some_and(|last| Script::of(last) != Script::Punctuation));
            continued += u64::from(next.first.is_some_and(continues));
        }
    }
    let is_wrapped = most >= LEAST_COLUMNS
        && pairs >= LEAST_PAIRS
        && broken * 2 >= pairs
        && inside * 2 >= broken
        && continued * 2 >= broken;
    is_wrapped.then_some(most)
}

/// The columns by which nearly every line is indented, if the lines are prose: they are long and end with a
/// sentence or where the next word did not fit. Source code has several indents, and verse has short lines.
fn indent(lines: &[Line]) -> Option<usize> {
    let mut counts = BTreeMap::<usize, usize>::new();
    let filled: Vec<&Line> = lines.iter().filter(|line| !line.is_blank()).collect();
    for line in filled.iter().filter(|line| line.indent > 0) {
        *counts.entry(line.indent).or_default() += 1;
    }
    let (&indent, &count) = counts.iter().max_by_key(|(_, count)| **count)?;
    let same: Vec<&Line> = filled.iter().copied().filter(|line| line.indent == indent).collect();
    let width = same.iter().map(|line| line.width - indent).sum::<usize>() / count;
    let punctuation = |line: &Line| line.last.map(Script::of) == Some(Script::Punctuation);
    let ended = same.iter().filter(|line| punctuation(line)).count();
    let is_prose = width >= LEAST_COLUMNS && (ended * 2 >= count || wrap(lines).is_some());
    (count >= LEAST_INDENTED && count * 100 >= filled.len() * INDENTED && is_prose)
        .then_some(indent)
}

/// Whether a character may occur within a sentence: a lowercase letter, or a letter of a script without
/// capitals.
fn continues(character: char) -> bool {
    character.is_alphabetic() && !character.is_uppercase()
}

/// Characters that collapsing white space removes.
fn surplus(text: &str) -> u64 {
    let (mut surplus, mut spaces, mut line_ends) = (0, 0_u64, 0_u64);
    for character in text.chars() {
        if character == '\n' {
            surplus += spaces + u64::from(line_ends >= 2);
            (spaces, line_ends) = (0, line_ends + 1);
        } else if Script::of(character) == Script::Space {
            spaces += 1;
        } else {
            surplus += spaces.saturating_sub(1);
            (spaces, line_ends) = (0, 0);
        }
    }
    surplus + spaces
}

fn columns(character: char) -> usize {
    if is_wide(character) { 2 } else { 1 }
}

/// Whether a character takes two columns: Chinese, Japanese, Korean and their punctuation.
pub(super) fn is_wide(character: char) -> bool {
    match u32::from(character) {
        0..=0xFF => false, // most characters of many texts
        0x3000..=0x303F | 0xFE30..=0xFE4F | 0xFF01..=0xFF60 => true,
        _ => {
            matches!(character, '“' | '”' | '‘' | '’' | '…' | '—')
                || matches!(Script::of(character), Script::Han | Script::Kana | Script::Hangul)
        }
    }
}

#[cfg(test)]
pub(super) mod samples {
    //! Texts in several layouts, made from the built-in tales.

    use crate::builtin;

    /// Paragraphs of the tales `name`.
    pub(in crate::clean) fn paragraphs(name: &str) -> Vec<String> {
        let text = builtin(name).unwrap();
        let lines = text.lines().map(str::trim).filter(|line| line.chars().count() > 60);
        lines.map(str::to_owned).collect()
    }

    /// Paragraphs in lines of at most `columns`, each line behind `indent`.
    pub(in crate::clean) fn wrapped(name: &str, columns: usize, indent: &str) -> String {
        let mut text = String::new();
        for paragraph in paragraphs(name) {
            let mut width = 0;
            text.push_str(indent);
            let pieces: Vec<String> = if name.ends_with("zh") {
                paragraph.chars().map(String::from).collect()
            } else {
                paragraph.split(' ').map(|word| format!("{word} ")).collect()
            };
            for piece in pieces {
                let columns_of: usize = piece.trim_end().chars().map(super::columns).sum();
                if width + columns_of > columns {
                    text.truncate(text.trim_end().len());
                    text.push('\n');
                    text.push_str(indent);
                    width = 0;
                }
                text.push_str(&piece);
                width += piece.chars().map(super::columns).sum::<usize>();
            }
            text.truncate(text.trim_end().len());
            text.push_str("\n\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{paragraphs, wrapped};
    use super::*;

    #[test]
    fn wrapped_books_are_recognised_at_their_width() {
        for (name, columns, indent) in [
            ("tales", 72, ""),
            ("tales", 60, "          "),
            ("tales-zh", 80, ""),
            ("tales-zh", 40, "    "),
        ] {
            let layout = Layout::of(&wrapped(name, columns, indent));
            let wrap = layout.wrap.unwrap();
            let most = columns + indent.len();
            assert!((most - 2..=most).contains(&wrap), "{name} {columns}: {layout:?}");
            assert!(layout.blank > 50, "{layout:?}");
        }
    }

    #[test]
    fn paragraphs_of_one_line_are_not_wrapped() {
        for name in ["tales", "tales-zh"] {
            assert_eq!(Layout::of(&paragraphs(name).join("\n")).wrap, None, "{name}");
            assert_eq!(Layout::of(crate::builtin(name).unwrap()).wrap, None, "{name}");
        }
    }

    #[test]
    fn verse_is_not_wrapped() {
        let sonnet = "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\n\
            Rough winds do shake the darling buds of May,\nAnd summer's lease hath all too short a date:\n";
        assert_eq!(Layout::of(&sonnet.repeat(40)).wrap, None);
        let regulated = "国破山河在，城春草木深。感时花溅泪，恨别鸟惊心。\n烽火连三月，家书抵万金。白头搔更短，浑欲不胜簪。\n";
        assert_eq!(Layout::of(&regulated.repeat(40)).wrap, None);
        let free =
            "the moon\nwhich nobody asked\nwalks over the roof tiles again\nand says\nnothing\n\n";
        assert_eq!(Layout::of(&free.repeat(40)).wrap, None);
    }

    #[test]
    fn source_code_and_tables_are_not_wrapped() {
        let code = include_str!("layout.rs");
        assert_eq!(Layout::of(code).wrap, None);
        assert_eq!(
            Layout::of(&code.lines().map(str::trim_start).collect::<Vec<_>>().join("\n")).wrap,
            None
        );
        let table: String = (0..200)
            .map(|row| format!("{row:>8}  {:>10.3}  {:>10.3}\n", 0.1, 7.0))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(Layout::of(&table).wrap, None);
    }

    #[test]
    fn the_indent_of_prose_is_found_and_that_of_code_and_verse_is_none() {
        let indented = |name: &str, by: &str| {
            let lines = paragraphs(name).into_iter().map(|line| format!("{by}{line}\n\n"));
            Layout::of(&format!("第一回\n\n{}", lines.collect::<String>())).indent
        };
        assert_eq!(indented("tales-zh", "\u{3000}\u{3000}"), Some(4));
        assert_eq!((indented("tales", "    "), indented("tales", "")), (Some(4), None));
        let code = include_str!("layout.rs");
        let verse =
            "    the moon\n    which nobody asked\n    walks over the roofs.\n\n".repeat(50);
        let list = "    - rope, paint, nails, screws and a door for the shed\n".repeat(50);
        for text in [code, &verse, &list, crate::builtin("tales-zh").unwrap()] {
            assert_eq!(Layout::of(text).indent, None, "{text:.60}");
        }
    }

    #[test]
    fn surplus_white_space_is_what_collapsing_removes() {
        assert_eq!(surplus("a \t b\u{a0} \n\n\n\n\u{3000}\u{3000}c  "), 9);
        let layout = Layout::of("a\n  \n\nb\n");
        assert_eq!((layout.lines, layout.blank, layout.characters), (4, 2, 8));
    }
}
