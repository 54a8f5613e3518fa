//! The flags. What they mean is in `messages::help`.

pub(crate) mod config;
pub(crate) mod exchange;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod play;
pub(crate) mod reading;
pub(crate) mod report;
pub(crate) mod runs;
pub(crate) mod score;
pub(crate) mod serve;
pub(crate) mod sweep;
pub(crate) mod values;

use crate::language;
use charnn_config::DeviceChoice;
use charnn_data::OnUnknown;
use charnn_message::Language;
use charnn_runs::CheckpointSelector;
use charnn_text::{Encoding, OnMalformed, OnMixed, Records};
use clap::{Args, Parser, Subcommand, ValueEnum};
use config::{CheckArguments, ConfigCommand, InitArguments};
use exchange::{ExportArguments, ImportArguments};
use explain::ExplainArguments;
use generate::{DemoArguments, GenerateArguments, WritingArguments};
use play::PlayArguments;
use reading::ReadingArguments;
use report::{NeuronsArguments, ReportArguments};
use runs::RunsCommand;
use score::ScoreArguments;
use serve::ServeArguments;
use std::path::PathBuf;
use sweep::SweepArguments;
pub(crate) use values::DeviceArgument;
use values::records;
use values::{
    bytes, checkpoint, device, device_or_adapter, encoding, on_malformed, on_mixed, on_unknown,
    whole,
};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "charnn", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,

    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = language::parser())]
    pub(crate) lang: Option<Language>,

    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// Whether standard error is colored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// How training shows itself to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressStyle {
    Auto,
    Bar,
    Lines,
    None,
}

/// What training shows, and how.
#[derive(Debug, Args)]
pub(crate) struct WatchArguments {
    #[arg(long, value_name = "STYLE", default_value = "auto")]
    pub(crate) progress: ProgressStyle,

    #[arg(long)]
    pub(crate) json: bool,

    #[arg(long, value_name = "STEP", value_parser = whole::<1, { u64::MAX }, u64>, allow_negative_numbers = true)]
    pub(crate) pause_at: Option<u64>,
}

