//! The frequency penalty (`frequency_penalty` of completion APIs, <https://platform.openai.com/docs/api-reference>).

use super::{Past, Sampler, last};
use crate::Candidates;

/// Subtracts `penalty` from the logit of a symbol for each time it occurs among the last ones.
#[derive(Debug, Clone, Copy)]
pub struct Frequency {
    /// Above 0 discourages repetition, below 0 encourages it.
    pub penalty: f32,
    /// How many of the last symbols count.
    pub window: usize,
}

impl Sampler for Frequency {
    fn apply(&self, candidates: &mut Candidates, past: &Past<'_>) {
        let recent = last(past, self.window);
        candidates.change(|id, logit| {
            let before = recent.partition_point(|&other| other < id);
            let count = recent[before..].partition_point(|&other| other == id);
            logit - self.penalty * count as f32
        });
    }

    fn reach(&self) -> usize {
        self.window
    }
}
