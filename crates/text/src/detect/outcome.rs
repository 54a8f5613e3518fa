//! The result of detecting the encoding of a file.

use crate::Encoding;
use serde::{Deserialize, Serialize};

/// The evidence for one encoding of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The encoding.
    pub encoding: Encoding,
    /// How well it reads: bits per byte of the samples. Text takes 3 to 6, noise 8 and more.
    pub bits_per_byte: f64,
    /// Malformed bytes of the samples.
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
        /// The encoding that the text clearly fits, if it is another one.
        likelier: Option<Encoding>,
    },
    /// The file begins with its byte order mark.
    Mark,
    /// All bytes are valid UTF-8.
    ValidUtf8,
    /// It reads best among all candidates.
    Contest {
        /// The winner.
        best: Candidate,
        /// The best other reading.
        runner_up: Candidate,
    },
}

/// The outcome of a contest.
#[derive(Debug, Clone, PartialEq)]
pub struct Contest {
    /// The candidate that reads best.
    pub best: Candidate,
    /// The best other reading.
    pub runner_up: Candidate,
    /// Why the user must be asked.
    pub doubt: Option<Doubt>,
}

/// Why a contest has no clear winner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No candidate reads like a text.
    Implausible,
    /// Two candidates read about equally well.
    Close,
    /// An encoding of this name, which cannot be read, reads better or about as well.
    Foreign(&'static str),
}
