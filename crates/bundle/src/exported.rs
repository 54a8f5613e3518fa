//! The files of an exported network.

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
