//! What makes a configuration impossible: values out of range, too little text, absurd sizes.

use crate::cadence::{Cadence, duration};
use crate::{ConfigError, Objective, RunConfig, TrainConfig};
use charnn_data::{DataError, Section, Split, Streams, Vocabulary, Windows};
use charnn_kernels::device::DeviceChoice;
use charnn_model::ModelConfig;

/// Every value of `config` that is out of range, reported together.
pub(crate) fn check_values(config: &RunConfig) -> Result<(), ConfigError> {
    let RunConfig { data, model, train, eval: _, sample, checkpoint, run } = config;
    let mut problems = Vec::new();
    let mut check = |holds: bool, key: &str, value: String, allowed: &str| {
        if !holds {
            problems.push(format!("{key} = {value} is not possible; it must be {allowed}"));
        }
    };
    check(
        !data.path.is_empty(),
        "data.path",
        "\"\"".into(),
        "a text file; write charnn train novel.txt",
    );
    let fraction = data.valid_fraction;
    check(
        (0.0..=0.9).contains(&fraction),
        "data.valid_fraction",
        fraction.to_string(),
        "in 0..=0.9",
    );
    let most = data.max_vocab;
    let ids = Vocabulary::MOST;
    check(most <= ids, "data.max_vocab", most.to_string(), &format!("in 0..={ids}"));
    let sizes = [
        ("model.embedding_size", model.embedding_size, 65_536),
        ("model.hidden_size", model.hidden_size, 65_536),
        ("model.num_layers", model.num_layers, 64),
        ("train.batch_size", train.batch_size, 65_536),
        ("train.seq_length", train.seq_length, 65_536),
    ];
    for (key, value, most) in sizes {
        check((1..=most).contains(&value), key, value.to_string(), &format!("in 1..={most}"));
    }
    check_parts(model, &mut check);
    let accumulate = train.accumulate;
    check(
        (1..=65_536).contains(&accumulate),
        "train.accumulate",
        accumulate.to_string(),
        "in 1..=65536",
    );
    check(train.epochs >= 1, "train.epochs", train.epochs.to_string(), "at least 1");
    check_learning(train, fraction, &mut check);
    let device = train.device.parse::<DeviceChoice>();
    let words = DeviceChoice::ALL.map(|(_, word)| word).join(", ");
    check(
        device.is_ok(),
        "train.device",
        format!("{:?}", train.device),
        &format!("one of {words}"),
    );
    let length = sample.length;
    check(length <= 10_000_000, "sample.length", length.to_string(), "at most 10,000,000");
    let temperature = sample.temperature;
    check(
        (0.0..=100.0).contains(&temperature),
        "sample.temperature",
        temperature.to_string(),
        "in 0..=100",
    );
    check(
        sample.top_p > 0.0 && sample.top_p <= 1.0,
        "sample.top_p",
        sample.top_p.to_string(),
        "above 0 and at most 1",
    );
    let every = &checkpoint.every;
    let allowed = Cadence::parse(every).err().unwrap_or_default();
    check(allowed.is_empty(), "checkpoint.every", format!("{every:?}"), allowed);
    let most = &train.max_time;
    let allowed = duration(most).err().unwrap_or_default();
    check(allowed.is_empty(), "train.max_time", format!("{most:?}"), allowed);
    let keep = checkpoint.keep_last;
    check(keep >= 1, "checkpoint.keep_last", keep.to_string(), "at least 1");
    let name = &run.name;
    let plain = !name.contains(['/', '\\', ':']) && name != "." && name != ".." && name != "latest";
    check(plain, "run.name", format!("{name:?}"), "a plain folder name other than latest");
    if problems.is_empty() { Ok(()) } else { Err(ConfigError::Values { problems }) }
}

/// What [`check_values`] does with a value: whether it holds, its key, itself, what is allowed.
type Check<'a> = &'a mut dyn FnMut(bool, &str, String, &str);

