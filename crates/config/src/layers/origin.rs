//! Where a value was written: the text it is part of and its place there.

use charnn_message::{Excerpt, Place, Text, text};
use std::ops::Range;
use std::sync::Arc;

/// A text that holds values, and what to call it.
#[derive(Debug)]
pub(crate) enum Origin {
    /// A file, or another text with a name.
    File {
        /// Its name.
        name: String,
        /// Its content.
        text: String,
    },
    /// An environment variable, as `NAME=value`.
    Variable(String),
    /// An argument of the command line.
    Argument {
        /// The flag, such as `--set`; empty for a positional argument.
        flag: String,
        /// The argument as it was written, including the flag.
        text: String,
    },
}

/// A stretch of an [`Origin`].
#[derive(Debug, Clone)]
pub(crate) struct Span {
    origin: Arc<Origin>,
    /// In bytes.
    range: Range<usize>,
}

/// Longer lines are cut in excerpts, this many characters before and after the start of the stretch.
const MOST_SHOWN: usize = 60;

impl Span {
    pub(crate) fn new(origin: &Arc<Origin>, range: Range<usize>) -> Self {
        Self { origin: Arc::clone(origin), range }
    }

    /// Whether it is in an environment variable.
    pub(crate) fn is_variable(&self) -> bool {
        matches!(*self.origin, Origin::Variable(_))
    }

    /// Where the value comes from, in a word or two: `exp.toml:3`, `--set`, `CHARNN_TRAIN__SEED`.
    pub(crate) fn short(&self) -> Text {
        match &*self.origin {
            Origin::File { name, .. } => Text::verbatim(format!("{name}:{}", self.line().0)),
            Origin::Argument { flag, .. } if flag.is_empty() => {
                text!(en: "command line", zh: "命令行")
            }
            Origin::Variable(_) | Origin::Argument { .. } => Text::verbatim(self.source()),
        }
    }

    /// The place for a message, with the line as an excerpt.
    pub(crate) fn place(&self) -> Place {
        let (number, [before, at, after]) = self.line();
        let count = before.chars().count();
        let cut = count.saturating_sub(MOST_SHOWN);
        let end = if cut > 0 { "…" } else { "" };
        let kept: String = before.chars().skip(cut).collect();
        let shown: String = at.chars().take(MOST_SHOWN).collect();
        let rest: String = after.chars().take(MOST_SHOWN).collect();
        let excerpt = Excerpt {
            start: kept.chars().count() + end.chars().count(),
            length: shown.chars().count(),
            text: format!("{end}{kept}{shown}{rest}"),
        };
        let is_file = matches!(*self.origin, Origin::File { .. });
        Place {
            line: is_file.then_some(number),
            column: is_file.then_some(count + 1),
            excerpt: Some(excerpt),
            ..Place::source(self.source())
        }
    }

    fn source(&self) -> &str {
        match &*self.origin {
            Origin::File { name, .. } => name,
            Origin::Variable(text) => text.split('=').next().unwrap_or_default(),
            Origin::Argument { flag, text } if flag.is_empty() => text,
            Origin::Argument { flag, .. } => flag,
        }
    }

    /// The number of the line, and what is before, in and after the stretch on its first line.
    fn line(&self) -> (usize, [&str; 3]) {
        let (Origin::File { text, .. } | Origin::Variable(text) | Origin::Argument { text, .. }) =
            &*self.origin;
        let start = text.floor_char_boundary(self.range.start);
        let end = text.ceil_char_boundary(self.range.end.max(start));
        let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let stop = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let number = text[..begin].matches('\n').count() + 1;
        let end = end.min(stop);
        (number, [&text[begin..start], &text[start..end], text[end..stop].trim_end_matches('\r')])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, range: Range<usize>) -> Place {
        let origin = Origin::File { name: "exp.toml".into(), text: text.into() };
        Span::new(&Arc::new(origin), range).place()
    }

    #[test]
    fn the_excerpt_is_the_line_with_the_stretch() {
        let found = place("a = 1\r\nb = 20\r\nc = 3\r\n", 11..13);
        assert_eq!((found.line, found.column), (Some(2), Some(5)));
        let excerpt = Excerpt { text: "b = 20".into(), start: 4, length: 2 };
        assert_eq!(found.excerpt, Some(excerpt));
        let chinese = place("书 = 1", 6..7);
        assert_eq!(chinese.column, Some(5));
        assert_eq!(chinese.excerpt.map(|it| (it.start, it.length)), Some((4, 1)));
    }

    #[test]
    fn long_lines_are_cut() {
        let long = format!("{}={}", "x".repeat(1000), "y".repeat(1000));
        let excerpt = place(&long, 1001..2000).excerpt.expect("an excerpt");
        assert_eq!(place(&long, 1001..2000).column, Some(1002));
        assert!(excerpt.text.chars().count() < 200, "{excerpt:?}");
        let at: String = excerpt.text.chars().skip(excerpt.start).take(excerpt.length).collect();
        assert_eq!(at, "y".repeat(60));
    }

    #[test]
    fn stretches_at_the_end_of_the_text_or_across_lines_are_shown() {
        assert_eq!(place("a =", 3..3).column, Some(4));
        assert_eq!(place("a = [\n1\n", 4..9).excerpt.map(|it| it.length), Some(1));
        assert_eq!((place("", 0..0).line, place("a\n", 2..2).line), (Some(1), Some(2)));
        assert_eq!(place("a", 7..9).column, Some(2));
    }
}
