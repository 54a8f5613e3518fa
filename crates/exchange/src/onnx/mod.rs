//! ONNX: `Gather`, `RNN`, `GRU` or `LSTM`, `LayerNormalization`, `MatMul` and `Add`.
//!
//! | input | shape | output | shape |
//! |---|---|---|---|
//! | `ids` (int64) | `[batch, time]` | `logits` | `[batch, time, V]` |
//! | `h` | `[L, batch, H]` | `h_out` | `[L, batch, H]` |
//! | `c`, with an LSTM | `[L, batch, H]` | `c_out` | `[L, batch, H]` |
//!
//! The gates of ONNX are z, r, n in a GRU and i, o, f, g in an LSTM.

mod graph;
mod protobuf;

use crate::error::{ExchangeError, Program};
use crate::layout::to_rows;
use crate::symbols::to_json;
use charnn_bundle::{Architecture, Bundle, Cell, ExportedFile, TensorError, VOCABULARY_FILE};
use graph::{Attribute, Axis, Graph};

/// A message of Protocol Buffers has less than 2 GiB.
const MOST_BYTES: usize = (1 << 31) - (64 << 20);
/// What charnn adds to a variance before it divides by its root.
const EPSILON: f32 = 1e-5;

/// The network as a folder for ONNX: the model, the vocabulary, and a program that generates text.
///
/// # Errors
/// When ONNX has no operator for the cell, or the weights are too large for one file.
pub fn to_onnx(bundle: &Bundle) -> Result<Vec<ExportedFile>, ExchangeError> {
    Ok(vec![
        ExportedFile { name: "model.onnx", bytes: model(bundle)? },
        ExportedFile { name: VOCABULARY_FILE, bytes: to_json(bundle) },
        ExportedFile { name: "run.py", bytes: PROGRAM.into() },
    ])
}

