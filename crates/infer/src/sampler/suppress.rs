//! Symbols that are never chosen.

use super::{Past, Sampler};
use crate::Candidates;

/// Removes these symbols.
#[derive(Debug, Clone)]
pub struct Suppress(pub Vec<u16>);

impl Sampler for Suppress {
    fn apply(&self, candidates: &mut Candidates, _: &Past<'_>) {
        candidates.retain(|id| !self.0.contains(&id));
    }
}
