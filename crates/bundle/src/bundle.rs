//! A trained network as one value and as one file.
//!
//! The file is a safetensors file, so every program that reads these can read the weights. Its metadata
//! has two keys: `charnn`, JSON with the architecture, the vocabulary and the provenance, and
//! `charnn_blake3`, the BLAKE3 of that JSON and of the weights.

use crate::{Architecture, HostTensor, TensorError, Vocabulary, VocabularyError, from_safetensors};
use charnn_message::{Describe, Message, display, text};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt;

/// A trained network: everything that is needed to run it.
///
/// The tensors are exactly those that [`Architecture::tensors`] lists, in that order, and all numbers
/// are finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    architecture: Architecture,
    vocabulary: Vocabulary,
    tensors: Vec<HostTensor>,
    provenance: Provenance,
    primer: String,
}

/// Where a network comes from. Everything is optional; nothing depends on it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The program that made it, with its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The name of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The training step after which the network was like this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<u64>,
    /// The name of the text it was trained on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corpus: Option<String>,
    /// BLAKE3 of that text, as hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corpus_blake3: Option<String>,
    /// Loss on the validation text, in nats per character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub val_loss: Option<f64>,
}

/// Why a bundle cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The file is not a network, or not as it was written.
    Damaged {
        /// What is wrong with it.
        problem: String,
    },
    /// A later version of the format.
    Newer {
        /// The version of the file.
        format: u64,
    },
    /// Sizes that no network can have.
    Architecture {
        /// What is wrong with them.
        problem: String,
    },
    /// The vocabulary.
    Vocabulary(#[from] VocabularyError),
    /// The weights, or their number format.
    Tensor(#[from] TensorError),
}

impl Describe for BundleError {
    fn describe(&self) -> Message {
        match self {
            Self::Damaged { problem } => Message::new(
                "bundle/damaged",
                text!(
                    en: "the file is not a complete charnn network: {problem}",
                    zh: "该文件不是完整的 charnn 网络：{problem}"
                ),
            )
            .hint(text!(en: "copy or export it again", zh: "请重新复制或导出")),
            Self::Newer { format } => Message::new(
                "bundle/newer",
                text!(
                    en: "the file has format {format}; this version reads up to {FORMAT}",
                    zh: "该文件的格式为 {format}，此版本最高支持 {FORMAT}"
                ),
            )
            .hint(text!(en: "update charnn", zh: "请更新 charnn")),
            Self::Architecture { problem } => Message::new(
                "bundle/architecture",
                text!(en: "invalid architecture: {problem}", zh: "网络结构无效：{problem}"),
            ),
            Self::Vocabulary(error) => error.describe(),
            Self::Tensor(error) => error.describe(),
        }
    }
}

display!(BundleError);

/// The version of the file format.
const FORMAT: u64 = 1;
/// The key of the description.
const KEY: &str = "charnn";
/// The key of the checksum.
const SEAL: &str = "charnn_blake3";
/// The longest header that is read: ten times what a vocabulary of 65,536 symbols needs.
const MAX_HEADER: u64 = 32 << 20;

/// The description of a network in the metadata.
#[derive(Deserialize)]
struct Description {
    architecture: Architecture,
    vocabulary: Vocabulary,
    #[serde(default)]
    provenance: Provenance,
    #[serde(default)]
    primer: String,
}

/// What the description of every version has.
#[derive(Deserialize)]
struct Version {
    format: u64,
}

impl Bundle {
    /// The usual ending of a file's name.
    pub const EXTENSION: &str = "charnn.safetensors";

    /// Makes a bundle. The tensors may come in any order.
    ///
    /// # Errors
    /// When the sizes are out of range, or the tensors are not exactly those of the architecture with
    /// this vocabulary, or a number is not finite.
    pub fn new(
        architecture: Architecture,
        vocabulary: Vocabulary,
        tensors: Vec<HostTensor>,
        provenance: Provenance,
    ) -> Result<Self, BundleError> {
        if let Some(problem) = architecture.problem() {
            return Err(BundleError::Architecture { problem });
        }
        let mut given = BTreeMap::new();
        for tensor in tensors {
            if !tensor.is_finite() {
                return Err(TensorError::NotFinite(tensor.name).into());
            }
            if let Some(double) = given.insert(tensor.name.clone(), tensor) {
                return Err(TensorError::Unknown(double.name).into());
            }
        }
        let mut tensors = Vec::with_capacity(given.len());
        for (name, shape) in architecture.tensors(vocabulary.len()) {
            let tensor = given.remove(&name).ok_or(TensorError::Missing(name.clone()))?;
            let values = tensor.shaped(&shape)?;
            if values.len() != shape.iter().product::<usize>() {
                let found = format!("{} numbers", values.len());
                return Err(TensorError::Shape { name, found, expected: shape }.into());
            }
            tensors.push(HostTensor { name, shape, values });
        }
        if let Some(name) = given.into_keys().next() {
            Err(TensorError::Unknown(name).into())
        } else {
            let primer = String::new();
            Ok(Self { architecture, vocabulary, tensors, provenance, primer })
        }
    }

    /// The same network with a primer: text that it reads before a text without a beginning of its own,
    /// so that it starts from a state that it knows. It is a stretch of the training text that ends where
    /// a line or a paragraph begins.
    #[must_use]
    pub fn with_primer(mut self, primer: String) -> Self {
        self.primer = primer;
        self
    }

    /// See [`Bundle::with_primer`]. Empty for networks without one.
    pub fn primer(&self) -> &str {
        &self.primer
    }

    /// The cell and the sizes.
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// The symbols that the network reads and writes.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The weights, in the order of [`Architecture::tensors`].
    pub fn tensors(&self) -> &[HostTensor] {
        &self.tensors
    }

    /// The numbers of one weight tensor; `None` if the network has no such tensor.
    pub fn tensor(&self, name: &str) -> Option<&[f32]> {
        let tensor = self.tensors.iter().find(|tensor| tensor.name == name)?;
        Some(&tensor.values)
    }

    /// Where the network comes from.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The network as one file, the same bytes for the same network.
    ///
    /// # Errors
    /// When the file cannot be encoded.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BundleError> {
        let description = json!({
            "format": FORMAT,
            "architecture": self.architecture,
            "vocabulary": self.vocabulary,
            "provenance": self.provenance,
            "primer": self.primer,
        })
        .to_string();
        let seal = seal(&description, &self.tensors);
        let mut header = serde_json::Map::new();
        header.insert("__metadata__".into(), json!({ KEY: description, SEAL: seal }));
        let (mut data, mut start) = (Vec::new(), 0);
        for tensor in &self.tensors {
            data.extend(tensor.bytes());
            let entry =
                json!({"dtype": "F32", "shape": tensor.shape, "data_offsets": [start, data.len()]});
            header.insert(tensor.name.clone(), entry);
            start = data.len();
        }
        let mut header = serde_json::to_vec(&header).map_err(damaged)?;
        header.resize(header.len().next_multiple_of(8), b' ');
        let length = (header.len() as u64).to_le_bytes();
        Ok([&length, &*header, &data].concat())
    }

    /// The network in a file.
    ///
    /// # Errors
    /// When it is not exactly what [`Bundle::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BundleError> {
        let header = bytes.first_chunk().map(|&length| u64::from_le_bytes(length));
        let header = header.ok_or_else(|| damaged("it has fewer than 8 bytes"))?;
        if header > MAX_HEADER {
            return Err(damaged(format!("its header has {header} bytes")));
        }
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(TensorError::from)?;
        let entry = |key| header.metadata().as_ref().and_then(|metadata| metadata.get(key));
        let description =
            entry(KEY).ok_or_else(|| damaged("its metadata has no key \"charnn\""))?;
        let Version { format } = serde_json::from_str(description).map_err(damaged)?;
        if format > FORMAT {
            return Err(BundleError::Newer { format });
        }
        if format != FORMAT {
            return Err(damaged(format!("unknown format {format}")));
        }
        let Description { architecture, vocabulary, provenance, primer } =
            serde_json::from_str(description).map_err(damaged)?;
        let tensors = from_safetensors(bytes)?.into_values().collect();
        let bundle = Self::new(architecture, vocabulary, tensors, provenance)?.with_primer(primer);
        if entry(SEAL) != Some(&seal(description, &bundle.tensors)) {
            return Err(damaged("its BLAKE3 does not match"));
        }
        Ok(bundle)
    }
}

