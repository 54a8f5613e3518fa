//! Which training comes next, and how far it goes.

use super::plan::Sweep;
use charnn_runs::RunDir;
use charnn_sweep::{Halving, Ledger, Outcome, Standing};
use std::collections::VecDeque;

/// A training to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) trial: usize,
    /// The comparison at which it pauses, counted from 0; without one it comes to its end.
    pub(super) comparison: Option<usize>,
}

/// The trainings that are left.
pub(super) enum Queue {
    InOrder(VecDeque<usize>),
    Halving { halving: Halving, trials: Vec<Standing> },
}

impl Queue {
    /// `left` are the trainings that have not come to their end.
    pub(super) fn new(sweep: &Sweep, ledger: &Ledger, left: &[usize]) -> Self {
        let Some(halving) = sweep.request.halving else {
            return Self::InOrder(left.iter().copied().collect());
        };
        let standing = |trial: usize| {
            let mut standing = Standing {
                sent: ledger.sent(trial),
                has_ended: !left.contains(&trial),
                ..Standing::default()
            };
            let run = sweep.run(&sweep.trials[trial]);
            reach(&mut standing, halving, run.as_ref(), ledger.outcomes()[trial]);
            standing
        };
        Self::Halving { halving, trials: (0..sweep.trials.len()).map(standing).collect() }
    }

    /// The next training, or `None` if all that are left must wait for others.
    pub(super) fn next(&mut self) -> Option<Task> {
        match self {
            Self::InOrder(left) => left.pop_front().map(|trial| Task { trial, comparison: None }),
            Self::Halving { halving, trials } => {
                let (trial, comparison) = halving.next(trials)?;
                (trials[trial].sent, trials[trial].is_running) = (comparison + 1, true);
                Some(Task { trial, comparison: Some(comparison) })
            }
        }
    }

    /// Notes that a training has paused, or ended with `outcome`.
    pub(super) fn came_back(
        &mut self,
        trial: usize,
        run: Option<&RunDir>,
        outcome: Option<Outcome>,
    ) {
        if let Self::Halving { halving, trials } = self {
            let standing = &mut trials[trial];
            (standing.is_running, standing.has_ended) = (false, outcome.is_some());
            reach(standing, *halving, run, outcome);
        }
    }
}

/// Reads the losses at the comparisons that a run has reached.
fn reach(
    standing: &mut Standing,
    halving: Halving,
    run: Option<&RunDir>,
    outcome: Option<Outcome>,
) {
    let rows = run.and_then(|run| run.metrics().ok()).unwrap_or_default();
    let at =
        |step: u64| rows.iter().rev().find(|row| row.step == step).and_then(|row| row.val_loss);
    standing.losses =
        (0..standing.sent).map_while(|comparison| at(halving.step(comparison))).collect();
    if standing.losses.len() < standing.sent && outcome.is_some() {
        let last = rows.iter().rev().find_map(|row| row.val_loss);
        let is_complete = outcome == Some(Outcome::Completed);
        standing.losses.push(last.filter(|_| is_complete).unwrap_or(f64::INFINITY));
    }
}
