//! Networks to PyTorch's form and back.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use super::*;
use crate::symbols;
use crate::to_hub;
use charnn_bundle::{CONFIG_FILE, Purpose, Seed, Vocabulary, from_safetensors};
use charnn_message::Describe;
use proptest::prelude::*;
use rand::Rng;

pub(super) fn bundle(cell: Cell, num_layers: usize, tie_weights: bool, layer_norm: bool) -> Bundle {
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
    let provenance = Provenance { program: Some("PyTorch".into()), ..Provenance::default() };
    let bundle = Bundle::new(architecture, vocabulary, tensors.collect(), provenance).unwrap();
    bundle.with_primer("爱ab\n".into())
}

pub(super) fn exported(bundle: &Bundle) -> [Vec<u8>; 2] {
    let mut files = to_torch(bundle).unwrap().into_iter().map(|file| file.bytes);
    [files.next().unwrap(), files.next().unwrap()]
}

/// The state dict of a GRU with two layers, changed, and then imported.
fn changed(change: impl FnOnce(&mut Vec<HostTensor>)) -> Result<Bundle, ExchangeError> {
    let [weights, vocabulary] = exported(&bundle(Cell::Gru, 2, false, false));
    let mut tensors: Vec<_> = from_safetensors(&weights).unwrap().into_values().collect();
    change(&mut tensors);
    from_torch(&to_safetensors(&tensors).unwrap(), &vocabulary)
}

fn find<'a>(tensors: &'a mut [HostTensor], name: &str) -> &'a mut HostTensor {
    tensors.iter_mut().find(|tensor| tensor.name == name).unwrap()
}

#[test]
fn every_network_comes_back_from_pytorch_as_it_was() {
    for cell in [Cell::Rnn, Cell::Gru, Cell::Lstm] {
        for (layers, tied, normed) in [
            (1, false, false),
            (1, true, false),
            (1, false, true),
            (1, true, true),
            (3, false, false),
            (3, true, false),
        ] {
            let bundle = bundle(cell, layers, tied, normed);
            let [weights, vocabulary] = exported(&bundle);
            assert_eq!(
                from_torch(&weights, &vocabulary).unwrap(),
                bundle,
                "{cell} {layers} {tied}"
            );
        }
    }
}

#[test]
fn what_pytorch_cannot_express_is_refused_by_name() {
    let error = to_torch(&bundle(Cell::MinGru, 1, false, false)).unwrap_err();
    assert!(error.to_string().contains("mingru"), "{error}");
    let error = to_torch(&bundle(Cell::Gru, 3, false, true)).unwrap_err();
    assert!(error.to_string().contains("layer norm between 3 layers"), "{error}");
}

#[test]
fn the_program_names_the_modules_of_the_network() {
    let program = |bundle: &Bundle| {
        let files = to_torch(bundle).unwrap();
        let file = files.into_iter().find(|file| file.name == "load.py").unwrap();
        String::from_utf8(file.bytes).unwrap()
    };
    let text = program(&bundle(Cell::Lstm, 3, false, false));
    assert!(text.contains("nn.LSTM(2, 3, 3, batch_first=True)"), "{text}");
    assert!(text.contains("nn.Embedding(5, 2)") && text.contains("nn.Linear(3, 5)"), "{text}");
    assert!(!text.contains("norm") && !text.contains("head.weight"), "{text}");
    let text = program(&bundle(Cell::Rnn, 1, true, true));
    assert!(text.contains("nn.LayerNorm(3)") && text.contains("head.weight ="), "{text}");
}

#[test]
fn a_folder_for_the_hub_holds_the_whole_network() {
    for cell in Cell::ALL {
        let bundle = bundle(cell, 2, false, true);
        let files = to_hub(&bundle, "a *bold*\nname").unwrap();
        let file = |name| &files.iter().find(|file| file.name == name).unwrap().bytes;
        assert_eq!(Bundle::from_bytes(file(WEIGHTS_FILE)).unwrap(), bundle);
        let card = std::str::from_utf8(file("README.md")).unwrap();
        assert!(
            card.starts_with("---\nlibrary_name: charnn\npipeline_tag: text-generation\n"),
            "{card}"
        );
        assert!(card.contains("\n# a \\*bold\\* name\n"), "{card}");
        let config: serde_json::Value = serde_json::from_slice(file(CONFIG_FILE)).unwrap();
        assert_eq!(config["architecture"]["cell"], cell.name());
        assert_eq!(config["vocabulary_size"], 5);
        assert_eq!(
            symbols::of_json(file(VOCABULARY_FILE)).unwrap().vocabulary,
            *bundle.vocabulary()
        );
    }
}

