//! Reading the rows of a run for people: a row that makes no sense is counted, and the others are used.

use super::log::{METRICS, SAMPLES, SESSIONS};
use crate::folder::not_a_file;
use crate::{MetricRow, RunDir, RunError, SampleRow, SessionRow};
use serde::de::DeserializeOwned;

/// The rows of a file, and the lines that make no sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows<T> {
    /// The rows, in the order of the file.
    pub rows: Vec<T>,
    /// The numbers of lines that are not rows, counted from 1.
    pub damaged: Vec<usize>,
}

impl RunDir {
    /// The training steps and evaluations so far, as far as they can be read.
    ///
    /// # Errors
    /// When the file is missing or cannot be read.
    pub fn metric_rows(&self) -> Result<Rows<MetricRow>, RunError> {
        self.rows(METRICS)
    }

    /// The samples so far, as far as they can be read.
    ///
    /// # Errors
    /// When the file is missing or cannot be read.
    pub fn sample_rows(&self) -> Result<Rows<SampleRow>, RunError> {
        self.rows(SAMPLES)
    }

    /// The processes that have trained the run, as far as they can be read. Runs of older versions have no
    /// such file.
    ///
    /// # Errors
    /// When the file is missing or cannot be read.
    pub fn session_rows(&self) -> Result<Rows<SessionRow>, RunError> {
        self.rows(SESSIONS)
    }

    /// A last line that is not complete is left out: a process may be writing it.
    fn rows<T: DeserializeOwned>(&self, name: &str) -> Result<Rows<T>, RunError> {
        let path = self.path().join(name);
        let failed = |error| RunError::read(&path, error);
        if path.metadata().is_ok_and(|about| !about.is_file()) {
            return Err(failed(not_a_file())); // a pipe would block
        }
        let bytes = std::fs::read(&path).map_err(failed)?;
        let (mut rows, mut damaged) = (Vec::new(), Vec::new());
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').filter(|it| it.ends_with(b"\n"));
        for (line, number) in lines.zip(1..) {
            match serde_json::from_slice(line) {
                Ok(row) => rows.push(row),
                Err(_) => damaged.push(number),
            }
        }
        Ok(Rows { rows, damaged })
    }
}
