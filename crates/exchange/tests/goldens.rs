//! Files of real programs, and files that real programs were seen to read. `scripts/exchange-live.py --goldens`
//! makes them; no test needs Python.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::{Bundle, Cell};
use charnn_exchange::{from_keras, from_torch, to_keras, to_onnx};
use serde_json::Value;
use shared::{CELLS, logits, network};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

fn import(file: &Path, symbols: &Value) -> Result<Bundle, charnn_exchange::ExchangeError> {
    let bytes = std::fs::read(file).unwrap();
    let is_keras = file.extension().is_some_and(|it| it == "keras" || it == "h5");
    let read = if is_keras { from_keras } else { from_torch };
    read(&bytes, &serde_json::to_vec(symbols).unwrap())
}

#[test]
fn files_of_pytorch_and_keras_give_their_logits() {
    let list = std::fs::read(folder().join("imports.json")).unwrap();
    let list: Value = serde_json::from_slice(&list).unwrap();
    let list = list.as_array().unwrap();
    assert!(list.len() >= 8, "{} files", list.len());
    for golden in list {
        let name = golden["file"].as_str().unwrap();
        let bundle = import(&folder().join(name), &golden["symbols"])
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let text: Vec<String> = serde_json::from_value(golden["text"].clone()).unwrap();
        let expected: Vec<Vec<f32>> = serde_json::from_value(golden["logits"].clone()).unwrap();
        let found = logits(&bundle, &text);
        assert_eq!(found.len(), expected.len(), "{name}");
        for (found, expected) in found.concat().into_iter().zip(expected.concat()) {
            assert!((found - expected).abs() < 1e-5, "{name}: {found}, not {expected}");
        }
    }
}

#[test]
fn files_of_real_programs_that_cannot_be_imported_are_refused_by_name() {
    let symbols = Value::from(vec!["a", "b", "c"]);
    for (name, words) in [
        ("module.pt", "torch.nn."),
        ("code.pt", "posix.system"),
        ("script.pt", "TorchScript"),
        ("reset-before.keras", "reset_after=False"),
        ("bidirectional.weights.h5", "bidirectional"),
    ] {
        let error = import(&folder().join(name), &symbols).unwrap_err().to_string();
        assert!(error.contains(words), "{name}: {error}");
    }
}

/// The bytes that onnxruntime and Keras read, with the logits of charnn.
#[test]
fn exported_files_are_those_that_were_tried() {
    for cell in CELLS {
        for (layers, tied, norm) in [(1, false, false), (3, true, true)] {
            let network = network(cell, layers, tied, norm);
            let stem = format!("{cell}-{layers}");
            let files = [to_onnx(&network).unwrap(), to_keras(&network).unwrap()];
            for (ending, files) in ["onnx", "keras"].into_iter().zip(files) {
                // Keras' files are large.
                if ending == "keras" && (layers == 3) != (cell == Cell::Gru) {
                    continue;
                }
                let path = folder().join(format!("{stem}.{ending}"));
                let golden = std::fs::read(&path).unwrap();
                assert!(files[0].bytes == golden, "{} differs", path.display());
            }
        }
    }
}

#[test]
fn onnx_has_no_operator_for_the_minimal_gru() {
    let error = to_onnx(&network(Cell::MinGru, 1, false, false)).unwrap_err();
    assert!(error.to_string().contains("mingru"), "{error}");
}