/// What the network is made of besides its sizes, and what is dropped of it.
fn check_parts(model: &ModelConfig, check: Check<'_>) {
    let (e, h) = (model.embedding_size, model.hidden_size);
    check(
        !model.tie_embedding || e == h,
        "model.tie_embedding",
        "true".into(),
        &format!("false where model.embedding_size = {e} and model.hidden_size = {h} differ"),
    );
    for (key, rate) in [
        ("model.dropout", model.dropout),
        ("model.embedding_dropout", model.embedding_dropout),
        ("model.recurrent_dropout", model.recurrent_dropout),
    ] {
        check((0.0..1.0).contains(&rate), key, rate.to_string(), "in 0..1");
    }
}

/// The optimiser, its schedule and clipping; `fraction` of the text is held out.
fn check_learning(train: &TrainConfig, fraction: f64, check: Check<'_>) {
    let rate = train.learning_rate;
    check(
        rate > 0.0 && rate <= 10.0,
        "train.learning_rate",
        rate.to_string(),
        "above 0 and at most 10",
    );
    for (key, decay) in [
        ("train.adam_beta1", train.adam_beta1),
        ("train.adam_beta2", train.adam_beta2),
        ("train.rmsprop_alpha", train.rmsprop_alpha),
        ("train.momentum", train.momentum),
    ] {
        check((0.0..1.0).contains(&decay), key, decay.to_string(), "in 0..1");
    }
    check(
        !train.nesterov || train.momentum > 0.0,
        "train.nesterov",
        "true".into(),
        "false where train.momentum = 0",
    );
    let decay = train.weight_decay;
    check((0.0..=1.0).contains(&decay), "train.weight_decay", decay.to_string(), "in 0..=1");
    let epsilon = train.adam_epsilon;
    check(
        (1e-30..1.0).contains(&epsilon),
        "train.adam_epsilon",
        epsilon.to_string(),
        "in 1e-30..1",
    );
    let share = train.lr_min_factor;
    check((0.0..=1.0).contains(&share), "train.lr_min_factor", share.to_string(), "in 0..=1");
    for (key, factor) in [
        ("train.lr_decay_factor", train.lr_decay_factor),
        ("train.plateau_factor", train.plateau_factor),
    ] {
        check(factor > 0.0 && factor <= 1.0, key, factor.to_string(), "above 0 and at most 1");
    }
    let steps = train.lr_decay_steps;
    check(steps >= 1, "train.lr_decay_steps", steps.to_string(), "at least 1");
    check(
        train.plateau_factor >= 1.0 || fraction > 0.0,
        "train.plateau_factor",
        train.plateau_factor.to_string(),
        "1 where data.valid_fraction = 0: nothing is held out to be measured",
    );
    let clip = train.grad_clip;
    check((0.0..=1e6).contains(&clip), "train.grad_clip", clip.to_string(), "0 (off) to 1e6");
}

/// More than a character-level network can have any use for, and than most machines have.
const MOST_GIB: f64 = 64.0;

/// Whether the least that training can do with is possible at all.
///
/// Weights, gradients and two moments, and of every step the gates, the state and the logits:
/// a lower bound, so what passes may still be too much for a small machine.
pub(crate) fn check_memory(config: &RunConfig, vocabulary_size: usize) -> Result<(), ConfigError> {
    let RunConfig { model, train, .. } = config;
    let (v, e, h) = (vocabulary_size as f64, model.embedding_size as f64, model.hidden_size as f64);
    let (g, l) = (model.cell().gates() as f64, model.num_layers as f64);
    let head = if model.tie_embedding { 0.0 } else { h * v };
    let weights = v * e + g * h * (e + h) + (l - 1.0) * g * h * 2.0 * h + head;
    let logits = if train.objective == Objective::Every { v } else { 0.0 };
    let places = train.batch_size as f64 * train.seq_length as f64;
    let gib = 4.0 * (4.0 * weights + places * (l * (g + 1.0) * h + logits)) / f64::from(1 << 30);
    if gib <= MOST_GIB {
        return Ok(());
    }
    let problem = format!(
        "this takes at least {gib:.0} GiB of memory; lower model.hidden_size, model.num_layers, \
         train.batch_size or train.seq_length"
    );
    Err(ConfigError::Values { problems: vec![problem] })
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
