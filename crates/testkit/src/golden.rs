//! Reference vectors computed by Keras and PyTorch, written by `scripts/goldens/make.py`.

use crate::workspace_root;
use charnn_bundle::{Architecture, Bundle, Cell, HostTensor, Provenance, Vocabulary};
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// One file of vectors.
#[derive(Debug)]
pub struct Golden {
    /// The file's name without its extension, such as `keras-gru-1`.
    pub name: String,
    metadata: HashMap<String, String>,
    bytes: Vec<u8>,
}

/// The files whose name starts with `prefix`, from the folder in `CHARNN_GOLDENS` or, by default,
/// from the repository.
///
/// # Panics
/// When no file matches.
pub fn goldens(prefix: &str) -> Vec<Golden> {
    let committed = workspace_root().join("crates/model/tests/goldens");
    let folder = std::env::var_os("CHARNN_GOLDENS").map_or(committed, PathBuf::from);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(prefix) && name.ends_with(".safetensors")
    });
    paths.sort();
    assert!(!paths.is_empty(), "no {prefix}*.safetensors in {}", folder.display());
    paths.iter().map(|path| Golden::read(path)).collect()
}

impl Golden {
    fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).expect("readable");
        let (_, header) = SafeTensors::read_metadata(&bytes).expect("safetensors");
        Self {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            metadata: header.metadata().clone().unwrap_or_default(),
            bytes,
        }
    }

    /// An entry of the metadata, such as `cell`.
    ///
    /// # Panics
    /// When the entry is absent.
    pub fn word(&self, key: &str) -> &str {
        self.metadata.get(key).unwrap_or_else(|| panic!("{}: no {key}", self.name))
    }

    /// An entry of the metadata, parsed, or `absent` if it is missing.
    ///
    /// # Panics
    /// When the entry cannot be parsed.
    pub fn word_or<T: FromStr>(&self, key: &str, absent: T) -> T {
        let parse = |word: &String| word.parse().unwrap_or_else(|_| panic!("{}: {key}", self.name));
        self.metadata.get(key).map_or(absent, parse)
    }

    /// The shape of a tensor.
    ///
    /// # Panics
    /// When the tensor is absent.
    pub fn shape(&self, name: &str) -> Vec<usize> {
        self.view(name, |view| view.shape().to_vec())
    }

    /// The numbers of an f32 tensor.
    ///
    /// # Panics
    /// When the tensor is absent or not f32.
    pub fn floats(&self, name: &str) -> Vec<f32> {
        self.words(name, Dtype::F32, f32::from_le_bytes)
    }

    /// The numbers of an i32 tensor.
    ///
    /// # Panics
    /// When the tensor is absent or not i32.
    pub fn ids(&self, name: &str) -> Vec<i32> {
        self.words(name, Dtype::I32, i32::from_le_bytes)
    }

    /// The network whose weights have `prefix` (such as `init`) in their names. Its symbols mean nothing.
    ///
    /// # Panics
    /// When the tensors are not those of the network that the metadata describes.
    pub fn bundle(&self, prefix: &str) -> Bundle {
        let cell: Cell = self.word("cell").parse().expect("a known cell");
        let embedding = self.shape(&format!("{prefix}.embedding"));
        let architecture = Architecture {
            cell,
            embedding_dim: embedding[1],
            hidden_size: self.shape(&format!("{prefix}.layers.0.bias"))[0] / cell.gates(),
            num_layers: self.word("layers").parse().expect("a number"),
            tie_weights: self.word_or("tied", false),
            layer_norm: self.word_or("tied", false),
        };
        let vocabulary = Vocabulary::of_characters(('a'..).take(embedding[0]), false);
        let file = SafeTensors::deserialize(&self.bytes).expect("safetensors");
        let tensors = file.names().into_iter().filter_map(|name| {
            let own = name.strip_prefix(prefix)?.strip_prefix('.')?.to_owned();
            Some(HostTensor { name: own, shape: self.shape(name), values: self.floats(name) })
        });
        let (vocabulary, tensors) = (vocabulary.expect("at least two"), tensors.collect());
        Bundle::new(architecture, vocabulary, tensors, Provenance::default())
            .expect("the weights of this network")
    }

    fn words<T>(&self, name: &str, dtype: Dtype, parse: fn([u8; 4]) -> T) -> Vec<T> {
        self.view(name, |view| {
            assert_eq!(view.dtype(), dtype, "{}: {name}", self.name);
            view.data().as_chunks().0.iter().map(|&bytes| parse(bytes)).collect()
        })
    }

    fn view<T>(
        &self,
        name: &str,
        read: impl FnOnce(safetensors::tensor::TensorView<'_>) -> T,
    ) -> T {
        let file = SafeTensors::deserialize(&self.bytes).expect("safetensors");
        let view = file.tensor(name).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        read(view)
    }
}
