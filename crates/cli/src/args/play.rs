//! The flags of `charnn play`.

use super::generate::temperature;
use super::values::{checkpoint, whole};
use charnn_runs::CheckpointSelector;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct PlayArguments {
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) names: Vec<String>,

    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) prompt: Option<String>,

    #[arg(short, long, value_name = "X", value_parser = temperature, allow_negative_numbers = true)]
    pub(crate) temperature: Option<f64>,

    #[arg(long, value_name = "N", value_parser = whole::<0, { u64::MAX }, u64>, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,

    #[arg(long, value_name = "WHICH", default_value = "best", value_parser = checkpoint)]
    pub(crate) checkpoint: CheckpointSelector,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}
