//! A run's `metrics.jsonl` and `samples.jsonl`: append only, cut back to a checkpoint when a run
//! goes on from one.

use super::RunError;
use crate::Event;
use crate::checkpoint::{Disk, Progress};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Lines wait at most that long before they are in the file.
const MOST_DELAY: Duration = Duration::from_secs(1);

/// A line a step, and one an evaluation.
pub(super) const METRICS: &str = "metrics.jsonl";
/// A line a sample.
const SAMPLES: &str = "samples.jsonl";

/// Appends a line of JSON for every step, evaluation and sample.
///
/// Losses are in nats per character; `seconds` count training, however often it was interrupted.
#[derive(Debug)]
pub(super) struct RunFiles {
    metrics: JsonLines,
    samples: JsonLines,
    flushed: Instant,
    disk: Disk,
}

impl RunFiles {
    /// Opens both files in `folder`, as they are. What comes next is [`RunFiles::cut`].
    pub(super) fn open(folder: &Path, disk: Disk) -> Result<Self, RunError> {
        Ok(Self {
            metrics: JsonLines::open(folder.join(METRICS))?,
            samples: JsonLines::open(folder.join(SAMPLES))?,
            flushed: Instant::now(),
            disk,
        })
    }

    /// Takes note of an event that came after `seconds` of training.
    pub(super) fn on(&mut self, event: &Event<'_>, seconds: f64) -> Result<(), RunError> {
        let seconds = (seconds * 1e3).round() / 1e3;
        match *event {
            Event::StepDone { step, epoch, loss, gradient_norm, learning_rate, characters: _ } => {
                self.metrics.line(&json!({
                    "step": step, "epoch": epoch, "train_nats": loss.mean(),
                    "gradient_norm": gradient_norm, "learning_rate": learning_rate, "seconds": seconds,
                }));
                if self.flushed.elapsed() < MOST_DELAY { Ok(()) } else { self.flush() }
            }
            Event::Evaluated { step, loss } => {
                self.metrics.line(&json!({
                    "step": step, "valid_nats": loss.mean(),
                    "valid_bits_per_character": loss.bits_per_character(),
                    "valid_perplexity": loss.perplexity(), "seconds": seconds,
                }));
                self.flush()
            }
            Event::Sampled { step, prompt, text } => {
                self.samples.line(&json!({ "step": step, "prompt": prompt, "text": text }));
                self.flush()
            }
            _ => Ok(()),
        }
    }

    /// Says in `progress` how long the files are, with the lines that wait.
    pub(super) fn mark(&self, progress: &mut Progress) {
        progress.metrics_bytes = self.metrics.marked();
        progress.samples_bytes = self.samples.marked();
    }

    /// Writes what waits, and waits until the device has it.
    pub(super) fn sync(&mut self) -> Result<(), RunError> {
        self.flush()?;
        for lines in [&self.metrics, &self.samples] {
            self.disk.sync(&lines.file).map_err(|error| RunError::write(&lines.path, error))?;
        }
        Ok(())
    }

    /// Forgets what was written after `progress`.
    pub(super) fn cut(&mut self, progress: &Progress) -> Result<(), RunError> {
        self.metrics.cut(&self.disk, progress.metrics_bytes)?;
        self.samples.cut(&self.disk, progress.samples_bytes)
    }

    /// Writes both files again in another `folder`, with the lines that wait, as far as they can be
    /// read and written; says in `progress` how long they are there.
    pub(super) fn copy(&self, folder: &Path, progress: &mut Progress) {
        progress.metrics_bytes = self.metrics.copy(&folder.join(METRICS)).unwrap_or(0);
        progress.samples_bytes = self.samples.copy(&folder.join(SAMPLES)).unwrap_or(0);
    }

    fn flush(&mut self) -> Result<(), RunError> {
        self.flushed = Instant::now();
        self.metrics.flush(&self.disk)?;
        self.samples.flush(&self.disk)
    }
}

/// A file that only grows. Lines that the disk does not take are kept and tried again.
#[derive(Debug)]
struct JsonLines {
    path: PathBuf,
    file: File,
    /// Bytes in the file.
    length: u64,
    waiting: Vec<u8>,
}

impl JsonLines {
    fn open(path: PathBuf) -> Result<Self, RunError> {
        let mut options = File::options();
        let file = options.write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| RunError::write(&path, error))?;
        let length = file.metadata().map_err(|error| RunError::write(&path, error))?.len();
        Ok(Self { path, file, length, waiting: Vec::new() })
    }

    /// Cuts the file to at most `length`; a file that is shorter stays so.
    fn cut(&mut self, disk: &Disk, length: u64) -> Result<(), RunError> {
        self.waiting.clear();
        let failed = |error| RunError::write(&self.path, error);
        let have = self.file.metadata().map_err(failed)?.len();
        self.length = have.min(length);
        disk.cut(&self.file, self.length).map_err(failed)
    }

    fn line(&mut self, value: &Value) {
        self.waiting.extend_from_slice(value.to_string().as_bytes());
        self.waiting.push(b'\n');
    }

    /// How long the file is with the lines that wait.
    fn marked(&self) -> u64 {
        self.length + self.waiting.len() as u64
    }

    /// The length of the copy.
    fn copy(&self, path: &Path) -> std::io::Result<u64> {
        let mut copy = File::create(path)?;
        // What is beyond was written by half.
        std::io::copy(&mut File::open(&self.path)?.take(self.length), &mut copy)?;
        copy.write_all(&self.waiting)?;
        copy.sync_all()?;
        Ok(self.marked())
    }

    fn flush(&mut self, disk: &Disk) -> Result<(), RunError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        // A write that failed half way is written over.
        disk.write_at(&self.file, self.length, &self.waiting)
            .map_err(|error| RunError::write(&self.path, error))?;
        self.length += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }
}
