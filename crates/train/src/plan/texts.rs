//! The texts of a run: the training text, and perhaps a validation and a test text of their own.

use super::PlanError;
use crate::RunConfig;
use charnn_config::Sources;
use charnn_data::{
    Cache, Corpus, DataError, KnownIds, OnUnknown, ReadProgress, Section, Seed, Skipped, Vocabulary,
};
use charnn_text::{Reading, Source};
use std::path::Path;

/// The texts that a configuration names.
#[derive(Debug)]
pub struct Texts {
    /// The training text, of which a part may be held out.
    pub train: Corpus,
    /// The validation text, if it is a text of its own.
    pub valid: Option<Corpus>,
    /// The test text.
    pub test: Option<Corpus>,
}

impl Texts {
    /// Reads all of them. While a folder is read, `progress` receives how far that is.
    ///
    /// # Errors
    /// When a value is out of range, or a text cannot be read.
    pub fn read(
        config: &RunConfig,
        progress: &mut dyn FnMut(ReadProgress),
    ) -> Result<Self, PlanError> {
        config.check()?;
        let (data, root) = (&config.data, Path::new(&config.run.root));
        let train = training_text(&data.path.0, config, root, progress)?;
        let valid = other_text(&data.valid_path, config, root, progress)?;
        let test = other_text(&data.test_path, config, root, progress)?;
        Ok(Self { train, valid, test })
    }
}

/// The training text in `sources`, divided into records as `config` says. A text too large for memory is cached
/// under `root`, the folder of all runs.
///
/// # Errors
/// When it cannot be read, or has no record.
pub fn training_text(
    sources: &[Source],
    config: &RunConfig,
    root: &Path,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Corpus, DataError> {
    text(sources, config, config.record_order(), root, progress)
}

/// A validation or a test text, read as [`training_text`], with its records in order; `None` without sources.
///
/// # Errors
/// As [`training_text`].
pub fn other_text(
    sources: &Sources,
    config: &RunConfig,
    root: &Path,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Option<Corpus>, DataError> {
    if sources.is_empty() {
        return Ok(None);
    }
    text(&sources.0, config, None, root, progress).map(Some)
}

fn text(
    sources: &[Source],
    config: &RunConfig,
    order: Option<Seed>,
    root: &Path,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Corpus, DataError> {
    let cache = Cache::new(root.join(".cache"), config.data.in_memory_bytes.0);
    let options = config.data.read_options();
    let corpus = Corpus::read_all_watched(sources, &options, Some(&cache), progress)?;
    corpus.with_records(&config.data.records, order)?.with_unit(&config.data.unit)
}

/// A validation or test text, as the network reads it.
#[derive(Debug, Clone)]
pub struct OtherText {
    /// Its name.
    pub name: String,
    /// How each of its documents was read.
    pub readings: Vec<Reading>,
    /// Files that were skipped because they are not text.
    pub skipped: Vec<Skipped>,
    /// BLAKE3, as of the training text.
    pub fingerprint: String,
    /// Its ids, and how many characters the training text lacks.
    pub known: KnownIds,
    /// Whether these were left out. Otherwise they became the unknown symbol.
    pub skips_unknown: bool,
}

impl OtherText {
    /// Reads `corpus` with the symbols of the training text.
    ///
    /// # Errors
    /// When a file can no longer be read, or has changed.
    pub fn read(corpus: &Corpus, vocabulary: &Vocabulary) -> Result<Self, DataError> {
        let skips_unknown = vocabulary.unknown().is_none();
        let on_unknown = if skips_unknown { OnUnknown::Skip } else { OnUnknown::Unknown };
        Ok(Self {
            name: corpus.name.clone(),
            readings: corpus.documents().iter().map(|document| document.reading.clone()).collect(),
            skipped: corpus.skipped().to_vec(),
            fingerprint: corpus.fingerprint().to_owned(),
            known: corpus.known_ids(vocabulary, on_unknown)?,
            skips_unknown,
        })
    }

    /// All of it.
    pub fn section(&self, vocabulary: &Vocabulary) -> Section<'_> {
        Section::of(&self.known.ids, &self.known.starts, vocabulary)
    }
}
