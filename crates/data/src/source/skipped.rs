//! Files in a folder that are not text.

use crate::DataError;
use charnn_message::Text;
use charnn_text::NoText;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A skipped file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The file.
    pub name: String,
    /// Why it is not text.
    pub why: NoText,
}

impl Skipped {
    /// The file of `bytes` bytes that `error` is about; the error itself if it is no reason to skip a file.
    pub(crate) fn for_reason(error: DataError, bytes: u64) -> Result<Self, DataError> {
        let DataError::Text(error) = error else { return Err(error) };
        let (name, why) = NoText::of(error, bytes)?;
        Ok(Self { name, why })
    }

    /// Which file was skipped and why, in both languages.
    pub fn summary(&self) -> Text {
        self.why.describe(&self.name)
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.summary().english)
    }
}
