//! What makes a plan impossible: too little text, absurd sizes.

use crate::{ConfigError, Footprint, Objective, Problem, RunConfig, TrainConfig};
use charnn_data::{DataError, Section, Split, Streams, Windows};

/// More than a character-level network can have any use for, and than most machines have.
const MOST_GIB: f64 = 64.0;

/// Whether training takes no more memory than any machine may have.
pub(crate) fn check_memory(config: &RunConfig, vocabulary_size: usize) -> Result<(), ConfigError> {
    let gib = Footprint::of(config, vocabulary_size, 0).memory() / f64::from(1 << 30);
    if gib <= MOST_GIB {
        return Ok(());
    }
    let problem = format!(
        "this takes about {gib:.0} GiB of memory; lower model.hidden_size, model.num_layers, \
         train.batch_size or train.seq_length"
    );
    Err(ConfigError::Problems(vec![Problem::at(None, problem, String::new())]))
}

/// Whether both parts of the text hold a batch.
pub(crate) fn check_length(
    config: &RunConfig,
    name: &str,
    split: Split<'_>,
) -> Result<(), DataError> {
    let TrainConfig { objective, batch_size, seq_length, .. } = config.train;
    let (need, why, remedy) = match objective {
        Objective::Last => (
            Windows::characters_needed(seq_length),
            format!("train.seq_length = {seq_length}"),
            "set it lower or name a longer text",
        ),
        Objective::Every => (
            Streams::characters_needed(batch_size).max(seq_length + 1),
            format!("train.batch_size = {batch_size} with train.seq_length = {seq_length}"),
            "set them lower or name a longer text",
        ),
    };
    // No window reaches from one document into the next, and nothing is predicted across a border.
    let have = |text: Section<'_>| match (objective, text.longest_document()) {
        (Objective::Every, 2..) => text.len(),
        (_, longest) => longest,
    };
    let part = |text: Section<'_>, what: String| {
        if have(text) < text.len() { format!("the longest document of {what}") } else { what }
    };
    let fraction = config.data.valid_fraction;
    let short = |what: String, have: usize, need: usize, remedy: &str| DataError::TooShort {
        what,
        have,
        why: why.clone(),
        need,
        remedy: remedy.to_owned(),
    };
    if have(split.train) < need {
        let what = if split.valid.is_empty() {
            name.to_owned()
        } else {
            format!("the training part of {name} ({} characters are held out)", split.valid.len())
        };
        return Err(short(part(split.train, what), have(split.train), need, remedy));
    }
    let need = if objective == Objective::Last { need } else { 2 };
    if fraction > 0.0 && have(split.valid) < need {
        let what = format!("the held-out part of {name} (data.valid_fraction = {fraction})");
        let remedy = "set data.valid_fraction = 0 to hold nothing out, or name a longer text";
        return Err(short(part(split.valid, what), have(split.valid), need, remedy));
    }
    Ok(())
}
