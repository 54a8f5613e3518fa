//! Exported weights give PyTorch's logits: the reference vectors of `scripts/goldens`, and the equations of
//! PyTorch's documentation on the state dict.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_bundle::{Architecture, Bundle, Cell, HostTensor, Provenance, Vocabulary};
use charnn_exchange::{from_torch, to_torch};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use std::collections::BTreeMap;
use std::path::Path;

/// A file of reference vectors.
struct Golden {
    bundle: Bundle,
    /// Ids of `rows` texts, `steps` each.
    ids: Vec<Vec<usize>>,
    logits: Vec<f32>,
}

fn floats(view: &TensorView<'_>) -> Vec<f32> {
    view.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
}

fn golden(name: &str) -> Golden {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/tests/goldens");
    let bytes = std::fs::read(folder.join(name).with_extension("safetensors")).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let word = |key: &str| header.metadata().as_ref().unwrap()[key].clone();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let tied = name.starts_with("tied");
    let embedding = file.tensor("init.embedding").unwrap();
    let cell: Cell = word("cell").parse().unwrap();
    let architecture = Architecture {
        cell,
        embedding_dim: embedding.shape()[1],
        hidden_size: file.tensor("init.layers.0.bias").unwrap().shape()[0] / cell.gates(),
        num_layers: word("layers").parse().unwrap(),
        tie_weights: tied,
        layer_norm: tied,
    };
    let vocabulary = Vocabulary::of_characters(('a'..).take(embedding.shape()[0]), false).unwrap();
    let tensors = file.iter().filter_map(|(name, view)| {
        let name = name.strip_prefix("init.")?.to_owned();
        Some(HostTensor { name, shape: view.shape().to_vec(), values: floats(&view) })
    });
    let provenance = Provenance { program: Some("PyTorch".into()), ..Provenance::default() };
    let bundle = Bundle::new(architecture, vocabulary, tensors.collect(), provenance).unwrap();
    let inputs = file.tensor("inputs").unwrap();
    let [_, rows, steps] = inputs.shape()[..] else { panic!("three axes") };
    let ids = inputs
        .data()
        .as_chunks()
        .0
        .iter()
        .map(|&it| usize::try_from(i32::from_le_bytes(it)).unwrap());
    let ids: Vec<usize> = ids.take(rows * steps).collect(); // of the first training step
    let ids = ids.chunks(steps).map(<[usize]>::to_vec).collect();
    Golden { bundle, ids, logits: floats(&file.tensor("logits").unwrap()) }
}

/// `nn.Embedding`, `nn.RNN|GRU|LSTM`, `nn.LayerNorm`, `nn.Linear` by their tensors.
struct Torch(BTreeMap<String, HostTensor>);

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Torch {
    /// `x @ weight.T + bias`.
    fn linear(&self, weight: &str, bias: &str, x: &[f64]) -> Vec<f64> {
        let (weight, bias) = (&self.0[weight], &self.0[bias]);
        assert_eq!(weight.shape, [bias.values.len(), x.len()]);
        let row = |(row, bias): (&[f32], &f32)| {
            row.iter().zip(x).map(|(weight, x)| f64::from(*weight) * x).sum::<f64>()
                + f64::from(*bias)
        };
        weight.values.chunks(x.len()).zip(&bias.values).map(row).collect()
    }

    /// The logits after each of `ids`.
    fn logits(&self, cell: Cell, ids: &[usize]) -> Vec<f64> {
        let hidden = self.0["rnn.weight_hh_l0"].shape[1];
        let layers = self.0.keys().filter(|name| name.starts_with("rnn.weight_hh_l")).count();
        let mut states = vec![(vec![0.0; hidden], vec![0.0; hidden]); layers];
        let mut logits = Vec::new();
        for &id in ids {
            let embedding = &self.0["embedding.weight"];
            let row = &embedding.values[id * embedding.shape[1]..][..embedding.shape[1]];
            let mut x: Vec<f64> = row.iter().map(|it| f64::from(*it)).collect();
            for (index, (h, c)) in states.iter_mut().enumerate() {
                let of = |kind: &str| format!("rnn.{kind}_l{index}");
                let input = self.linear(&of("weight_ih"), &of("bias_ih"), &x);
                let own = self.linear(&of("weight_hh"), &of("bias_hh"), h);
                for unit in 0..hidden {
                    let (i, o) =
                        (|g: usize| input[g * hidden + unit], |g: usize| own[g * hidden + unit]);
                    match cell {
                        Cell::Rnn => h[unit] = (i(0) + o(0)).tanh(),
                        Cell::Gru => {
                            let (r, z) = (sigmoid(i(0) + o(0)), sigmoid(i(1) + o(1)));
                            let n = (i(2) + r * o(2)).tanh();
                            h[unit] = (1.0 - z) * n + z * h[unit];
                        }
                        Cell::Lstm => {
                            let [input, forget, out] = [0, 1, 3].map(|g| sigmoid(i(g) + o(g)));
                            c[unit] = forget * c[unit] + input * (i(2) + o(2)).tanh();
                            h[unit] = out * c[unit].tanh();
                        }
                        Cell::MinGru => unreachable!("PyTorch has none"),
                    }
                }
                x.clone_from(h);
            }
            if let (Some(weight), Some(bias)) = (self.0.get("norm.weight"), self.0.get("norm.bias"))
            {
                let size = hidden as f64;
                let mean = x.iter().sum::<f64>() / size;
                let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / size;
                for (unit, x) in x.iter_mut().enumerate() {
                    let (gain, shift) =
                        (f64::from(weight.values[unit]), f64::from(bias.values[unit]));
                    *x = (*x - mean) / (variance + 1e-5).sqrt() * gain + shift;
                }
            }
            logits.extend(self.linear("head.weight", "head.bias", &x));
        }
        logits
    }
}

#[test]
fn exported_weights_give_the_logits_of_pytorch() {
    for name in [
        "torch-rnn-1",
        "torch-rnn-2",
        "torch-gru-1",
        "torch-gru-2",
        "torch-lstm-1",
        "torch-lstm-2",
        "tied-gru-1",
    ] {
        let Golden { bundle, ids, logits: expected } = golden(name);
        let files = to_torch(&bundle).unwrap();
        let torch = Torch(charnn_bundle::from_safetensors(&files[0].bytes).unwrap());
        let cell = bundle.architecture().cell;
        let found: Vec<f64> = ids.iter().flat_map(|ids| torch.logits(cell, ids)).collect();
        assert_eq!(found.len(), expected.len(), "{name}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - f64::from(*expected)).abs() < 1e-5, "{name}: {found}, not {expected}");
        }
        assert_eq!(from_torch(&files[0].bytes, &files[1].bytes).unwrap(), bundle, "{name}");
    }
}

#[test]
fn layer_norm_between_layers_is_refused() {
    let error = to_torch(&golden("tied-lstm-2").bundle).unwrap_err();
    assert!(error.to_string().contains("layer norm between 2 layers"), "{error}");
}
