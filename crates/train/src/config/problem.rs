//! One thing that is wrong with a configuration, and how it is shown: what, where, what is
//! allowed.
//!
//! ```text
//! unknown key `hiden_size` in [model]
//!  --> exp.toml:3:1
//!   |
//! 3 | hiden_size = 256
//!   | ^^^^^^^^^^ did you mean `hidden_size`?
//!   = [model] has: cell, embedding_size, hidden_size, num_layers
//! ```

use charnn_message::in_a_line;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// What is wrong, at its place or places.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The thing and what is wrong with it.
    pub message: String,
    /// Where it stands, each with what is to be said right there.
    pub marks: Vec<(Place, String)>,
    /// What else helps.
    pub notes: Vec<String>,
    /// What is allowed, where nothing above says what to do. A person reads it in the message.
    pub allowed: Option<String>,
}

/// A stretch of what somebody wrote.
#[derive(Debug, Clone)]
pub struct Place {
    origin: Arc<Origin>,
    /// In bytes of the text.
    span: Range<usize>,
}

/// What somebody wrote, and where.
#[derive(Debug)]
pub(crate) enum Origin {
    /// A file, or another text with a name.
    File { name: String, text: String },
    /// An environment variable, as `NAME=value`.
    Environment(String),
    /// A part of the command line.
    CommandLine(String),
}

impl Problem {
    /// `message`, about what stands at `place`, where `label` is said.
    pub(crate) fn at(place: Option<&Place>, message: String, label: String) -> Self {
        match place {
            Some(place) => {
                let marks = vec![(place.clone(), label)];
                Self { message, marks, notes: Vec::new(), allowed: None }
            }
            None if label.is_empty() => {
                Self { message, marks: vec![], notes: vec![], allowed: None }
            }
            None => Self {
                message: format!("{message}: {label}"),
                marks: vec![],
                notes: vec![],
                allowed: None,
            },
        }
    }

    /// With one more thing that helps.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl Place {
    pub(crate) fn new(origin: &Arc<Origin>, span: Range<usize>) -> Self {
        Self { origin: Arc::clone(origin), span }
    }

    /// Where a value comes from, in a word or two: `exp.toml:3`, `--set`, `CHARNN_TRAIN__SEED`.
    pub fn short(&self) -> String {
        match &*self.origin {
            Origin::File { name, .. } => format!("{name}:{}", self.line().0),
            Origin::Environment(text) => text.split('=').next().unwrap_or_default().to_owned(),
            Origin::CommandLine(text) if text.starts_with("--") => {
                text.split(' ').next().unwrap_or_default().to_owned()
            }
            Origin::CommandLine(_) => "command line".to_owned(),
        }
    }

    /// Line and column in a file, in characters from 1; none elsewhere.
    pub fn line_and_column(&self) -> Option<(usize, usize)> {
        let Origin::File { .. } = &*self.origin else { return None };
        let (line, [before, ..]) = self.line();
        Some((line, before.chars().count() + 1))
    }

    /// Whether it is an environment variable.
    pub(crate) fn is_environment(&self) -> bool {
        matches!(*self.origin, Origin::Environment(_))
    }

    /// Where it begins, in bytes of the text.
    pub(crate) fn start(&self) -> usize {
        self.text().floor_char_boundary(self.span.start)
    }

    /// What stands there, up to the end of its line.
    pub(crate) fn written(&self) -> &str {
        self.line().1[1]
    }

    fn text(&self) -> &str {
        match &*self.origin {
            Origin::File { text, .. } | Origin::Environment(text) | Origin::CommandLine(text) => {
                text
            }
        }
    }

