//! The learning rate as a pure function of the step.

use crate::{Schedule, TrainConfig};

/// The learning rate of `step`, counted from 0, in a run of `steps`.
pub fn learning_rate(train: &TrainConfig, step: u64, steps: u64) -> f64 {
    if step < train.warmup_steps {
        return train.learning_rate * (step + 1) as f64 / train.warmup_steps as f64;
    }
    match train.lr_schedule {
        Schedule::Constant => train.learning_rate,
        Schedule::Cosine => {
            let after = steps.saturating_sub(train.warmup_steps).max(1);
            let done = (step - train.warmup_steps) as f64 / after as f64;
            train.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * done.min(1.0)).cos())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(schedule: Schedule, step: u64, expected: f64) {
        let train = TrainConfig {
            learning_rate: 0.8,
            warmup_steps: 4,
            lr_schedule: schedule,
            ..TrainConfig::default()
        };
        let rate = learning_rate(&train, step, 104);
        assert!((rate - expected).abs() < 1e-12, "step {step}: {rate}, expected {expected}");
    }

    #[test]
    fn the_rate_rises_in_a_line_over_the_warm_up() {
        check(Schedule::Constant, 0, 0.2);
        check(Schedule::Cosine, 3, 0.8);
    }

    #[test]
    fn cosine_is_half_way_down_in_the_middle_and_zero_at_the_end() {
        check(Schedule::Cosine, 4, 0.8);
        check(Schedule::Cosine, 54, 0.4);
        check(Schedule::Cosine, 104, 0.0);
        check(Schedule::Constant, 103, 0.8);
    }
}
