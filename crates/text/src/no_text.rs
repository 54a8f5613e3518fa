//! Why a file is not a text.

use crate::error::{binary, empty};
use crate::source::named;
use crate::{Doubt, Format, TextError};
use charnn_message::{Text, text};
use serde::{Deserialize, Serialize};

/// Why a file is not a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoText {
    /// It has a known format.
    Known(Format),
    /// This percentage of it is control characters.
    Binary(u64),
    /// It has no characters.
    Empty,
    /// It does not read like text in any encoding.
    Noise,
}

/// From this cost per byte on, in bits, bytes are not even an unusual text.
const NOISE: f64 = 7.0;
/// The fewest bytes that prove anything.
const ENOUGH: u64 = 64;

impl NoText {
    /// The name of the file of `bytes` bytes that `error` is about, and why it is not text.
    ///
    /// # Errors
    /// The error itself, if the file may be text.
    pub fn of(error: TextError, bytes: u64) -> Result<(String, Self), TextError> {
        match error {
            TextError::NotText { name, format } => Ok((name, Self::Known(format))),
            TextError::Binary { name, percent } => Ok((name, Self::Binary(percent))),
            TextError::Empty { name } => Ok((name, Self::Empty)),
            TextError::UnclearEncoding { name, doubt: Doubt::Implausible, contest, .. }
                if contest.best.bits_per_byte >= NOISE && bytes >= ENOUGH =>
            {
                Ok((name, Self::Noise))
            }
            error => Err(error),
        }
    }

    /// The reason, for a file called `name`.
    pub fn describe(self, name: &str) -> Text {
        match self {
            Self::Known(format) => format.not_text(name),
            Self::Binary(percent) => binary(name, percent),
            Self::Empty => empty(name),
            Self::Noise => {
                let name = named(name);
                text!(
                    en: ("{} does not read like text in any encoding", name.english),
                    zh: ("{} 用任何一种编码都读不通", name.chinese),
                )
            }
        }
    }
}
