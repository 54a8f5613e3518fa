//! What a trained network is: its cell and sizes, its vocabulary, its weights and where they come from.
//!
//! Owns: [`Cell`], [`Architecture`], [`Vocabulary`], [`HostTensor`] with its file format, [`Bundle`] (all
//! of these as one value and one file), and [`Seed`], the source of every random choice. Computes
//! nothing, opens no file, links no burn, and compiles for WebAssembly.
//!
//! The letters of shapes, here and in the crates above: `V` symbols of the vocabulary, `E` numbers of an
//! embedding, `H` hidden units of a layer, `L` layers, `G` gates of a cell.
//!
//! ```
//! use charnn_bundle::{Architecture, Bundle, Cell, HostTensor, Provenance, Vocabulary};
//!
//! let vocabulary = Vocabulary::of_characters("ab".chars(), false)?;
//! let architecture = Architecture {
//!     cell: Cell::Gru,
//!     embedding_dim: 4,
//!     hidden_size: 8,
//!     num_layers: 1,
//!     tie_weights: false,
//!     layer_norm: false,
//! };
//! let tensors = architecture.tensors(vocabulary.len()).map(|(name, shape)| HostTensor::zeros(name, shape));
//! let bundle = Bundle::new(architecture, vocabulary, tensors.collect(), Provenance::default())?;
//! assert_eq!(Bundle::from_bytes(&bundle.to_bytes()?)?, bundle);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod architecture;
mod bundle;
mod cell;
mod exported;
mod seed;
mod symbols;
mod tensor;
mod weights;

pub use architecture::Architecture;
pub use bundle::{Bundle, BundleError, Provenance};
pub use cell::Cell;
pub use exported::{CONFIG_FILE, ExportedFile, VOCABULARY_FILE, WEIGHTS_FILE};
pub use seed::{Purpose, Seed};
pub use symbols::{
    BadUnit, Cutter, Decoder, Lengths, OnUnknown, Unit, Vocabulary, VocabularyError,
};
pub use tensor::{HostTensor, TensorError, from_safetensors, to_safetensors};
pub use weights::{primer_of, to_weights};
