//! `config_version = 2`: the format version, above all tables.
//!
//! A file states its own version. It is not a key that one layer sets and another overrides.
//! Version 1 differs from version 2 only in the names of some keys ([`crate::migrate`]).

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The name in a file.
pub(crate) const NAME: &str = "config_version";
/// The version that this program writes.
pub(crate) const CURRENT: i64 = 2;

/// The format version of a configuration that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConfigVersion;

/// Whether this program reads version `number`.
pub(crate) fn is_known(number: i64) -> bool {
    (1..=CURRENT).contains(&number)
}

impl Serialize for ConfigVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(CURRENT)
    }
}

impl<'de> Deserialize<'de> for ConfigVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        let unknown = || format!("{NAME} = {number}, and this version reads up to {CURRENT}");
        if is_known(number) { Ok(Self) } else { Err(de::Error::custom(unknown())) }
    }
}
