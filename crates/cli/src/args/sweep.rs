//! The flags of `charnn sweep`.

use super::values::{device, whole};
use charnn_config::DeviceChoice;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags")]
pub(crate) struct SweepArguments {
    #[arg(value_name = "SWEEP | CONFIG | TEXT")]
    pub(crate) sources: Vec<PathBuf>,

    #[arg(short, long, value_name = "KEY=VALUES")]
    pub(crate) set: Vec<String>,

    #[arg(long, value_name = "N", value_parser = whole::<1, 100_000, u64>, allow_negative_numbers = true)]
    pub(crate) points: Option<u64>,

    #[arg(long)]
    pub(crate) sobol: bool,

    #[arg(long, value_name = "N", value_parser = whole::<1, 1000, u64>, allow_negative_numbers = true)]
    pub(crate) seeds: Option<u64>,

    #[arg(long, value_name = "N", value_parser = whole::<0, { u64::MAX }, u64>, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,

    #[arg(short, long, value_name = "N", value_parser = whole::<1, 1000, usize>, allow_negative_numbers = true)]
    pub(crate) jobs: Option<usize>,

    #[arg(long, value_name = "STEPS", value_parser = whole::<1, { u64::MAX }, u64>, allow_negative_numbers = true)]
    pub(crate) halving: Option<u64>,

    #[arg(long, value_name = "N", value_parser = whole::<2, 1000, u64>, allow_negative_numbers = true)]
    pub(crate) reduction: Option<u64>,

    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    #[arg(long, value_name = "DEVICE", value_parser = device())]
    pub(crate) device: Option<DeviceChoice>,

    #[arg(long, conflicts_with_all = ["dry_run", "task", "jobs", "halving"])]
    pub(crate) slurm: bool,

    #[arg(long, value_name = "N", value_parser = whole::<1, 100_000_000, usize>, allow_negative_numbers = true, conflicts_with_all = ["dry_run", "jobs", "halving"])]
    pub(crate) task: Option<usize>,

    #[arg(long)]
    pub(crate) dry_run: bool,

    #[arg(long)]
    pub(crate) json: bool,
}
