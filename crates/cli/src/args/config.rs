//! The flags of `charnn config` and `charnn init`.

use super::reading::ReadingArguments;
use super::values::choice;
use charnn_config::Preset;
use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    Show(ShowArguments),
    Check(CheckArguments),
    Explain(ExplainArguments),
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    #[arg(value_name = "CONFIG | TEXT")]
    pub(crate) source: Option<PathBuf>,

    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,

    #[arg(long)]
    pub(crate) origin: bool,

    #[arg(long)]
    pub(crate) diff_defaults: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    #[arg(value_name = "KEY | TABLE")]
    pub(crate) key: String,
}

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    #[arg(value_name = "FILE", default_value = "charnn.toml")]
    pub(crate) file: PathBuf,

    #[arg(long, value_name = "TEXT")]
    pub(crate) data: PathBuf,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,

    #[arg(long, value_name = "SIZE", value_parser = preset())]
    pub(crate) preset: Option<Preset>,

    #[arg(long)]
    pub(crate) force: bool,
}

fn preset() -> impl TypedValueParser<Value = Preset> {
    choice(&["tiny", "small", "base"])
}
