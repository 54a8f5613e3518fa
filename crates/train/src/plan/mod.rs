//! From a configuration to a plan: every check that can fail, before any work.

mod advice;
mod check;
mod duplicates;
mod fitting;
mod footprint;
mod listing;
mod sorted;
mod texts;

pub use advice::Advice;
pub use check::BadPrompt;
pub use fitting::Fitting;
pub use footprint::Footprint;
pub use texts::{OtherText, Texts, other_text, training_text};

use crate::{ConfigError, Predict, RunConfig, batches, vocabulary_limits};
use advice::{advice, duplicate};
use charnn_bundle::Lengths;
use charnn_config::SplitKind;
use charnn_data::{
    Corpus, DataError, HoldOut, Parts, RecordFacts, Seed, Skipped, Split, TooShort, Vocabulary,
    primer,
};
use charnn_infer::Prompt;
use charnn_message::{Describe, Message, display};
use charnn_text::Reading;
use check::{check_length, check_memory, check_records, check_valid, prompt};

/// A configuration that makes sense, with the text it is for.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The configuration.
    pub config: RunConfig,
    /// The name of the text.
    pub corpus_name: String,
    /// How each of its documents was read.
    pub readings: Vec<Reading>,
    /// Files that were skipped because they are not text.
    pub skipped: Vec<Skipped>,
    /// Advice about the settings and the text.
    pub advice: Vec<Advice>,
    /// BLAKE3 of its characters as UTF-8 and of its document boundaries, as hexadecimal.
    pub fingerprint: String,
    /// The number of distinct symbols, without the record symbol.
    pub distinct: usize,
    /// The characters that the network knows.
    pub vocabulary: Vocabulary,
    /// The text as ids, with what is held out of it.
    pub parts: Parts,
    /// The validation text, if it is a text of its own.
    pub valid: Option<OtherText>,
    /// The test text.
    pub test: Option<OtherText>,
    /// What is known of its records; `None` for a continuous text.
    pub records: Option<RecordFacts>,
    /// Updates in one epoch.
    pub steps_per_epoch: u64,
    /// Updates in the whole run.
    pub steps: u64,
    /// The number of parameters.
    pub parameters: usize,
    /// What the network reads before a sample without a prompt, see [`charnn_data::primer`].
    pub primer: String,
    /// What samples start with.
    pub prompt: Prompt,
}

impl Plan {
    /// Checks `config` against `corpus`.
    ///
    /// # Errors
    /// [`PlanError::Config`] lists every value out of range; [`PlanError::Data`] and
    /// [`PlanError::TooShort`] say what the text lacks.
    pub fn new(config: RunConfig, corpus: &Corpus) -> Result<Self, PlanError> {
        config.check()?;
        let vocabulary = corpus.vocabulary(vocabulary_limits(&config.data))?;
        Self::with_vocabulary(config, corpus, vocabulary)
    }

    /// [`Plan::new`] for a network that knows the characters of `vocabulary`.
    ///
    /// # Errors
    /// As [`Plan::new`], and when the corpus has characters that it does not hold.
    pub fn with_vocabulary(
        config: RunConfig,
        corpus: &Corpus,
        vocabulary: Vocabulary,
    ) -> Result<Self, PlanError> {
        config.check()?;
        check_records(&config, corpus)?;
        check_memory(&config, vocabulary.len())?;
        let parts =
            corpus.parts(&vocabulary, config.data.held_out_fraction(), hold_out(&config))?;
        let split = parts.split(&vocabulary);
        check_length(&config, &corpus.name, split)?;
        let batches_per_epoch = batches(&config.train, split.train).per_epoch() as u64;
        let steps_per_epoch = batches_per_epoch.div_ceil(config.train.gradient_accumulation);
        let all = steps_per_epoch.saturating_mul(config.train.epochs);
        let limit = if config.train.max_steps == 0 { u64::MAX } else { config.train.max_steps };
        let steps = all.min(limit);
        let primer = match corpus.records() {
            Some(_) => String::new(),
            None => primer(split.train, &vocabulary),
        };
        let prompt = prompt(&config, &vocabulary, &primer)?;
        let mut advice = advice(&config, steps, corpus, vocabulary.len());
        if corpus.records().is_none() {
            let names: Vec<&str> =
                corpus.documents().iter().map(|it| it.reading.name.as_str()).collect();
            advice.extend(duplicate(&parts.ids, &parts.starts, vocabulary.id('\n'), &names));
        }
        Ok(Self {
            corpus_name: corpus.name.clone(),
            readings: corpus.documents().iter().map(|document| document.reading.clone()).collect(),
            skipped: corpus.skipped().to_vec(),
            advice,
            fingerprint: corpus.fingerprint().to_owned(),
            distinct: corpus.distinct(),
            records: corpus.records().copied(),
            steps_per_epoch,
            steps,
            parameters: config.model.parameter_count(vocabulary.len()),
            primer,
            prompt,
            config,
            vocabulary,
            parts,
            valid: None,
            test: None,
        })
    }

