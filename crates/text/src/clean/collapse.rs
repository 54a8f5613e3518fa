//! Collapses white space, removes indents and joins the lines of paragraphs, in a text that arrives in pieces.
//!
//! Runs after normalization, which creates spaces: U+00B4 becomes a space and an accent.

use super::layout::{Layout, Line};
use crate::{Script, Whitespace};

/// Bytes at the start of a text that decide about its layout.
const HEAD: usize = 1 << 18;
/// The share of surplus white space below which `auto` changes nothing.
const LEAST_SURPLUS: f64 = 0.01;

/// Examines the layout of a text and changes its white space if configured.
pub(crate) struct Collapser {
    whitespace: Whitespace,
    /// The start of the text, until its layout is known.
    head: Option<String>,
    layout: Layout,
    collapses: bool,
    /// Joins lines of this many columns.
    joins: Option<usize>,
    /// The last line and its text, when lines are joined.
    line: Option<(Line, String)>,
    /// The unfinished line that continues in the next piece.
    unfinished: String,
    out: Collapsed,
}

/// Removes runs of white space.
#[derive(Default)]
struct Collapsed {
    text: String,
    /// Pending white space, until a character follows.
    space: Option<char>,
    /// Line ends at the end of the text.
    line_ends: u32,
    /// Whether white space at the beginning of a line is removed.
    dedents: bool,
    /// Whether the text so far ends inside a line.
    inside: bool,
}

impl Collapser {
    pub(crate) fn new(whitespace: Whitespace) -> Self {
        Self {
            whitespace,
            head: Some(String::new()),
            layout: Layout::default(),
            collapses: whitespace == Whitespace::Collapse,
            joins: None,
            line: None,
            unfinished: String::new(),
            out: Collapsed::default(),
        }
    }

    /// The original layout of the text, after its end.
    pub(crate) fn layout(&self) -> Layout {
        self.layout
    }

    /// Whether runs of white space were collapsed.
    pub(crate) fn collapses(&self) -> bool {
        self.collapses
    }

    /// Whether white space at the beginning of lines was removed.
    pub(crate) fn dedents(&self) -> bool {
        self.out.dedents
    }

    /// Takes the next piece and passes on finished text.
    pub(crate) fn push(&mut self, piece: &str, sink: &mut dyn FnMut(&str)) {
        let Some(head) = &mut self.head else { return self.change(piece, sink) };
        head.push_str(piece);
        if head.len() >= HEAD {
            self.judge(sink);
        }
    }

    /// Passes on the rest at the end of the text.
    pub(crate) fn end(&mut self, sink: &mut dyn FnMut(&str)) {
        self.judge(sink);
        if self.joins.is_some() {
            let rest = std::mem::take(&mut self.unfinished);
            if !rest.is_empty() {
                self.join(&rest);
            }
            if let Some((_, text)) = self.line.take() {
                self.out.put(&text);
            }
            self.out.hand_on(sink);
        }
    }

    /// Decides what to do from the start of the text, and applies it to the start.
    fn judge(&mut self, sink: &mut dyn FnMut(&str)) {
        let Some(head) = self.head.take() else { return };
        self.layout = Layout::of(&head[..head.floor_char_boundary(HEAD)]);
        let Layout { wrap, indent, .. } = self.layout;
        match self.whitespace {
            Whitespace::Keep | Whitespace::Collapse => {}
            // Verse, source code and tables stay unchanged.
            Whitespace::Auto => {
                self.out.dedents = indent.is_some();
                let is_sparse = self.layout.surplus_share() >= LEAST_SURPLUS;
                self.collapses = indent.is_some() || wrap.is_some() && is_sparse;
            }
            Whitespace::Unwrap => {
                // Then a line is a paragraph, and needs no other mark.
                self.out.dedents = indent.is_some() || wrap.is_some();
                (self.collapses, self.joins) = (true, wrap);
            }
        }
        self.change(&head, sink);
    }

    fn change(&mut self, piece: &str, sink: &mut dyn FnMut(&str)) {
        if piece.is_empty() {
            return;
        }
        if !self.collapses {
            return sink(piece);
        }
        if self.joins.is_none() {
            self.out.put(piece);
        } else {
            let mut rest = piece;
            while let Some((line, behind)) = rest.split_once('\n') {
                let line = std::mem::take(&mut self.unfinished) + line;
                self.join(&line);
                rest = behind;
            }
            self.unfinished.push_str(rest);
        }
        self.out.hand_on(sink);
    }

    /// Joins a complete line with the previous one, or starts a new one.
    fn join(&mut self, text: &str) {
        let line = Line::of(text);
        let spaces = |character: char| character.is_whitespace() && character != '\u{3000}';
        let text = text.trim_end().trim_start_matches(spaces);
        if let Some((last, before)) = self.line.take() {
            self.out.put(&before);
            let most = self.joins.unwrap_or(usize::MAX);
            if last.is_broken_before(&line, most) {
                self.out.put(last.joint(&line));
                self.line = Some((line, text.trim_start().to_owned()));
                return;
            }
            self.out.put("\n");
        }
        self.line = Some((line, text.to_owned()));
    }
}