#[test]
fn rows_follow_their_symbols_into_another_order() {
    let whole = bundle(Cell::Gru, 1, false, false);
    let [weights, _] = exported(&whole);
    // Its symbols are "\n", "a", "b", "爱" and the unknown symbol. Another program counts "a" as 3.
    for vocabulary in [
        r#"["b", "\n", "爱", "a", "<unk>"]"#,
        r#"{"b": 0, "\n": 1, "爱": 2, "a": 3, "<unk>": 4}"#,
        r#"{"token_to_idx": {"b": 1, "\n": 2, "爱": 3, "a": 4, "<unk>": 5}}"#,
    ] {
        let other = from_torch(&weights, vocabulary.as_bytes()).unwrap();
        assert_eq!(other.vocabulary().unknown(), Some(4), "{vocabulary}");
        let row = |bundle: &Bundle, row: usize| {
            bundle.tensor("embedding").unwrap()[row * 2..][..2].to_vec()
        };
        let bias = |bundle: &Bundle, row: usize| bundle.tensor("head.bias").unwrap()[row].to_bits();
        let column = |bundle: &Bundle, column: usize| {
            bundle.tensor("head.kernel").unwrap()[5 + column].to_bits()
        };
        for (theirs, symbol) in (0..).zip(["b", "\n", "爱", "a"]) {
            let ours = usize::from(other.vocabulary().id_of(symbol).unwrap());
            assert_eq!(row(&other, ours), row(&whole, theirs), "{symbol:?}");
            assert_eq!(bias(&other, ours), bias(&whole, theirs), "{symbol:?}");
            assert_eq!(column(&other, ours), column(&whole, theirs), "{symbol:?}");
        }
    }
}

