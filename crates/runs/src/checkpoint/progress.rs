//! How far a run is.

use serde::{Deserialize, Serialize};

/// Everything besides tensors that decides how a run continues. Random choices are functions of the
/// seed and the step, so no generator state is among it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Training steps made.
    pub step: u64,
    /// Updates that the optimizer counts itself.
    pub updates: u64,
    /// Seconds of training.
    pub seconds: f64,
    /// BLAKE3 of the text, as hexadecimal.
    pub text: String,
    /// That of the validation text, if it is a text of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_text: Option<String>,
    /// That of the test text, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_text: Option<String>,
    /// Length of `metrics.jsonl` in bytes; a longer file was written by a process that died.
    pub metrics_bytes: u64,
    /// The same for `samples.jsonl`.
    pub samples_bytes: u64,
    /// The step of the last evaluation.
    pub evaluated: u64,
    /// The step of the last sample.
    pub sampled: u64,
    /// Evaluations since the best one.
    pub without_gain: u64,
    /// The factor on the scheduled learning rate that rollbacks have set.
    pub rate_scale: f64,
    /// How often the run has been rolled back.
    pub rollbacks: u32,
    /// The learning rate's dependence on the validation loss.
    pub plateau: Plateau,
    /// The best evaluation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
    /// What was measured and chosen on the machine that trains; resuming keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hardware: Option<Hardware>,
}

/// What was chosen for the machine that trains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hardware {
    /// The device: `cpu`, or the name of an adapter with its graphics API.
    pub device: String,
    /// How the recurrence runs there, if that was measured: the algorithm ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// ... and the batch rows of a workgroup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// What has been seen of the validation loss, and the factor on the learning rate that follows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Plateau {
    /// The lowest validation loss so far; `None` before the first evaluation.
    pub best: Option<f64>,
    /// Evaluations that were no better, since the best one or since the last reduction.
    pub bad: u64,
    /// The factor on the scheduled learning rate.
    pub scale: f64,
}

/// The evaluation with the lowest loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Best {
    /// The step after which it was made.
    pub step: u64,
    /// The validation loss, in nats per character.
    #[serde(alias = "nats")]
    pub loss: f64,
}

impl Default for Plateau {
    fn default() -> Self {
        Self { best: None, bad: 0, scale: 1.0 }
    }
}

impl Progress {
    /// Whether the network has not been evaluated, and the last evaluation was the best so far. A run that
    /// was stopped between two evaluations must not write with an outdated network.
    pub(crate) fn may_be_best(&self) -> bool {
        let was_falling = self.best.as_ref().is_some_and(|best| best.step == self.evaluated);
        self.evaluated < self.step && was_falling
    }

    /// Before the first step, on a text with this BLAKE3.
    pub fn start(text: String) -> Self {
        Self {
            step: 0,
            updates: 0,
            seconds: 0.0,
            text,
            valid_text: None,
            test_text: None,
            metrics_bytes: 0,
            samples_bytes: 0,
            evaluated: 0,
            sampled: 0,
            without_gain: 0,
            rate_scale: 1.0,
            rollbacks: 0,
            plateau: Plateau::default(),
            best: None,
            hardware: None,
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        toml::to_string(self).expect("progress is plain TOML").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As commit 7459234 wrote it.
    const OLD: &str = "step = 12\nupdates = 12\nseconds = 0.5\ntext = \"ab\"\nmetrics_bytes = 3\n\
        samples_bytes = 4\nevaluated = 10\nsampled = 8\nwithout_gain = 1\nrate_scale = 1.0\n\
        rollbacks = 0\n\n[plateau]\nbad = 0\nscale = 1.0\n\n[best]\nstep = 10\nnats = 2.5\n";

    #[test]
    fn progress_of_older_versions_is_read() {
        let progress: Progress = toml::from_str(OLD).expect("valid progress");
        assert_eq!(progress.best, Some(Best { step: 10, loss: 2.5 }));
        let again = String::from_utf8(progress.to_bytes()).expect("TOML is UTF-8");
        assert_eq!(again, OLD.replace("nats", "loss"));
    }

    #[test]
    fn what_was_chosen_for_the_machine_reads_back() {
        let mut progress = Progress::start("ab".to_owned());
        for (algorithm, rows) in [(None, None), (Some("time-loop".to_owned()), Some(8))] {
            progress.hardware = Some(Hardware { device: "cpu".to_owned(), algorithm, rows });
            let text = String::from_utf8(progress.to_bytes()).expect("TOML is UTF-8");
            assert_eq!(toml::from_str::<Progress>(&text).expect("valid progress"), progress);
        }
    }
}
