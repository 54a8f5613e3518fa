//! The flags of `charnn generate`.

use super::values::{Expected, checkpoint, device, number, on_unknown, whole};
use charnn_config::DeviceChoice;
use charnn_data::OnUnknown;
use charnn_infer::Precision;
use charnn_message::text;
use charnn_runs::CheckpointSelector;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct GenerateArguments {
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,

    #[arg(long, value_name = "WHICH", default_value = "best", value_parser = checkpoint)]
    pub(crate) checkpoint: CheckpointSelector,

    #[arg(long, value_name = "FOLDER", default_value = "runs")]
    pub(crate) runs: PathBuf,

    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}

/// What to write, and how.
#[expect(clippy::struct_excessive_bools, reason = "one flag each")]
#[derive(Debug, Args)]
pub(crate) struct WritingArguments {
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) prompt: Option<String>,

    #[arg(long, value_name = "FILE", conflicts_with = "prompt")]
    pub(crate) prompt_file: Option<PathBuf>,

    #[arg(long, value_name = "HOW", default_value = "error", value_parser = on_unknown())]
    pub(crate) on_unknown: OnUnknown,

    #[arg(short, long, value_name = "N", value_parser = whole::<0, 10_000_000, usize>, allow_negative_numbers = true)]
    pub(crate) length: Option<usize>,

    #[arg(long, value_name = "STR", allow_hyphen_values = true)]
    pub(crate) until: Vec<String>,

    #[arg(long, value_name = "N", value_parser = whole::<1, 1_000_000, u64>, allow_negative_numbers = true)]
    pub(crate) lines: Option<u64>,

    #[arg(long, value_name = "N", default_value = "1", value_parser = whole::<1, 1_000_000, usize>, allow_negative_numbers = true)]
    pub(crate) count: usize,

    #[arg(
        long,
        value_name = "N",
        value_parser = whole::<1, 10_000_000, u64>,
        allow_negative_numbers = true,
        conflicts_with_all = [
            "count", "until", "lines", "acrostic", "best_of", "enumerate", "show_probs", "separator", "window",
        ]
    )]
    pub(crate) records: Option<u64>,

    #[arg(long, requires = "records")]
    pub(crate) unique: bool,

    #[arg(long, requires = "records")]
    pub(crate) novel: bool,

    #[arg(long, conflicts_with_all = ["records", "enumerate", "show_probs"])]
    pub(crate) novelty: bool,

    #[arg(long, value_name = "LINE", default_value = SEPARATOR, allow_hyphen_values = true)]
    pub(crate) separator: String,

    #[arg(long, conflicts_with = "separator")]
    pub(crate) json: bool,

    #[arg(long, conflicts_with_all = ["temperature", "top_k", "top_p"])]
    pub(crate) greedy: bool,

    #[arg(short, long, value_name = "X", value_parser = temperature, allow_negative_numbers = true)]
    pub(crate) temperature: Option<f64>,

    #[arg(long, value_name = "K", value_parser = whole::<0, { u64::MAX }, usize>, allow_negative_numbers = true)]
    pub(crate) top_k: Option<usize>,

    #[arg(long, value_name = "P", value_parser = probability, allow_negative_numbers = true)]
    pub(crate) top_p: Option<f64>,

    #[arg(long, value_name = "P", value_parser = share, allow_negative_numbers = true)]
    pub(crate) min_p: Option<f64>,

    #[arg(long, value_name = "P", value_parser = probability, allow_negative_numbers = true)]
    pub(crate) typical: Option<f64>,

    #[arg(long, value_name = "N", value_parser = whole::<0, 1000, usize>, allow_negative_numbers = true)]
    pub(crate) no_repeat: Option<usize>,

    #[arg(long, value_name = "X", value_parser = repetition, allow_negative_numbers = true)]
    pub(crate) repetition_penalty: Option<f32>,

    #[arg(long, value_name = "X", value_parser = penalty, allow_negative_numbers = true)]
    pub(crate) presence_penalty: Option<f32>,

    #[arg(long, value_name = "X", value_parser = penalty, allow_negative_numbers = true)]
    pub(crate) frequency_penalty: Option<f32>,

    #[arg(long, value_name = "N", value_parser = whole::<1, 100_000, usize>, allow_negative_numbers = true)]
    pub(crate) penalty_window: Option<usize>,

    #[arg(long, value_name = "CHARS", allow_hyphen_values = true)]
    pub(crate) ban: Option<String>,

    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    pub(crate) acrostic: Option<String>,

    #[arg(long, value_name = "N", value_parser = whole::<1, 1000, u64>, allow_negative_numbers = true)]
    pub(crate) best_of: Option<u64>,

    #[arg(long, conflicts_with_all = ["best_of", "separator"])]
    pub(crate) show_probs: bool,

    #[arg(
        long,
        value_name = "N",
        value_parser = whole::<1, 100_000, usize>,
        allow_negative_numbers = true,
        conflicts_with_all = [
            "count", "greedy", "temperature", "top_k", "top_p", "min_p", "typical", "no_repeat",
            "repetition_penalty", "presence_penalty", "frequency_penalty", "acrostic", "best_of",
            "show_probs", "separator", "seed",
        ]
    )]
    pub(crate) enumerate: Option<usize>,

    #[arg(long, value_name = "N", value_parser = whole::<0, { u64::MAX }, usize>, allow_negative_numbers = true)]
    pub(crate) window: Option<usize>,

    #[arg(long, value_name = "N", value_parser = whole::<0, { u64::MAX }, u64>, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,

    #[arg(long, value_name = "HOW", default_value = "f32", value_parser = precision())]
    pub(crate) precision: Precision,

    #[arg(long, value_name = "DEVICE", default_value = "cpu", value_parser = device())]
    pub(crate) device: DeviceChoice,
}

