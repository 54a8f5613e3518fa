//! Which training to continue, and how far: asynchronous successive halving.
//!
//! Every training makes a few steps first. The best third of those that have made them makes three times as many, the
//! best third of these three times as many again, and so on to the end. No training waits for others to reach its
//! step, so that no process is idle.

use serde::{Deserialize, Serialize};

/// The steps at which trainings are compared.
///
/// # Source
/// Li et al., A System for Massively Parallel Hyperparameter Tuning, 2020, algorithm 2. Here a training that is
/// promoted continues where it paused, instead of from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halving {
    /// The steps before the first comparison, at least 1.
    pub steps: u64,
    /// One of this many trainings continues, with this many times the steps. At least 2.
    pub reduction: u64,
}

/// How far a training is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standing {
    /// Its validation loss at each comparison that it has reached.
    pub losses: Vec<f64>,
    /// The comparisons that it was sent to so far: one more than it has reached while it is on its way, and after a
    /// kill.
    pub sent: usize,
    /// Whether a process trains it now.
    pub is_running: bool,
    /// Whether it has come to its end, or failed. A training that failed has an infinite loss at the comparison that
    /// it did not reach.
    pub has_ended: bool,
}

impl Halving {
    /// The step of a comparison, counted from 0.
    pub fn step(&self, comparison: usize) -> u64 {
        let exponent = u32::try_from(comparison).unwrap_or(u32::MAX);
        self.steps.saturating_mul(self.reduction.saturating_pow(exponent))
    }

    /// The steps of `trainings` together, each of `steps` at most, if one of [`Halving::reduction`] continues at each
    /// comparison. The best is always trained to its end.
    pub fn expected_steps(&self, trainings: u64, steps: u64) -> u64 {
        let (mut total, mut left, mut before) = (0_u64, trainings, 0);
        for comparison in 0.. {
            let until = self.step(comparison).min(steps);
            total = total.saturating_add(left.saturating_mul(until - before));
            if until == steps {
                break;
            }
            (left, before) = ((left / self.reduction).max(1), until);
        }
        total
    }

    /// The training to continue now, and the comparison to which; `None` if all must wait for those that run.
    ///
    /// First come trainings that were interrupted, then the best of those that may be promoted, the furthest first, then
    /// the next that has not begun. When only paused trainings are left, the best of the furthest continues, so that the
    /// winner is always trained to its end.
    pub fn next(&self, trials: &[Standing]) -> Option<(usize, usize)> {
        let interrupted =
            |it: &Standing| it.sent > it.losses.len() && !it.is_running && !it.has_ended;
        if let Some(trial) = trials.iter().position(interrupted) {
            return Some((trial, trials[trial].sent - 1));
        }
        let furthest = trials.iter().map(|it| it.losses.len()).max().unwrap_or(0);
        (0..furthest)
            .rev()
            .find_map(|comparison| Some((self.promoted(trials, comparison)?, comparison + 1)))
            .or_else(|| Some((trials.iter().position(|it| it.sent == 0 && !it.has_ended)?, 0)))
            .or_else(|| Self::winner(trials))
    }

    /// The best of the trainings that have come furthest, and its next comparison, if it has paused and none runs.
    fn winner(trials: &[Standing]) -> Option<(usize, usize)> {
        let last = |it: &Standing| it.losses.last().copied().filter(|loss| loss.is_finite());
        let reached = trials.iter().enumerate().filter_map(|(trial, it)| Some((trial, last(it)?)));
        let (best, _) = reached.min_by(|a, b| {
            let length = |trial: usize| trials[trial].losses.len();
            length(b.0).cmp(&length(a.0)).then(a.1.total_cmp(&b.1))
        })?;
        let is_idle = !trials.iter().any(|it| it.is_running) && !trials[best].has_ended;
        is_idle.then_some((best, trials[best].losses.len()))
    }

    /// The trainings that have reached `comparison`, the best first. Of equal ones, the earlier is better.
    fn reached(trials: &[Standing], comparison: usize) -> Vec<usize> {
        let loss = |trial: &usize| trials[*trial].losses.get(comparison).copied();
        let mut reached: Vec<(usize, f64)> =
            (0..trials.len()).filter_map(|trial| Some((trial, loss(&trial)?))).collect();
        reached.sort_by(|a, b| a.1.total_cmp(&b.1));
        reached.into_iter().map(|(trial, _)| trial).collect()
    }

