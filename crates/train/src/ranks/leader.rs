//! Rank 0: it decides what happens, and the others follow.

use crate::ranks::RanksError;
use crate::ranks::order::Order;
use crate::snapshot::to_content;
use crate::{Plan, SaveError, Snapshot, TrainConfig};
use charnn_mpi::Communicator;
use std::cell::Cell;

/// The other ranks, as rank 0 sees them. They wait for orders, and are sent home when it is dropped.
pub struct Leader<'a> {
    ranks: &'a dyn Communicator,
    /// Whether the others wait for the next order.
    are_waiting: Cell<bool>,
}

impl<'a> Leader<'a> {
    /// The leader of `ranks`, which call [`crate::follow`].
    pub fn new(ranks: &'a dyn Communicator) -> Self {
        Self { ranks, are_waiting: Cell::new(true) }
    }

    /// The number of ranks, with this one.
    pub fn size(&self) -> usize {
        self.ranks.size()
    }

    /// Checks that the groups of `train` can be shared: each rank adds those of its own first, as one rank
    /// would do.
    ///
    /// # Errors
    /// When the groups of a rank are no power of two.
    pub fn check(&self, train: &TrainConfig) -> Result<(), RanksError> {
        let (groups, ranks) = (train.gradient_groups, self.size());
        let fits = groups.is_multiple_of(ranks) && (groups / ranks).is_power_of_two();
        if fits || ranks == 1 { Ok(()) } else { Err(RanksError::Groups { groups, ranks }) }
    }

    /// Gives the others the plan and the state to start from, and waits until they have read the text.
    ///
    /// # Errors
    /// When one of them cannot take part.
    pub fn start(&self, plan: &Plan, snapshot: &Snapshot) -> Result<(), RanksError> {
        self.check(&plan.config.train)?;
        self.load(plan, snapshot)?;
        if let Some(rank) = failed(self.ranks, false) {
            self.are_waiting.set(false); // they know, and have ended
            return Err(RanksError::Rank { rank });
        }
        Ok(())
    }

    /// Lets the others continue from `snapshot`.
    pub(crate) fn load(&self, plan: &Plan, snapshot: &Snapshot) -> Result<(), SaveError> {
        let content = to_content(&snapshot.state, &snapshot.progress, plan)?;
        Order::Load(content.pack()).send(self.ranks);
        Ok(())
    }

    /// Lets the others make a step, in which this rank takes part.
    pub(crate) fn step(&self, done: u64, rate: f64) -> &'a dyn Communicator {
        Order::Step { done, rate }.send(self.ranks);
        self.ranks
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        // In a panic the others may be in the middle of a step: whoever owns the communicator ends them.
        if self.are_waiting.get() && !std::thread::panicking() {
            Order::End.send(self.ranks);
        }
    }
}

impl std::fmt::Debug for Leader<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Leader").field("size", &self.size()).finish_non_exhaustive()
    }
}

/// The lowest rank for which `has_failed`, on all ranks.
pub(crate) fn failed(ranks: &dyn Communicator, has_failed: bool) -> Option<usize> {
    let mut all = vec![0.0; ranks.size()];
    ranks.all_gather(&[if has_failed { 1.0 } else { 0.0 }], &mut all);
    all.iter().position(|&failed| failed > 0.0)
}
