//! What makes a plan impossible: too little text, absurd sizes, a prompt outside the vocabulary.

use crate::too_short::{Part, Purpose, TooShort};
use crate::{ConfigError, Footprint, Predict, RunConfig, TrainConfig};
use charnn_data::{Section, Split, Streams, Vocabulary, Windows};
use charnn_message::{Describe, Message, text};
use std::fmt;

/// More than a character-level network can have any use for, and than most machines have.
const MOST_GIB: f64 = 64.0;

/// Whether training takes no more memory than any machine may have.
pub(crate) fn check_memory(config: &RunConfig, vocabulary_size: usize) -> Result<(), ConfigError> {
    let gib = Footprint::of(config, vocabulary_size, 0).memory() / f64::from(1 << 30);
    if gib <= MOST_GIB {
        return Ok(());
    }
    let message = text!(
        en: "training needs about {gib:.0} GiB of memory, and {MOST_GIB} GiB is the limit",
        zh: "训练约需 {gib:.0} GiB 内存，上限为 {MOST_GIB} GiB"
    );
    let hint = text!(
        en: "lower model.hidden_size, model.num_layers, train.batch_size or train.seq_length",
        zh: "请减小 model.hidden_size、model.num_layers、train.batch_size 或 train.seq_length"
    );
    Err(ConfigError::Problems(vec![Message::new("config/memory", message).hint(hint)]))
}

/// The vocabulary lacks a character of the prompt of samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPrompt {
    /// What was asked for.
    pub prompt: String,
    /// The first character of it that is not known.
    pub character: char,
}

impl std::error::Error for BadPrompt {}

impl fmt::Display for BadPrompt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(out)
    }
}

impl Describe for BadPrompt {
    fn describe(&self) -> Message {
        let Self { prompt, character } = self;
        let code_point = u32::from(*character);
        Message::new(
            "config/prompt",
            text!(
                en: "sample.prompt = {prompt:?} contains {character:?} (U+{code_point:04X}), which is not in the \
                     vocabulary",
                zh: "sample.prompt = {prompt:?} 中的 {character:?}（U+{code_point:04X}）不在词表中"
            ),
        )
        .hint(text!(
            en: "the text has it nowhere or too rarely: change sample.prompt, or set it to \"\"",
            zh: "文本中没有这个字符，或出现得太少：请更改 sample.prompt，或设为 \"\""
        ))
    }
}

/// Whether the network will know every character of the prompt of samples.
pub(crate) fn check_prompt(vocabulary: &Vocabulary, prompt: &str) -> Result<(), BadPrompt> {
    let known = prompt.replace("\r\n", "\n"); // as `charnn_infer::Prompt` reads it
    match known.chars().find(|&character| vocabulary.id(character).is_none()) {
        Some(character) => Err(BadPrompt { prompt: prompt.to_owned(), character }),
        None => Ok(()),
    }
}

/// Whether both parts of the text hold a batch.
pub(crate) fn check_length(
    config: &RunConfig,
    name: &str,
    split: Split<'_>,
) -> Result<(), TooShort> {
    let TrainConfig { predict, batch_size, seq_length, .. } = config.train;
    let (need, purpose) = match predict {
        Predict::Last => (Windows::characters_needed(seq_length), Purpose::Window(seq_length)),
        Predict::All => (
            Streams::characters_needed(batch_size).max(seq_length + 1),
            Purpose::Streams(batch_size, seq_length),
        ),
    };
    // No window reaches from one document into the next, and nothing is predicted across a border.
    let have = |text: Section<'_>| match (predict, text.longest_document()) {
        (Predict::All, 2..) => text.len(),
        (_, longest) => longest,
    };
    let check = |text: Section<'_>, part: Part, need: usize| {
        let have = have(text);
        if have >= need {
            return Ok(());
        }
        let (name, longest) = (name.to_owned(), have < text.len());
        Err(TooShort { name, part, longest, have, need, purpose })
    };
    let part = match split.valid.len() {
        0 => Part::All,
        validation => Part::Training { validation },
    };
    check(split.train, part, need)?;
    let fraction = config.data.val_fraction;
    if fraction > 0.0 {
        let need = if predict == Predict::Last { need } else { 2 };
        check(split.valid, Part::Validation { fraction }, need)?;
    }
    Ok(())
}
