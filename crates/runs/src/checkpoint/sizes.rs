//! How large the files of a checkpoint can be, before any of them is read into memory.

use super::{CONFIG, Damage, Files, VOCABULARY};
use serde::Deserialize;

/// A configuration, a vocabulary or the progress of a run is never larger.
pub(crate) const MOST_TEXT_BYTES: u64 = 64 << 20;
/// The header of a safetensors file is never larger.
const MOST_HEADER_BYTES: u64 = 1 << 20;
/// No cell has more gates, and no optimizer more numbers per parameter.
const MOST_GATES: u64 = 8;
const MOST_MOMENTS: u64 = 2;

/// The keys of a configuration that decide about sizes.
#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    model: Model,
    #[serde(default)]
    train: Train,
}

#[derive(Deserialize, Default)]
struct Model {
    #[serde(alias = "embedding_size")]
    embedding_dim: u64,
    hidden_size: u64,
    num_layers: u64,
}

#[derive(Deserialize, Default)]
struct Train {
    batch_size: u64,
}

/// An upper bound for the bytes of any tensor file of a checkpoint with these texts.
///
/// # Errors
/// When the configuration or the vocabulary is missing, or the configuration makes no sense.
pub(crate) fn most_tensor_bytes(files: &Files) -> Result<u64, Damage> {
    let bytes = |name: &str| files.get(name).ok_or_else(|| Damage::missing(name));
    let config = str::from_utf8(bytes(CONFIG)?).map_err(|error| error.to_string());
    let config = config.and_then(|it| toml::from_str(it).map_err(|error| error.message().into()));
    let Config { model, train } = config.map_err(|error: String| Damage::content(CONFIG, error))?;
    // Every symbol takes at least a byte.
    let symbols = bytes(VOCABULARY)?.len() as u64;
    let Model { embedding_dim, hidden_size, num_layers } = model;
    let product = |numbers: &[u64]| numbers.iter().fold(1, |a: u64, b| a.saturating_mul(*b));
    let inputs = embedding_dim.max(hidden_size).saturating_add(hidden_size).saturating_add(4);
    let layers = product(&[num_layers, inputs, MOST_GATES, hidden_size]);
    let head = product(&[symbols, embedding_dim.saturating_add(hidden_size).saturating_add(1)]);
    let parameters = product(&[MOST_MOMENTS, layers.saturating_add(head)]);
    let state = product(&[2, num_layers, train.batch_size, hidden_size]);
    let numbers = parameters.max(state);
    Ok(numbers.saturating_mul(size_of::<f32>() as u64).saturating_add(MOST_HEADER_BYTES))
}
