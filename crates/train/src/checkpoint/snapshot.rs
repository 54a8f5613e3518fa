//! All that a run is at a step, and the files that say it.
//!
//! There is no generator of random numbers among them: every choice is a function of the seed and
//! the step.

use super::{Damage, Files};
use crate::{Optimizer, Plateau, Predict, RunConfig, TrainState};
use charnn_bundle::{HostTensor, from_safetensors, to_safetensors};
use charnn_data::Vocabulary;
use charnn_kernels::device::Device;
use charnn_model::{CharLm, ModelState, TensorError, host_tensor};
use serde::{Deserialize, Serialize};

pub(crate) const CONFIG: &str = "config.toml";
pub(crate) const VOCABULARY: &str = "vocab.json";
pub(crate) const WEIGHTS: &str = "model.safetensors";
const OPTIMIZER: &str = "optimizer.safetensors";
const CARRIED: &str = "carried.safetensors";
const PROGRESS: &str = "progress.toml";

/// The files that are read first: they say what the tensors must be.
pub(super) const TEXTS: [&str; 3] = [CONFIG, VOCABULARY, PROGRESS];

/// Whether a checkpoint's file can be called that.
pub(super) fn is_file(name: &str) -> bool {
    TEXTS.contains(&name) || [WEIGHTS, OPTIMIZER, CARRIED].contains(&name)
}

/// More bytes than any of a checkpoint's files of tensors has, by the configuration and the
/// vocabulary among `files`.
pub(super) fn most_tensor_bytes(files: &Files) -> Result<u64, Damage> {
    /// Of a safetensors file's header.
    const HEADER: usize = 1 << 20;
    let (config, vocabulary) = (config(files)?, vocabulary(files)?);
    crate::check::check_memory(&config, vocabulary.len())
        .map_err(|error| format!("{CONFIG}: {error}"))?;
    let RunConfig { model, train, .. } = config;
    // At most two moments a parameter; at most two states a layer.
    let moments = 2 * model.parameter_count(vocabulary.len());
    let carried = 2 * model.num_layers * train.batch_size * model.hidden_size;
    Ok((HEADER + size_of::<f32>() * moments.max(carried)) as u64)
}

/// A run between two steps.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What a step changes.
    pub state: TrainState,
    /// What the loop remembers.
    pub progress: Progress,
}

/// How far a run is: all that decides what comes next, but for tensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Updates made.
    pub step: u64,
    /// Updates of the optimiser, which counts for itself.
    pub updates: u64,
    /// Seconds of training so far.
    pub seconds: f64,
    /// BLAKE3 of the text.
    pub text: String,
    /// Bytes of `metrics.jsonl` by now; what is beyond was written by a process that died.
    pub metrics_bytes: u64,
    /// The same of `samples.jsonl`.
    pub samples_bytes: u64,
    /// The step of the last evaluation, and of the last sample.
    pub evaluated: u64,
    /// See there.
    pub sampled: u64,
    /// Evaluations since the best one.
    pub without_gain: u64,
    /// What the schedule's learning rate is multiplied by, since the loss was not finite.
    pub rate_scale: f64,
    /// How often that was.
    pub rollbacks: u32,
    /// What the held-out text has said about the learning rate.
    pub plateau: Plateau,
    /// The best evaluation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
}

/// The evaluation with the lowest loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Best {
    /// The step it was made after.
    pub step: u64,
    /// Nats per character.
    pub nats: f64,
}

impl Progress {
    /// Before the first step, on a text with this fingerprint.
    pub(crate) fn start(text: String) -> Self {
        Self {
            step: 0,
            updates: 0,
            seconds: 0.0,
            text,
            metrics_bytes: 0,
            samples_bytes: 0,
            evaluated: 0,
            sampled: 0,
            without_gain: 0,
            rate_scale: 1.0,
            rollbacks: 0,
            plateau: Plateau::default(),
            best: None,
        }
    }
}

impl Snapshot {
    /// The files, in the order in which they are written.
    ///
    /// # Errors
    /// When a tensor holds numbers that are not finite, or the device is lost.
    pub(crate) fn files(
        state: &TrainState,
        progress: &Progress,
        config: &RunConfig,
        vocabulary: &Vocabulary,
    ) -> Result<Vec<(&'static str, Vec<u8>)>, TensorError> {
        let TrainState { model, optimizer, carried } = state;
        let mut moments = Vec::new();
        optimizer.visit_state(|name, values| moments.push(host_tensor(name, values)));
        let moments: Vec<HostTensor> = moments.into_iter().collect::<Result<_, _>>()?;
        let progress = Progress { updates: optimizer.updates(), ..progress.clone() };
        let mut files = vec![
            (CONFIG, config_file(config)),
            (VOCABULARY, vocabulary_file(vocabulary)),
            (WEIGHTS, model.to_safetensors()?),
            (OPTIMIZER, to_safetensors(&moments)?),
            (PROGRESS, toml::to_string(&progress).expect("plain TOML").into_bytes()),
        ];
        // Windows start from zeros, each.
        if let (Some(carried), Predict::All) = (carried, config.train.predict) {
            files.push((CARRIED, to_safetensors(&carried.to_tensors()?)?));
        }
        Ok(files)
    }

