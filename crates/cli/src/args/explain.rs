//! The flags of `charnn explain`.

use super::values::{checkpoint, whole};
use charnn_runs::CheckpointSelector;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,

    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) at: String,

    #[arg(long, value_name = "CHAR", allow_hyphen_values = true)]
    pub(crate) target: Option<String>,

    #[arg(long, value_name = "CHAR", allow_hyphen_values = true)]
    pub(crate) against: Option<String>,

    #[arg(long, value_name = "N", default_value = "5", value_parser = whole::<0, 1000, usize>, allow_negative_numbers = true)]
    pub(crate) units: usize,

    #[arg(long, value_name = "N", default_value = "40", value_parser = whole::<0, 1000, usize>, allow_negative_numbers = true)]
    pub(crate) characters: usize,

    #[arg(short, long, value_name = "FILE", conflicts_with = "json")]
    pub(crate) output: Option<PathBuf>,

    #[arg(long, requires = "output")]
    pub(crate) force: bool,

    #[arg(long)]
    pub(crate) json: bool,

    #[arg(long, value_name = "WHICH", default_value = "best", value_parser = checkpoint)]
    pub(crate) checkpoint: CheckpointSelector,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}
