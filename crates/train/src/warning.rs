//! What is not as it should be while a run goes on: said, and gone on from.

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
