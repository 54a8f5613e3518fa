//! A run's `sessions.jsonl`: a row per process that trained it. Nothing that training computes depends on it.

use super::log::SESSIONS;
use crate::rows::lines::JsonLines;
use crate::{Disk, RunDir, RunError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A process that trained a run: how it was started, where it ran, and what its losses compare with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionRow {
    /// The version of the row.
    pub schema: u32,
    /// When it started, in UTC, as RFC 3339 writes it.
    pub started: String,
    /// The name and version of the program.
    pub program: String,
    /// The words of the command line.
    pub command: Vec<String>,
    /// The operating system and the processor.
    pub system: String,
    /// The device that computed, in words.
    pub device: String,
    /// The threads of the CPU.
    pub threads: usize,
    /// Training steps made before.
    pub step: u64,
    /// Where the value of each key comes from that is not a default.
    pub origins: BTreeMap<String, String>,
    /// The losses of models without a network on the validation text, in nats per character: `uniform`,
    /// `unigram`, `trigram`, `xz`.
    pub baselines: BTreeMap<String, f64>,
}

impl SessionRow {
    /// The version that this program writes.
    pub const SCHEMA: u32 = 1;

    /// A row of this version that starts now.
    pub fn now() -> Self {
        let started = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        Self { schema: Self::SCHEMA, started, ..Self::default() }
    }
}

impl RunDir {
    /// Appends a process that trains the run.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn add_session(&self, row: &SessionRow) -> Result<(), RunError> {
        let disk = Disk::default();
        let mut lines = JsonLines::open(self.path().join(SESSIONS))?;
        lines.cut(&disk, u64::MAX)?;
        lines.push(row);
        lines.flush(&disk)
    }
}
