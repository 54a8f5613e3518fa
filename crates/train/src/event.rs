//! What happens during training: a closed list of events, and the trait of those who observe them.

use crate::{Baselines, Plan, Warning};
use charnn_infer::Bits;
use charnn_model::Loss;

/// One thing that happened. Steps count from 1: the number of updates made.
#[derive(Debug, Clone)]
pub enum Event<'a> {
    /// Training begins.
    Started {
        /// What will be done.
        plan: &'a Plan,
        /// Steps made before, by the run that is resumed.
        done: u64,
        /// The loss of models without a network on the same text.
        baselines: Baselines,
    },
    /// An update was made.
    StepDone {
        /// Updates so far.
        step: u64,
        /// The epoch it belongs to, counted from 0.
        epoch: u64,
        /// The loss of its batch, before the update.
        loss: Loss,
        /// The Euclidean norm of its gradient, before clipping.
        gradient_norm: f64,
        /// Characters read for it, predicted or not.
        characters: u64,
        /// Its learning rate.
        learning_rate: f64,
    },
    /// The network was evaluated on the validation text.
    Evaluated {
        /// Updates so far.
        step: u64,
        /// The validation loss.
        loss: Loss,
        /// What it means for characters and bytes, if symbols are not characters.
        bits: Option<Bits>,
    },
    /// The network wrote a sample.
    Sampled {
        /// Updates so far.
        step: u64,
        /// The prompt.
        prompt: &'a str,
        /// The text after it.
        text: &'a str,
    },
    /// The network wrote a sample because time passed. When this happens depends on the machine, so
    /// the run does not record it.
    Previewed {
        /// Updates so far.
        step: u64,
        /// The prompt.
        prompt: &'a str,
        /// The text after it.
        text: &'a str,
    },
    /// A checkpoint was written.
    Saved {
        /// Updates so far.
        step: u64,
    },
    /// Something is wrong, and training continues.
    Warning(&'a Warning),
    /// Training has ended, and a checkpoint is written.
    Finished {
        /// Updates made.
        step: u64,
    },
}

/// Receives the events of a run. Observers cannot change what happens.
pub trait Observer {
    /// Takes note of one event.
    fn on(&mut self, event: &Event<'_>);
}
