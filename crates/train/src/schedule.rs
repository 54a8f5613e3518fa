//! The learning rate as a pure function of the step.
//!
//! [`crate::Plateau`] reacts to the validation loss.

use crate::{Schedule, TrainConfig};
use std::f64::consts::PI;

/// The learning rate of `step`, counted from 0, in a run of `steps`.
///
/// It rises linearly over the warm-up, then follows the schedule, which stays at or above
/// `lr_min_factor` of the highest rate.
pub fn learning_rate(train: &TrainConfig, step: u64, steps: u64) -> f64 {
    let highest = train.learning_rate;
    let Some(done) = step.checked_sub(train.warmup_steps) else {
        return highest * (step + 1) as f64 / train.warmup_steps as f64;
    };
    let least = train.lr_min_factor;
    let decays = done as f64 / train.lr_decay_steps as f64;
    match train.lr_schedule {
        Schedule::Constant => highest,
        Schedule::Cosine => {
            let after = steps.saturating_sub(train.warmup_steps).max(1);
            let done = done as f64 / after as f64;
            highest * (least + (1.0 - least) * 0.5 * (1.0 + (PI * done.min(1.0)).cos()))
        }
        Schedule::Exponential => highest * train.lr_decay_factor.powf(decays).max(least),
        Schedule::Step => highest * train.lr_decay_factor.powf(decays.floor()).max(least),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rate of 0.8 with a warm-up of 4 steps, halved every 10.
    fn rate(lr_schedule: Schedule, lr_min_factor: f64, step: u64) -> f64 {
        let train = TrainConfig {
            learning_rate: 0.8,
            warmup_steps: 4,
            lr_schedule,
            lr_min_factor,
            lr_decay_factor: 0.5,
            lr_decay_steps: 10,
            ..TrainConfig::default()
        };
        learning_rate(&train, step, 104)
    }

    #[track_caller]
    fn check(schedule: Schedule, step: u64, expected: f64) {
        let rate = rate(schedule, 0.0, step);
        assert!((rate - expected).abs() < 1e-12, "step {step}: {rate}, expected {expected}");
    }

    const ALL: [Schedule; 4] =
        [Schedule::Constant, Schedule::Cosine, Schedule::Exponential, Schedule::Step];

    #[test]
    fn the_rate_rises_in_a_line_over_the_warm_up() {
        for schedule in ALL {
            check(schedule, 0, 0.2);
            check(schedule, 1, 0.4);
            check(schedule, 3, 0.8);
            check(schedule, 4, 0.8);
        }
    }

    #[test]
    fn cosine_is_half_way_down_in_the_middle_and_zero_at_the_end() {
        check(Schedule::Cosine, 54, 0.4);
        check(Schedule::Cosine, 104, 0.0);
        check(Schedule::Constant, 103, 0.8);
    }

    #[test]
    fn exponential_decay_is_smooth_and_that_by_steps_is_not() {
        check(Schedule::Exponential, 14, 0.4);
        check(Schedule::Exponential, 9, 0.8 * 0.5_f64.sqrt());
        check(Schedule::Exponential, 34, 0.1);
        check(Schedule::Step, 13, 0.8);
        check(Schedule::Step, 14, 0.4);
        check(Schedule::Step, 23, 0.4);
        check(Schedule::Step, 34, 0.1);
    }

    #[test]
    fn the_rate_never_rises_after_the_warm_up_nor_falls_below_its_least() {
        for schedule in ALL {
            for least in [0.0, 0.25] {
                let rates: Vec<f64> = (4..=104).map(|step| rate(schedule, least, step)).collect();
                assert!(rates.is_sorted_by(|before, after| before >= after), "{schedule:?}");
                assert!(rates.iter().all(|&rate| rate >= 0.8 * least), "{schedule:?}");
                let last = rates[100];
                assert!(schedule == Schedule::Constant || last <= 0.8 * least + 1e-3, "{last}");
            }
        }
    }
}
