//! Files that were found in a folder and are no text: what they are.

use crate::{DataError, Doubt, Format};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A file that was found and left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The file.
    pub name: String,
    /// Why it is no text.
    pub why: NoText,
}

/// Why a file is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoText {
    /// It is of a kind that is known.
    Known(Format),
    /// So many per cent of it are control characters.
    Binary(u64),
    /// It holds no character.
    Empty,
    /// It reads like no text in any encoding.
    Noise,
}

/// From so many bits a byte on, what reads like no text is not an odd text either.
const NOISE: f64 = 7.0;
/// Fewer bytes prove nothing.
const ENOUGH: u64 = 64;

impl Skipped {
    /// The file of so many `bytes` that `error` is about; the error itself, if it is no reason to leave one out.
    pub(crate) fn for_reason(error: DataError, bytes: u64) -> Result<Self, DataError> {
        match error {
            DataError::NotText { name, format } => Ok(Self { name, why: NoText::Known(format) }),
            DataError::Binary { name, percent } => Ok(Self { name, why: NoText::Binary(percent) }),
            DataError::Empty { name } => Ok(Self { name, why: NoText::Empty }),
            DataError::UnclearEncoding { name, doubt: Doubt::Implausible, contest, .. }
                if contest.best.bits_per_byte >= NOISE && bytes >= ENOUGH =>
            {
                Ok(Self { name, why: NoText::Noise })
            }
            error => Err(error),
        }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, why } = self;
        match why {
            NoText::Known(format) => write!(out, "{name} is {format}, not a text file"),
            NoText::Binary(percent) => {
                write!(out, "{name} looks binary: {percent} % of it are control characters")
            }
            NoText::Empty => write!(out, "{name} is empty: it holds no character"),
            NoText::Noise => write!(out, "{name} reads like no text in any encoding"),
        }
    }
}
