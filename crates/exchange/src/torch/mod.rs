//! PyTorch: `nn.Embedding`, `nn.RNN`, `nn.GRU` or `nn.LSTM`, `nn.Linear`.
//!
//! PyTorch multiplies by the transposed matrix, so `weight_ih_l0` is `[G·H, E]`. It has two biases where
//! charnn has one, except in the GRU, and the gates of its GRU are in the order r, z, n.

mod pickle;
mod pickle_error;
mod saved;
mod state_dict;

pub use pickle_error::PickleError;

use crate::error::{ExchangeError, Program, shape};
use crate::layout::{one_hot, sorted_rows, to_columns, to_rows, transposed};
use crate::symbols::{of_json, to_json};
use charnn_bundle::{
    Architecture, Bundle, Cell, ExportedFile, HostTensor, Provenance, TensorError, VOCABULARY_FILE,
    WEIGHTS_FILE, to_safetensors,
};
use state_dict::{Module, Parts, missing, read};
use std::fmt::Write as _;

/// The network as a folder for PyTorch: a state dict, the vocabulary, and a program that generates text.
///
/// # Errors
/// When PyTorch has no module for the cell, or normalizes no layer between others.
pub fn to_torch(bundle: &Bundle) -> Result<Vec<ExportedFile>, ExchangeError> {
    let weights = to_safetensors(&state_dict(bundle)?)?;
    Ok(vec![
        ExportedFile { name: WEIGHTS_FILE, bytes: weights },
        ExportedFile { name: VOCABULARY_FILE, bytes: to_json(bundle) },
        ExportedFile { name: "load.py", bytes: program(bundle).into_bytes() },
    ])
}

