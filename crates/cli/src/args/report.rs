//! The flags of `charnn report` and `charnn runs plot`.

use super::values::{checkpoint, whole};
use charnn_runs::CheckpointSelector;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `charnn runs plot` draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum PlotMetric {
    Loss,
    TrainLoss,
    ValLoss,
    LearningRate,
    GradientNorm,
    Throughput,
}

/// What a curve is drawn over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlotAxis {
    Steps,
    Seconds,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) names: Vec<String>,

    #[arg(short, long, value_name = "FILE", default_value = "report.html")]
    pub(crate) output: PathBuf,

    #[arg(long)]
    pub(crate) force: bool,

    #[arg(long)]
    pub(crate) novelty: bool,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct NeuronsArguments {
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,

    #[arg(long, value_name = "FILE")]
    pub(crate) text: Option<PathBuf>,

    #[arg(long, value_name = "N", default_value = "5000", value_parser = whole::<2, 20_000, usize>, allow_negative_numbers = true)]
    pub(crate) length: usize,

    #[arg(short, long, value_name = "FILE", default_value = "neurons.html")]
    pub(crate) output: PathBuf,

    #[arg(long)]
    pub(crate) force: bool,

    #[arg(long, value_name = "WHICH", default_value = "best", value_parser = checkpoint)]
    pub(crate) checkpoint: CheckpointSelector,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PlotArguments {
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) names: Vec<String>,

    #[arg(long, value_name = "METRIC", default_value = "loss")]
    pub(crate) metric: PlotMetric,

    #[arg(long, value_name = "AXIS", default_value = "steps")]
    pub(crate) by: PlotAxis,

    #[arg(long, value_name = "ROWS", default_value = "16", value_parser = whole::<4, 100, usize>, allow_negative_numbers = true)]
    pub(crate) height: usize,

    #[arg(long)]
    pub(crate) ascii: bool,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}
