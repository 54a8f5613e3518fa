//! A run at a step, in memory, and the files of a checkpoint that hold it.
//!
//! Owns: what the bytes of a checkpoint mean. How they are stored is for `charnn-runs`.

use crate::{Optimizer, Predict, RunConfig, TrainState};
use charnn_bundle::{HostTensor, from_safetensors, to_safetensors};
use charnn_data::Vocabulary;
use charnn_kernels::device::Device;
use charnn_model::{CharLm, ModelState, TensorError, host_tensor};
use charnn_runs::{
    CONFIG, Content, Damage, Files, OPTIMIZER, Progress, STATE, VOCABULARY, WEIGHTS,
};

/// A run between two steps.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What a step changes.
    pub state: TrainState,
    /// What the loop remembers.
    pub progress: Progress,
}

/// A network with what it was trained by and on.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) config: RunConfig,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) model: CharLm,
}

/// The files of a checkpoint.
///
/// # Errors
/// When a tensor holds numbers that are not finite, or the device is lost.
pub(crate) fn to_content(
    state: &TrainState,
    progress: &Progress,
    config: &RunConfig,
    vocabulary: &Vocabulary,
) -> Result<Content, TensorError> {
    let TrainState { model, optimizer, carried } = state;
    let mut moments = Vec::new();
    optimizer.visit_state(|name, values| moments.push(host_tensor(name, values)));
    let moments: Vec<HostTensor> = moments.into_iter().collect::<Result<_, _>>()?;
    let mut tensors =
        vec![(WEIGHTS, model.to_safetensors()?), (OPTIMIZER, to_safetensors(&moments)?)];
    // Windows start from zeros, each.
    if let (Some(carried), Predict::All) = (carried, config.train.predict) {
        tensors.push((STATE, to_safetensors(&carried.to_tensors()?)?));
    }
    Ok(Content {
        config: config_file(config),
        vocabulary: vocabulary_file(vocabulary),
        tensors,
        progress: Progress { updates: optimizer.updates(), ..progress.clone() },
    })
}

impl Snapshot {
    /// The run that a checkpoint holds, on `device`.
    ///
    /// # Errors
    /// Which file does not fit the others, and how.
    pub(crate) fn from_files(
        files: &Files,
        progress: &Progress,
        device: &Device,
    ) -> Result<Self, Damage> {
        let learning = device.clone().autodiff();
        let network = network(files, &learning)?;
        let mut moments = from_safetensors(file(files, OPTIMIZER)?)
            .map_err(|error| Damage::content(OPTIMIZER, error.to_string()))?;
        let optimizer =
            Optimizer::restore(&network.config.train, &network.model, progress.updates, |name| {
                moments.remove(name).map(|tensor| tensor.values)
            })
            .map_err(|error| Damage::content(OPTIMIZER, error.to_string()))?;
        let carried = match files.get(STATE) {
            None if progress.step > 0 && network.config.train.predict == Predict::All => {
                return Err(Damage::Missing { file: STATE.to_owned() });
            }
            None => None,
            Some(bytes) => {
                let rows = network.config.train.batch_size;
                let state = from_safetensors(bytes).and_then(|tensors| {
                    let model = crate::network(&network.config.model);
                    ModelState::from_tensors(&model, rows, tensors, device)
                });
                Some(state.map_err(|error| Damage::content(STATE, error.to_string()))?)
            }
        };
        let state = TrainState { model: network.model, optimizer, carried };
        Ok(Self { state, progress: progress.clone() })
    }
}

/// The network alone, on `device`.
///
/// # Errors
/// Which file does not fit the others, and how.
pub(crate) fn network(files: &Files, device: &Device) -> Result<Network, Damage> {
    let config = config(files)?;
    let vocabulary = vocabulary(files)?;
    crate::check::check_memory(&config, vocabulary.len())
        .map_err(|error| Damage::content(CONFIG, error.to_string()))?;
    // A large network gets memory only when its weights are there. For a small one, a message about its
    // tensors says more.
    const LARGE: usize = 1 << 20;
    let weights = file(files, WEIGHTS)?;
    let needed = size_of::<f32>() * config.model.parameter_count(vocabulary.len());
    if weights.len() < needed && needed > LARGE {
        let bytes = weights.len();
        let problem = format!("it has {bytes} bytes, and its network takes {needed}");
        return Err(Damage::content(WEIGHTS, problem));
    }
    let model = CharLm::zeros(&crate::network(&config.model), vocabulary.len(), device)
        .with_safetensors(weights)
        .map_err(|error| Damage::content(WEIGHTS, error.to_string()))?;
    Ok(Network { config, vocabulary, model })
}

/// The vocabulary of a checkpoint.
pub(crate) fn vocabulary(files: &Files) -> Result<Vocabulary, Damage> {
    let parsed = serde_json::from_slice(file(files, VOCABULARY)?);
    parsed.map_err(|error| Damage::content(VOCABULARY, error.to_string()))
}

/// The configuration of a checkpoint.
pub(crate) fn config(files: &Files) -> Result<RunConfig, Damage> {
    RunConfig::from_run_file(file(files, CONFIG)?)
        .map_err(|error| Damage::content(CONFIG, error.to_string()))
}

/// A configuration as a run keeps it.
pub(crate) fn config_file(config: &RunConfig) -> Vec<u8> {
    config.to_run_file().into_bytes()
}

fn vocabulary_file(vocabulary: &Vocabulary) -> Vec<u8> {
    serde_json::to_vec_pretty(vocabulary).expect("a vocabulary is plain JSON")
}

fn file<'a>(files: &'a Files, name: &str) -> Result<&'a [u8], Damage> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| Damage::Missing { file: name.to_owned() })
}
