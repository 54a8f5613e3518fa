//! The text that a network was trained on, if it is still there and the same.

use crate::commands::network::Network;
use crate::failure::Failure;
use crate::sources::{corpus, hold_out};
use crate::terminal::Terminal;
use charnn_bundle::Decoder;
use charnn_config::RunConfig;
use charnn_data::{Corpus, Vocabulary};
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
    config: &RunConfig,
) -> Result<(), Failure> {
    let parts = corpus.parts(vocabulary, config.data.held_out_fraction(), hold_out(config))?;
    let part = parts.split(vocabulary).train;
    for document in part.documents() {
        let mut decoder = Decoder::default();
        for id in &part.ids()[document] {
            meter.read(decoder.push(vocabulary, *id).chars());
        }
        meter.end_document();
    }
    Ok(())
}