/// The operator of a cell, its gates in the order of ONNX, and its attributes.
type Operator = (&'static str, &'static [usize], &'static [(&'static str, Attribute<'static>)]);

fn operator(cell: Cell) -> Result<Operator, ExchangeError> {
    match cell {
        Cell::Rnn => Ok(("RNN", &[0], &[])),
        Cell::Gru => Ok(("GRU", &[0, 1, 2], &[("linear_before_reset", Attribute::Int(1))])),
        Cell::Lstm => Ok(("LSTM", &[0, 3, 1, 2], &[])),
        Cell::MinGru => Err(ExchangeError::Cell { cell, program: Program::Onnx }),
    }
}

fn model(bundle: &Bundle) -> Result<Vec<u8>, ExchangeError> {
    let Architecture { cell, embedding_dim: e, hidden_size: h, num_layers, layer_norm, .. } =
        bundle.architecture();
    let v = bundle.vocabulary().len();
    operator(cell)?;
    let bytes = bundle.architecture().parameter_count(v).saturating_mul(size_of::<f32>());
    if bytes > MOST_BYTES {
        return Err(ExchangeError::TooLarge);
    }
    let get = |name: &str| bundle.tensor(name).ok_or_else(|| TensorError::Missing(name.to_owned()));
    let states: &[&str] = if cell.has_cell_state() { &["h", "c"] } else { &["h"] };
    let state = [Axis::Fixed(num_layers), Axis::Any("batch"), Axis::Fixed(h)];

    let mut graph = Graph::default();
    let text = [Axis::Any("batch"), Axis::Any("time")];
    graph.ids("ids", &text);
    graph.output("logits", &[text[0], text[1], Axis::Fixed(v)]);
    // Recurrent operators read the time first.
    graph.node("Transpose", &["ids"], &["steps"], &[("perm", Attribute::Ints(&[1, 0]))]);
    graph.weight("embedding", &[v, e], get("embedding")?);
    graph.node("Gather", &["embedding", "steps"], &["embedded"], &[("axis", Attribute::Int(0))]);
    let first = [("axis", Attribute::Int(0))];
    let layered = |name: &str, index: usize| format!("{name}_{index}");
    for name in states {
        let out = format!("{name}_out");
        graph.input(name, &state);
        graph.output(&out, &state);
        if num_layers > 1 {
            let parts: Vec<String> = (0..num_layers).map(|index| layered(name, index)).collect();
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            graph.node("Split", &[*name, "ones"], &parts, &first);
        }
    }
    if num_layers > 1 {
        graph.whole("ones", &vec![1; num_layers]);
    }
    graph.whole("one", &[1]);
    let mut x = "embedded".to_owned();
    for index in 0..num_layers {
        let inputs = if index == 0 { e } else { h };
        x = layer(&mut graph, bundle, index, inputs, &x)?;
        if layer_norm {
            let normed = layered("normed", index);
            let [gain, bias] = ["gain", "bias"].map(|name| format!("layers.{index}.norm.{name}"));
            graph.weight(&gain, &[h], get(&gain)?);
            graph.weight(&bias, &[h], get(&bias)?);
            let attributes = [("axis", Attribute::Int(-1)), ("epsilon", Attribute::Float(EPSILON))];
            graph.node("LayerNormalization", &[&x, &gain, &bias], &[&normed], &attributes);
            x = normed;
        }
    }
    if num_layers > 1 {
        for name in states {
            let parts: Vec<String> =
                (0..num_layers).map(|index| layered(&format!("{name}_out"), index)).collect();
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            graph.node("Concat", &parts, &[&format!("{name}_out")], &first);
        }
    }
    graph.node("Transpose", &[&x], &["hidden"], &[("perm", Attribute::Ints(&[1, 0, 2]))]);
    if let Some(kernel) = bundle.tensor("head.kernel") {
        graph.weight("head.kernel", &[h, v], kernel);
    } else {
        let turned = [("perm", Attribute::Ints(&[1, 0]))];
        graph.node("Transpose", &["embedding"], &["head.kernel"], &turned);
    }
    graph.weight("head.bias", &[v], get("head.bias")?);
    graph.node("MatMul", &["hidden", "head.kernel"], &["scores"], &[]);
    graph.node("Add", &["scores", "head.bias"], &["logits"], &[]);
    let vocabulary = String::from_utf8(to_json(bundle)).unwrap_or_default();
    let about = format!("A character-level language model: {cell}, {num_layers} x {h} units");
    Ok(graph.model(&about, &[("vocabulary", &vocabulary)]))
}

/// Adds a recurrent layer that reads `x`; returns the name of its output.
fn layer(
    graph: &mut Graph,
    bundle: &Bundle,
    index: usize,
    inputs: usize,
    x: &str,
) -> Result<String, ExchangeError> {
    let Architecture { cell, hidden_size: h, num_layers, .. } = bundle.architecture();
    let (operator, gates, attributes) = operator(cell)?;
    let width = gates.len() * h;
    let name = |name: &str| format!("layers.{index}.{name}");
    let get =
        |part: &str| bundle.tensor(&name(part)).ok_or_else(|| TensorError::Missing(name(part)));
    let kernel = to_rows(get("kernel")?, inputs, gates, h);
    let recurrent = to_rows(get("recurrent_kernel")?, h, gates, h);
    let mut bias = to_rows(get("bias")?, 1, gates, h);
    if cell.has_recurrent_bias() {
        bias.extend(to_rows(get("recurrent_bias")?, 1, gates, h));
    } else {
        bias.resize(2 * width, 0.0);
    }
    let [kernel_name, recurrent_name, bias_name] = ["kernel", "recurrent_kernel", "bias"].map(name);
    graph.weight(&kernel_name, &[1, width, inputs], &kernel);
    graph.weight(&recurrent_name, &[1, width, h], &recurrent);
    graph.weight(&bias_name, &[1, 2 * width], &bias);

    let numbered = |name: &str| {
        if num_layers > 1 { format!("{name}_{index}") } else { name.to_owned() }
    };
    let (h_in, c_in) = (numbered("h"), numbered("c"));
    let (h_out, c_out) = (numbered("h_out"), numbered("c_out"));
    let (all, output) = (format!("all_{index}"), format!("output_{index}"));
    // No lengths: the rows of a batch are equally long.
    let mut reads = vec![x, &*kernel_name, &*recurrent_name, &*bias_name, "", &*h_in];
    let mut writes = vec![&*all, &*h_out];
    if cell.has_cell_state() {
        reads.push(&c_in);
        writes.push(&c_out);
    }
    let size = ("hidden_size", Attribute::Int(i64::try_from(h).unwrap_or(i64::MAX)));
    let attributes: Vec<_> = [size].into_iter().chain(attributes.iter().copied()).collect();
    graph.node(operator, &reads, &writes, &attributes);
    // [time, directions, batch, H]
    graph.node("Squeeze", &[&all, "one"], &[&output], &[]);
    Ok(output)
}

const PROGRAM: &str = r#"# python run.py "Once upon" 200     needs: pip install onnxruntime numpy
import json, sys
from pathlib import Path

import numpy as np
import onnxruntime

folder = Path(__file__).parent
vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
symbols = vocabulary["symbols"]
network = onnxruntime.InferenceSession(folder / "model.onnx")
# h, and c with an LSTM: [layers, batch, units]
states = {it.name: [it.shape[0], 1, it.shape[2]] for it in network.get_inputs() if it.name != "ids"}


def start():
    return {name: np.zeros(shape, np.float32) for name, shape in states.items()}


def step(ids, state):
    """The logits [batch, time, symbols] of ids [batch, time], and the state after them."""
    logits, *after = network.run(["logits", *(name + "_out" for name in state)], {"ids": ids, **state})
    return logits, dict(zip(state, after))


if __name__ == "__main__":
    prompt = sys.argv[1] if len(sys.argv) > 1 else ""
    record = vocabulary.get("record")  # begins and ends a text, if there is one
    ids = [symbols.index(symbol) for symbol in (record or "") + vocabulary["primer"] + prompt] or [0]
    text, state, random = prompt, start(), np.random.default_rng()
    for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 200):
        logits, state = step(np.array([ids], np.int64), state)
        chances = np.exp((logits[0, -1].astype(np.float64) - logits.max()) / 0.8)
        ids = [random.choice(len(symbols), p=chances / chances.sum())]
        if symbols[ids[0]] == record:
            break
        text += symbols[ids[0]]
    print(text)
"#;
