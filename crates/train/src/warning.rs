//! What is not as it should be while a run goes on: said, and gone on from.

use crate::train_error::lower_clip;
use crate::{RunError, SaveError, TrainError};
use charnn_data::shown;
use std::path::PathBuf;

/// Something that is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum Warning {
    /// A checkpoint is passed over.
    #[error("the checkpoint {} cannot be used: {message}", shown(path))]
    BadCheckpoint {
        /// Its folder.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The best network is not there any more, and another is taken.
    #[error("the best network, of step {step}, is lost; this is that of step {instead}")]
    BestLost {
        /// The step it was of.
        step: u64,
        /// The step of the one that is taken.
        instead: u64,
    },
    /// The held-out text cannot be predicted at all.
    #[error("the loss of the held-out text is {nats} after step {step}")]
    NotFinite {
        /// Its loss.
        nats: f64,
        /// Updates so far.
        step: u64,
    },
    /// The held-out text is predicted far worse than by a network that knows nothing.
    #[error(
        "the held-out text costs {nats:.1} nats a character after step {step}, and blind guesses cost \
         {blind:.1}: train anew with a lower train.learning_rate or {}",
        lower_clip(*clips)
    )]
    Exploded {
        /// Its loss, in nats per character.
        nats: f64,
        /// That of a network that gives all characters the same probability.
        blind: f64,
        /// Updates so far.
        step: u64,
        /// Whether gradients are clipped.
        clips: bool,
    },
    /// A run went back because its loss was not finite.
    #[error("{}; going on from step {back} with half the learning rate", error.cause())]
    WentBack {
        /// What happened.
        error: TrainError,
        /// The step it goes on from.
        back: u64,
    },
    /// A checkpoint could not be written.
    #[error("{error}; training goes on, and the checkpoint of step {saved} stays")]
    NotSaved {
        /// Why not.
        error: SaveError,
        /// The step of the newest checkpoint.
        saved: u64,
    },
    /// The last checkpoint of a run that has failed could not be written.
    #[error(transparent)]
    NotSavedAtEnd(TrainError),
    /// The lines of `metrics.jsonl` or `samples.jsonl` could not be written.
    #[error("{0}; its lines are kept and tried again")]
    NotNoted(RunError),
}
