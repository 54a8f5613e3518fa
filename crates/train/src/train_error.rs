//! What can end training early, said with what is left and what to do next.

use crate::{ConfigError, NotFinite, RunError, SaveError, TextPart};
use charnn_kernels::DeviceFault;
use charnn_message::shown;
use std::path::{Path, PathBuf};

/// What can end training early.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The run folder.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The loss or its gradient is NaN or infinite.
    #[error(
        "{}; the network of step {} is the last good one. {}train anew with a lower train.learning_rate \
         (it was {learning_rate:.2e}) or {}",
        self.cause(), step - 1, way_back(*can_go_back, run), lower_clip(*clips)
    )]
    Diverged {
        /// Which of them.
        what: NotFinite,
        /// The step that was not made.
        step: u64,
        /// Its loss.
        loss: f64,
        /// Its learning rate.
        learning_rate: f64,
        /// Whether gradients were clipped.
        clips: bool,
        /// Whether the run could go back to an older checkpoint if it was told to.
        can_go_back: bool,
        /// The run's folder.
        run: PathBuf,
    },
    /// Training ended with a network that is far worse than uniform guessing.
    #[error(
        "training failed: the {part} loss is {loss:.1}, worse than uniform guessing ({uniform:.1}). {}Train \
         again with a lower train.learning_rate (it was {learning_rate:.2e}) or {}",
        best.map_or(String::new(), |(step, loss)| {
            format!("The network of step {step} was better ({loss:.2}). ")
        }),
        lower_clip(*clips)
    )]
    WorseThanUniform {
        /// Which loss.
        part: TextPart,
        /// The loss at the end, in nats per character.
        loss: f64,
        /// The loss of uniform guessing.
        uniform: f64,
        /// The step and validation loss of the best checkpoint, if that is better than uniform.
        best: Option<(u64, f64)>,
        /// `train.learning_rate`.
        learning_rate: f64,
        /// Whether gradients were clipped.
        clips: bool,
        /// The run's folder.
        run: PathBuf,
    },
    /// The device.
    #[error(
        "{fault}, at step {step}; the checkpoint of step {saved} is good. Go on from it with charnn \
         resume {}, elsewhere with --device cpu. Where room was short, a lower train.batch_size with \
         train.gradient_accumulation needs less, in a new run",
        shown(run)
    )]
    Device {
        /// What it said.
        fault: DeviceFault,
        /// The step that was not made, or whose network was not measured.
        step: u64,
        /// That of the newest checkpoint.
        saved: u64,
        /// The run's folder.
        run: PathBuf,
    },
    /// What was learned could not be saved at the end.
    #[error("{source}; {}", kept(elsewhere.as_ref()))]
    Unsaved {
        /// Why not.
        source: SaveError,
        /// Where it could be saved instead.
        elsewhere: Option<PathBuf>,
    },
}

impl TrainError {
    /// What happened, without what to do about it.
    pub fn cause(&self) -> String {
        match self {
            Self::Diverged { what, step, loss, .. } => {
                format!("{what} is not finite at step {step} (the loss is {loss})")
            }
            error => error.to_string(),
        }
    }
}

fn way_back(there_is: bool, run: &Path) -> String {
    if there_is {
        let run = shown(run);
        format!(
            "Go back with half the rate: charnn resume {run} --set train.on_nonfinite=rollback; or "
        )
    } else {
        "Half the rate has been tried, or there is no older checkpoint; ".into()
    }
}

/// What to clip gradients by instead, who clips them or not.
pub(crate) fn lower_clip(clips: bool) -> &'static str {
    if clips { "a lower train.grad_clip" } else { "train.grad_clip=1" }
}

fn kept(elsewhere: Option<&PathBuf>) -> String {
    match elsewhere {
        Some(path) => format!("what was learned is saved: charnn resume {}", shown(path)),
        None => "what was learned since the last checkpoint is lost".into(),
    }
}
