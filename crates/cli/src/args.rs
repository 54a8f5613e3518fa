//! The flags. What they mean is said here and nowhere else.

use charnn_data::Encoding;
use charnn_kernels::Precision;
use charnn_kernels::device::DeviceChoice;
use charnn_train::{Choice, Workload};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Trains character-level recurrent networks on any text and writes new text with them.
#[derive(Debug, Parser)]
#[command(name = "charnn", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  charnn train                        learn from the tales inside the program
  charnn train novel.txt              learn from your own text
  charnn train configs/novel.toml     run an experiment from a file
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
    /// Look at a text before training on it
    #[command(subcommand)]
    Data(DataCommand),
    /// List the devices of this machine
    Devices,
    /// Time training steps and the writing of text on this machine
    Bench(BenchArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Say what is in a text: its encoding, damage, characters, scripts and repetitions
    Inspect(InspectArguments),
}

#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// Texts, folders or patterns
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Their encoding, such as gb18030 [default: it is found out]
    #[arg(long, value_name = "ENCODING")]
    pub(crate) encoding: Option<Encoding>,

    /// One line of JSON for each
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrainArguments {
    /// A configuration (*.toml), a text, a folder of texts or a pattern; nothing runs the built-in
    /// quickstart
    #[arg(value_name = "CONFIG.toml | TEXT.txt")]
    pub(crate) source: Option<PathBuf>,

    /// The text's encoding, such as gb18030, big5 or utf-16le [default: it is found out]
    #[arg(long, value_name = "ENCODING")]
    pub(crate) encoding: Option<String>,

    /// What becomes of bytes that begin no character: replace, skip or error
    #[arg(long, value_name = "WHAT")]
    pub(crate) on_malformed: Option<String>,

    /// The most bytes to read, after .gz is unpacked [default: 2 GiB]
    #[arg(long, value_name = "N")]
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

    /// Say how much memory, disk and time it takes, by five real steps, and leave nothing behind
    #[arg(long, conflicts_with_all = ["overfit", "init_from"])]
    pub(crate) dry_run: bool,

    /// Learn the first N batches by heart and leave nothing behind: what cannot do that learns
    /// nothing
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000), conflicts_with = "init_from")]
    pub(crate) overfit: Option<u64>,
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

    /// The folder of all runs
    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct GenerateArguments {
    /// A run folder, the name of a run, or latest
    #[arg(default_value = "latest")]
    pub(crate) run: String,

    /// Which of its networks: best, last, or the step of a checkpoint
    #[arg(long, value_name = "WHICH", default_value = "best", value_parser = checkpoint)]
    pub(crate) checkpoint: Choice,

    /// What the text starts with [default: the run's sample.prompt]
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) prompt: Option<String>,

    /// Characters to write after the prompt [default: the run's sample.length]
    #[arg(short, long, value_name = "N")]
    pub(crate) length: Option<usize>,

    /// Texts to write, each with random numbers of its own; the i-th is the same whatever N is
    #[arg(short = 'n', long, value_name = "N", default_value = "1", value_parser = count)]
    pub(crate) count: usize,

    /// The line between two texts
    #[arg(long, value_name = "LINE", default_value = SEPARATOR, allow_hyphen_values = true)]
    pub(crate) separator: String,

    /// One line of JSON for each text, with its index, seed, prompt and text
    #[arg(long, conflicts_with = "separator")]
    pub(crate) json: bool,

    /// Always take the most likely character; the same as --temperature 0
    #[arg(long, conflicts_with_all = ["temperature", "top_k", "top_p"])]
    pub(crate) greedy: bool,

    /// Below 1 plays safe, above 1 takes risks [default: the run's sample.temperature]
    #[arg(short, long, value_name = "X", value_parser = temperature, allow_negative_numbers = true)]
    pub(crate) temperature: Option<f64>,

    /// Choose among the K most likely characters only; 0 for all
    #[arg(long, value_name = "K")]
    pub(crate) top_k: Option<usize>,

    /// Choose among the most likely characters that together have probability P
    #[arg(long, value_name = "P", value_parser = probability, allow_negative_numbers = true)]
    pub(crate) top_p: Option<f64>,

    /// Read the last N characters again for each new one; 0 carries the state
    /// [default: the run's sample.window]
    #[arg(long, value_name = "N")]
    pub(crate) window: Option<usize>,

    /// The same seed writes the same text [default: random, and shown]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// bf16 rounds the weights to 8 bits of mantissa, on the CPU only: a few texts are written up to
    /// twice as fast, and may differ
    #[arg(long, value_name = "HOW", default_value = "f32", value_parser = precision)]
    pub(crate) precision: Precision,

    /// Where to compute. The CPU is the default: one character at a time, reading each back
    /// from a GPU takes longer than computing it
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    pub(crate) device: DeviceChoice,

    /// The folder of all runs
    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

/// A line that books do not have.
const SEPARATOR: &str = "====================";

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
    #[arg(long, value_name = "N", default_value = "20", value_parser = count)]
    pub(crate) steps: usize,

    /// One line of JSON for each piece of work
    #[arg(long)]
    pub(crate) json: bool,
}

/// How many of something there must be at least one of.
fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=1_000_000).contains(&count) => Ok(count),
        _ => Err("a number from 1 to 1000000 is needed".into()),
    }
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

    /// Where to compute: auto, gpu, cpu, software or ndarray
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub(crate) device: DeviceChoice,

    /// The folder of all runs
    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,
}

fn checkpoint(text: &str) -> Result<Choice, String> {
    match (text, text.parse()) {
        ("best", _) => Ok(Choice::Best),
        ("last", _) => Ok(Choice::Last),
        (_, Ok(step)) => Ok(Choice::Step(step)),
        _ => Err("it must be best, last, or the number of a step".into()),
    }
}

fn precision(text: &str) -> Result<Precision, String> {
    match text {
        "f32" => Ok(Precision::F32),
        "bf16" => Ok(Precision::Bf16),
        _ => Err("it must be f32 or bf16".into()),
    }
}

fn temperature(text: &str) -> Result<f64, String> {
    in_range(text, "0 (greedy) to 100", |value| (0.0..=100.0).contains(&value))
}

fn probability(text: &str) -> Result<f64, String> {
    in_range(text, "above 0 and at most 1", |value| value > 0.0 && value <= 1.0)
}

fn in_range(text: &str, allowed: &str, holds: impl Fn(f64) -> bool) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if holds(value) => Ok(value),
        _ => Err(format!("it must be a number, {allowed}")),
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
