//! The only code that writes to standard output and standard error.
//!
//! Standard output carries data alone: text that was written, figures that were asked for, the
//! folder of a run. Everything said to a person goes to standard error.

use crate::args::Color;
use crate::environment::cursor_moves;
use crate::failure::Failure;
use crate::language::{Spoken, in_chinese, spoken};
use anstream::ColorChoice;
use anstyle::AnsiColor;
use charnn_data::visible;
use charnn_train::Warning;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether [`note`] is silent.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Settles how this process speaks, once, before it says anything.
pub(crate) fn speak(color: Color, quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
    match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
    .write_global();
}

/// Whether only warnings and errors are wanted.
pub(crate) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Says something to the person at the terminal, unless nobody wants to hear it.
pub(crate) fn note(line: &(impl Spoken + ?Sized)) {
    if !is_quiet() {
        say(&spoken(line));
    }
}

/// Says what is not as it should be.
pub(crate) fn warning(message: &(impl Spoken + ?Sized)) {
    labelled(AnsiColor::Yellow, "warning:", "警告：", message);
}

/// Says why a command has failed.
pub(crate) fn error(message: &(impl Spoken + ?Sized)) {
    labelled(AnsiColor::Red, "error:", "错误：", message);
}

/// A message behind a word in colour, in the message's language.
fn labelled(color: AnsiColor, english: &str, chinese: &str, message: &(impl Spoken + ?Sized)) {
    let style = color.on_default().bold();
    match in_chinese(message) {
        Some(message) => styled(&format!("{style}{chinese}{style:#}"), &message),
        None => styled(&format!("{style}{english}{style:#} "), &message.to_string()),
    }
}

/// Says something in any case. If the terminal is gone, the work goes on.
pub(crate) fn say(message: &str) {
    styled("", message);
}

/// Colours are taken out where nobody wants them. What was read from somewhere changes no terminal.
fn styled(head: &str, message: &str) {
    let _ = writeln!(anstream::stderr(), "{head}{}", visible(message));
}

/// [`warning`] for those who hand it over.
#[expect(clippy::needless_pass_by_value, reason = "it is a callback")]
pub(crate) fn warn(message: Warning) {
    warning(&message);
}

/// Whether a person watches standard error, on a terminal that can move its cursor.
pub(crate) fn is_watched() -> bool {
    std::io::stderr().is_terminal() && cursor_moves()
}

/// Writes data, at once.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::ClosedPipe,
        _ => Failure::Output(error),
    })
}

/// Standard output for data that is no text of ours.
pub(crate) struct Stdout;

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        std::io::stdout().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stdout().flush()
    }
}

/// A whole number with separators: 1,115,394.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_are_grouped_in_threes() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1_115_394, "1,115,394")];
        for (number, expected) in cases {
            assert_eq!(grouped(number), expected);
        }
    }
}