impl Collapsed {
    fn put(&mut self, piece: &str) {
        for character in piece.chars() {
            if character == '\n' {
                self.space = None;
                self.inside = false;
                self.line_ends += 1;
                if self.line_ends <= 2 {
                    self.text.push('\n');
                }
            } else if Script::of(character) == Script::Space {
                let wide = character == '\u{3000}' && self.space.is_none_or(|it| it == character);
                self.space = Some(if wide { character } else { ' ' });
            } else {
                let space = self.space.take().filter(|_| self.inside || !self.dedents);
                self.text.extend(space);
                self.text.push(character);
                (self.line_ends, self.inside) = (0, true);
            }
        }
    }

    fn hand_on(&mut self, sink: &mut dyn FnMut(&str)) {
        if !self.text.is_empty() {
            sink(&self.text);
            self.text.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::samples::{paragraphs, wrapped};
    use super::*;

    /// The text in pieces of `piece` characters.
    fn changed(text: &str, whitespace: Whitespace, piece: usize) -> String {
        let (mut collapser, mut joined) = (Collapser::new(whitespace), String::new());
        for piece in text.chars().collect::<Vec<_>>().chunks(piece) {
            let piece: String = piece.iter().collect();
            collapser.push(&piece, &mut |text| joined.push_str(text));
        }
        collapser.end(&mut |text| joined.push_str(text));
        joined
    }

    #[test]
    fn white_space_collapses_to_one_space_and_one_empty_line() {
        let text = "a \t b\u{a0} \n\n\n\n\u{3000}\u{3000}c  ";
        for piece in [1, 3, 100] {
            assert_eq!(changed(text, Whitespace::Collapse, piece), "a b\n\n\u{3000}c");
            assert_eq!(changed(text, Whitespace::Keep, piece), text);
        }
    }

    #[test]
    fn unwrapping_gives_the_paragraphs_back() {
        for (name, columns, indent) in [
            ("tales", 72, ""),
            ("tales", 60, "          "),
            ("tales-zh", 80, ""),
            ("tales-zh", 40, "    "),
        ] {
            let text = wrapped(name, columns, indent);
            let expected = paragraphs(name).join("\n\n");
            for piece in [1000, 100_000_000] {
                let found = changed(&text, Whitespace::Unwrap, piece);
                let (found, expected): (Vec<_>, Vec<_>) =
                    (found.trim_end().lines().collect(), expected.lines().collect());
                let same = found.iter().filter(|line| expected.contains(line)).count();
                // A last line may be as long as a broken one.
                assert!(
                    same * 100 >= expected.len() * 97,
                    "{name} {columns}: {same} of {}",
                    expected.len()
                );
            }
        }
    }

    #[test]
    fn a_text_longer_than_the_head_is_unwrapped_to_its_end() {
        let text = wrapped("tales", 72, "  ").repeat(4);
        assert!(text.len() > 2 * HEAD, "{}", text.len());
        let found = changed(&text, Whitespace::Unwrap, 4096);
        let longest = found.lines().last().map_or(0, str::len);
        assert!(longest > 80 && !found.contains("  "), "{longest}");
    }

    #[test]
    fn auto_removes_the_indents_of_a_book() {
        for (name, indent) in
            [("tales-zh", "\u{3000}\u{3000}"), ("tales-zh", "    "), ("tales", "\t")]
        {
            let plain = "第一回  石头\n\n".to_owned() + &paragraphs(name).join("\n\n");
            let book = plain.replace("\n\n", &format!("\n   \t\n \n{indent}"));
            let found = changed(&book, Whitespace::Auto, 1000);
            assert_eq!(found, plain.replace("回  石", "回 石"), "{name}");
            assert_eq!(changed(&book, Whitespace::Keep, 1000), book);
        }
    }

    #[test]
    fn auto_collapses_indented_books_alone() {
        let book = wrapped("tales", 60, "          ");
        let found = changed(&book, Whitespace::Auto, 1000);
        assert!(!found.contains("  ") && found.lines().count() > 100);
        let code = include_str!("collapse.rs");
        let poem =
            "        the moon\n    which nobody asked\n            walks over the roofs\n\n\n\n"
                .repeat(50);
        let plain = wrapped("tales", 72, "");
        for text in [code, &poem, &plain, crate::builtin("tales-zh").unwrap()] {
            assert_eq!(changed(text, Whitespace::Auto, 1000), text);
        }
        // Lines of verse do not belong together.
        assert_eq!(changed(&poem, Whitespace::Unwrap, 7).lines().count(), 200);
    }
}
