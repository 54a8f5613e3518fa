//! Locally typical sampling (Meister et al. 2022).

use super::{Past, Sampler};
use crate::Candidates;

/// Keeps the symbols that are about as surprising as expected, until their probabilities together reach
/// this; 1 keeps all. It may remove the likeliest symbol.
#[derive(Debug, Clone, Copy)]
pub struct Typical(pub f64);

impl Sampler for Typical {
    fn apply(&self, candidates: &mut Candidates, _: &Past<'_>) {
        if self.0 < 1.0 {
            candidates.keep_typical(self.0);
        }
    }
}
