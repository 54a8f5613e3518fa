//! Top-p or nucleus sampling (Holtzman et al. 2019).

use super::{Past, Sampler};
use crate::Candidates;

/// Keeps the fewest likeliest symbols whose probabilities together reach this; 1 keeps all.
#[derive(Debug, Clone, Copy)]
pub struct TopP(pub f64);

impl Sampler for TopP {
    fn apply(&self, candidates: &mut Candidates, _: &Past<'_>) {
        if self.0 < 1.0 {
            candidates.keep_share(self.0);
        }
    }
}
