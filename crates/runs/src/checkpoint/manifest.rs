//! The list of a checkpoint's files, written last: it makes a folder a checkpoint.
//!
//! ```json
//! {"manifest":{"format":2,"run":"…","step":12,"files":{"config.toml":{"bytes":9,"blake3":"…"}}},
//!  "blake3":"…"}
//! ```
//! The outer BLAKE3 is that of the inner object as compact JSON with sorted keys, in every format from 2
//! on: a newer format is told from a flipped bit. Format 1 (commit 7459234) is a single object that ends
//! with the BLAKE3 of what precedes it.

use super::Damage;
use crate::RunId;
use charnn_message::text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The name of the file.
pub(crate) const NAME: &str = "MANIFEST.json";
/// The format that this version writes, and the newest that it reads.
pub(crate) const FORMAT: u32 = 2;
/// A checkpoint has a handful of files; larger manifests are not read.
pub(crate) const MOST_BYTES: u64 = 64 * 1024;

/// The files of a checkpoint with their sizes and checksums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    format: u32,
    /// The run that the checkpoint belongs to; unknown in checkpoints of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<RunId>,
    step: u64,
    pub(crate) files: BTreeMap<String, Digest>,
}

/// The size and the checksum of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Digest {
    pub(crate) bytes: u64,
    blake3: String,
}

/// Format 2 and later.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    manifest: Value,
    blake3: String,
}

/// Format 1. The first versions of it have no checksum.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    format: u32,
    step: u64,
    files: BTreeMap<String, Digest>,
    #[serde(default, skip_serializing)]
    blake3: Option<String>,
}

/// What every format has.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Digest {
    fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, blake3: checksum(bytes) }
    }

    /// Whether it is that of `bytes`.
    pub(crate) fn fits(&self, bytes: &[u8]) -> bool {
        *self == Self::of(bytes)
    }
}

fn checksum(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The checksum of a manifest of any format from 2 on.
fn seal(manifest: &Value) -> String {
    let mut sorted = manifest.clone();
    sorted.sort_all_objects();
    checksum(sorted.to_string().as_bytes())
}

impl Manifest {
    pub(crate) fn of(run: Option<&RunId>, step: u64, files: &[(&str, Vec<u8>)]) -> Self {
        let digest = |(name, bytes): &(&str, Vec<u8>)| ((*name).to_owned(), Digest::of(bytes));
        let files = files.iter().map(digest).collect();
        Self { format: FORMAT, run: run.cloned(), step, files }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let manifest = serde_json::to_value(self).expect("a manifest is plain JSON");
        let sealed = Sealed { blake3: seal(&manifest), manifest };
        serde_json::to_vec(&sealed).expect("a manifest is plain JSON")
    }

    /// Reads a manifest of the checkpoint of `step`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(bytes: &[u8], step: u64) -> Result<Self, Damage> {
        let bad = |error: serde_json::Error| Damage::content(NAME, error.to_string());
        let value: Value = serde_json::from_slice(bytes).map_err(bad)?;
        let manifest = if value.get("manifest").is_some() {
            Self::of_sealed(serde_json::from_value(value).map_err(bad)?)?
        } else {
            Self::of_first(serde_json::from_value(value).map_err(bad)?)?
        };
        if manifest.step != step {
            return Err(Damage::OtherStep { file: NAME.to_owned(), step: manifest.step });
        }
        Ok(manifest)
    }

    fn of_sealed(Sealed { manifest, blake3 }: Sealed) -> Result<Self, Damage> {
        let bad = |error: serde_json::Error| Damage::content(NAME, error.to_string());
        // One flipped bit would make a newer format of this one, and end all reading.
        if seal(&manifest) != blake3 {
            return Err(Damage::Changed { file: NAME.to_owned() });
        }
        let Head { format } = Head::deserialize(&manifest).map_err(bad)?;
        match format {
            FORMAT => serde_json::from_value(manifest).map_err(bad),
            newer if newer > FORMAT => Err(Damage::Newer { format }),
            _ => Err(unknown(format)),
        }
    }

    fn of_first(first: First) -> Result<Self, Damage> {
        if first.format != 1 {
            return Err(unknown(first.format));
        }
        let mut written = serde_json::to_vec(&first).expect("a manifest is plain JSON");
        written.pop(); // the checksum is that of all bytes before it, without the closing brace
        if first.blake3.is_some_and(|blake3| blake3 != checksum(&written)) {
            return Err(Damage::Changed { file: NAME.to_owned() });
        }
        Ok(Self { format: FORMAT, run: None, step: first.step, files: first.files })
    }
}

fn unknown(format: u32) -> Damage {
    let problem = text!(en: "unknown format {format}", zh: "未知的格式 {format}");
    Damage::Content { file: NAME.to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> [(&'static str, Vec<u8>); 2] {
        [("vocab.json", b"{}".to_vec()), ("config.toml", b"a = 1".to_vec())]
    }

    /// The manifest of these files as commit 7459234 wrote it.
    fn first() -> String {
        let entry = |bytes: &[u8]| {
            let hash = checksum(bytes);
            format!(r#"{{"bytes":{},"blake3":"{hash}"}}"#, bytes.len())
        };
        let [(_, vocabulary), (_, config)] = files();
        let body = format!(
            r#"{{"format":1,"step":7,"files":{{"config.toml":{},"vocab.json":{}}}"#,
            entry(&config),
            entry(&vocabulary)
        );
        format!("{body},\"blake3\":\"{}\"}}", checksum(body.as_bytes()))
    }

    #[test]
    fn both_formats_are_read() {
        let id = RunId::random();
        let manifest = Manifest::of(Some(&id), 7, &files());
        assert_eq!(Manifest::parse(&manifest.to_bytes(), 7), Ok(manifest.clone()));
        assert_eq!(
            Manifest::parse(first().as_bytes(), 7),
            Ok(Manifest { run: None, ..manifest.clone() })
        );
        let other = Damage::OtherStep { file: NAME.into(), step: 7 };
        assert_eq!(Manifest::parse(&manifest.to_bytes(), 8), Err(other));
    }

    #[test]
    fn no_flipped_bit_is_accepted_or_taken_for_a_newer_format() {
        let written = Manifest::of(Some(&RunId::random()), 7, &files()).to_bytes();
        for bytes in [written, first().into_bytes()] {
            for at in 0..bytes.len() * 8 {
                let mut changed = bytes.clone();
                changed[at / 8] ^= 1 << (at % 8);
                let found = Manifest::parse(&changed, 7);
                let refused =
                    matches!(&found, Err(damage) if !matches!(damage, Damage::Newer { .. }));
                assert!(refused, "bit {at}: {found:?}");
            }
        }
    }

    #[test]
    fn a_newer_format_is_recognised_by_its_checksum() {
        let newer: Value = serde_json::json!({ "format": 7, "shards": [] });
        let sealed = Sealed { blake3: seal(&newer), manifest: newer };
        let bytes = serde_json::to_vec(&sealed).expect("plain JSON");
        assert_eq!(Manifest::parse(&bytes, 7), Err(Damage::Newer { format: 7 }));
    }
}