    /// The run that `files` say, on `device`.
    ///
    /// # Errors
    /// Which file does not fit the others, and how.
    pub(crate) fn from_files(files: &Files, device: &Device) -> Result<Self, Damage> {
        let learning = device.clone().autodiff();
        let network = network(files, &learning)?;
        let progress = progress(files)?;
        let mut moments = from_safetensors(file(files, OPTIMIZER)?)
            .map_err(|error| format!("{OPTIMIZER}: {error}"))?;
        let optimizer =
            Optimizer::restore(&network.config.train, &network.model, progress.updates, |name| {
                moments.remove(name).map(|tensor| tensor.values)
            })
            .map_err(|error| format!("{OPTIMIZER}: {error}"))?;
        let carried = match files.get(CARRIED) {
            None if progress.step > 0 && network.config.train.predict == Predict::All => {
                return Err(format!("{CARRIED} is missing").into());
            }
            None => None,
            Some(bytes) => {
                let lanes = network.config.train.batch_size;
                let state = from_safetensors(bytes).and_then(|tensors| {
                    ModelState::from_tensors(
                        &crate::network(&network.config.model),
                        lanes,
                        tensors,
                        device,
                    )
                });
                Some(state.map_err(|error| format!("{CARRIED}: {error}"))?)
            }
        };
        let state = TrainState { model: network.model, optimizer, carried };
        Ok(Self { state, progress })
    }
}

/// How far the run was.
pub(crate) fn progress(files: &Files) -> Result<Progress, Damage> {
    let parsed = text(files, PROGRESS).and_then(|text| {
        toml::from_str(text).map_err(|error| format!("{PROGRESS}: {}", error.message()))
    });
    Ok(parsed?)
}

/// A network with what it was trained by and on.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) config: RunConfig,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) model: CharLm,
}

/// The network alone, on `device`.
///
/// # Errors
/// Which file does not fit the others, and how.
pub(crate) fn network(files: &Files, device: &Device) -> Result<Network, Damage> {
    let config = config(files)?;
    let vocabulary = vocabulary(files)?;
    // A large network gets room when its numbers are there. Of a small one its tensors tell more.
    let (weights, least) = (file(files, WEIGHTS)?, bytes_of_weights(&config, &vocabulary));
    if weights.len() < least && least > MUCH {
        let bytes = weights.len();
        return Err(format!("{WEIGHTS} has {bytes} bytes, and its network takes {least}").into());
    }
    let model = CharLm::zeros(&crate::network(&config.model), vocabulary.len(), device)
        .with_safetensors(weights)
        .map_err(|error| format!("{WEIGHTS}: {error}"))?;
    Ok(Network { config, vocabulary, model })
}

/// Bytes that are not asked for in vain.
const MUCH: usize = 1 << 20;

fn bytes_of_weights(config: &RunConfig, vocabulary: &Vocabulary) -> usize {
    size_of::<f32>() * config.model.parameter_count(vocabulary.len())
}

/// The characters that a network knows.
pub(crate) fn vocabulary(files: &Files) -> Result<Vocabulary, Damage> {
    let parsed = serde_json::from_slice(file(files, VOCABULARY)?);
    Ok(parsed.map_err(|error| format!("{VOCABULARY}: {error}"))?)
}

/// The configuration that a run had.
pub(crate) fn config(files: &Files) -> Result<RunConfig, Damage> {
    let config = RunConfig::from_run_file(file(files, CONFIG)?);
    Ok(config.map_err(|error| format!("{CONFIG}: {error}"))?)
}

/// The content of [`CONFIG`].
pub(crate) fn config_file(config: &RunConfig) -> Vec<u8> {
    config.to_run_file().into_bytes()
}

pub(crate) fn vocabulary_file(vocabulary: &Vocabulary) -> Vec<u8> {
    serde_json::to_vec_pretty(vocabulary).expect("a vocabulary is plain JSON")
}

fn file<'a>(files: &'a Files, name: &str) -> Result<&'a [u8], String> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| format!("{name} is missing"))
}

fn text<'a>(files: &'a Files, name: &str) -> Result<&'a str, String> {
    str::from_utf8(file(files, name)?).map_err(|error| format!("{name}: {error}"))
}
