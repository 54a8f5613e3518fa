//! Event files for TensorBoard: losses, learning rate, gradient norm, sample texts and the configuration of a run.
//!
//! Each process that trains a run writes a file of its own. It says from which step it continues, and TensorBoard
//! drops what older files have from there on. Nothing that charnn computes depends on these files.

mod event;
mod record;

use crate::{MetricRow, RunDir, RunError};
use event::Content;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The folder of the event files in a run folder.
const FOLDER: &str = "tensorboard";

/// An event file that this process writes.
#[derive(Debug)]
pub struct TensorBoard {
    path: PathBuf,
    file: File,
}

impl TensorBoard {
    /// Makes a file in the folder of `run`, which continues after `step`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(run: &RunDir, step: u64) -> Result<Self, RunError> {
        let folder = run.path().join(FOLDER);
        std::fs::create_dir_all(&folder).map_err(|error| RunError::create(&folder, error))?;
        let (seconds, process) = (now().as_secs(), std::process::id());
        // TensorBoard reads the files of a folder in the order of their names.
        let path = folder.join(format!("events.out.tfevents.{seconds:010}.charnn.{process}"));
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.map_err(|error| RunError::create(&path, error))?;
        let mut board = Self { path, file };
        board.write(0, &Content::Version)?;
        board.write(step + 1, &Content::Start)?;
        Ok(board)
    }

    /// Adds a training step or an evaluation.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn metrics(&mut self, row: &MetricRow) -> Result<(), RunError> {
        let scalars = [
            ("loss/train", row.train_loss),
            ("loss/validation", row.val_loss),
            ("bits_per_character/validation", row.val_bits_per_character),
            ("learning_rate", row.learning_rate),
            ("gradient_norm", row.gradient_norm),
        ];
        for (tag, value) in scalars {
            if let Some(value) = value {
                self.write(row.step, &Content::Scalar { tag, value })?;
            }
        }
        Ok(())
    }

    /// Adds a text in Markdown, such as a sample, under `tag`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn text(&mut self, step: u64, tag: &str, text: &str) -> Result<(), RunError> {
        self.write(step, &Content::Text { tag, text })
    }

    fn write(&mut self, step: u64, content: &Content<'_>) -> Result<(), RunError> {
        let event = event::encoded(now().as_secs_f64(), step, content);
        // One call, so that a reader never sees half a record for long.
        self.file
            .write_all(&record::framed(&event))
            .map_err(|error| RunError::write(&self.path, error))
    }
}

/// The time since 1970.
fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// `text` as a block of code in Markdown, as TensorBoard shows texts.
pub fn code_block(text: &str) -> String {
    text.lines().fold(String::new(), |block, line| block + "    " + line + "\n")
}