/// A line that books do not have.
const SEPARATOR: &str = "====================";

fn precision() -> impl TypedValueParser<Value = Precision> {
    PossibleValuesParser::new(["f32", "bf16"]).map(|word| match &*word {
        "bf16" => Precision::Bf16,
        _ => Precision::F32,
    })
}

pub(super) fn temperature(text: &str) -> Result<f64, Expected> {
    let allowed = || {
        text!(
            en: "expected a number from 0 (always the likeliest character) to 100",
            zh: "应为 0（总是取概率最高的字符）到 100 之间的数"
        )
    };
    number(text, allowed, |value| (0.0..=100.0).contains(&value))
}

fn probability(text: &str) -> Result<f64, Expected> {
    let allowed = || {
        text!(
            en: "expected a number above 0 and at most 1",
            zh: "应为大于 0 且不超过 1 的数"
        )
    };
    number(text, allowed, |value| value > 0.0 && value <= 1.0)
}

fn share(text: &str) -> Result<f64, Expected> {
    let allowed = || text!(en: "expected a number from 0 to 1", zh: "应为 0 到 1 之间的数");
    number(text, allowed, |value| (0.0..=1.0).contains(&value))
}

#[expect(clippy::cast_possible_truncation, reason = "logits are f32 too")]
fn repetition(text: &str) -> Result<f32, Expected> {
    let allowed = || {
        text!(
            en: "expected a number from 0.1 to 10; 1 changes nothing",
            zh: "应为 0.1 到 10 之间的数；1 表示不变"
        )
    };
    number(text, allowed, |value| (0.1..=10.0).contains(&value)).map(|value| value as f32)
}

#[expect(clippy::cast_possible_truncation, reason = "logits are f32 too")]
fn penalty(text: &str) -> Result<f32, Expected> {
    let allowed = || {
        text!(
            en: "expected a number from -10 to 10; 0 changes nothing",
            zh: "应为 -10 到 10 之间的数；0 表示不变"
        )
    };
    number(text, allowed, |value| (-10.0..=10.0).contains(&value)).map(|value| value as f32)
}
