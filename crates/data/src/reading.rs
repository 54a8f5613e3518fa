//! The report on how one file was read, for the log of a run and the eye of the user.

use crate::clean::{Changes, Newlines};
use crate::detect::Decision;
use crate::{Encoding, OnMalformed};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How one file was read. Its `Display` is one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The file.
    pub name: String,
    /// Its length, after `.gz` is unpacked.
    pub bytes: u64,
    /// Whether it was a `.gz` file.
    pub unpacked: bool,
    /// The encoding that it was read in.
    pub encoding: Encoding,
    /// How that was found.
    pub decision: Decision,
    /// What became of bytes that begin no character.
    pub on_malformed: OnMalformed,
    /// Characters of the text as it is trained on.
    pub characters: u64,
    /// What was found and changed.
    #[serde(flatten)]
    pub changes: Changes,
}

impl fmt::Display for Reading {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.name, self.encoding)?;
        match &self.decision {
            Decision::Named { .. } => write!(out, " as you said")?,
            Decision::Contest { best, runner_up } => write!(
                out,
                " ({:.1} bits a byte, next {} {:.1})",
                best.bits_per_byte, runner_up.encoding, runner_up.bits_per_byte
            )?,
            Decision::Mark | Decision::ValidUtf8 => {}
        }
        write!(out, ", {}", counted(self.characters, "character"))?;
        if self.unpacked {
            write!(out, ", unpacked from gzip")?;
        }
        let Changes { malformed, newlines, byte_order_mark, nul, control, .. } = &self.changes;
        if let Some(first) = malformed.places.first() {
            let done = match self.on_malformed {
                OnMalformed::Replace => "replaced by U+FFFD",
                OnMalformed::Skip => "left out",
                OnMalformed::Error => "found",
            };
            let (count, byte, line) = (malformed.bytes, first.byte, first.line);
            write!(out, ", {} {done}", counted(count, "malformed byte"))?;
            write!(out, " (first at byte {}, line {})", grouped(byte), grouped(line))?;
        }
        if *byte_order_mark {
            write!(out, ", byte order mark dropped")?;
        }
        match newlines {
            Newlines { crlf: 0, cr: 0, .. } => {}
            Newlines { cr: 0, lf: 0, .. } => write!(out, ", CRLF → LF")?,
            Newlines { crlf: 0, lf: 0, .. } => write!(out, ", CR → LF")?,
            Newlines { crlf, cr, lf } => {
                let (crlf, cr, lf) = (grouped(*crlf), grouped(*cr), grouped(*lf));
                write!(out, ", mixed line ends → LF ({crlf} CRLF, {cr} CR, {lf} LF)")?;
            }
        }
        if nul + control > 0 {
            write!(out, ", {} dropped", counted(nul + control, "control character"))?;
        }
        if self.changes.private_use > 0 {
            write!(out, ", {}", counted(self.changes.private_use, "private-use character"))?;
        }
        if self.changes.replaced_before > 0 {
            let count = grouped(self.changes.replaced_before);
            write!(out, ", {count} U+FFFD in the file itself")?;
        }
        Ok(())
    }
}

/// A number of things: `1 character`, `2,000 characters`.
pub(crate) fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
