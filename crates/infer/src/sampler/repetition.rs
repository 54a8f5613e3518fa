//! The repetition penalty (Keskar et al. 2019, "CTRL").

use super::{Past, Sampler, last};
use crate::Candidates;

/// Divides the positive logits of the symbols among the last ones by `penalty` and multiplies their
/// negative logits by it. 1 changes nothing.
#[derive(Debug, Clone, Copy)]
pub struct Repetition {
    /// Above 1 discourages repetition.
    pub penalty: f32,
    /// How many of the last symbols count.
    pub window: usize,
}

impl Sampler for Repetition {
    fn apply(&self, candidates: &mut Candidates, past: &Past<'_>) {
        let recent = last(past, self.window);
        candidates.change(|id, logit| match recent.binary_search(&id) {
            Ok(_) if logit > 0.0 => logit / self.penalty,
            Ok(_) => logit * self.penalty,
            Err(_) => logit,
        });
    }

    fn reach(&self) -> usize {
        self.window
    }
}
