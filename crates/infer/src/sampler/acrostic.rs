//! Acrostics: lines that begin with given symbols.

use super::{Past, Sampler};
use crate::Candidates;

/// Begins the first lines of the text with these symbols, one each. The lines after them are free.
#[derive(Debug, Clone)]
pub struct Acrostic {
    /// The first symbols of the lines.
    pub initials: Vec<u16>,
    /// The symbol that ends a line.
    pub line_break: u16,
    /// Whether the text begins a line. Otherwise the first line is the one after its first line break.
    pub begins_line: bool,
}

impl Sampler for Acrostic {
    fn apply(&self, candidates: &mut Candidates, past: &Past<'_>) {
        let is_start = match past.written {
            0 => self.begins_line,
            _ => past.symbols.last() == Some(&self.line_break),
        };
        if !is_start {
            return;
        }
        let line = if self.begins_line { Some(past.count) } else { past.count.checked_sub(1) };
        let line = line.and_then(|line| usize::try_from(line).ok());
        if let Some(&initial) = line.and_then(|line| self.initials.get(line)) {
            candidates.retain(|id| id == initial);
        }
    }

    fn reach(&self) -> usize {
        1
    }

    fn counted(&self) -> Option<u16> {
        Some(self.line_break)
    }
}
