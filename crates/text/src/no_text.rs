//! Why a file is not a text.

use crate::error::{binary, empty};
use crate::source::named;
use crate::{Doubt, Format, TextError};
use charnn_message::{Text, text};
use serde::{Deserialize, Serialize};

/// Why a file is not a text.
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

impl NoText {
    /// The name of the file of `bytes` bytes that `error` is about, and why it is no text.
    ///
    /// # Errors
    /// The error itself, where the file may be a text.
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

    /// The reason, said of a file called `name`.
    pub fn describe(self, name: &str) -> Text {
        match self {
            Self::Known(format) => format.not_text(name),
            Self::Binary(percent) => binary(name, percent),
            Self::Empty => empty(name),
            Self::Noise => {
                let name = named(name);
                text!(
                    en: ("{} does not read like text in any encoding", name.english),
                    zh: ("{} 用任何一种编码来读，都不像文本", name.chinese),
                )
            }
        }
    }
}