/// The network of a state dict, as a safetensors file or as `torch.save` writes it, and of a vocabulary in
/// JSON. A pickle is read as data: nothing in it is executed.
///
/// Modules may have any names. A network without an embedding reads one-hot vectors. Weights may be F32,
/// F64, F16 or BF16. `nn.RNN` is taken to compute tanh: a state dict does not say.
///
/// # Errors
/// When a file is damaged, or the tensors are not those of such a network with this vocabulary.
pub fn from_torch(weights: &[u8], vocabulary: &[u8]) -> Result<Bundle, ExchangeError> {
    let parts = Parts::of(read(weights)?)?;
    let symbols = of_json(vocabulary)?;
    let (ids, v) = (&symbols.ids, symbols.ids.len());
    let (cell, h) = (parts.cell, parts.hidden_size);
    let gates = gate_order(cell);
    for tensor in [&parts.embedding, &parts.head.weight].into_iter().flatten() {
        if let Some(&rows) = tensor.shape.first()
            && rows != v
        {
            return Err(ExchangeError::VocabularySize { symbols: v, rows });
        }
    }

    let inputs = parts.layers[0]["weight_ih"].shape.get(1).copied().unwrap_or(0);
    let embedding = parts.embedding.or_else(|| one_hot(inputs, v));
    let embedding = embedding.ok_or_else(|| missing("nn.Embedding"))?;
    let &[_, e] = &embedding.shape[..] else {
        return Err(shape(&embedding, &[v, h]));
    };
    let Module { weight: head, bias: head_bias } = parts.head;
    let tie_weights = e == h && head.as_ref().is_none_or(|head| head.values == embedding.values);
    let architecture = Architecture {
        cell,
        embedding_dim: e,
        hidden_size: h,
        num_layers: parts.layers.len(),
        tie_weights,
        layer_norm: parts.norm.is_some(),
    };
    if architecture.layer_norm && architecture.num_layers > 1 {
        return Err(ExchangeError::LayerNorm { num_layers: architecture.num_layers });
    }

    let mut tensors = Vec::new();
    let mut add = |name: String, shape: Vec<usize>, values: Vec<f32>| {
        tensors.push(HostTensor { name, shape, values });
    };
    add("embedding".into(), vec![v, e], sorted_rows(&embedding.values, e, ids));
    for (index, mut layer) in parts.layers.into_iter().enumerate() {
        let (inputs, width) = (if index == 0 { e } else { h }, cell.gates() * h);
        let mut take = |kind, expected: &[usize]| match layer.remove(kind) {
            Some(tensor) if tensor.shape == expected => Ok(tensor.values),
            Some(tensor) => Err(shape(&tensor, expected)),
            // `bias=False`
            None if expected.len() == 1 => Ok(vec![0.0; width]),
            None => Err(missing(&format!("{kind}_l{index}"))),
        };
        let kernel = take("weight_ih", &[width, inputs])?;
        let recurrent = take("weight_hh", &[width, h])?;
        let (mut bias, recurrent_bias) = (take("bias_ih", &[width])?, take("bias_hh", &[width])?);
        let name = |name: &str| format!("layers.{index}.{name}");
        add(name("kernel"), vec![inputs, width], to_columns(&kernel, inputs, gates, h));
        add(name("recurrent_kernel"), vec![h, width], to_columns(&recurrent, h, gates, h));
        if cell.has_recurrent_bias() {
            let recurrent_bias = to_columns(&recurrent_bias, 1, gates, h);
            add(name("recurrent_bias"), vec![width], recurrent_bias);
        } else {
            bias.iter_mut().zip(&recurrent_bias).for_each(|(bias, recurrent)| *bias += recurrent);
        }
        add(name("bias"), vec![width], to_columns(&bias, 1, gates, h));
    }
    if let Some(Module { weight: Some(gain), bias: Some(bias) }) = parts.norm {
        add("layers.0.norm.gain".into(), vec![h], gain.values);
        add("layers.0.norm.bias".into(), vec![h], bias.values);
    }
    if let Some(head) = head.filter(|_| !tie_weights) {
        let rows = sorted_rows(&head.values, h, ids);
        add("head.kernel".into(), vec![h, v], transposed(&rows, v, h));
    }
    let head_bias = match head_bias {
        Some(tensor) if tensor.shape == [v] => tensor.values,
        Some(tensor) => return Err(shape(&tensor, &[v])),
        None => vec![0.0; v],
    };
    add("head.bias".into(), vec![v], sorted_rows(&head_bias, 1, ids));

    let provenance = Provenance { program: Some("PyTorch".into()), ..Provenance::default() };
    let bundle = Bundle::new(architecture, symbols.vocabulary, tensors, provenance)?;
    Ok(bundle.with_primer(symbols.primer))
}

/// The network as PyTorch's state dict.
fn state_dict(bundle: &Bundle) -> Result<Vec<HostTensor>, ExchangeError> {
    let Architecture { cell, embedding_dim: e, hidden_size: h, num_layers, layer_norm, .. } =
        bundle.architecture();
    let v = bundle.vocabulary().len();
    let (width, gates) = (cell.gates() * h, gate_order(cell));
    module(cell)?;
    if layer_norm && num_layers > 1 {
        return Err(ExchangeError::LayerNorm { num_layers });
    }
    let tensor =
        |name: &str| bundle.tensor(name).ok_or_else(|| TensorError::Missing(name.to_owned()));
    let mut dict = Vec::new();
    let mut add = |name: String, shape: Vec<usize>, values: Vec<f32>| {
        dict.push(HostTensor { name, shape, values });
    };
    add("embedding.weight".into(), vec![v, e], tensor("embedding")?.to_vec());
    for index in 0..num_layers {
        let inputs = if index == 0 { e } else { h };
        let get = |name: &str| tensor(&format!("layers.{index}.{name}"));
        let kernel = to_rows(get("kernel")?, inputs, gates, h);
        let recurrent = to_rows(get("recurrent_kernel")?, h, gates, h);
        let bias = to_rows(get("bias")?, 1, gates, h);
        let recurrent_bias = if cell.has_recurrent_bias() {
            to_rows(get("recurrent_bias")?, 1, gates, h)
        } else {
            vec![0.0; width]
        };
        add(format!("rnn.weight_ih_l{index}"), vec![width, inputs], kernel);
        add(format!("rnn.weight_hh_l{index}"), vec![width, h], recurrent);
        add(format!("rnn.bias_ih_l{index}"), vec![width], bias);
        add(format!("rnn.bias_hh_l{index}"), vec![width], recurrent_bias);
    }
    if layer_norm {
        add("norm.weight".into(), vec![h], tensor("layers.0.norm.gain")?.to_vec());
        add("norm.bias".into(), vec![h], tensor("layers.0.norm.bias")?.to_vec());
    }
    let head = match bundle.tensor("head.kernel") {
        Some(kernel) => transposed(kernel, h, v),
        None => tensor("embedding")?.to_vec(),
    };
    add("head.weight".into(), vec![v, h], head);
    add("head.bias".into(), vec![v], tensor("head.bias")?.to_vec());
    Ok(dict)
}

