//! The flags of `charnn config` and `charnn init`.

use super::ReadingArguments;
use charnn_train::Preset;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Write the configuration that training would have, every key with its value
    Show(ShowArguments),
    /// Say everything that is wrong with configuration files
    Check(CheckArguments),
    /// Say what a key or a table is for, what it takes and what its default is
    Explain(ExplainArguments),
    /// Write the JSON Schema of configuration files, with which editors complete and check them
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// A configuration (*.toml), a text, a folder of texts or a pattern; nothing shows the built-in
    /// quickstart
    #[arg(value_name = "CONFIG.toml | TEXT.txt")]
    pub(crate) source: Option<PathBuf>,

    /// Change one key, such as train.epochs=3; may be repeated
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,

    /// Say of each value where it comes from
    #[arg(long)]
    pub(crate) origin: bool,

    /// Leave out what is a default
    #[arg(long)]
    pub(crate) diff_defaults: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Configurations (*.toml)
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// One line of JSON, on standard error if something is wrong
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// A key such as train.seed, or a table such as train
    #[arg(value_name = "KEY | TABLE")]
    pub(crate) key: String,
}

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The file to write
    #[arg(value_name = "FILE", default_value = "charnn.toml")]
    pub(crate) file: PathBuf,

    /// The text that is to be learned: a file, a folder or a pattern
    #[arg(long, value_name = "TEXT")]
    pub(crate) data: PathBuf,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,

    /// The size of the network: tiny, small or base [default: as many parameters as the text has
    /// characters]
    #[arg(long, value_name = "SIZE", value_parser = preset)]
    pub(crate) preset: Option<Preset>,

    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

fn preset(text: &str) -> Result<Preset, String> {
    let found = Preset::ALL.iter().find(|(_, word)| *word == text);
    let words = Preset::ALL.map(|(_, word)| word).join(", ");
    found.map(|(preset, _)| *preset).ok_or_else(|| format!("the sizes are {words}"))
}