impl Command {
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Self::Train(TrainArguments { watch, .. })
            | Self::Resume(ResumeArguments { watch, .. }) => watch.json,
            Self::Generate(GenerateArguments {
                writing: WritingArguments { json, .. }, ..
            })
            | Self::Demo(DemoArguments { writing: WritingArguments { json, .. } })
            | Self::Evaluate(EvaluateArguments { json, .. })
            | Self::Score(ScoreArguments { json, .. })
            | Self::Explain(ExplainArguments { json, .. })
            | Self::Sweep(SweepArguments { json, .. })
            | Self::Serve(ServeArguments { json, .. })
            | Self::Config(ConfigCommand::Check(CheckArguments { json, .. }))
            | Self::Data(DataCommand::Inspect(InspectArguments { json, .. }))
            | Self::Devices(DevicesArguments { json, .. })
            | Self::Doctor(DoctorArguments { json })
            | Self::Bench(BenchArguments { json, .. }) => *json,
            Self::Runs(command) => command.is_json(),
            _ => false,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Train(TrainArguments),
    Resume(ResumeArguments),
    Generate(GenerateArguments),
    Demo(DemoArguments),
    Play(PlayArguments),
    Evaluate(EvaluateArguments),
    Score(ScoreArguments),
    Report(ReportArguments),
    Neurons(NeuronsArguments),
    Explain(ExplainArguments),
    Serve(ServeArguments),
    Export(ExportArguments),
    Import(ImportArguments),
    Sweep(SweepArguments),
    Init(InitArguments),
    #[command(subcommand)]
    Config(ConfigCommand),
    #[command(subcommand)]
    Data(DataCommand),
    #[command(subcommand)]
    Runs(RunsCommand),
    Devices(DevicesArguments),
    Doctor(DoctorArguments),
    Bench(BenchArguments),
    Completions {
        shell: clap_complete::Shell,
    },
    Man {
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DevicesArguments {
    #[arg(long)]
    pub(crate) bench: bool,

    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    Inspect(InspectArguments),
    Convert(ConvertArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArguments {
    #[arg(value_name = "IN")]
    pub(crate) from: PathBuf,

    #[arg(value_name = "OUT")]
    pub(crate) out: PathBuf,

    #[arg(long, value_name = "ENCODING", default_value = "utf-8", value_parser = encoding)]
    pub(crate) to: Encoding,

    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,

    #[arg(long, value_name = "HOW", default_value = "none", value_parser = records)]
    pub(crate) records: Records,

    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrainArguments {
    #[arg(value_name = "CONFIG | TEXT")]
    pub(crate) sources: Vec<PathBuf>,

    #[arg(long, value_name = "ENCODING", value_parser = known_encoding)]
    pub(crate) encoding: Option<String>,

    #[arg(long, value_name = "HOW", value_parser = ["replace", "skip", "error"])]
    pub(crate) on_malformed: Option<String>,

    #[arg(long, value_name = "HOW", value_parser = ["warn", "decode"])]
    pub(crate) on_mixed: Option<String>,

    #[arg(long, value_name = "SIZE", value_parser = bytes, allow_negative_numbers = true)]
    pub(crate) max_bytes: Option<u64>,

    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,

    #[arg(long, value_name = "DEVICE", value_parser = device_or_adapter)]
    pub(crate) device: Option<DeviceArgument>,

    #[arg(long, value_name = "RUN")]
    pub(crate) init_from: Option<String>,

    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    #[arg(long, conflicts_with = "overfit")]
    pub(crate) dry_run: bool,

    #[arg(long, value_name = "N", value_parser = whole::<1, 4096, usize>, allow_negative_numbers = true, requires = "dry_run")]
    pub(crate) ranks: Option<usize>,

    #[arg(long, value_name = "NETWORK", value_parser = ["1gbe", "10gbe", "100gbe"], default_value = "10gbe", requires = "ranks")]
    pub(crate) network: String,

    #[arg(long, conflicts_with_all = ["overfit", "dry_run"])]
    pub(crate) init_only: bool,

    #[arg(long, value_name = "N", value_parser = whole::<1, 1000, u64>, allow_negative_numbers = true, conflicts_with = "init_from")]
    pub(crate) overfit: Option<u64>,

    #[command(flatten)]
    pub(crate) watch: WatchArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeArguments {
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,

    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,

    #[arg(long, value_name = "DEVICE", value_parser = device_or_adapter)]
    pub(crate) device: Option<DeviceArgument>,

    #[command(flatten)]
    pub(crate) watch: WatchArguments,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

/// What `charnn bench` can time.
pub(crate) const WORKLOADS: [&str; 10] = [
    "novel",
    "lstm",
    "gru",
    "prose",
    "records",
    "novel-records",
    "gen-novel",
    "gen-lstm",
    "gen-novel-bf16",
    "gen-lstm-bf16",
];

#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    #[arg(value_name = "WORK", value_parser = WORKLOADS)]
    pub(crate) work: Vec<String>,

    #[arg(long, value_name = "DEVICE", default_value = "auto", value_parser = device())]
    pub(crate) device: DeviceChoice,

    #[arg(long, value_name = "N", default_value = "20", value_parser = whole::<1, 1_000_000, usize>, allow_negative_numbers = true)]
    pub(crate) steps: usize,

    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateArguments {
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,

    #[arg(long, value_name = "WHICH", default_value = "best", value_parser = checkpoint)]
    pub(crate) checkpoint: CheckpointSelector,

    #[arg(long, value_name = "PART", default_value = "valid", conflicts_with = "data")]
    pub(crate) split: SplitPart,

    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,

    #[arg(long, value_name = "ENCODING", value_parser = encoding, requires = "data")]
    pub(crate) encoding: Option<Encoding>,

    #[arg(long, value_name = "HOW", value_parser = on_malformed(), requires = "data")]
    pub(crate) on_malformed: Option<OnMalformed>,

    #[arg(long, value_name = "HOW", value_parser = on_mixed(), requires = "data")]
    pub(crate) on_mixed: Option<OnMixed>,

    #[arg(long, value_name = "SIZE", value_parser = bytes, allow_negative_numbers = true, requires = "data")]
    pub(crate) max_bytes: Option<u64>,

    #[arg(long, value_name = "HOW", default_value = "unk", value_parser = on_unknown(), requires = "data")]
    pub(crate) on_unknown: OnUnknown,

    #[arg(long, value_name = "DEVICE", default_value = "auto", value_parser = device())]
    pub(crate) device: DeviceChoice,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,

    #[arg(long)]
    pub(crate) json: bool,
}

/// A part of the texts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SplitPart {
    Train,
    Valid,
    Test,
}

/// An encoding that is known, as it was written: training reads it as a key of the configuration.
fn known_encoding(text: &str) -> Result<String, values::Expected> {
    match text {
        "auto" => Ok(text.to_owned()),
        _ => encoding(text).map(|_| text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use clap::builder::TypedValueParser;

    #[test]
    fn flags_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_choice_is_the_one_of_its_type() {
        for (choice, word) in DeviceChoice::ALL {
            let parser = device();
            let mut words = parser.possible_values().into_iter().flatten();
            assert!(words.any(|value| value.matches(word, false)), "{choice}");
        }
    }
}