#[test]
fn models_of_other_habits_are_read() {
    let whole = bundle(Cell::Gru, 2, false, false);
    let renamed = changed(|tensors| {
        for tensor in tensors {
            let name = tensor.name.replace("embedding.", "encoder.").replace("head.", "decoder.");
            tensor.name = format!("module.{name}");
        }
    });
    assert_eq!(renamed.unwrap(), whole);
    // `bias=False` everywhere.
    let bare = changed(|tensors| tensors.retain(|tensor| !tensor.name.contains("bias"))).unwrap();
    assert_eq!(bare.tensor("layers.1.bias").unwrap(), [0.0; 9]);
    assert_eq!(bare.tensor("head.bias").unwrap(), [0.0; 5]);
    assert_eq!(bare.tensor("layers.1.kernel"), whole.tensor("layers.1.kernel"));
    // One-hot vectors instead of an embedding.
    let one_hot = changed(|tensors| {
        tensors.retain(|tensor| tensor.name != "embedding.weight");
        *find(tensors, "rnn.weight_ih_l0") = HostTensor::zeros("rnn.weight_ih_l0", vec![9, 5]);
    });
    let one_hot = one_hot.unwrap();
    assert_eq!(one_hot.architecture().embedding_dim, 5);
    assert_eq!(one_hot.tensor("embedding").unwrap()[..7], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    // A tied head, which safetensors does not store twice.
    let tied = bundle(Cell::Gru, 2, true, false);
    let [weights, vocabulary] = exported(&tied);
    let mut tensors = from_safetensors(&weights).unwrap();
    tensors.remove("head.weight").unwrap();
    let tensors: Vec<_> = tensors.into_values().collect();
    assert_eq!(from_torch(&to_safetensors(&tensors).unwrap(), &vocabulary).unwrap(), tied);
}

#[test]
fn two_biases_become_one() {
    let [weights, vocabulary] = exported(&bundle(Cell::Lstm, 1, false, false));
    let mut tensors: Vec<_> = from_safetensors(&weights).unwrap().into_values().collect();
    find(&mut tensors, "rnn.bias_ih_l0").values.fill(1.0);
    find(&mut tensors, "rnn.bias_hh_l0").values.fill(0.5);
    let read = from_torch(&to_safetensors(&tensors).unwrap(), &vocabulary).unwrap();
    assert_eq!(read.tensor("layers.0.bias").unwrap(), [1.5; 12]);
}

#[test]
fn tensors_that_do_not_fit_are_named() {
    let told = |change: fn(&mut Vec<HostTensor>)| {
        let message = changed(change).unwrap_err().describe();
        assert!(!message.hints.is_empty() || message.code == "tensor/shape", "{message}");
        message.to_string()
    };
    let extra = |name: &str| HostTensor::zeros(name, vec![3, 3]);
    let add = |name: &'static str| changed(|tensors| tensors.push(extra(name))).unwrap_err();
    assert!(matches!(add("rnn.weight_ih_l0_reverse"), ExchangeError::Bidirectional));
    assert!(matches!(add("rnn.weight_hr_l0"), ExchangeError::Projection));
    assert!(matches!(add("rnn2.weight_hh_l0"), ExchangeError::Several { .. }));
    assert!(add("conv.kernel").to_string().contains("conv.kernel"));
    assert!(matches!(add("rnn.weight_hh_l9"), ExchangeError::Missing { .. }));
    assert!(matches!(add("rnn.weight_hh_l00"), ExchangeError::Unknown { .. }));
    assert!(matches!(add("attention.weight"), ExchangeError::Unknown { .. }));

    let shaped = |name, shape: &[usize]| {
        let error = changed(|tensors| *find(tensors, name) = HostTensor::zeros(name, shape.into()));
        error.unwrap_err().to_string()
    };
    assert!(shaped("rnn.weight_hh_l0", &[6, 3]).contains("rnn.weight_hh_l0"));
    assert!(shaped("rnn.weight_hh_l0", &[0, 0]).contains("rnn.weight_hh_l0"));
    assert!(shaped("rnn.weight_ih_l0", &[]).contains("rnn.weight_ih_l0"));
    assert!(shaped("rnn.weight_ih_l1", &[9, 4]).contains("rnn.weight_ih_l1"));
    assert!(shaped("rnn.bias_ih_l1", &[8]).contains("rnn.bias_ih_l1"));
    assert!(shaped("head.bias", &[4]).contains("head.bias"));
    assert!(shaped("head.weight", &[5, 4]).contains("head.weight"));
    assert!(shaped("embedding.weight", &[5, 4]).contains("embedding.weight"));
    assert!(
        shaped("embedding.weight", &[6, 2])
            .contains("vocabulary has 5 symbols, but the network has 6")
    );
    assert!(
        told(|tensors| tensors.retain(|it| !it.name.starts_with("rnn"))).contains("weight_hh_l0")
    );
    assert!(
        told(|tensors| tensors.retain(|it| !it.name.starts_with("head"))).contains("nn.Linear")
    );
    assert!(told(Vec::clear).contains("weight_hh_l0"));
}

#[test]
fn files_of_other_formats_are_told_apart() {
    let vocabulary = b"[\"a\", \"b\"]";
    let read = |bytes: &[u8]| from_torch(bytes, vocabulary).unwrap_err();
    assert!(read(b"PK\x03\x04").to_string().contains("zip archive is damaged"));
    let old = read(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.");
    assert!(matches!(old, ExchangeError::Pickle(PickleError::Old)));
    assert!(old.describe().hints[0].english.contains("torch.load"));
    assert!(matches!(read(b""), ExchangeError::NotTorch));
    assert!(matches!(read(b"\x89HDF\r\n\x1a\n123"), ExchangeError::NotTorch));
    let huge = [&(1_u64 << 62).to_le_bytes()[..], b"{}"].concat();
    assert!(matches!(read(&huge), ExchangeError::Header { .. }));
    let long = [&(1_u64 << 19).to_le_bytes()[..], b"{}"].concat();
    assert!(matches!(read(&long), ExchangeError::Tensor(TensorError::Damaged(_))));
}

#[test]
fn vocabularies_that_make_no_sense_are_refused() {
    let [weights, _] = exported(&bundle(Cell::Gru, 1, false, false));
    for (json, words) in [
        ("", "cannot be read"),
        ("7", "neither a list nor an object"),
        ("[1, 2]", "1 is not a string"),
        ("[\"a\", \"a\", \"b\", \"c\", \"d\"]", "\"a\" is empty or occurs twice"),
        ("[\"a\", \"\"]", "\"\" is empty"),
        ("[]", "at least two"),
        ("[\"a\", \"b\"]", "2 symbols, but the network has 5"),
        ("{\"a\": 0, \"b\": 2}", "\"b\" has the id 2, not 1"),
        ("{\"a\": 0, \"b\": 0}", "has the id 0, not 1"),
        ("{\"a\": -1, \"b\": 0}", "\"a\" has no id"),
        ("{\"a\": 18446744073709551615, \"b\": 5}", "has the id"),
        ("{\"symbols\": 3}", "is not a list"),
    ] {
        let error = from_torch(&weights, json.as_bytes()).unwrap_err();
        assert!(error.to_string().contains(words), "{json}: {error}");
    }
}

#[test]
fn numbers_of_other_widths_are_read() {
    let header = r#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]}}"#;
    let of = |header: &str, data: &[u8]| {
        let length = (header.len() as u64).to_le_bytes();
        state_dict::read(&[&length, header.as_bytes(), data].concat())
    };
    let data = [&1.5_f64.to_le_bytes()[..], &[0xC0, 0x3F, 0x00, 0xC0]].concat();
    let mut read = of(header, &data).unwrap();
    read.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!((&read[0].values[..], &read[1].values[..]), (&[1.5][..], &[1.5, -2.0][..]));
    let whole = header.replace("F64", "I64");
    assert!(matches!(of(&whole, &data), Err(ExchangeError::Format { name, .. }) if name == "a"));
    // Beyond f32.
    let large = [&1e300_f64.to_le_bytes()[..], &[0; 4]].concat();
    assert!(matches!(of(header, &large), Err(ExchangeError::Tensor(TensorError::NotFinite(_)))));
}

#[test]
fn no_missing_end_is_overlooked() {
    let [weights, vocabulary] = exported(&bundle(Cell::Rnn, 1, false, false));
    for end in 0..weights.len() {
        assert!(from_torch(&weights[..end], &vocabulary).is_err(), "{end} bytes");
    }
    for end in 0..vocabulary.len() - 2 {
        assert!(from_torch(&weights, &vocabulary[..end]).is_err(), "{end} bytes");
    }
}

proptest! {
    #[test]
    fn any_size_comes_back(
        cell in 0..3_usize, layers in 1..4_usize, e in 1..6_usize, h in 1..6_usize, v in 2..9_usize,
        tie in any::<bool>(), seed in any::<u64>(),
    ) {
        let architecture = Architecture {
            cell: Cell::ALL[cell],
            embedding_dim: if tie { h } else { e },
            hidden_size: h,
            num_layers: layers,
            tie_weights: tie,
            layer_norm: layers == 1 && seed % 2 == 0,
        };
        let vocabulary = Vocabulary::of_characters(('a'..).take(v), false).unwrap();
        let mut rng = Seed(seed).rng(Purpose::Weights, 0);
        let tensors = architecture.tensors(v).map(|(name, shape)| {
            let mut tensor = HostTensor::zeros(name, shape);
            tensor.values.fill_with(|| rng.next_u32() as f32 / 1e9 - 2.0);
            tensor
        });
        let provenance = Provenance { program: Some("PyTorch".into()), ..Provenance::default() };
        let bundle = Bundle::new(architecture, vocabulary, tensors.collect(), provenance).unwrap();
        let [weights, vocabulary] = exported(&bundle);
        prop_assert_eq!(from_torch(&weights, &vocabulary).unwrap(), bundle);
    }

    #[test]
    fn no_bytes_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        is_weights in any::<bool>(),
    ) {
        let [weights, vocabulary] = exported(&bundle(Cell::Lstm, 1, false, true));
        prop_assert!(from_torch(&bytes, &vocabulary).is_err());
        prop_assert!(from_torch(&weights, &bytes).is_err());
        let length = (bytes.len() as u64).to_le_bytes();
        let _ = from_torch(&[&length, &*bytes].concat(), &vocabulary);
        let mut changed = if is_weights { weights.clone() } else { vocabulary.clone() };
        let count = changed.len();
        for (place, byte) in places {
            changed[place.index(count)] = byte;
        }
        let _ = if is_weights {
            from_torch(&changed, &vocabulary)
        } else {
            from_torch(&weights, &changed)
        };
    }
}
