//! What is wrong during a run that continues.

use crate::train_error::lower_clip;
use crate::{RunError, RunWarning, SaveError, TrainError};
use std::fmt;

/// Something that is wrong and does not end training.
#[derive(Debug, thiserror::Error)]
pub enum Warning {
    /// A problem of the run's folder.
    #[error("{0}")]
    Run(RunWarning),
    /// The validation loss is NaN or infinite.
    #[error("the validation loss is {loss} after step {step}")]
    NotFinite {
        /// The loss.
        loss: f64,
        /// Updates so far.
        step: u64,
    },
    /// The loss is far above that of uniform guessing.
    #[error(
        "the {part} loss is {loss:.1} after step {step}, worse than uniform guessing ({uniform:.1}): train \
         again with a lower train.learning_rate or {}",
        lower_clip(*clips)
    )]
    WorseThanUniform {
        /// Which loss.
        part: TextPart,
        /// The loss, in nats per character.
        loss: f64,
        /// The loss of uniform guessing.
        uniform: f64,
        /// Updates so far.
        step: u64,
        /// Whether gradients are clipped.
        clips: bool,
    },
    /// The validation loss is far above that of uniform guessing, the training loss is not.
    #[error(
        "the validation loss is {val_loss:.1} after step {step}, worse than uniform guessing \
         ({uniform:.1}), but the training loss is {train_loss:.2}: the network memorises the training \
         text; take more text, a smaller network or train.early_stop_patience"
    )]
    Overfits {
        /// The validation loss, in nats per character.
        val_loss: f64,
        /// The training loss.
        train_loss: f64,
        /// The loss of uniform guessing.
        uniform: f64,
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
    /// A checkpoint cannot be written.
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

/// A part of the text that has a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextPart {
    /// What the network learns from.
    Training,
    /// What it is evaluated on.
    Validation,
}

impl fmt::Display for TextPart {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Training => "training",
            Self::Validation => "validation",
        })
    }
}

impl From<RunWarning> for Warning {
    fn from(warning: RunWarning) -> Self {
        Self::Run(warning)
    }
}