/// The name of PyTorch's module.
fn module(cell: Cell) -> Result<&'static str, ExchangeError> {
    match cell {
        Cell::Rnn => Ok("RNN"),
        Cell::Gru => Ok("GRU"),
        Cell::Lstm => Ok("LSTM"),
        Cell::MinGru => Err(ExchangeError::Cell { cell, program: Program::Torch }),
    }
}

/// For each gate of PyTorch, which of charnn's it is. The permutation is its own inverse.
fn gate_order(cell: Cell) -> &'static [usize] {
    match cell {
        Cell::Rnn => &[0],
        Cell::Gru => &[1, 0, 2],
        Cell::Lstm => &[0, 1, 2, 3],
        Cell::MinGru => &[0, 1],
    }
}

/// A Python program that loads the folder and generates text.
fn program(bundle: &Bundle) -> String {
    let Architecture {
        cell,
        embedding_dim: e,
        hidden_size: h,
        num_layers,
        tie_weights,
        layer_norm,
    } = bundle.architecture();
    let v = bundle.vocabulary().len();
    let module = module(cell).unwrap_or_default();
    let mut program = String::from(HEAD);
    let _ = writeln!(program, "        self.embedding = nn.Embedding({v}, {e})");
    let _ = writeln!(
        program,
        "        self.rnn = nn.{module}({e}, {h}, {num_layers}, batch_first=True)"
    );
    if layer_norm {
        let _ = writeln!(program, "        self.norm = nn.LayerNorm({h})");
    }
    let _ = writeln!(program, "        self.head = nn.Linear({h}, {v})");
    if tie_weights {
        program += "        self.head.weight = self.embedding.weight\n";
    }
    program += "\n    def forward(self, ids, state=None):\n";
    program += "        hidden, state = self.rnn(self.embedding(ids), state)\n";
    program += if layer_norm {
        "        return self.head(self.norm(hidden)), state\n"
    } else {
        "        return self.head(hidden), state\n"
    };
    program + TAIL
}

const HEAD: &str = r#"# python load.py "Once upon" 200     needs: pip install torch safetensors numpy
import json, sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
"#;

const TAIL: &str = r#"

folder = Path(__file__).parent
vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
symbols = vocabulary["symbols"]
network = Network().eval()
network.load_state_dict(load_file(folder / "model.safetensors"))

if __name__ == "__main__":
    prompt = sys.argv[1] if len(sys.argv) > 1 else ""
    ids = [symbols.index(symbol) for symbol in vocabulary["primer"] + prompt] or [0]
    text, state, ids = prompt, None, torch.tensor([ids])
    with torch.no_grad():
        for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 200):
            logits, state = network(ids, state)
            ids = torch.multinomial(torch.softmax(logits[:, -1] / 0.8, -1), 1)
            text += symbols[ids.item()]
    print(text)
"#;

#[cfg(test)]
mod saved_tests;
#[cfg(test)]
mod tests;
