//! Min-p sampling (Nguyen et al. 2024, "Turning up the heat").

use super::{Past, Sampler};
use crate::Candidates;

/// Keeps the symbols that are at least this share as likely as the likeliest; 0 keeps all.
#[derive(Debug, Clone, Copy)]
pub struct MinP(pub f64);

impl Sampler for MinP {
    fn apply(&self, candidates: &mut Candidates, _: &Past<'_>) {
        if self.0 > 0.0 {
            candidates.keep_near_best(self.0);
        }
    }
}
