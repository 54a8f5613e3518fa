//! A checkpoint as values.

use super::{CONFIG, Damage, Files, OPTIMIZER, PROGRESS, Progress, STATE, VOCABULARY, WEIGHTS};
use crate::RunId;
use charnn_bundle::{
    Bundle, BundleError, HostTensor, Provenance, Vocabulary, from_safetensors, primer_of,
};
use charnn_config::RunConfig;
use charnn_message::Describe;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A verified checkpoint. Its tensors are read when they are asked for.
#[derive(Debug, Clone)]
pub struct LoadedCheckpoint {
    /// Its folder.
    pub path: PathBuf,
    /// The configuration of the run.
    pub config: RunConfig,
    /// The symbols that the network knows.
    pub vocabulary: Vocabulary,
    /// How far the run is.
    pub progress: Progress,
    /// Its files.
    pub files: Files,
    /// The run it belongs to, where that is known.
    pub(crate) run: Option<RunId>,
}

impl LoadedCheckpoint {
    /// The checkpoint of `step` at `path`, as its texts in `files` describe it.
    ///
    /// # Errors
    /// When one of them is missing or makes no sense.
    pub(super) fn of_texts(
        path: &Path,
        run: Option<RunId>,
        step: u64,
        files: Files,
    ) -> Result<Self, Damage> {
        let bytes = |name: &str| files.get(name).ok_or_else(|| Damage::missing(name));
        let config = RunConfig::from_run_file(bytes(CONFIG)?)
            .map_err(|error| Damage::content(CONFIG, error.to_string()))?;
        let vocabulary = serde_json::from_slice(bytes(VOCABULARY)?)
            .map_err(|error| Damage::content(VOCABULARY, error.to_string()))?;
        let progress: Progress = toml::from_slice(bytes(PROGRESS)?)
            .map_err(|error| Damage::content(PROGRESS, error.message()))?;
        if progress.step != step {
            return Err(Damage::OtherStep { file: PROGRESS.to_owned(), step: progress.step });
        }
        Ok(Self { path: path.to_owned(), config, vocabulary, progress, files, run })
    }

    /// The most bytes that any of its tensor files can have.
    pub(super) fn most_tensor_bytes(&self) -> u64 {
        const MOST_HEADER_BYTES: u64 = 1 << 20;
        const MOST_MOMENTS: usize = 2; // of the optimizer, for each parameter
        let RunConfig { model, train, .. } = &self.config;
        let parameters = model.parameter_count(self.vocabulary.len()).saturating_mul(MOST_MOMENTS);
        let state = [2, model.num_layers, train.batch_size, model.hidden_size]; // h and c
        let state = state.into_iter().fold(1, usize::saturating_mul);
        let bytes = parameters.max(state).saturating_mul(size_of::<f32>()) as u64;
        bytes.saturating_add(MOST_HEADER_BYTES)
    }

    /// The weights as a safetensors file.
    ///
    /// # Errors
    /// When the checkpoint has none.
    pub fn weights(&self) -> Result<&[u8], Damage> {
        self.files.get(WEIGHTS).map(Vec::as_slice).ok_or_else(|| Damage::missing(WEIGHTS))
    }

    /// The network with its primer and its origin.
    ///
    /// # Errors
    /// When the weights are not those of the configuration and the vocabulary.
    pub fn bundle(&self) -> Result<Bundle, Damage> {
        let name = |path: &Path| Some(path.file_name()?.to_string_lossy().into_owned());
        let Progress { step, ref text, best, .. } = self.progress;
        let provenance = Provenance {
            program: Some(concat!("charnn ", env!("CARGO_PKG_VERSION")).to_owned()),
            run: self.path.ancestors().nth(2).and_then(name),
            step: Some(step),
            corpus: Some(self.config.data.path.to_string()),
            corpus_blake3: Some(text.clone()),
            val_loss: best.filter(|best| best.step == step).map(|best| best.loss),
        };
        let weights = self.weights()?;
        let tensors = tensors(WEIGHTS, weights)?.into_values().collect();
        let (architecture, vocabulary) =
            (self.config.model.architecture(), self.vocabulary.clone());
        match Bundle::new(architecture, vocabulary, tensors, provenance) {
            Ok(bundle) => Ok(bundle.with_primer(primer_of(weights))),
            Err(error) => {
                let file = match error {
                    BundleError::Architecture { .. } => CONFIG,
                    _ => WEIGHTS,
                };
                Err(Damage::Content { file: file.to_owned(), problem: error.describe().message })
            }
        }
    }

    /// The state of the optimizer, by name.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn optimizer(&self) -> Result<BTreeMap<String, HostTensor>, Damage> {
        tensors(OPTIMIZER, self.files.get(OPTIMIZER).ok_or_else(|| Damage::missing(OPTIMIZER))?)
    }

    /// The recurrent state of every batch row, by name; `None` where training does not carry it.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn state(&self) -> Result<Option<BTreeMap<String, HostTensor>>, Damage> {
        self.files.get(STATE).map(|bytes| tensors(STATE, bytes)).transpose()
    }
}

fn tensors(file: &str, bytes: &[u8]) -> Result<BTreeMap<String, HostTensor>, Damage> {
    from_safetensors(bytes).map_err(|error| Damage::Content {
        file: file.to_owned(),
        problem: error.describe().message,
    })
}
