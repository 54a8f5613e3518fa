//! Temperature: how far likely symbols are preferred.

use super::{Past, Sampler};
use crate::Candidates;

/// Divides the logits. Below 1 likely symbols become likelier, above 1 unlikely ones; 0 takes the
/// likeliest symbol.
#[derive(Debug, Clone, Copy)]
pub struct Temperature(pub f64);

impl Sampler for Temperature {
    fn apply(&self, candidates: &mut Candidates, _: &Past<'_>) {
        if self.0 > 0.0 {
            candidates.heat(self.0);
        } else {
            candidates.keep_best(1);
        }
    }
}
