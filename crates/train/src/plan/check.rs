//! Checks of a plan: too little text, absurd sizes, a prompt outside the vocabulary.

use crate::{ConfigError, Footprint, Predict, RunConfig, SampleConfig, TrainConfig};
use charnn_data::{
    Corpus, DataError, NeededFor, OnUnknown, Part, Section, Split, Streams, TooShort, Vocabulary,
    Windows, prompt_like_text,
};
use charnn_infer::{Prompt, PromptError, primer_ids};
use charnn_message::{Describe, Message, display, text};

/// No character-level network needs more memory, and few machines have more.
const MOST_GIB: f64 = 64.0;

/// Whether a corpus is divided as `config` says, into several records.
pub(super) fn check_records(config: &RunConfig, corpus: &Corpus) -> Result<(), DataError> {
    let Some(&facts) = corpus.records() else { return Ok(()) };
    if facts.count > 1 {
        return Ok(());
    }
    let (name, records) = (corpus.name.clone(), config.data.records.clone());
    Err(DataError::FewRecords { name, records, facts })
}

/// Whether training takes no more memory than any machine may have.
pub(super) fn check_memory(config: &RunConfig, vocabulary_size: usize) -> Result<(), ConfigError> {
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

/// The network cannot read the prompt of samples.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct BadPrompt {
    /// `sample.prompt`.
    pub prompt: String,
    /// Why not.
    pub error: PromptError,
}

display!(BadPrompt);

impl Describe for BadPrompt {
    fn describe(&self) -> Message {
        let (prompt, why) = (&self.prompt, self.error.describe().message);
        Message::new(
            "config/prompt",
            text!(
                en: ("sample.prompt = {prompt:?}: {}", why.english),
                zh: ("sample.prompt = {prompt:?}：{}", why.chinese),
            ),
        )
        .hint(text!(
            en: "the text has it nowhere or too rarely: change sample.prompt, or set it to \"\"",
            zh: "文本中没有这个字符，或出现得太少：请更改 sample.prompt，或设为 \"\""
        ))
    }
}

/// The prompt of samples, as a network with this `vocabulary` and `primer` reads it.
pub(crate) fn prompt(
    config: &RunConfig,
    vocabulary: &Vocabulary,
    primer: &str,
) -> Result<Prompt, BadPrompt> {
    let SampleConfig { prompt, window, .. } = &config.sample;
    let text = prompt_like_text(prompt, &config.data.read_options(), vocabulary, primer);
    let primer = primer_ids(vocabulary, primer);
    Prompt::new(vocabulary, &text, OnUnknown::Error, &primer, *window)
        .map_err(|error| BadPrompt { prompt: prompt.clone(), error })
}

/// Whether both parts of the text hold a batch.
pub(crate) fn check_length(
    config: &RunConfig,
    name: &str,
    split: Split<'_>,
) -> Result<(), TooShort> {
    let TrainConfig { predict, batch_size, seq_length, .. } = config.train;
    let (need, purpose) = match predict {
        Predict::Last => (Windows::characters_needed(seq_length), NeededFor::Window(seq_length)),
        Predict::All => (
            Streams::characters_needed(batch_size).max(seq_length + 1),
            NeededFor::Streams(batch_size, seq_length),
        ),
    };
    // No window reaches from one document into the next, and nothing is predicted across a boundary.
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
    let fraction = config.data.held_out_fraction();
    if fraction > 0.0 {
        let need = if predict == Predict::Last { need } else { 2 };
        check(split.valid, Part::Validation { fraction }, need)?;
    }
    Ok(())
}

/// Whether a validation text of its own can be measured.
pub(crate) fn check_valid(
    config: &RunConfig,
    name: &str,
    text: Section<'_>,
) -> Result<(), TooShort> {
    let TrainConfig { predict, seq_length, .. } = config.train;
    let (have, need, purpose) = match predict {
        Predict::Last => (
            text.longest_document(),
            Windows::characters_needed(seq_length),
            NeededFor::Window(seq_length),
        ),
        Predict::All => (text.len(), Streams::characters_needed(1), NeededFor::Evaluation),
    };
    if have >= need {
        return Ok(());
    }
    let (name, longest) = (name.to_owned(), have < text.len());
    Err(TooShort { name, part: Part::All, longest, have, need, purpose })
}
