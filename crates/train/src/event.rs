//! What happens during training, as a closed list of events, and those who listen.

use crate::{Plan, RunError};
use charnn_model::Nats;

/// One thing that happened. Steps count from 1: the number of updates made.
#[derive(Debug, Clone)]
pub enum Event<'a> {
    /// Training begins.
    Started {
        /// What will be done.
        plan: &'a Plan,
    },
    /// An update was made.
    StepDone {
        /// Updates so far.
        step: u64,
        /// The epoch it belongs to, counted from 0.
        epoch: u64,
        /// The loss of its batch, before the update.
        loss: Nats,
        /// Characters that were read for it, predicted or not.
        read: u64,
        /// The learning rate it was made with.
        rate: f64,
    },
    /// The held-out text was measured.
    Evaluated {
        /// Updates so far.
        step: u64,
        /// Its cross-entropy.
        valid: Nats,
    },
    /// The network wrote a sample.
    Sampled {
        /// Updates so far.
        step: u64,
        /// The prompt.
        prompt: &'a str,
        /// What the network wrote after it.
        text: &'a str,
    },
    /// Training is over and the weights are saved.
    Finished {
        /// Updates made.
        step: u64,
    },
}

/// Someone who is told what happens. Nobody who observes can change it.
pub trait Observer {
    /// Takes note of one event.
    ///
    /// # Errors
    /// When the note cannot be kept; training then stops.
    fn on(&mut self, event: &Event<'_>) -> Result<(), RunError>;
}
