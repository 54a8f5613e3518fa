//! The list that makes a folder of files a checkpoint: written last, it says what must be there.

use super::Damage;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The manifest's own name.
pub(crate) const NAME: &str = "MANIFEST.json";
/// What this program writes, and the only thing it reads.
const FORMAT: u32 = 1;
/// What reads it.
const PROGRAM: &str = concat!("charnn ", env!("CARGO_PKG_VERSION"));
/// Larger manifests are not read: there are a handful of files in a checkpoint.
pub(crate) const MOST_BYTES: u64 = 64 * 1024;

/// Stands in every format before the BLAKE3 of all that comes before it.
const SEAL: &str = ",\"blake3\":\"";
/// Stands behind it, at the end.
const END: &str = "\"}";

/// A manifest without its seal; `None` where it has none, as those of the first version.
fn unseal(bytes: &[u8]) -> Result<Option<Vec<u8>>, String> {
    const DIGITS: usize = 64;
    let Some(at) = bytes.len().checked_sub(SEAL.len() + DIGITS + END.len()) else {
        return Ok(None);
    };
    let (body, seal) = bytes.split_at(at);
    if !seal.starts_with(SEAL.as_bytes()) || !seal.ends_with(END.as_bytes()) {
        return Ok(None);
    }
    if seal[SEAL.len()..SEAL.len() + DIGITS] != *blake3::hash(body).to_hex().as_bytes() {
        return Err(format!("{NAME} is not as it was written: its BLAKE3 differs"));
    }
    Ok(Some([body, b"}"].concat()))
}

/// Every file of a checkpoint with its size and its BLAKE3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    format: u32,
    pub(crate) step: u64,
    pub(crate) files: BTreeMap<String, Digest>,
}

/// What every version of it has.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// What tells one content from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Digest {
    pub(crate) bytes: u64,
    blake3: String,
}

impl Digest {
    fn of(bytes: &[u8]) -> Self {
        let hash = blake3::hash(bytes).to_hex().to_string();
        Self { bytes: bytes.len() as u64, blake3: hash }
    }

    /// Whether it is that of `bytes`.
    pub(crate) fn fits(&self, bytes: &[u8]) -> bool {
        *self == Self::of(bytes)
    }
}

impl Manifest {
    pub(crate) fn of(step: u64, files: &[(&str, Vec<u8>)]) -> Self {
        let digest = |(name, bytes): &(&str, Vec<u8>)| ((*name).to_owned(), Digest::of(bytes));
        Self { format: FORMAT, step, files: files.iter().map(digest).collect() }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("a manifest is plain JSON");
        bytes.pop(); // the closing brace
        let seal = format!("{SEAL}{}{END}", blake3::hash(&bytes).to_hex());
        bytes.extend_from_slice(seal.as_bytes());
        bytes
    }

    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(bytes: &[u8], step: u64) -> Result<Self, Damage> {
        let damaged = |error: serde_json::Error| format!("{NAME}: {error}");
        let Head { format } = serde_json::from_slice(bytes).map_err(damaged)?;
        let unsealed = unseal(bytes)?;
        // One changed bit makes another format of this one, and would end all reading.
        if format > FORMAT && unsealed.is_none() {
            return Err(format!("{NAME}: it says format {format}, and has no seal").into());
        }
        if format > FORMAT {
            let wrote =
                format!("a newer charnn in format {format}, and {PROGRAM} reads format {FORMAT}");
            return Err(Damage { message: format!("{NAME}: from {wrote}"), newer: Some(wrote) });
        }
        if format != FORMAT {
            return Err(format!("{NAME}: there is no format {format}").into());
        }
        let bytes = unsealed.as_deref().unwrap_or(bytes);
        let manifest: Self = serde_json::from_slice(bytes).map_err(damaged)?;
        if manifest.step != step {
            return Err(format!("{NAME}: it is of step {}", manifest.step).into());
        }
        Ok(manifest)
    }
}
