//! The flags. What they mean is said here and nowhere else.

pub(crate) mod config;
pub(crate) mod generate;

use crate::language::Language;
use charnn_data::{Encoding, Normalization, OnMalformed, ReadOptions};
use charnn_kernels::device::DeviceChoice;
use charnn_train::{Choice, Workload};
use clap::{Args, Parser, Subcommand, ValueEnum};
use config::{CheckArguments, ConfigCommand, InitArguments};
use generate::GenerateArguments;
use std::path::PathBuf;

/// No limit but that of the number's own.
const MAX: u64 = u64::MAX;

/// Trains character-level recurrent networks on any text and writes new text with them.
#[derive(Debug, Parser)]
#[command(name = "charnn", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Colours on standard error; auto asks the terminal and its variables
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,

    /// The language of messages and help [default: that of the system]
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub(crate) lang: Option<Language>,

    /// Say nothing but warnings and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// Whether standard error is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// How training shows itself to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressStyle {
    /// A bar on a terminal, else lines.
    Auto,
    Bar,
    Lines,
    None,
}

/// What training shows, and how.
#[derive(Debug, Args)]
pub(crate) struct WatchArguments {
    /// A bar, or a line now and then, or nothing; auto looks whether a terminal is there
    #[arg(long, value_name = "STYLE", default_value = "auto")]
    pub(crate) progress: ProgressStyle,

    /// A line of JSON on standard output for everything that happens
    #[arg(long)]
    pub(crate) json: bool,
}