fn damaged(problem: impl fmt::Display) -> BundleError {
    BundleError::Damaged { problem: problem.to_string() }
}

/// BLAKE3 of the description and the weights, as hexadecimal.
fn seal(description: &str, tensors: &[HostTensor]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(description.as_bytes());
    for tensor in tensors {
        hasher.update(&tensor.bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use crate::{Cell, Purpose, Seed};
    use proptest::prelude::*;
    use rand::Rng;

    fn bundle(cell: Cell, tie_weights: bool, layer_norm: bool) -> Bundle {
        let architecture = Architecture {
            cell,
            embedding_dim: if tie_weights { 3 } else { 2 },
            hidden_size: 3,
            num_layers: 2,
            tie_weights,
            layer_norm,
        };
        let vocabulary = Vocabulary::of_characters("ab爱\n\u{FFFD}".chars(), true).unwrap();
        let mut rng = Seed(1).rng(Purpose::Weights, 0);
        let tensors = architecture.tensors(vocabulary.len()).map(|(name, shape)| {
            let mut tensor = HostTensor::zeros(name, shape);
            tensor.values.fill_with(|| rng.next_u32() as f32 / 1e9);
            tensor
        });
        let provenance = Provenance {
            run: Some("tales".into()),
            step: Some(7),
            val_loss: Some(1.234_567_890_123_456_7),
            ..Provenance::default()
        };
        let bundle = Bundle::new(architecture, vocabulary, tensors.collect(), provenance).unwrap();
        bundle.with_primer("爱ab\n".into())
    }

    #[test]
    fn what_is_written_is_read() {
        for cell in Cell::ALL {
            for (tie_weights, layer_norm) in [(false, false), (true, false), (false, true)] {
                let bundle = bundle(cell, tie_weights, layer_norm);
                let bytes = bundle.to_bytes().unwrap();
                assert_eq!(Bundle::from_bytes(&bytes).unwrap(), bundle);
                assert_eq!(bytes, bundle.to_bytes().unwrap(), "the same bytes each time");
                assert_eq!(SafeTensors::deserialize(&bytes).unwrap().len(), bundle.tensors.len());
            }
        }
    }

    #[test]
    fn every_flipped_bit_and_every_missing_end_is_noticed() {
        let bytes = bundle(Cell::Gru, false, true).to_bytes().unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            if let Ok(read) = Bundle::from_bytes(&changed) {
                // White space at the header's end is the only thing that means nothing.
                assert_eq!(read, Bundle::from_bytes(&bytes).unwrap(), "byte {at}");
                assert!(bytes[at] == b' ', "byte {at}: {}", bytes[at]);
            }
            assert!(Bundle::from_bytes(&bytes[..at]).is_err(), "{at} bytes");
        }
        assert!(Bundle::from_bytes(&[&*bytes, b"x"].concat()).is_err());
    }

    #[test]
    fn tensors_must_be_those_of_the_architecture() {
        let whole = bundle(Cell::Gru, false, false);
        let with = |change: &dyn Fn(&mut Vec<HostTensor>)| {
            let mut tensors = whole.tensors.clone();
            change(&mut tensors);
            let provenance = Provenance::default();
            Bundle::new(whole.architecture, whole.vocabulary.clone(), tensors, provenance)
        };
        let error = |change: &dyn Fn(&mut Vec<HostTensor>)| match with(change) {
            Err(BundleError::Tensor(error)) => error,
            other => panic!("{other:?}"),
        };
        assert!(with(&|tensors| tensors.reverse()).is_ok());
        assert!(matches!(error(&|tensors| tensors.truncate(3)), TensorError::Missing(_)));
        let double = |tensors: &mut Vec<HostTensor>| tensors.push(tensors[0].clone());
        assert!(matches!(error(&double), TensorError::Unknown(_)));
        let other = |tensors: &mut Vec<HostTensor>| tensors.push(HostTensor::zeros("x", vec![1]));
        assert!(matches!(error(&other), TensorError::Unknown(name) if name == "x"));
        let turned = |tensors: &mut Vec<HostTensor>| tensors[1].shape.reverse();
        assert!(matches!(error(&turned), TensorError::Shape { .. }));
        let short = |tensors: &mut Vec<HostTensor>| tensors[1].values.truncate(1);
        assert!(matches!(error(&short), TensorError::Shape { .. }));
        let nan = |tensors: &mut Vec<HostTensor>| tensors[1].values[0] = f32::NAN;
        assert!(matches!(error(&nan), TensorError::NotFinite(_)));
    }

    #[test]
    fn sizes_out_of_range_are_refused_before_anything_is_allocated() {
        let whole = bundle(Cell::Gru, false, false);
        for architecture in [
            Architecture { num_layers: usize::MAX, ..whole.architecture },
            Architecture { hidden_size: 0, ..whole.architecture },
            Architecture { tie_weights: true, ..whole.architecture },
        ] {
            let made = Bundle::new(
                architecture,
                whole.vocabulary.clone(),
                whole.tensors.clone(),
                Provenance::default(),
            );
            assert!(matches!(made, Err(BundleError::Architecture { .. })), "{architecture:?}");
        }
    }

    #[test]
    fn a_newer_format_and_a_foreign_file_are_different_errors() {
        let file = |metadata: &str| {
            let header = json!({"__metadata__": {KEY: metadata}}).to_string();
            [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat()
        };
        let newer = Bundle::from_bytes(&file("{\"format\": 2, \"anything\": []}"));
        assert!(matches!(newer, Err(BundleError::Newer { format: 2 })));
        assert!(matches!(Bundle::from_bytes(&file("{}")), Err(BundleError::Damaged { .. })));
        let foreign = crate::to_safetensors(&[HostTensor::zeros("w", vec![2])]).unwrap();
        let error = Bundle::from_bytes(&foreign).unwrap_err();
        assert!(matches!(error, BundleError::Damaged { .. }), "{error}");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
            moved in any::<prop::sample::Index>(),
        ) {
            prop_assert!(Bundle::from_bytes(&bytes).is_err());
            let whole = bundle(Cell::Lstm, false, false).to_bytes().unwrap();
            let mut changed = whole.clone();
            for (place, byte) in places {
                changed[place.index(whole.len())] = byte;
            }
            let _ = Bundle::from_bytes(&changed);
            let (front, back) = whole.split_at(moved.index(whole.len()));
            let _ = Bundle::from_bytes(&[back, front].concat());
            let length = (bytes.len() as u64).to_le_bytes();
            let _ = Bundle::from_bytes(&[&length, &*bytes].concat());
        }
    }
}
