//! The observer that keeps a run's `metrics.jsonl` and `samples.jsonl`.

use crate::{Event, Observer, RunDir, RunError};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Instant;

/// Appends a line of JSON for every step, evaluation and sample.
///
/// Losses are in nats per character; `seconds` count from the start of training.
#[derive(Debug)]
pub struct RunFiles {
    metrics: JsonLines,
    samples: JsonLines,
    started: Instant,
}

impl RunFiles {
    /// Opens both files in `run`.
    ///
    /// # Errors
    /// When they cannot be created.
    pub fn create(run: &RunDir) -> Result<Self, RunError> {
        Ok(Self {
            metrics: JsonLines::create(run.path().join("metrics.jsonl"))?,
            samples: JsonLines::create(run.path().join("samples.jsonl"))?,
            started: Instant::now(),
        })
    }
}

impl Observer for RunFiles {
    fn on(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        let seconds = (self.started.elapsed().as_secs_f64() * 1e3).round() / 1e3;
        match *event {
            Event::Started { .. } => Ok(()),
            Event::StepDone { step, epoch, loss, rate, read: _ } => self.metrics.line(&json!({
                "step": step, "epoch": epoch, "train_nats": loss.mean(),
                "learning_rate": rate, "seconds": seconds,
            })),
            Event::Evaluated { step, valid } => {
                self.metrics.line(&json!({
                    "step": step, "valid_nats": valid.mean(),
                    "valid_bits_per_character": valid.bits_per_character(), "seconds": seconds,
                }))?;
                self.metrics.flush()
            }
            Event::Sampled { step, prompt, text } => {
                self.samples.line(&json!({ "step": step, "prompt": prompt, "text": text }))?;
                self.samples.flush()
            }
            Event::Finished { .. } => {
                self.metrics.flush()?;
                self.samples.flush()
            }
        }
    }
}

#[derive(Debug)]
struct JsonLines {
    path: PathBuf,
    out: BufWriter<File>,
}

impl JsonLines {
    fn create(path: PathBuf) -> Result<Self, RunError> {
        let file = File::create(&path).map_err(|error| RunError::write(&path, error))?;
        Ok(Self { path, out: BufWriter::new(file) })
    }

    fn line(&mut self, value: &Value) -> Result<(), RunError> {
        writeln!(self.out, "{value}").map_err(|error| RunError::write(&self.path, error))
    }

    fn flush(&mut self) -> Result<(), RunError> {
        self.out.flush().map_err(|error| RunError::write(&self.path, error))
    }
}
