//! What happens during training, as a closed list of events, and those who listen.

use crate::{Plan, Warning};
use charnn_model::Nats;

/// One thing that happened. Steps count from 1: the number of updates made.
#[derive(Debug, Clone)]
pub enum Event<'a> {
    /// Training begins.
    Started {
        /// What will be done.
        plan: &'a Plan,
        /// Steps that were made before, by a run that this one goes on with.
        done: u64,
    },
    /// An update was made.
    StepDone {
        /// Updates so far.
        step: u64,
        /// The epoch it belongs to, counted from 0.
        epoch: u64,
        /// The loss of its batch, before the update.
        loss: Nats,
        /// The Euclidean norm of its gradient, before clipping.
        gradient_norm: f64,
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
    /// A checkpoint was written.
    Saved {
        /// Updates so far.
        step: u64,
    },
    /// Something is not as it should be, and training goes on.
    Warning(&'a Warning),
    /// Training is over and a checkpoint is written.
    Finished {
        /// Updates made.
        step: u64,
    },
}

/// Someone who is told what happens. Nobody who observes can change it.
pub trait Observer {
    /// Takes note of one event.
    fn on(&mut self, event: &Event<'_>);
}
