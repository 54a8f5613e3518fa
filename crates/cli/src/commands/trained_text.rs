//! The text that a network was trained on, if it is still there and the same.

use crate::commands::network::Network;
use crate::failure::Failure;
use crate::sources::corpus;
use crate::terminal::Terminal;
use charnn_config::RunConfig;
use charnn_data::{Corpus, OnUnknown, Section, Split, Vocabulary};
use charnn_infer::NoveltyMeter;
use charnn_runs::{BuiltinNetwork, RunError};
use std::path::{Path, PathBuf};

/// Which text that was, and of which run.
pub(crate) struct TrainedText<'a> {
    pub(crate) config: &'a RunConfig,
    /// The folder of all runs.
    pub(crate) root: &'a Path,
    /// The run.
    pub(crate) path: PathBuf,
    /// The BLAKE3 of the text.
    pub(crate) then: &'a str,
}

impl<'a> TrainedText<'a> {
    /// That of a network; `None` for one without a run, unless it is inside the program, as its text is.
    pub(crate) fn of(network: &'a Network) -> Option<Self> {
        let inside = || {
            BuiltinNetwork::called(&network.name)?;
            network.bundle.provenance().corpus_blake3.as_deref()
        };
        let then = network.text.as_deref().or_else(inside)?;
        let Network { config, root, path, .. } = network;
        Some(Self { config, root, path: path.clone(), then })
    }

    /// Reads it.
    ///
    /// # Errors
    /// When it is gone or has changed.
    pub(crate) fn read(&self, terminal: &Terminal) -> Result<Corpus, Failure> {
        let corpus = corpus(self.config, self.root, terminal)?;
        if corpus.fingerprint() != self.then {
            return Err(Failure::Run(RunError::OtherText {
                now: corpus.fingerprint().to_owned(),
                name: corpus.name,
                then: self.then.to_owned(),
                run: self.path.clone(),
            }));
        }
        Ok(corpus)
    }
}

/// Reads the part of `corpus` that was not held out for validation.
///
/// # Errors
/// When a file can no longer be read.
pub(crate) fn compare(
    meter: &mut NoveltyMeter,
    corpus: &Corpus,
    vocabulary: &Vocabulary,
    val_fraction: f64,
) -> Result<(), Failure> {
    let on_unknown =
        if vocabulary.unknown().is_some() { OnUnknown::Unknown } else { OnUnknown::Skip };
    let known = corpus.known_ids(vocabulary, on_unknown)?;
    let all = Section::of(&known.ids, &known.starts, vocabulary);
    let part = if val_fraction > 0.0 { Split::tail(all, val_fraction).train } else { all };
    let characters: Vec<char> = (0..=u16::MAX)
        .take(vocabulary.len())
        .map(|id| vocabulary.symbol(id).chars().next().unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    for document in part.documents() {
        meter.read(part.ids()[document].iter().map(|id| characters[usize::from(*id)]));
        meter.end_document();
    }
    Ok(())
}
