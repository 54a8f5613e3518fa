//! What a run has achieved, from the end of its metrics and its newest checkpoint.

use super::entry::of_file;
use crate::MetricRow;
use crate::checkpoint::{Best, Progress};
use crate::folder::not_a_file;
use crate::rows::METRICS;
use charnn_message::{Text, text};
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// The end of the file that is always read: some hundred rows.
const TAIL: u64 = 16 << 10;
/// The most that is read of the rows since the newest checkpoint.
const MOST: u64 = 4 << 20;

/// What a run has achieved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    /// Training steps made.
    pub step: u64,
    /// Seconds of training.
    pub seconds: f64,
    /// The last training step among the rows that were read.
    pub training: Option<MetricRow>,
    /// The last evaluation among the rows that were read.
    pub validation: Option<MetricRow>,
    /// The evaluation with the lowest validation loss.
    pub best: Option<Best>,
}

impl Measured {
    /// Reads the rows that are newer than the checkpoint with this progress, and some before. Without a
    /// progress, the last megabytes.
    ///
    /// # Errors
    /// When the file cannot be read or a row makes no sense.
    pub(super) fn read(run: &Path, progress: Option<&Progress>) -> Result<Self, Text> {
        let mut measured = Self::default();
        if let Some(progress) = progress {
            (measured.step, measured.seconds) = (progress.step, progress.seconds);
            measured.best = progress.best;
        }
        let text = end_of(&run.join(METRICS), progress.map_or(0, |it| it.metrics_bytes))
            .map_err(|error| of_file(METRICS, &Text::from(&error)))?;
        for line in text.lines() {
            let row = serde_json::from_str(line).map_err(|_| {
                let why = text!(en: "a row is not valid", zh: "有一行无效");
                of_file(METRICS, &why)
            })?;
            measured.add(row);
        }
        Ok(measured)
    }

    fn add(&mut self, row: MetricRow) {
        self.step = self.step.max(row.step);
        self.seconds = self.seconds.max(row.seconds);
        if let Some(loss) = row.val_loss {
            if self.best.is_none_or(|best| loss < best.loss) {
                self.best = Some(Best { step: row.step, loss });
            }
            self.validation = Some(row);
        } else if row.train_loss.is_some() {
            self.training = Some(row);
        }
    }
}

/// The complete lines of a file from a line near `known` bytes, or earlier. A file that does not exist is
/// empty: a run before its first step may have none.
fn end_of(path: &Path, known: u64) -> Result<String, Error> {
    let about = match path.metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(String::new()),
        about => about?,
    };
    if !about.is_file() {
        return Err(not_a_file()); // a pipe would block
    }
    let length = about.len();
    let start = length.saturating_sub(TAIL).min(known).max(length.saturating_sub(MOST));
    let mut file = File::open(path)?;
    // The byte before tells whether a line starts here.
    let before = start.min(1);
    file.seek(SeekFrom::Start(start - before))?;
    let mut bytes = Vec::new();
    file.take(length - start + before).read_to_end(&mut bytes)?;
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let first = match before {
        0 => 0,
        _ => bytes.iter().position(|byte| *byte == b'\n').map_or(end, |at| at + 1),
    };
    let lines = bytes.get(first..end).unwrap_or_default().to_vec();
    String::from_utf8(lines).map_err(|_| Error::from(ErrorKind::InvalidData))
}
