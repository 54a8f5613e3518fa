//! The flags of `charnn generate`.

use super::{MAX, checkpoint, whole};
use charnn_data::OnUnknown;
use charnn_kernels::Precision;
use charnn_kernels::device::DeviceChoice;
use charnn_train::Choice;
use clap::Args;
use std::path::PathBuf;

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

    /// Characters of the prompt that the network does not know: error, skip or unk (its unknown
    /// symbol, if it has one)
    #[arg(long, value_name = "WHAT", default_value = "error")]
    pub(crate) on_unknown: OnUnknown,

    /// Characters to write after the prompt, at most 10,000,000 [default: the run's sample.length]
    #[arg(short, long, value_name = "N", value_parser = whole::<0, 10_000_000, usize>, allow_negative_numbers = true)]
    pub(crate) length: Option<usize>,

    /// Texts to write, each with random numbers of its own; the i-th is the same whatever N is
    #[arg(short = 'n', long, value_name = "N", default_value = "1", value_parser = whole::<1, 1_000_000, usize>, allow_negative_numbers = true)]
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
    #[arg(long, value_name = "K", value_parser = whole::<0, MAX, usize>, allow_negative_numbers = true)]
    pub(crate) top_k: Option<usize>,

    /// Choose among the most likely characters that together have probability P
    #[arg(long, value_name = "P", value_parser = probability, allow_negative_numbers = true)]
    pub(crate) top_p: Option<f64>,

    /// Read the last N characters again for each new one; 0 carries the state
    /// [default: the run's sample.window]
    #[arg(long, value_name = "N", value_parser = whole::<0, MAX, usize>, allow_negative_numbers = true)]
    pub(crate) window: Option<usize>,

    /// The same seed writes the same text [default: random, and shown]
    #[arg(long, value_name = "N", value_parser = whole::<0, MAX, u64>, allow_negative_numbers = true)]
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
