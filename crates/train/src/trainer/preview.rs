//! Samples shown because time passed, for a person who waits: after 5 and 12 seconds, then in growing
//! intervals.
//!
//! They are observed and not recorded: how many there are depends on the machine, and what a run
//! leaves behind does not. A sample is a function of weights, seed and step, so training is not
//! affected.

use super::Trainer;
use crate::sample::sample;
use crate::{Event, TrainError, TrainState};
use burn::module::Module;
use std::time::{Duration, Instant};

/// The first preview, after so much training.
const FIRST: Duration = Duration::from_secs(5);
/// The second.
const SECOND: Duration = Duration::from_secs(12);
/// A network that is no better than character frequencies waits until then.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most characters of a preview.
const LENGTH: usize = 200;
/// A preview may take this share of the time since the last one.
const COST: u32 = 50;

/// When the next preview is due.
#[derive(Debug)]
pub(super) struct Previews {
    next: Duration,
}

impl Previews {
    pub(super) fn new() -> Self {
        Self { next: FIRST }
    }

    /// Whether it is time for the next one.
    pub(super) fn is_due(&self, elapsed: Duration) -> bool {
        elapsed >= self.next
    }

    /// A sample was written after `elapsed`, which took `cost`.
    pub(super) fn written(&mut self, elapsed: Duration, cost: Duration) {
        let next = match elapsed {
            _ if elapsed < FIRST => FIRST,
            _ if elapsed < SECOND => SECOND,
            _ => elapsed * 2,
        };
        self.next = next.max(elapsed + cost * COST);
    }
}

impl Trainer<'_, '_> {
    /// Writes a preview if one is due.
    pub(super) fn preview_if_due(&mut self, state: &TrainState) -> Result<(), TrainError> {
        let (step, elapsed) = (self.progress.step, self.began.elapsed());
        let length = self.plan.config.sample.length.min(LENGTH);
        if !self.previews.is_due(elapsed) || self.progress.sampled == step || length == 0 {
            return Ok(());
        }
        let is_better = self.recent.mean().is_some_and(|loss| loss < self.unigram_loss);
        if !is_better && elapsed < PATIENCE {
            return Ok(()); // its text is noise
        }
        let began = Instant::now();
        let written = sample(self.plan, &state.model.valid(), step, length, self.stop)
            .map_err(|fault| self.failed(fault, step))?;
        if let Some((prompt, text)) = written {
            self.tell(&Event::Previewed { step, prompt: &prompt, text: &text });
        }
        self.previews.written(elapsed, began.elapsed());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_grow_and_an_expensive_preview_is_rare() {
        let mut previews = Previews::new();
        let mut times = Vec::new();
        for second in 0..100 {
            if Duration::from_secs(second) >= previews.next {
                times.push(second);
                previews.written(Duration::from_secs(second), Duration::from_millis(10));
            }
        }
        assert_eq!(times, [5, 12, 24, 48, 96]);
        previews.written(Duration::from_secs(4), Duration::from_secs(2));
        assert_eq!(previews.next, Duration::from_secs(104));
    }
}
