//! A run at a step, in memory, and the files of a checkpoint that hold it.
//!
//! Owns: what the bytes of a checkpoint mean. How they are stored is for `charnn-runs`.

use crate::{Optimizer, Plan, Predict, RunConfig, TrainState};
use charnn_bundle::{HostTensor, to_safetensors, to_weights};
use charnn_data::Vocabulary;
use charnn_kernels::device::Device;
use charnn_model::{CharLm, ModelState, TensorError, host_tensor};
use charnn_runs::{Content, Damage, LoadedCheckpoint, OPTIMIZER, Progress, STATE, WEIGHTS};

/// A run between two steps.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What a step changes.
    pub state: TrainState,
    /// What the loop remembers.
    pub progress: Progress,
}

/// The files of a checkpoint.
///
/// # Errors
/// When a tensor holds numbers that are not finite, or the device is lost.
pub(crate) fn to_content(
    state: &TrainState,
    progress: &Progress,
    Plan { config, vocabulary, primer, .. }: &Plan,
) -> Result<Content, TensorError> {
    let TrainState { model, optimizer, carried } = state;
    let mut moments = Vec::new();
    optimizer.visit_state(|name, values| moments.push(host_tensor(name, values)));
    let moments: Vec<HostTensor> = moments.into_iter().collect::<Result<_, _>>()?;
    let mut tensors = vec![
        (WEIGHTS, to_weights(&model.host_tensors()?, primer)?),
        (OPTIMIZER, to_safetensors(&moments)?),
    ];
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
    pub(crate) fn from_checkpoint(
        loaded: &LoadedCheckpoint,
        device: &Device,
    ) -> Result<Self, Damage> {
        let LoadedCheckpoint { config, progress, .. } = loaded;
        let learning = device.clone().autodiff();
        let model = CharLm::from_bundle(&loaded.bundle()?, &learning);
        let mut moments = loaded.optimizer()?;
        let optimizer = Optimizer::restore(&config.train, &model, progress.updates, |name| {
            moments.remove(name).map(|tensor| tensor.values)
        })
        .map_err(|error| Damage::content(OPTIMIZER, error.to_string()))?;
        let carried = match loaded.state()? {
            None if progress.step > 0 && config.train.predict == Predict::All => {
                return Err(Damage::Missing { file: STATE.to_owned() });
            }
            None => None,
            Some(tensors) => {
                let (architecture, rows) = (config.model.architecture(), config.train.batch_size);
                let state = ModelState::from_tensors(architecture, rows, tensors, device);
                Some(state.map_err(|error| Damage::content(STATE, error.to_string()))?)
            }
        };
        Ok(Self { state: TrainState { model, optimizer, carried }, progress: progress.clone() })
    }
}

/// A configuration as a run keeps it.
pub(crate) fn config_file(config: &RunConfig) -> Vec<u8> {
    config.to_run_file().into_bytes()
}

fn vocabulary_file(vocabulary: &Vocabulary) -> Vec<u8> {
    serde_json::to_vec_pretty(vocabulary).expect("a vocabulary is plain JSON")
}
