//! What a range of one key cannot say: texts with a form, and values that contradict each other.

use super::Settings;
use crate::interval::{Interval, duration};
use crate::{ConfigError, RunConfig};

/// What is wrong with some values together.
pub(crate) struct Finding {
    /// The key where it is best put right, and the others that take part.
    pub(crate) keys: Vec<&'static str>,
    /// What is wrong, naming all keys.
    pub(crate) message: String,
    /// What to do.
    pub(crate) remedy: String,
}

/// File systems take 255 bytes.
const MOST_NAME_BYTES: usize = 200;

/// Everything that is wrong with `config` by itself.
///
/// # Errors
/// Lists it.
pub(crate) fn check_values(config: &RunConfig) -> Result<(), ConfigError> {
    Settings::of("", config)?.resolve().map(drop)
}

/// Every rule that `config`, whose values are each in range, breaks.
pub(crate) fn findings(config: &RunConfig) -> Vec<Finding> {
    let RunConfig { config_version: _, data, model, train, eval: _, sample: _, checkpoint, run } =
        config;
    let mut found = Vec::new();
    let mut rule = |holds: bool, keys: &[&'static str], message: String, remedy: &str| {
        if !holds {
            found.push(Finding { keys: keys.to_vec(), message, remedy: remedy.to_owned() });
        }
    };
    let mut text = |key: &'static str, value: &str, allowed: Result<(), &str>| {
        let message = format!("{key} = {value:?} is not possible");
        let remedy = format!("it must be {}", allowed.err().unwrap_or_default());
        rule(allowed.is_ok(), &[key], message, &remedy);
    };
    text("checkpoint.every", &checkpoint.every, Interval::parse(&checkpoint.every).map(drop));
    text("train.max_time", &train.max_time, duration(&train.max_time).map(drop));
    let name = &run.name;
    let odd = |character: char| matches!(character, '/' | '\\' | ':') || character.is_control();
    let plain = !name.contains(odd) && !name.starts_with(['.', '-']) && name != "latest";
    let blank = !name.is_empty() && name.trim().is_empty();
    let plain = (plain && !blank && name.len() <= MOST_NAME_BYTES).then_some(());
    let plain = plain.ok_or(
        "a plain folder name other than latest, of at most 200 bytes, without a slash, not blank and \
         without a dash in front",
    );
    text("run.name", name, plain);

    rule(
        !data.path.is_empty(),
        &["data.path"],
        "data.path names no text".into(),
        "name one: path = \"novel.txt\" under [data], or charnn train novel.txt",
    );
    rule(
        !run.root.is_empty(),
        &["run.root"],
        "run.root names no folder".into(),
        "name one, such as \"runs\"",
    );
    let (e, h) = (model.embedding_size, model.hidden_size);
    rule(
        !model.tie_embedding || e == h,
        &["model.tie_embedding", "model.embedding_size", "model.hidden_size"],
        format!(
            "model.tie_embedding = true needs model.embedding_size = {e} and \
             model.hidden_size = {h} to be equal"
        ),
        "make the sizes equal, or this false",
    );
    rule(
        !train.nesterov || train.momentum > 0.0,
        &["train.nesterov", "train.momentum"],
        "train.nesterov = true looks ahead along a momentum, and train.momentum = 0".into(),
        "give momentum a value such as 0.9, or make this false",
    );
    let waiting: [(&'static str, f64, f64); 2] = [
        ("train.plateau_factor", train.plateau_factor, 1.0),
        ("train.early_stop_patience", train.early_stop_patience as f64, 0.0),
    ];
    for (key, value, off) in waiting {
        let message = format!(
            "{key} = {value} waits for held-out text to be measured, and data.valid_fraction = 0 \
             holds none out"
        );
        let holds = value.to_bits() == off.to_bits() || data.valid_fraction > 0.0;
        let remedy = format!("make this {off}, or hold some text out");
        rule(holds, &[key, "data.valid_fraction"], message, &remedy);
    }
    found
}