    /// The same with a validation and a test text of their own. Characters that the training text lacks become
    /// the unknown symbol, or are left out if there is none.
    ///
    /// # Errors
    /// When the validation text is too short, or a text cannot be read any more.
    pub fn with_others(
        mut self,
        valid: Option<&Corpus>,
        test: Option<&Corpus>,
    ) -> Result<Self, PlanError> {
        let read = |corpus: &Corpus| OtherText::read(corpus, &self.vocabulary);
        let (valid, test) = (valid.map(read).transpose()?, test.map(read).transpose()?);
        if let Some(valid) = &valid {
            check_valid(&self.config, &valid.name, valid.section(&self.vocabulary))?;
        }
        (self.valid, self.test) = (valid, test);
        Ok(self)
    }

    /// Reads the text that `config` names and checks the two together.
    ///
    /// # Errors
    /// As [`Plan::new`], and when the text cannot be read.
    pub fn read(config: RunConfig) -> Result<Self, PlanError> {
        let texts = Texts::read(&config, &mut |_| {})?;
        let plan = Self::new(config, &texts.train)?;
        plan.with_others(texts.valid.as_ref(), texts.test.as_ref())
    }

    /// How much text an evaluation predicts, if symbols are not characters.
    pub fn valid_lengths(&self) -> Option<Lengths> {
        let train = &self.config.train;
        let window = if train.predict == Predict::Last { train.seq_length } else { 0 };
        let is_char = self.vocabulary.unit().is_char();
        (!is_char).then(|| self.split().valid.predicted(&self.vocabulary, window))
    }

    /// The training and the validation ids.
    pub fn split(&self) -> Split<'_> {
        let split = self.parts.split(&self.vocabulary);
        match &self.valid {
            Some(valid) => Split { valid: valid.section(&self.vocabulary), ..split },
            None => split,
        }
    }
}

/// What `config` holds out of its text.
fn hold_out(config: &RunConfig) -> HoldOut {
    let seed = Seed(config.train.seed);
    match config.data.split {
        SplitKind::Tail | SplitKind::Records => HoldOut::Tail,
        SplitKind::Lines => HoldOut::Lines(seed),
        SplitKind::Documents => HoldOut::Documents(seed),
    }
}

