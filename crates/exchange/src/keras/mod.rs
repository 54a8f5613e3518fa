//! Keras: `Embedding`, `SimpleRNN`, `GRU` or `LSTM`, `LayerNormalization`, `Dense`.
//!
//! charnn's kernels have Keras' shapes and order of gates, so nothing is turned or sorted but the rows of the
//! vocabulary.

mod config;
mod error;
mod hdf5;
mod weights;

pub use error::KerasError;

use crate::archive::{Archive, archived, is_archive};
use crate::error::{ExchangeError, Program, shape};
use crate::layout::{one_hot, sorted_rows, transposed};
use crate::symbols::{of_json, to_json};
use charnn_bundle::{
    Architecture, Bundle, Cell, ExportedFile, HostTensor, Provenance, TensorError, VOCABULARY_FILE,
};
use charnn_message::{Text, text};
use config::Described;
use hdf5::Contents;
use weights::{Layers, Recurrent};

/// What charnn adds to a variance before it divides by its root.
const EPSILON: f64 = 1e-5;
/// The entries of a `.keras` archive.
const CONFIG: &str = "config.json";
const METADATA: &str = "metadata.json";
const WEIGHTS: &str = "model.weights.h5";

/// The network as a folder for Keras 3: the model, its weights alone, the vocabulary, and a program that
/// generates text. Tied weights are stored twice.
///
/// # Errors
/// When Keras has no layer for the cell.
pub fn to_keras(bundle: &Bundle) -> Result<Vec<ExportedFile>, ExchangeError> {
    let cell = bundle.architecture().cell;
    class(cell).ok_or(ExchangeError::Cell { cell, program: Program::Keras })?;
    let config = config::written(bundle.architecture(), bundle.vocabulary().len()).to_string();
    let weights = hdf5::write(&tensors(bundle)?);
    let metadata: &[u8] = br#"{"keras_version": "3.0.0"}"#;
    let parts = [(METADATA, metadata), (CONFIG, config.as_bytes()), (WEIGHTS, &*weights)];
    Ok(vec![
        ExportedFile { name: "model.keras", bytes: archived(&parts)? },
        ExportedFile { name: WEIGHTS, bytes: weights },
        ExportedFile { name: VOCABULARY_FILE, bytes: to_json(bundle) },
        ExportedFile { name: "load.py", bytes: PROGRAM.into() },
    ])
}

/// The network of a `.keras` archive, a `.weights.h5` file or an HDF5 file of Keras 2, and of a vocabulary in
/// JSON. Nothing in the file is executed.
///
/// A file of weights does not say what its layers compute; Keras' defaults are assumed.
///
/// # Errors
/// When a file is damaged, or the layers are not those of such a network with this vocabulary.
pub fn from_keras(file: &[u8], vocabulary: &[u8]) -> Result<Bundle, ExchangeError> {
    let (contents, described) = if is_archive(file) {
        let mut archive = Archive::open(file)?;
        let mut part = |part: &'static str| {
            let content = archive.read(part)?;
            let problem = || text!(en: "it is missing", zh: "缺失");
            content.ok_or_else(|| {
                ExchangeError::from(KerasError::Archive { part, problem: problem() })
            })
        };
        let (config, weights) = (part(CONFIG)?, part(WEIGHTS)?);
        let described = Described::of(&String::from_utf8_lossy(&config))?;
        (hdf5::read(&weights)?, Some(described))
    } else if hdf5::is_hdf5(file) {
        let contents = hdf5::read(file)?;
        let described = contents.model_config.as_deref().map(Described::of).transpose()?;
        (contents, described)
    } else {
        return Err(KerasError::NotKeras.into());
    };
    bundle(contents, described, vocabulary)
}

/// Keras' class for a cell.
fn class(cell: Cell) -> Option<&'static str> {
    match cell {
        Cell::Rnn => Some("SimpleRNN"),
        Cell::Gru => Some("GRU"),
        Cell::Lstm => Some("LSTM"),
        Cell::MinGru => None,
    }
}

