//! Writes the events of a run for TensorBoard.

use crate::terminal::Terminal;
use charnn_message::Describe;
use charnn_runs::{MetricRow, RunDir, RunError, TensorBoard, code_block};
use charnn_train::{Event, Observer, validation_row};

/// What is written, from the start of training on.
pub(crate) struct Board {
    run: RunDir,
    /// The configuration, as TOML.
    config: String,
    terminal: Terminal,
    file: Option<TensorBoard>,
}

impl Board {
    pub(crate) fn new(run: &RunDir, config: String, terminal: &Terminal) -> Self {
        Self { run: run.clone(), config, terminal: terminal.clone(), file: None }
    }

    /// Writes with `write`. After a failure, warns and writes no more: training matters more.
    fn write(&mut self, write: impl FnOnce(&mut TensorBoard) -> Result<(), RunError>) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = write(file) {
            self.terminal.warning(&error.describe());
            self.file = None;
        }
    }
}

impl Observer for Board {
    fn on(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { done, .. } => {
                match TensorBoard::create(&self.run, done) {
                    Ok(file) => self.file = Some(file),
                    Err(error) => self.terminal.warning(&error.describe()),
                }
                let config = code_block(&self.config);
                self.write(|file| file.text(done, "config", &config));
            }
            Event::StepDone { step, epoch, loss, gradient_norm, learning_rate, .. } => {
                let row =
                    MetricRow::training(step, epoch, loss.mean(), gradient_norm, learning_rate);
                self.write(|file| file.metrics(&row));
            }
            Event::Evaluated { step, loss, bits } => {
                self.write(|file| file.metrics(&validation_row(step, loss, bits)));
            }
            Event::Sampled { step, prompt, text } => {
                let text = code_block(&[prompt, text].concat());
                self.write(|file| file.text(step, "sample", &text));
            }
            Event::Previewed { .. }
            | Event::Saved { .. }
            | Event::Warning(_)
            | Event::Finished { .. } => {}
        }
    }
}