    /// The number of the line, and the line before, at and after the span's first line.
    fn line(&self) -> (usize, [&str; 3]) {
        let text = self.text();
        let start = self.start();
        let end = text.ceil_char_boundary(self.span.end.max(start));
        let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let stop = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let number = text[..begin].matches('\n').count() + 1;
        let (end, stop) = (end.min(stop), stop.max(start));
        (number, [&text[begin..start], &text[start..end], text[end..stop].trim_end_matches('\r')])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.message)?;
        let number = |place: &Place| match &*place.origin {
            Origin::File { .. } => place.line().0.to_string(),
            _ => String::new(),
        };
        let widths = self.marks.iter().map(|(place, _)| number(place).len());
        let margin = " ".repeat(widths.max().unwrap_or(0).max(1));
        for (place, label) in &self.marks {
            let (_, [before, at, after]) = place.line();
            let column = before.chars().count() + 1;
            match &*place.origin {
                Origin::File { name, .. } => {
                    write!(out, "\n{margin}--> {name}:{}:{column}", number(place))?;
                }
                Origin::Environment(_) => write!(out, "\n{margin}--> the environment")?,
                Origin::CommandLine(_) => write!(out, "\n{margin}--> the command line")?,
            }
            let (before, at, after) = (last(before), first(at), first(after));
            write!(out, "\n{margin} |")?;
            write!(out, "\n{:>1$} | {before}{at}{after}", number(place), margin.len())?;
            let (blank, carets) = (" ".repeat(before.width()), "^".repeat(at.width().max(1)));
            write!(out, "\n{margin} | {}", format!("{blank}{carets} {label}").trim_end())?;
        }
        for note in &self.notes {
            write!(out, "\n{margin} = {note}")?;
        }
        Ok(())
    }
}

/// More of a line would not fit on a screen.
const MOST_SHOWN: usize = 60;

/// The beginning of a piece of a line, without what a terminal would act upon.
fn first(text: &str) -> String {
    let more = if text.chars().nth(MOST_SHOWN).is_some() { "..." } else { "" };
    plain(text.chars().take(MOST_SHOWN)) + more
}

/// The end of a piece of a line, likewise.
fn last(text: &str) -> String {
    let count = text.chars().count();
    let more = if count > MOST_SHOWN { "..." } else { "" };
    more.to_owned() + &plain(text.chars().skip(count.saturating_sub(MOST_SHOWN)))
}

/// A tab is one column, as the carets below it.
fn plain(text: impl Iterator<Item = char>) -> String {
    in_a_line(
        &text.map(|character| if character == '\t' { ' ' } else { character }).collect::<String>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, span: Range<usize>) -> String {
        let origin = Origin::File { name: "exp.toml".into(), text: text.into() };
        let place = Place::new(&Arc::new(origin), span);
        Problem::at(Some(&place), "wrong".into(), "here".into()).to_string()
    }

    #[test]
    fn the_line_is_shown_with_a_caret_under_the_span() {
        let expected = "wrong\n --> exp.toml:2:5\n  |\n2 | b = 20\n  |     ^^ here";
        assert_eq!(shown("a = 1\r\nb = 20\r\nc = 3\r\n", 11..13), expected);
        assert_eq!(shown("a = 1\nb = 20", 10..12), expected);
    }

    #[test]
    fn wide_characters_move_the_caret() {
        let expected = "wrong\n --> exp.toml:1:5\n  |\n1 | 书 = 1\n  |      ^ here";
        assert_eq!(shown("书 = 1", 6..7), expected);
    }

    #[test]
    fn long_lines_and_control_characters_stay_off_the_screen() {
        let long = format!("{}=\u{1b}[2J{}", "x".repeat(1000), "y".repeat(1000));
        let shown = shown(&long, 1001..2000);
        assert!(shown.lines().all(|line| line.chars().count() < 200), "{shown}");
        assert!(!shown.contains('\u{1b}') && shown.contains("exp.toml:1:1002"), "{shown}");
    }

    #[test]
    fn spans_at_the_end_of_the_text_or_across_lines_are_shown() {
        assert!(shown("a =", 3..3).ends_with("1 | a =\n  |    ^ here"));
        assert!(shown("a = [\n1\n", 4..9).ends_with("1 | a = [\n  |     ^ here"));
        assert!(shown("", 0..0).contains("exp.toml:1:1"));
        assert!(shown("a\n", 2..2).contains("exp.toml:2:1"));
        assert!(shown("a", 7..9).contains("exp.toml:1:2"));
    }
}
