//! Top-k sampling (Fan et al. 2018).

use super::{Past, Sampler};
use crate::Candidates;

/// Keeps this many of the likeliest symbols; 0 keeps all.
#[derive(Debug, Clone, Copy)]
pub struct TopK(pub usize);

impl Sampler for TopK {
    fn apply(&self, candidates: &mut Candidates, _: &Past<'_>) {
        if self.0 > 0 {
            candidates.keep_best(self.0);
        }
    }
}
