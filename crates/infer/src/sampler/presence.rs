//! The presence penalty (`presence_penalty` of completion APIs, <https://platform.openai.com/docs/api-reference>).

use super::{Past, Sampler, last};
use crate::Candidates;

/// Subtracts `penalty` from the logits of the symbols among the last ones, however often they occur.
#[derive(Debug, Clone, Copy)]
pub struct Presence {
    /// Above 0 discourages repetition, below 0 encourages it.
    pub penalty: f32,
    /// How many of the last symbols count.
    pub window: usize,
}

impl Sampler for Presence {
    fn apply(&self, candidates: &mut Candidates, past: &Past<'_>) {
        let recent = last(past, self.window);
        candidates.change(|id, logit| match recent.binary_search(&id) {
            Ok(_) => logit - self.penalty,
            Err(_) => logit,
        });
    }

    fn reach(&self) -> usize {
        self.window
    }
}
