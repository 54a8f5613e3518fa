//! A run's `metrics.jsonl` and `samples.jsonl`: append only, and cut back to a checkpoint when a run
//! continues from one.

use super::lines::JsonLines;
use crate::{Disk, MetricRow, Progress, RunError, RunWarning, SampleRow};
use std::path::Path;
use std::time::{Duration, Instant};

/// A row waits at most this long before it is in the file.
const MOST_DELAY: Duration = Duration::from_secs(1);

/// A row per training step and per evaluation.
pub(crate) const METRICS: &str = "metrics.jsonl";
/// A row per sample.
pub(crate) const SAMPLES: &str = "samples.jsonl";
/// A row per process that trained the run.
pub(crate) const SESSIONS: &str = "sessions.jsonl";

/// Both files of a run, open for as long as it is written.
#[derive(Debug)]
pub(crate) struct Log {
    metrics: JsonLines,
    samples: JsonLines,
    flushed: Instant,
    disk: Disk,
}

impl Log {
    /// Opens both files in `folder` and leaves them as they are. [`Log::cut`] comes next.
    pub(crate) fn open(folder: &Path, disk: Disk) -> Result<Self, RunError> {
        Ok(Self {
            metrics: JsonLines::open(folder.join(METRICS))?,
            samples: JsonLines::open(folder.join(SAMPLES))?,
            flushed: Instant::now(),
            disk,
        })
    }

    /// Appends a training step or an evaluation.
    pub(crate) fn metric(&mut self, row: &MetricRow) -> Result<(), RunError> {
        self.metrics.push(row);
        let waits = row.val_loss.is_none() && self.flushed.elapsed() < MOST_DELAY;
        if waits { Ok(()) } else { self.flush() }
    }

    /// Appends a sample.
    pub(crate) fn sample(&mut self, row: &SampleRow) -> Result<(), RunError> {
        self.samples.push(row);
        self.flush()
    }

    /// Notes in `progress` how long the files are, with the rows that wait.
    pub(crate) fn mark(&self, progress: &mut Progress) {
        progress.metrics_bytes = self.metrics.marked();
        progress.samples_bytes = self.samples.marked();
    }

    /// Writes the rows that wait, and waits until they are on the device.
    pub(crate) fn sync(&mut self) -> Result<(), RunError> {
        self.flush()?;
        self.metrics.sync(&self.disk)?;
        self.samples.sync(&self.disk)
    }

    /// Removes what was written after `progress`. Reports a file that has lost rows.
    pub(crate) fn cut(
        &mut self,
        progress: &Progress,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<(), RunError> {
        let Self { metrics, samples, disk, .. } = self;
        for (lines, length) in
            [(metrics, progress.metrics_bytes), (samples, progress.samples_bytes)]
        {
            let missing = lines.cut(disk, length)?;
            if missing > 0 {
                let path = lines.path().to_owned();
                tell(RunWarning::MissingRows { path, missing });
            }
        }
        Ok(())
    }

    /// Follows the files to `folder`, where the run was moved.
    pub(crate) fn follow(&mut self, folder: &Path) {
        self.metrics.follow(folder);
        self.samples.follow(folder);
    }

    /// Copies both files to another `folder`, with the rows that wait, as far as possible, and notes in
    /// `progress` how long they are there.
    pub(crate) fn copy(&self, folder: &Path, progress: &mut Progress) {
        progress.metrics_bytes = self.metrics.copy(&folder.join(METRICS)).unwrap_or(0);
        progress.samples_bytes = self.samples.copy(&folder.join(SAMPLES)).unwrap_or(0);
    }

    fn flush(&mut self) -> Result<(), RunError> {
        self.flushed = Instant::now();
        self.metrics.flush(&self.disk)?;
        self.samples.flush(&self.disk)
    }
}
