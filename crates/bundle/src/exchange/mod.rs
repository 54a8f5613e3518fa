//! Networks for and from other programs: what their files hold is the same numbers in another order.
//!
//! Everything here works on bytes in memory. Nothing in a foreign file is executed.

mod error;
mod hub;
mod state_dict;
mod symbols;
mod torch;

pub use error::ExchangeError;
pub use hub::to_hub;
pub use torch::{from_torch, to_torch};

/// The name of the weights in an exported folder.
pub const WEIGHTS_FILE: &str = "model.safetensors";
/// The name of the vocabulary in an exported folder.
pub const VOCABULARY_FILE: &str = "vocab.json";
/// The name of the description in a folder for the Hugging Face Hub.
pub const CONFIG_FILE: &str = "config.json";

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name in the folder.
    pub name: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests;
