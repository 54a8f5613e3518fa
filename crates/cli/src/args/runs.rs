//! The flags of `charnn runs`.

use super::report::PlotArguments;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    List(ListArguments),
    Compare(CompareArguments),
    Plot(PlotArguments),
    Best(BestArguments),
    Tag(TagArguments),
    Note(NoteArguments),
    Verify(VerifyArguments),
    Rm(RmArguments),
    Gc(GcArguments),
}

impl RunsCommand {
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Self::List(ListArguments { json, .. })
            | Self::Compare(CompareArguments { json, .. })
            | Self::Best(BestArguments { json, .. })
            | Self::Verify(VerifyArguments { json, .. }) => *json,
            Self::Plot(_) | Self::Tag(_) | Self::Note(_) | Self::Rm(_) | Self::Gc(_) => false,
        }
    }
}

/// Which runs.
#[derive(Debug, Args)]
pub(crate) struct SelectionArguments {
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) conditions: Vec<String>,

    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,

    #[arg(long, value_name = "FIELD")]
    pub(crate) sort: Option<String>,

    #[arg(long)]
    pub(crate) reverse: bool,

    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub(crate) show: Vec<String>,

    #[arg(long)]
    pub(crate) json: bool,

    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    #[arg(value_name = "RUN", required = true, num_args = 2..)]
    pub(crate) names: Vec<String>,

    #[arg(long)]
    pub(crate) json: bool,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct BestArguments {
    #[arg(long, value_name = "FIELD", default_value = "val_loss")]
    pub(crate) by: String,

    #[arg(long)]
    pub(crate) highest: bool,

    #[command(flatten)]
    pub(crate) selection: SelectionArguments,

    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TagArguments {
    #[arg(value_name = "RUN")]
    pub(crate) run: String,

    #[arg(value_name = "TAG", required = true)]
    pub(crate) tags: Vec<String>,

    #[arg(long)]
    pub(crate) remove: bool,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct NoteArguments {
    #[arg(value_name = "RUN")]
    pub(crate) run: String,

    #[arg(value_name = "TEXT")]
    pub(crate) note: Option<String>,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    #[arg(value_name = "RUN")]
    pub(crate) names: Vec<String>,

    #[arg(long)]
    pub(crate) json: bool,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RmArguments {
    #[arg(value_name = "RUN", required = true)]
    pub(crate) names: Vec<String>,

    #[arg(short, long)]
    pub(crate) yes: bool,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct GcArguments {
    #[arg(long, value_name = "N", value_parser = super::values::whole::<1, 1_000_000, usize>, allow_negative_numbers = true)]
    pub(crate) keep_last: Option<usize>,

    #[arg(long)]
    pub(crate) dry_run: bool,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}