fn bundle(
    contents: Contents,
    described: Option<Described>,
    vocabulary: &[u8],
) -> Result<Bundle, ExchangeError> {
    let layers = Layers::of(contents)?;
    let symbols = of_json(vocabulary)?;
    let (ids, v) = (&symbols.ids, symbols.ids.len());
    let no = |problem: Text| KerasError::Chain { problem };
    let first = layers
        .recurrent
        .first()
        .ok_or_else(|| no(text!(en: "no recurrent layer", zh: "没有循环层")))?;
    let (cell, h) = cell(first)?;
    let num_layers = layers.recurrent.len();
    let layer_norm = !layers.norms.is_empty();
    if layer_norm && layers.norms.len() != num_layers {
        return Err(no(text!(
            en: "LayerNormalization after some recurrent layers only",
            zh: "只有部分循环层之后有 LayerNormalization"
        ))
        .into());
    }
    match described {
        None if layer_norm => return Err(KerasError::Epsilon.into()),
        Some(described) => {
            let embedding = layers.embedding.is_some();
            if described != (Described { cell, num_layers, layer_norm, embedding }) {
                return Err(no(text!(
                    en: "its description and its weights differ",
                    zh: "模型描述与权重不一致"
                ))
                .into());
            }
        }
        None => {}
    }

    let head = layers.head.ok_or_else(|| no(text!(en: "no Dense", zh: "没有 Dense")))?;
    let &[_, rows] = &head.kernel.shape[..] else { return Err(shape(&head.kernel, &[h, v])) };
    let embedded = layers.embedding.as_ref().and_then(|it| it.kernel.shape.first().copied());
    if let Some(rows) = [embedded, Some(rows)].into_iter().flatten().find(|&rows| rows != v) {
        return Err(ExchangeError::VocabularySize { symbols: v, rows });
    }
    let inputs = first.layer.kernel.shape.first().copied().unwrap_or(0);
    let embedding = match layers.embedding {
        Some(layer) => layer.kernel,
        None => {
            one_hot(inputs, v).ok_or_else(|| no(text!(en: "no Embedding", zh: "没有 Embedding")))?
        }
    };
    let &[_, e] = &embedding.shape[..] else { return Err(shape(&embedding, &[v, inputs])) };
    let head_kernel = fitting(head.kernel, &[h, v])?;
    let tie_weights = e == h && transposed(&head_kernel, h, v) == embedding.values;

    let mut tensors = Vec::new();
    let mut add = |name: String, shape: Vec<usize>, values: Vec<f32>| {
        tensors.push(HostTensor { name, shape, values });
    };
    add("embedding".into(), vec![v, e], sorted_rows(&embedding.values, e, ids));
    for (index, it) in layers.recurrent.into_iter().enumerate() {
        let (inputs, width) = (if index == 0 { e } else { h }, cell.gates() * h);
        let name = |name: &str| format!("layers.{index}.{name}");
        add(name("kernel"), vec![inputs, width], fitting(it.layer.kernel, &[inputs, width])?);
        add(name("recurrent_kernel"), vec![h, width], fitting(it.recurrent_kernel, &[h, width])?);
        let mut bias = match it.layer.bias {
            Some(bias) if cell != Cell::Gru => fitting(bias, &[width])?,
            Some(bias) if bias.shape == [width] => {
                return Err(KerasError::ResetBefore { layer: it.layer.name }.into());
            }
            Some(bias) => fitting(bias, &[2, width])?,
            // `use_bias=False`
            None => vec![0.0; if cell == Cell::Gru { 2 * width } else { width }],
        };
        if cell == Cell::Gru {
            add(name("recurrent_bias"), vec![width], bias.split_off(width));
        }
        add(name("bias"), vec![width], bias);
    }
    for (index, norm) in layers.norms.into_iter().enumerate() {
        let name = |name: &str| format!("layers.{index}.norm.{name}");
        add(name("gain"), vec![h], fitting(norm.kernel, &[h])?);
        let bias = norm.bias.ok_or_else(|| KerasError::Tensors { layer: norm.name.clone() })?;
        add(name("bias"), vec![h], fitting(bias, &[h])?);
    }
    if !tie_weights {
        let rows = sorted_rows(&transposed(&head_kernel, h, v), h, ids);
        add("head.kernel".into(), vec![h, v], transposed(&rows, v, h));
    }
    let bias = head.bias.map_or_else(|| Ok(vec![0.0; v]), |bias| fitting(bias, &[v]))?;
    add("head.bias".into(), vec![v], sorted_rows(&bias, 1, ids));

    let architecture = Architecture {
        cell,
        embedding_dim: e,
        hidden_size: h,
        num_layers,
        tie_weights,
        layer_norm,
    };
    let provenance = Provenance { program: Some("Keras".into()), ..Provenance::default() };
    let bundle = Bundle::new(architecture, symbols.vocabulary, tensors, provenance)?;
    Ok(bundle.with_primer(symbols.primer))
}

