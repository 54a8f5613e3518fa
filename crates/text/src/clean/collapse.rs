//! Runs of white space in a text that comes in pieces.
//!
//! Comes after normalisation, which makes spaces of its own: U+00B4 becomes a space and an accent.

use crate::{Script, Whitespace};

/// Makes one of many, if that is wanted.
pub(crate) struct Collapser {
    whitespace: Whitespace,
    text: String,
    /// The white space that waits for a character after it.
    space: Option<char>,
    /// Line ends at the end of the text.
    line_ends: u32,
}

impl Collapser {
    pub(crate) fn new(whitespace: Whitespace) -> Self {
        Self { whitespace, text: String::new(), space: None, line_ends: 0 }
    }

    /// Takes the next piece and hands on what is left of it, if anything is.
    pub(crate) fn push(&mut self, piece: &str, sink: &mut dyn FnMut(&str)) {
        if self.whitespace == Whitespace::Keep {
            return sink(piece);
        }
        self.text.clear();
        piece.chars().for_each(|character| self.put(character));
        if !self.text.is_empty() {
            sink(&self.text);
        }
    }

    fn put(&mut self, character: char) {
        if character == '\n' {
            self.space = None;
            self.line_ends += 1;
            if self.line_ends <= 2 {
                self.text.push('\n');
            }
        } else if Script::of(character) == Script::Space {
            let wide = character == '\u{3000}' && self.space.is_none_or(|space| space == character);
            self.space = Some(if wide { character } else { ' ' });
        } else {
            self.text.extend(self.space.take());
            self.text.push(character);
            self.line_ends = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_collapses_to_one_space_and_one_empty_line() {
        let text = "a \t b\u{a0} \n\n\n\n\u{3000}\u{3000}c  ";
        for piece in [1, 3, 100] {
            let (mut collapser, mut joined) = (Collapser::new(Whitespace::Collapse), String::new());
            for piece in text.chars().collect::<Vec<_>>().chunks(piece) {
                let piece: String = piece.iter().collect();
                collapser.push(&piece, &mut |text| joined.push_str(text));
            }
            assert_eq!(joined, "a b\n\n\u{3000}c");
        }
    }
}
