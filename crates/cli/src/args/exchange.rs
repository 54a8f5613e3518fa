//! The flags of `charnn export` and `charnn import`.

use super::values::checkpoint;
use charnn_runs::CheckpointSelector;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What a network can be exported to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Bundle,
    Torch,
    Keras,
    Onnx,
    Hub,
    Web,
}

/// What a network can be imported from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportFormat {
    Torch,
    Keras,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,

    #[arg(long, value_name = "FORMAT", default_value = "bundle")]
    pub(crate) to: ExportFormat,

    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    #[arg(long)]
    pub(crate) force: bool,

    #[arg(long, value_name = "WHICH", default_value = "best", value_parser = checkpoint)]
    pub(crate) checkpoint: CheckpointSelector,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    #[arg(long, value_name = "FORMAT")]
    pub(crate) from: ImportFormat,

    #[arg(long, value_name = "FILE")]
    pub(crate) vocab: Option<PathBuf>,

    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    #[arg(long)]
    pub(crate) force: bool,
}