impl Command {
    /// Whether who reads us is a program: errors are then JSON too.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Self::Train(TrainArguments { watch, .. })
            | Self::Resume(ResumeArguments { watch, .. }) => watch.json,
            Self::Generate(GenerateArguments { json, .. })
            | Self::Evaluate(EvaluateArguments { json, .. })
            | Self::Config(ConfigCommand::Check(CheckArguments { json, .. }))
            | Self::Data(DataCommand::Inspect(InspectArguments { json, .. }))
            | Self::Devices(DevicesArguments { json, .. })
            | Self::Doctor(DoctorArguments { json })
            | Self::Bench(BenchArguments { json, .. }) => *json,
            _ => false,
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  charnn train                        learn from the tales inside the program
  charnn train novel.txt              learn from your own text
  charnn init --data novel.txt        write a configuration for it: charnn.toml
  charnn train charnn.toml            run an experiment from a file
  charnn resume latest                go on where a run was stopped
  charnn generate latest --prompt \"Once upon a time\"";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a network on a text
    Train(TrainArguments),
    /// Go on with a run that was stopped, as if it had not been
    Resume(ResumeArguments),
    /// Write text with a trained network
    Generate(GenerateArguments),
    /// Measure a trained network on text that it has not seen
    Evaluate(EvaluateArguments),
    /// Write a configuration for a text, to be changed and trained with
    Init(InitArguments),
    /// Look at configurations: what holds, what is wrong, what a key does
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look at a text before training on it
    #[command(subcommand)]
    Data(DataCommand),
    /// List the devices of this machine
    Devices(DevicesArguments),
    /// Look whether everything that charnn needs is there and works
    Doctor(DoctorArguments),
    /// Time training steps and the writing of text on this machine
    Bench(BenchArguments),
    /// Print what makes a shell complete charnn's commands and flags
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual's pages, or print the first one
    Man {
        /// The folder for a page for every command
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DevicesArguments {
    /// Time training steps of the tutorial network on each
    #[arg(long)]
    pub(crate) bench: bool,

    /// One line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// One line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Say what is in a text: its encoding, damage, characters, scripts and repetitions
    Inspect(InspectArguments),
    /// Write a text in another encoding, with line ends of Unix, and say what was repaired
    Convert(ConvertArguments),
}

/// How a text is to be read.
#[derive(Debug, Args)]
pub(crate) struct ReadingArguments {
    /// Its encoding, such as gb18030 [default: it is found out]
    #[arg(long, value_name = "ENCODING")]
    pub(crate) encoding: Option<Encoding>,

    /// What becomes of bytes that begin no character: replace, skip or error [default: replace]
    #[arg(long, value_name = "WHAT")]
    pub(crate) on_malformed: Option<OnMalformed>,

    /// Unicode normalisation: none, nfc or nfkc [default: none]
    #[arg(long, value_name = "FORM")]
    pub(crate) normalize: Option<Normalization>,

    /// The most bytes to read, after .gz is unpacked [default: 2 GiB]
    #[arg(long, value_name = "N", value_parser = whole::<0, MAX, u64>, allow_negative_numbers = true)]
    pub(crate) max_bytes: Option<u64>,
}

impl ReadingArguments {
    pub(crate) fn options(&self) -> ReadOptions {
        let defaults = ReadOptions::default();
        ReadOptions {
            encoding: self.encoding,
            on_malformed: self.on_malformed.unwrap_or(defaults.on_malformed),
            normalize: self.normalize.unwrap_or(defaults.normalize),
            max_bytes: self.max_bytes.unwrap_or(defaults.max_bytes),
            ..defaults
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArguments {
    /// The text, - for standard input
    #[arg(value_name = "IN")]
    pub(crate) from: PathBuf,

    /// The file to write, - for standard output
    #[arg(value_name = "OUT")]
    pub(crate) out: PathBuf,

    /// The encoding to write
    #[arg(long, value_name = "ENCODING", default_value = "utf-8")]
    pub(crate) to: Encoding,

    /// Replace OUT if it exists
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// Texts, folders or patterns
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,

    /// One line of JSON for each
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrainArguments {
    /// A configuration (*.toml), or texts, folders of texts and patterns; nothing runs the built-in
    /// quickstart
    #[arg(value_name = "CONFIG.toml | TEXT.txt")]
    pub(crate) sources: Vec<PathBuf>,

    /// The text's encoding, such as gb18030, big5 or utf-16le [default: it is found out]
    #[arg(long, value_name = "ENCODING")]
    pub(crate) encoding: Option<String>,

    /// What becomes of bytes that begin no character: replace, skip or error
    #[arg(long, value_name = "WHAT")]
    pub(crate) on_malformed: Option<String>,

    /// The most bytes to read, after .gz is unpacked [default: 2 GiB]
    #[arg(long, value_name = "N", value_parser = whole::<0, MAX, u64>, allow_negative_numbers = true)]
    pub(crate) max_bytes: Option<u64>,

    /// Change one key of the configuration, such as train.epochs=3; may be repeated
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,

    /// Where to train: auto, gpu, cpu, software or ndarray
    #[arg(long, value_name = "DEVICE")]
    pub(crate) device: Option<DeviceChoice>,

    /// Begin with the network of another run: what it knows stays, and new characters are added
    #[arg(long, value_name = "RUN")]
    pub(crate) init_from: Option<String>,

    /// The run's name under runs/ [default: the configuration's name with date and time]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Say how much memory, disk and time it takes, by five real steps, and leave no run behind
    #[arg(long, conflicts_with_all = ["overfit", "init_from"])]
    pub(crate) dry_run: bool,

    /// Learn the first N batches by heart and leave no run behind: what cannot do that learns
    /// nothing
    #[arg(long, value_name = "N", value_parser = whole::<1, 1000, u64>, allow_negative_numbers = true, conflicts_with = "init_from")]
    pub(crate) overfit: Option<u64>,

    #[command(flatten)]
    pub(crate) watch: WatchArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeArguments {
    /// A run folder, the name of a run, or latest
    #[arg(default_value = "latest")]
    pub(crate) run: String,

    /// Change where the run ends or what it shows, such as train.epochs=20; may be repeated
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,

    /// Where to train on: auto, gpu, cpu, software or ndarray
    #[arg(long, value_name = "DEVICE")]
    pub(crate) device: Option<DeviceChoice>,

    #[command(flatten)]
    pub(crate) watch: WatchArguments,

    /// The folder of all runs
    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    /// What to time: novel, lstm, gru, gen-novel, gen-lstm, gen-novel-bf16, gen-lstm-bf16; nothing
    /// times them all
    #[arg(value_name = "WORK")]
    pub(crate) work: Vec<Workload>,

    /// Where to train: auto, gpu, cpu, software or ndarray; text is written on one core
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub(crate) device: DeviceChoice,

    /// Training steps after five to warm up; 500 characters for each of them when writing
    #[arg(long, value_name = "N", default_value = "20", value_parser = whole::<1, 1_000_000, usize>, allow_negative_numbers = true)]
    pub(crate) steps: usize,

    /// One line of JSON for each piece of work
    #[arg(long)]
    pub(crate) json: bool,
}

/// A whole number from `LEAST` to `MOST`.
fn whole<const LEAST: u64, const MOST: u64, T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| (LEAST..=MOST).contains(number));
    number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| match MOST {
        u64::MAX => format!("it must be a whole number, {LEAST} or more"),
        _ => format!("it must be a whole number from {LEAST} to {MOST}"),
    })
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateArguments {
    /// A run folder, the name of a run, or latest
    #[arg(default_value = "latest")]
    pub(crate) run: String,

    /// Which of its networks: best, last, or the step of a checkpoint
    #[arg(long, value_name = "WHICH", default_value = "best", value_parser = checkpoint)]
    pub(crate) checkpoint: Choice,

    /// A text file to measure on [default: the part of the run's text that was held out]
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,

    /// The encoding of --data, such as gb18030 [default: it is found out]
    #[arg(long, value_name = "ENCODING", requires = "data")]
    pub(crate) encoding: Option<Encoding>,

    /// What becomes of bytes of --data that begin no character [default: as in training]
    #[arg(long, value_name = "WHAT", requires = "data")]
    pub(crate) on_malformed: Option<OnMalformed>,

    /// The most bytes of --data to read, after .gz is unpacked [default: as in training]
    #[arg(long, value_name = "N", value_parser = whole::<0, MAX, u64>, allow_negative_numbers = true, requires = "data")]
    pub(crate) max_bytes: Option<u64>,

    /// Where to compute: auto, gpu, cpu, software or ndarray
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub(crate) device: DeviceChoice,

    /// The folder of all runs
    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,

    /// One line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn checkpoint(text: &str) -> Result<Choice, String> {
    match (text, text.parse()) {
        ("best", _) => Ok(Choice::Best),
        ("last", _) => Ok(Choice::Last),
        (_, Ok(step)) => Ok(Choice::Step(step)),
        _ => Err("it must be best, last, or the number of a step".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn flags_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }
}
