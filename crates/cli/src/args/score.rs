//! The flags of `charnn score`.

use super::values::{checkpoint, encoding, whole};
use charnn_runs::CheckpointSelector;
use charnn_text::Encoding;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ScoreArguments {
    #[arg(value_name = "RUN")]
    pub(crate) run: String,

    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    #[arg(long, value_name = "UNIT", default_value = "line")]
    pub(crate) by: Unit,

    #[arg(long)]
    pub(crate) carry: bool,

    #[arg(long, value_name = "N", value_parser = whole::<100, 10_000_000, u64>, allow_negative_numbers = true, conflicts_with = "carry")]
    pub(crate) guesses: Option<u64>,

    #[arg(long, value_name = "ENCODING", value_parser = encoding)]
    pub(crate) encoding: Option<Encoding>,

    #[arg(long, value_name = "WHICH", default_value = "best", value_parser = checkpoint)]
    pub(crate) checkpoint: CheckpointSelector,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,

    #[arg(long)]
    pub(crate) json: bool,
}

/// What gets a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unit {
    Line,
    /// As `data.records` of the run divides the text.
    Record,
    Char,
}
