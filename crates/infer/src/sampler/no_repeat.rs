//! No repeated n-grams (Paulus et al. 2017).

use super::{Past, Sampler};
use crate::Candidates;

/// Removes every symbol that would complete a sequence of `length` symbols that occurs among the last ones.
#[derive(Debug, Clone, Copy)]
pub struct NoRepeat {
    /// Symbols of a sequence, at least 1.
    pub length: usize,
    /// How many of the last symbols are searched.
    pub window: usize,
}

impl Sampler for NoRepeat {
    fn apply(&self, candidates: &mut Candidates, past: &Past<'_>) {
        let past = &past.symbols[past.symbols.len().saturating_sub(self.reach())..];
        let before = self.length.saturating_sub(1);
        let Some(start) = past.len().checked_sub(before) else { return };
        let beginning = &past[start..];
        let mut ends: Vec<u16> = past
            .windows(before + 1)
            .filter(|sequence| sequence.starts_with(beginning))
            .map(|sequence| sequence[before])
            .collect();
        if !ends.is_empty() {
            ends.sort_unstable();
            candidates.retain(|id| ends.binary_search(&id).is_err());
        }
    }

    fn reach(&self) -> usize {
        self.window.max(self.length)
    }
}