/// Why a plan cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The configuration.
    Config(#[from] ConfigError),
    /// The text.
    Data(#[from] DataError),
    /// The text is too short for the configuration.
    TooShort(#[from] TooShort),
    /// The prompt of samples does not fit the text.
    Prompt(#[from] BadPrompt),
}

display!(PlanError);

impl Describe for PlanError {
    fn describe(&self) -> Message {
        match self {
            Self::Config(error) => error.describe(),
            Self::Data(error) => error.describe(),
            Self::TooShort(error) => error.describe(),
            Self::Prompt(error) => error.describe(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str, change: impl FnOnce(&mut RunConfig)) -> Result<Plan, String> {
        let mut config = RunConfig::default();
        config.data.path = charnn_config::Sources::parse("novel.txt");
        change(&mut config);
        let corpus = Corpus::from_bytes("novel.txt".into(), text.as_bytes()).unwrap();
        Plan::new(config, &corpus).map_err(|error| {
            let messages = match &error {
                PlanError::Config(error) => error.messages(),
                other => vec![other.describe()],
            };
            let full: Vec<_> = messages.iter().map(|message| message.in_full().english).collect();
            full.join("\n")
        })
    }

    #[test]
    fn every_value_out_of_range_is_named_at_once() {
        let error = plan("abc", |config| {
            config.data.max_vocab = 65_537;
            config.model.hidden_size = 0;
            config.model.dropout = 1.0;
            config.model.embedding_dropout = -0.1;
            config.model.recurrent_dropout = f64::NAN;
            config.train.learning_rate = f64::NAN;
            config.train.momentum = 1.0;
            config.train.rmsprop_alpha = 1.0;
            config.train.weight_decay = -1.0;
            config.train.lr_min_factor = 1.5;
            config.train.lr_decay_factor = 0.0;
            config.train.lr_decay_steps = 0;
            config.train.plateau_factor = 2.0;
            config.train.gradient_accumulation = 0;
            config.sample.top_p = 1.5;
            config.run.name = "../x".into();
        })
        .unwrap_err();
        for key in [
            "data.max_vocab",
            "model.hidden_size",
            "model.dropout",
            "model.embedding_dropout",
            "model.recurrent_dropout",
            "train.learning_rate",
            "train.momentum",
            "train.rmsprop_alpha",
            "train.weight_decay",
            "train.lr_min_factor",
            "train.lr_decay_factor",
            "train.lr_decay_steps",
            "train.plateau_factor",
            "train.gradient_accumulation",
            "sample.top_p",
            "run.name",
        ] {
            assert!(error.contains(key), "{key} in {error}");
        }
    }

    #[test]
    fn sizes_that_no_machine_can_hold_are_refused() {
        let error =
            plan(&"ab".repeat(3200), |config| config.model.hidden_size = 65_536).unwrap_err();
        assert!(error.contains("755 GiB") && error.contains("model.hidden_size"), "{error}");
    }

    #[test]
    fn a_text_shorter_than_a_window_is_refused_with_the_numbers() {
        let windows = |config: &mut RunConfig| {
            config.train.predict = Predict::Last;
            config.train.seq_length = 100;
            config.data.val_fraction = 0.0;
        };
        let error = plan(&"ab".repeat(50), windows).unwrap_err();
        assert!(
            error.contains("novel.txt has 100 characters") && error.contains("at least 101"),
            "{error}"
        );
        assert_eq!(plan(&"abc".repeat(34), windows).unwrap().steps_per_epoch, 1);
    }

    #[test]
    fn a_held_out_part_shorter_than_a_window_is_refused() {
        let error =
            plan(&"ab".repeat(100), |config| config.train.predict = Predict::Last).unwrap_err();
        assert!(error.contains("validation set") && error.contains("val_fraction=0"), "{error}");
    }

    #[test]
    fn steps_are_epochs_times_batches_up_to_the_limit() {
        let text = "ab".repeat(3200);
        let steps =
            |max_steps| plan(&text, |config| config.train.max_steps = max_steps).unwrap().steps;
        assert_eq!((steps(0), steps(7)), (60, 7)); // 5,759 predictions, 16 rows of 64: 6 steps
        let accumulated = plan(&text, |config| config.train.gradient_accumulation = 2).unwrap();
        assert_eq!((accumulated.steps_per_epoch, accumulated.steps), (3, 30));
    }

    #[test]
    fn an_unknown_character_in_the_sample_prompt_is_found_before_training() {
        let error =
            plan(&"ab".repeat(3200), |config| config.sample.prompt = "ax".into()).unwrap_err();
        assert!(error.contains("sample.prompt") && error.contains("'x' (U+0078"), "{error}");
    }
}
