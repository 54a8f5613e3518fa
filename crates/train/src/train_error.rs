//! What can end training early, said with what is left and what to do next.

use crate::{ConfigError, NotFinite, RunError, SaveError};
use charnn_data::shown;
use charnn_kernels::DeviceFault;
use std::path::PathBuf;

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
        "{}; the network of step {} is the last good one. Go back with half the rate: charnn resume RUN \
         --set train.on_nonfinite=rollback; or train anew with a lower train.learning_rate (it was \
         {rate:.2e}) or train.grad_clip", self.cause(), step - 1
    )]
    Diverged {
        /// Which of them.
        what: NotFinite,
        /// The step that was not made.
        step: u64,
        /// Its loss.
        loss: f64,
        /// Its learning rate.
        rate: f64,
    },
    /// The device.
    #[error(
        "{fault}, at step {step}; the checkpoint of step {saved} is good. Go on from it with charnn \
         resume {}, elsewhere with --device cpu. Where room was short, a lower train.batch_size with \
         train.accumulate needs less, in a new run",
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

fn kept(elsewhere: Option<&PathBuf>) -> String {
    match elsewhere {
        Some(path) => format!("what was learned is saved: charnn resume {}", shown(path)),
        None => "what was learned since the last checkpoint is lost".into(),
    }
}