/// The cell and `H` by the shape of the recurrent kernel: `[H, G·H]`.
fn cell(layer: &Recurrent) -> Result<(Cell, usize), ExchangeError> {
    let tensor = &layer.recurrent_kernel;
    let found = match tensor.shape[..] {
        [h, width] if h > 0 => [Cell::Rnn, Cell::Gru, Cell::Lstm]
            .into_iter()
            .find(|cell| h.checked_mul(cell.gates()) == Some(width))
            .map(|cell| (cell, h)),
        _ => None,
    };
    found.ok_or_else(|| KerasError::Tensors { layer: layer.layer.name.clone() }.into())
}

/// The numbers of a tensor that must have the `expected` shape.
fn fitting(tensor: HostTensor, expected: &[usize]) -> Result<Vec<f32>, ExchangeError> {
    if tensor.shape == expected { Ok(tensor.values) } else { Err(shape(&tensor, expected)) }
}

/// The weights under Keras' paths.
fn tensors(bundle: &Bundle) -> Result<Vec<HostTensor>, TensorError> {
    let Architecture { cell, embedding_dim: e, hidden_size: h, num_layers, layer_norm, .. } =
        bundle.architecture();
    let (v, width) = (bundle.vocabulary().len(), cell.gates() * h);
    let get = |name: &str| {
        let values = bundle.tensor(name).map(<[f32]>::to_vec);
        values.ok_or_else(|| TensorError::Missing(name.to_owned()))
    };
    let mut all = Vec::new();
    let mut add = |name: String, shape: &[usize], values: Vec<f32>| {
        all.push(HostTensor { name: format!("layers/{name}"), shape: shape.to_vec(), values });
    };
    // Keras numbers the layers of a class.
    let numbered = |name: &str, index: usize| {
        if index == 0 { name.to_owned() } else { format!("{name}_{index}") }
    };
    let class = match cell {
        Cell::Rnn => "simple_rnn",
        other => other.name(),
    };
    add("embedding/vars/0".into(), &[v, e], get("embedding")?);
    for index in 0..num_layers {
        let inputs = if index == 0 { e } else { h };
        let part = |name: &str| get(&format!("layers.{index}.{name}"));
        let name = |variable: usize| format!("{}/cell/vars/{variable}", numbered(class, index));
        add(name(0), &[inputs, width], part("kernel")?);
        add(name(1), &[h, width], part("recurrent_kernel")?);
        if cell.has_recurrent_bias() {
            add(name(2), &[2, width], [part("bias")?, part("recurrent_bias")?].concat());
        } else {
            add(name(2), &[width], part("bias")?);
        }
        if layer_norm {
            let norm = numbered("layer_normalization", index);
            add(format!("{norm}/vars/0"), &[h], part("norm.gain")?);
            add(format!("{norm}/vars/1"), &[h], part("norm.bias")?);
        }
    }
    let head = match bundle.tensor("head.kernel") {
        Some(kernel) => kernel.to_vec(),
        None => transposed(&get("embedding")?, v, h),
    };
    add("dense/vars/0".into(), &[h, v], head);
    add("dense/vars/1".into(), &[v], get("head.bias")?);
    Ok(all)
}

const PROGRAM: &str = r#"# python load.py "Once upon" 200     needs: pip install keras numpy, and tensorflow, torch or jax
import json, sys
from pathlib import Path

import keras
import numpy as np

folder = Path(__file__).parent
vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
symbols = vocabulary["symbols"]
network = keras.saving.load_model(folder / "model.keras", compile=False)
for layer in network.layers:
    layer.return_state = True


def step(ids, states):
    """The logits [batch, time, symbols] of ids [batch, time], and the states of the layers after them."""
    x, after = np.array(ids), {}
    for layer in network.layers:
        if hasattr(layer, "cell"):
            x, *after[layer.name] = layer(x, initial_state=states.get(layer.name))
        else:
            x = layer(x)
    return keras.ops.convert_to_numpy(x), after


if __name__ == "__main__":
    prompt = sys.argv[1] if len(sys.argv) > 1 else ""
    ids = [symbols.index(symbol) for symbol in vocabulary["primer"] + prompt] or [0]
    text, states, random = prompt, {}, np.random.default_rng()
    for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 200):
        logits, states = step([ids], states)
        chances = np.exp((logits[0, -1].astype(np.float64) - logits.max()) / 0.8)
        ids = [random.choice(len(symbols), p=chances / chances.sum())]
        text += symbols[ids[0]]
    print(text)
"#;

#[cfg(test)]
mod tests;
