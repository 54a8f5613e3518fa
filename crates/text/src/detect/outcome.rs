//! What came of looking for the encoding of a file.

use crate::Encoding;
use serde::{Deserialize, Serialize};

/// What speaks for one encoding of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The encoding.
    pub encoding: Encoding,
    /// How well it reads: bits per byte of the samples. Text takes 3 to 6, noise 8 and more.
    pub bits_per_byte: f64,
    /// Bytes of the samples that begin no character.
    pub malformed: usize,
    /// How the text begins, or where it first is not plain ASCII.
    pub preview: String,
}

/// How an encoding was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Decision {
    /// The user named it.
    Named {
        /// What the text reads like without a doubt, where that is another encoding.
        likelier: Option<Encoding>,
    },
    /// The file begins with its byte order mark.
    Mark,
    /// Every byte is as UTF-8 wants it.
    ValidUtf8,
    /// It reads best of all candidates.
    Contest {
        /// The winner.
        best: Candidate,
        /// The next best that reads otherwise.
        runner_up: Candidate,
    },
}

/// The outcome of a contest.
#[derive(Debug, Clone, PartialEq)]
pub struct Contest {
    /// The candidate that reads best.
    pub best: Candidate,
    /// The next best that reads otherwise.
    pub runner_up: Candidate,
    /// Why the best must not be taken unasked.
    pub doubt: Option<Doubt>,
}

/// Why a contest has no clear winner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No candidate reads like a text.
    Implausible,
    /// Two read about as well.
    Close,
    /// An encoding of this name, which cannot be read, reads better or about as well.
    Foreign(&'static str),
}
