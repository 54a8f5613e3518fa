//! Output for the person or program at standard error. Created in `main` and passed to all that print.

mod draw;

use crate::events;
use charnn_message::{Describe, Language, Message, Text, visible, wrap};
use draw::{Severity, draw};
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// Language, verbosity and form of what goes to standard error. Colors are removed by `anstream`
/// where they are unwanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terminal {
    pub(crate) language: Language,
    /// Whether only warnings and errors are shown.
    pub(crate) quiet: bool,
    /// Whether errors and warnings are lines of JSON.
    pub(crate) json: bool,
    /// Columns of the terminal. None where standard error is not one: lines are not wrapped.
    pub(crate) width: Option<usize>,
    /// Whether standard error is a terminal that can move its cursor.
    pub(crate) watched: bool,
}

impl Terminal {
    /// `text` in the language of this terminal.
    pub(crate) fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.in_language(self.language)
    }

    /// Shows `text`, unless quiet.
    pub(crate) fn note(&self, text: &Text) {
        if !self.quiet {
            self.show(self.text(text));
        }
    }

    /// Shows `text` as it is, unless quiet.
    pub(crate) fn show(&self, text: &str) {
        if !self.quiet {
            let text = visible(text);
            // A text of several lines, such as a sample, has its own line breaks.
            let lines = if text.contains('\n') {
                text.into_owned()
            } else {
                wrap(&text, self.width, 0, &" ".repeat(label_width(&text)))
            };
            write(&(lines + "\n"));
        }
    }

    /// Shows what may be wrong. The command continues.
    pub(crate) fn warning(&self, about: &impl Describe) {
        let message = about.describe();
        if self.json {
            write(&events::warning(&message));
        } else {
            write(&draw(Severity::Warning, &message, self.language, self.width));
        }
    }

    /// Shows why a command fails with `exit_code`.
    pub(crate) fn error(&self, message: &Message, exit_code: u8) {
        if self.json {
            write(&events::error(message, exit_code));
        } else {
            write(&draw(Severity::Error, message, self.language, self.width));
        }
    }
}

/// The columns of the label that `text` begins with, as in `network  gru`, with the spaces behind it; 0
/// without one.
fn label_width(text: &str) -> usize {
    let Some(end) = text.find("  ") else { return 0 };
    let gap = text[end..].len() - text[end..].trim_start().len();
    match text[..end + gap].width() {
        width if width <= 16 => width,
        _ => 0,
    }
}

/// If the terminal is gone, work continues.
fn write(lines: &str) {
    let _ = anstream::stderr().write_all(lines.as_bytes());
}