    /// The best training that has paused at `comparison` and belongs to the best share of those that have reached it.
    fn promoted(&self, trials: &[Standing], comparison: usize) -> Option<usize> {
        let reached = Self::reached(trials, comparison);
        let best = reached.len() / usize::try_from(self.reduction).unwrap_or(usize::MAX);
        reached.into_iter().take(best).find(|&trial| {
            let it = &trials[trial];
            let has_paused = it.losses.len() == comparison + 1 && it.sent == comparison + 1;
            has_paused && !it.is_running && !it.has_ended
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HALVING: Halving = Halving { steps: 10, reduction: 3 };

    fn paused(losses: &[f64]) -> Standing {
        Standing { losses: losses.to_vec(), sent: losses.len(), ..Standing::default() }
    }

    #[test]
    fn comparisons_are_a_factor_apart() {
        assert_eq!([0, 1, 2].map(|it| HALVING.step(it)), [10, 30, 90]);
        assert_eq!(HALVING.step(1000), u64::MAX);
    }

    #[test]
    fn a_third_is_promoted_the_best_first() {
        let mut trials =
            vec![paused(&[3.0]), paused(&[1.0]), Standing::default(), Standing::default()];
        // A third of two is none yet.
        assert_eq!(HALVING.next(&trials), Some((2, 0)));
        trials[2] = paused(&[2.0]);
        assert_eq!(HALVING.next(&trials), Some((1, 1)));
        trials[1] = Standing { sent: 2, is_running: true, ..paused(&[1.0]) };
        assert_eq!(HALVING.next(&trials), Some((3, 0)));
        trials[3] = Standing { sent: 1, is_running: true, ..Standing::default() };
        assert_eq!(HALVING.next(&trials), None);
        // The process that trained it was killed.
        trials[1].is_running = false;
        assert_eq!(HALVING.next(&trials), Some((1, 1)));
    }

    #[test]
    fn what_has_failed_counts_and_never_continues() {
        let failed = Standing { has_ended: true, ..paused(&[f64::INFINITY]) };
        let trials = vec![failed.clone(), failed.clone(), paused(&[5.0])];
        assert_eq!(HALVING.next(&trials), Some((2, 1)));
        assert_eq!(HALVING.next(&[failed.clone(), failed.clone(), failed]), None);
    }

    #[test]
    fn the_winner_of_few_is_trained_to_its_end() {
        let mut trials = vec![paused(&[3.0]), paused(&[1.0])];
        assert_eq!(HALVING.next(&trials), Some((1, 1)));
        trials[1] = Standing { sent: 2, is_running: true, ..paused(&[1.0]) };
        assert_eq!(HALVING.next(&trials), None);
        trials[1] = paused(&[1.0, 0.5]);
        assert_eq!(HALVING.next(&trials), Some((1, 2)));
        // It diverges, or comes to its end.
        trials[1] = Standing { has_ended: true, ..paused(&[1.0, 0.5, f64::INFINITY]) };
        assert_eq!(HALVING.next(&trials), Some((0, 1)));
        trials[1] = Standing { has_ended: true, ..paused(&[1.0, 0.5, 0.2]) };
        assert_eq!(HALVING.next(&trials), None);
    }

    /// A loss that falls with the steps towards a floor, which differs between trials.
    fn loss(floor: f64, steps: u64) -> f64 {
        floor + 5.0 / (steps as f64).sqrt()
    }

    /// Trains until nothing is left to do, `jobs` at a time, for `end` steps at most: the steps of each trial.
    fn search(
        floors: &[f64],
        end: u64,
        jobs: usize,
        mut pick: impl FnMut(usize) -> usize,
    ) -> Vec<u64> {
        let mut trials = vec![Standing::default(); floors.len()];
        let mut steps = vec![0; floors.len()];
        let mut running: Vec<(usize, usize)> = Vec::new();
        loop {
            while running.len() < jobs
                && let Some((trial, comparison)) = HALVING.next(&trials)
            {
                trials[trial].sent = comparison + 1;
                trials[trial].is_running = true;
                running.push((trial, comparison));
            }
            if running.is_empty() {
                return steps;
            }
            let (trial, comparison) = running.remove(pick(running.len()));
            steps[trial] = HALVING.step(comparison).min(end);
            trials[trial].losses.push(loss(floors[trial], steps[trial]));
            trials[trial].is_running = false;
            trials[trial].has_ended = steps[trial] == end;
        }
    }

    #[test]
    fn a_planted_optimum_is_trained_to_the_end_within_a_part_of_the_grid() {
        let floors: Vec<f64> =
            (0..81).map(|trial| 1.0 + f64::from((trial * 37) % 81) / 20.0).collect();
        let end = 810;
        for jobs in [1, 4] {
            let steps = search(&floors, end, jobs, |_| 0);
            let best = floors.iter().position(|&floor| floor <= 1.0);
            assert_eq!(best.map(|trial| steps[trial]), Some(end));
            // 81 · 10 + 27 · 20 + 9 · 60 + 3 · 180 + 1 · 540 if all waited for each other; asynchronous promotions
            // add some. The whole grid takes 81 · 810.
            let all: u64 = steps.iter().sum();
            assert!((2970..2 * 2970).contains(&all), "{all}");
            assert!(steps.iter().all(|&it| it >= 10));
        }
    }

    proptest! {
        /// Whatever the order in which trainings end: each begins, none is sent anywhere twice, and the search ends.
        #[test]
        fn every_training_begins_and_the_search_ends(
            floors in prop::collection::vec(0.0_f64..9.0, 1..40), jobs in 1_usize..5, order in any::<u64>(),
        ) {
            let mut state = order;
            let steps = search(&floors, 90, jobs, |running| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                usize::try_from(state >> 33).unwrap_or(0) % running
            });
            prop_assert!(steps.iter().all(|&it| [10, 30, 90].contains(&it)), "{:?}", steps);
            prop_assert!(steps.contains(&90));
            // At least a third of all, rounded down, was promoted.
            prop_assert!(steps.iter().filter(|&&it| it > 10).count() >= floors.len() / 3);
        }
    }

    #[test]
    fn most_trainings_make_few_steps() {
        let halving = Halving { steps: 10, reduction: 3 };
        // All nine make 10 steps, three make 20 more, and one 60 more.
        assert_eq!(halving.expected_steps(9, 90), 90 + 60 + 60);
        assert_eq!(halving.expected_steps(2, 90), 20 + 20 + 60);
        assert_eq!(halving.expected_steps(9, 5), 45);
    }
}
