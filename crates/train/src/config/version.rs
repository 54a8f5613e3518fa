//! The version of the form of configuration files: `config_version = 1` above all tables.
//!
//! It is no key that one layer sets and another overrules: a file says it of itself.

use super::problem::{Place, Problem};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use toml::Value;

/// What a file calls it.
pub(crate) const NAME: &str = "config_version";
/// What it is for.
pub(crate) const ABOUT: &str = "The version of the form of this file, above all tables. charnn reads \
    version 1, which a file without it has too.";
/// The one that is written, and the only one that there is so far.
const VERSION: i64 = 1;

/// The version of a configuration that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConfigVersion;

/// The line that says it.
pub(crate) fn line() -> String {
    format!("{NAME} = {VERSION}\n")
}

/// Whether `value`, which stands at `place`, is a version that can be read.
pub(crate) fn check(value: &Value, place: &Place) -> Result<(), Problem> {
    match value {
        Value::Integer(VERSION) => Ok(()),
        Value::Integer(newer) if *newer > VERSION => {
            let message = format!("made by a newer charnn: its {NAME} is {newer}");
            let label = format!("this charnn, {}, reads {VERSION}", env!("CARGO_PKG_VERSION"));
            let help = "install the newest charnn, or write the file anew with charnn init";
            Err(Problem::at(Some(place), message, label).note(help))
        }
        _ => Err(Problem::at(
            Some(place),
            format!("{NAME} must be {VERSION}"),
            format!("write {VERSION}"),
        )),
    }
}

impl Serialize for ConfigVersion {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(VERSION)
    }
}

impl<'de> Deserialize<'de> for ConfigVersion {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match i64::deserialize(from)? {
            VERSION => Ok(Self),
            other => Err(de::Error::custom(format!(
                "{NAME} = {other} is that of another charnn; this one reads {VERSION}"
            ))),
        }
    }
}
