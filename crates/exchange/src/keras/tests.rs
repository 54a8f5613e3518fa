//! Networks to Keras' form and back.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use super::*;
use charnn_bundle::{Purpose, Seed, Vocabulary};
use charnn_message::Describe;
use proptest::prelude::*;
use rand::Rng;
use serde_json::{Value, json};

fn network(cell: Cell, num_layers: usize, tie_weights: bool, layer_norm: bool) -> Bundle {
    let architecture = Architecture {
        cell,
        embedding_dim: if tie_weights { 3 } else { 2 },
        hidden_size: 3,
        num_layers,
        tie_weights,
        layer_norm,
    };
    let vocabulary = Vocabulary::of_characters("ab爱\n\u{FFFD}".chars(), true).unwrap();
    let mut rng = Seed(1).rng(Purpose::Weights, 0);
    let tensors = architecture.tensors(vocabulary.len()).map(|(name, shape)| {
        let mut tensor = HostTensor::zeros(name, shape);
        tensor.values.fill_with(|| rng.next_u32() as f32 / 1e9 - 2.0);
        tensor
    });
    let provenance = Provenance { program: Some("Keras".into()), ..Provenance::default() };
    let bundle = Bundle::new(architecture, vocabulary, tensors.collect(), provenance).unwrap();
    bundle.with_primer("爱ab\n".into())
}

/// The archive, the weights and the vocabulary.
fn exported(bundle: &Bundle) -> [Vec<u8>; 3] {
    let mut files = to_keras(bundle).unwrap().into_iter().map(|file| file.bytes);
    [files.next().unwrap(), files.next().unwrap(), files.next().unwrap()]
}

/// A network of two layers whose tensors or description are changed before it is imported.
fn changed(
    bundle: &Bundle,
    tensors: impl FnOnce(&mut Vec<HostTensor>),
    description: impl FnOnce(&mut Value),
) -> Result<Bundle, ExchangeError> {
    let mut all = super::tensors(bundle).unwrap();
    tensors(&mut all);
    let mut config = config::written(bundle.architecture(), bundle.vocabulary().len());
    description(&mut config);
    let (config, weights) = (config.to_string(), hdf5::write(&all));
    let archive = archived(&[(CONFIG, config.as_bytes()), (WEIGHTS, &*weights)]).unwrap();
    from_keras(&archive, &to_json(bundle))
}

fn layer<'a>(config: &'a mut Value, class: &str) -> &'a mut Value {
    let layers = config["config"]["layers"].as_array_mut().unwrap();
    layers.iter_mut().find(|layer| layer["class_name"] == class).unwrap()
}

#[test]
fn every_network_comes_back_from_keras_as_it_was() {
    for cell in [Cell::Rnn, Cell::Gru, Cell::Lstm] {
        for layers in [1, 3, 12] {
            for (tied, normed) in [(false, false), (true, false), (false, true), (true, true)] {
                let bundle = network(cell, layers, tied, normed);
                let [archive, weights, vocabulary] = exported(&bundle);
                assert_eq!(from_keras(&archive, &vocabulary).unwrap(), bundle, "{cell} {layers}");
                let alone = from_keras(&weights, &vocabulary);
                if normed {
                    let epsilon = ExchangeError::Keras(KerasError::Epsilon);
                    assert_eq!(alone.unwrap_err().to_string(), epsilon.to_string());
                } else {
                    assert_eq!(alone.unwrap(), bundle, "{cell} {layers}");
                }
            }
        }
    }
    let error = to_keras(&network(Cell::MinGru, 1, false, false)).unwrap_err();
    assert!(error.to_string().contains("mingru"), "{error}");
}

