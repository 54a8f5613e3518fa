//! What a user may say about how a text is to be read.
//!
//! Plain values with names for a configuration. What they do is `decode`'s and `clean`'s.

use crate::Encoding;
use crate::encoding::auto;
use schemars::JsonSchema;
use serde::de::IntoDeserializer as _;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// How to read a text. The default reads any text and changes nothing but line ends and rubbish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// The encoding, or none to find it out.
    #[serde(with = "auto")]
    pub encoding: Option<Encoding>,
    /// What becomes of bytes that begin no character.
    pub on_malformed: OnMalformed,
    /// The most bytes of one text, after `.gz` is unpacked.
    pub max_bytes: u64,
    /// Unicode normalisation.
    pub normalize: Normalization,
    /// Runs of white space.
    pub whitespace: Whitespace,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            encoding: None,
            on_malformed: OnMalformed::default(),
            max_bytes: 2 << 30,
            normalize: Normalization::default(),
            whitespace: Whitespace::default(),
        }
    }
}

/// What becomes of bytes that begin no character. The names mean what they mean in Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnMalformed {
    /// Each run of them becomes one U+FFFD. The network then learns that something stood there
    /// and not that its neighbours follow each other; it is one rare character more to know,
    /// and the same that stands for characters that a vocabulary leaves out.
    #[default]
    Replace,
    /// They are left out, as if the characters beside them were neighbours.
    Skip,
    /// The text is refused.
    Error,
}

/// Which of several spellings of the same character is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Normalization {
    /// The text's own.
    #[default]
    None,
    /// Letter and accent become one character: `e` and U+0301 become `é`.
    Nfc,
    /// Also full-width letters, ligatures and circled digits become plain ones.
    Nfkc,
}

/// What becomes of runs of white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whitespace {
    /// They stay.
    #[default]
    Keep,
    /// A run inside a line becomes one space (one ideographic space if it is all of these), none
    /// stands before a line end, and of empty lines in a row one is left.
    Collapse,
}

/// Reads a choice by its name in a configuration; the error lists the names.
macro_rules! by_name {
    ($($choice:ty),*) => {$(
        impl FromStr for $choice {
            type Err = String;

            fn from_str(name: &str) -> Result<Self, String> {
                let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
                    name.into_deserializer();
                Self::deserialize(name).map_err(|error| error.to_string())
            }
        }
    )*};
}

by_name!(OnMalformed, Normalization);