#[test]
fn rows_follow_their_symbols_into_another_order() {
    let whole = network(Cell::Gru, 1, false, false);
    let [archive, ..] = exported(&whole);
    // Its symbols are "\n", "a", "b", "爱" and the unknown symbol.
    let other = from_keras(&archive, r#"["[UNK]", "b", "\n", "爱", "a"]"#.as_bytes()).unwrap();
    assert_eq!(other.vocabulary().unknown(), Some(4));
    for (theirs, symbol) in ["\u{FFFD}", "b", "\n", "爱", "a"].into_iter().enumerate() {
        let ours = usize::from(other.vocabulary().id_of(symbol).unwrap());
        let row = |bundle: &Bundle, row: usize| {
            bundle.tensor("embedding").unwrap()[row * 2..][..2].to_vec()
        };
        assert_eq!(row(&other, ours), row(&whole, theirs), "{symbol:?}");
        for (name, line) in [("head.bias", 0), ("head.kernel", 2)] {
            let number =
                |bundle: &Bundle, at: usize| bundle.tensor(name).unwrap()[line * 5 + at].to_bits();
            assert_eq!(number(&other, ours), number(&whole, theirs), "{symbol:?} {name}");
        }
    }
}

#[test]
fn files_of_other_habits_are_read() {
    let whole = network(Cell::Gru, 2, false, false);
    let same = |tensors: fn(&mut Vec<HostTensor>), description: fn(&mut Value)| {
        assert_eq!(changed(&whole, tensors, description).unwrap(), whole);
    };
    // Keras 2's names.
    let renamed = |name: &str| {
        let name = name
            .replace("layers/", "model_weights/")
            .replace("gru_1/cell/vars", "gru_1/gru_1/gru_cell");
        let name = name.replace("gru/cell/vars/", "gru/gru/gru_cell/").replace("vars/", "x/");
        let gru =
            |name: String| name.replace("cell/0", "cell/kernel").replace("cell/2", "cell/bias");
        let name = gru(name)
            .replace("cell/1", "cell/recurrent_kernel")
            .replace("embedding/x/0", "embedding/x/embeddings");
        name.replace("dense/x/0", "dense/x/kernel").replace("dense/x/1", "dense/x/bias") + ":0"
    };
    let mut tensors = super::tensors(&whole).unwrap();
    for tensor in &mut tensors {
        tensor.name = renamed(&tensor.name);
    }
    let names: Vec<&str> = tensors.iter().map(|tensor| &*tensor.name).collect();
    assert!(names.contains(&"model_weights/gru_1/gru_1/gru_cell/recurrent_kernel:0"), "{names:?}");
    let weights = hdf5::write(&tensors);
    assert_eq!(from_keras(&weights, &to_json(&whole)).unwrap(), whole);

    // A model with names of its own, as a subclass has.
    same(
        |tensors| {
            for tensor in tensors {
                tensor.name =
                    tensor.name.replace("layers/gru/", "rnn1/").replace("layers/gru_1/", "rnn2/");
            }
        },
        |_| {},
    );
    // What the optimizer and dropout store.
    same(
        |tensors| {
            tensors.push(HostTensor::zeros("optimizer/vars/1", vec![2]));
            tensors.push(HostTensor::zeros("layers/gru/seed_generator/vars/0", vec![2]));
        },
        |_| {},
    );
    same(
        |_| {},
        |config| {
            let layers = config["config"]["layers"].as_array_mut().unwrap();
            layers.insert(
                3,
                json!({"class_name": "Dropout", "config": {"name": "dropout", "rate": 0.5}}),
            );
            let dense = layers.pop().unwrap();
            layers.push(
                json!({"class_name": "TimeDistributed", "config": {"name": "t", "layer": dense}}),
            );
            layers.push(json!({"class_name": "Activation", "config": {"activation": "softmax"}}));
        },
    );
    // A functional model, in which each layer names the one before.
    same(
        |_| {},
        |config| {
            config["class_name"] = json!("Functional");
            let mut before: Option<String> = None;
            for layer in config["config"]["layers"].as_array_mut().unwrap() {
                let name = layer["config"]["name"].as_str().unwrap().to_owned();
                let history = json!({"class_name": "__keras_tensor__", "config": {"keras_history": [before, 0, 0]}});
                if before.is_some() {
                    layer["inbound_nodes"] = json!([{"args": [history], "kwargs": {"mask": null}}]);
                }
                before = Some(name);
            }
        },
    );
    // `use_bias=False`, and one-hot vectors.
    let bare = |tensors: &mut Vec<HostTensor>| {
        tensors.retain(|it| !it.name.ends_with("cell/vars/2") && !it.name.contains("embedding"));
        tensors
            .iter_mut()
            .find(|it| it.name == "layers/gru/cell/vars/0")
            .unwrap()
            .clone_from(&HostTensor::zeros("layers/gru/cell/vars/0", vec![5, 9]));
    };
    let bare = changed(&whole, bare, |config| {
        config["config"]["layers"].as_array_mut().unwrap().remove(1);
    });
    let bare = bare.unwrap();
    assert_eq!(bare.tensor("layers.1.recurrent_bias").unwrap(), [0.0; 9]);
    assert_eq!(bare.architecture().embedding_dim, 5);
}

#[test]
fn models_that_compute_something_else_are_refused_by_name() {
    let whole = network(Cell::Gru, 2, false, true);
    let with = |description: &dyn Fn(&mut Value)| {
        let error = changed(&whole, |_| {}, |config| description(config)).unwrap_err();
        let message = error.describe();
        assert!(!message.hints.is_empty(), "{message}");
        message.to_string()
    };
    let set = |class: &'static str, key: &'static str, value: Value| {
        with(&move |config| layer(config, class)["config"][key] = value.clone())
    };
    assert!(set("GRU", "activation", json!("relu")).contains("activation=\"relu\""));
    assert!(set("GRU", "recurrent_activation", json!("hard_sigmoid")).contains("\"layer_0\""));
    assert!(set("GRU", "recurrent_activation", json!({"class_name": "f"})).contains("class_name"));
    assert!(set("GRU", "go_backwards", json!(true)).contains("go_backwards=true"));
    assert!(set("GRU", "reset_after", json!(false)).contains("reset_after=False"));
    assert!(set("LayerNormalization", "epsilon", json!(0.001)).contains("epsilon=0.001"));
    assert!(set("LayerNormalization", "axis", json!(1)).contains("axis=1"));
    assert!(set("Embedding", "mask_zero", json!(true)).contains("mask_zero=true"));
    assert!(set("Dense", "activation", json!("relu")).contains("\"head\""));
    let class = |class: &'static str, other: &'static str| {
        with(&move |config| layer(config, class)["class_name"] = json!(other))
    };
    assert!(class("GRU", "Conv1D").contains("is a Conv1D"));
    assert!(class("GRU", "Bidirectional").contains("bidirectional"));
    assert!(class("GRU", "LSTM").contains("LSTM, LayerNormalization, GRU"));
    assert!(class("LayerNormalization", "Dropout").contains("chain"));
    assert!(class("Dense", "Dropout").contains("chain"));
    // A layer that reads two others.
    let residual = with(&|config| {
        layer(config, "Dense")["inbound_nodes"] =
            json!([[["layer_0", 0, 0, {}], ["norm_1", 0, 0, {}]]]);
    });
    assert!(residual.contains("\"head\" reads layer_0, norm_1"), "{residual}");
    assert!(with(&|config| config["config"] = json!({"name": "mine"})).contains("Sequential"));
    assert!(with(&|config| *config = json!(3)).contains('?'));
}

#[test]
fn tensors_that_do_not_fit_are_named() {
    let whole = network(Cell::Gru, 2, false, false);
    let with = |tensors: &dyn Fn(&mut Vec<HostTensor>)| {
        changed(&whole, |all| tensors(all), |_| {}).unwrap_err().to_string()
    };
    let shaped = |name: &'static str, shape: &'static [usize]| {
        with(&move |tensors| {
            let tensor = tensors.iter_mut().find(|tensor| tensor.name == name).unwrap();
            *tensor = HostTensor::zeros(name, shape.to_vec());
        })
    };
    assert!(shaped("layers/gru/cell/vars/0", &[3, 9]).contains("layers/gru/cell/vars/0"));
    assert!(shaped("layers/gru_1/cell/vars/1", &[3, 8]).contains("layers/gru_1/cell/vars/1"));
    assert!(shaped("layers/gru/cell/vars/1", &[3, 8]).contains("layers/gru"));
    assert!(shaped("layers/gru/cell/vars/2", &[9]).contains("reset_after=False"));
    assert!(shaped("layers/gru/cell/vars/2", &[3, 9]).contains("layers/gru/cell/vars/2"));
    assert!(shaped("layers/dense/vars/1", &[6]).contains("layers/dense/vars/1"));
    assert!(shaped("layers/dense/vars/0", &[4, 5]).contains("layers/dense/vars/0"));
    assert!(
        shaped("layers/embedding/vars/0", &[6, 2]).contains("5 symbols, but the network has 6")
    );
    let add = |name: &'static str, shape: &'static [usize]| {
        with(&move |tensors| tensors.push(HostTensor::zeros(name, shape.to_vec())))
    };
    assert!(add("layers/attention/vars/0", &[3, 1]).contains("both"));
    assert!(add("layers/dense_1/vars/0", &[3, 5]).contains("layers/dense_1"));
    assert!(add("layers/gru/cell/vars/3", &[3]).contains("layers/gru"));
    assert!(
        add("layers/bidirectional/forward_layer/cell/vars/0", &[3, 3]).contains("bidirectional")
    );
    assert!(add("layers/gru_2/cell/vars/0", &[3, 9]).contains("layers/gru_2"));
    let without =
        |name: &'static str| with(&move |tensors| tensors.retain(|it| !it.name.contains(name)));
    assert!(without("gru").contains("no recurrent layer"));
    assert!(without("gru_1").contains("differ"));
    assert!(without("dense").contains("no Dense"));
    assert!(
        without("embedding").contains("no Embedding") || without("embedding").contains("differ")
    );
    let nan = with(&|tensors| tensors[1].values[0] = f32::NAN);
    assert!(nan.contains("not finite"), "{nan}");
}

#[test]
fn files_of_other_formats_are_told_apart() {
    let read = |bytes: &[u8]| from_keras(bytes, b"[\"a\", \"b\"]").unwrap_err().to_string();
    assert!(read(b"").contains("neither"));
    assert!(read(b"\x80\x02").contains("neither"));
    assert!(read(b"\x89HDF\r\n\x1a\n").contains("cannot be read"));
    assert!(read(&archived(&[("data.pkl", b"")]).unwrap()).contains("config.json"));
    let half = archived(&[(CONFIG, b"{\"config\": ")]).unwrap();
    assert!(read(&half).contains("model.weights.h5"));
    let half = archived(&[(CONFIG, b"{\"config\": "), (WEIGHTS, b"")]).unwrap();
    assert!(read(&half).contains("config.json"));
}

#[test]
fn no_missing_end_is_overlooked() {
    let [archive, weights, vocabulary] = exported(&network(Cell::Rnn, 1, false, false));
    for end in 0..archive.len() {
        assert!(from_keras(&archive[..end], &vocabulary).is_err(), "{end} bytes of the archive");
    }
    for end in 0..weights.len() {
        assert!(from_keras(&weights[..end], &vocabulary).is_err(), "{end} bytes of the weights");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        is_archive in any::<bool>(),
    ) {
        let [archive, weights, vocabulary] = exported(&network(Cell::Lstm, 1, false, false));
        let mut changed = if is_archive { archive } else { weights };
        let count = changed.len();
        for (place, byte) in places {
            changed[place.index(count)] = byte;
        }
        let _ = from_keras(&changed, &vocabulary);
    }
}
