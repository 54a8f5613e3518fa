//! A run with its network on a device; `charnn-runs` stores it as bytes.

use crate::snapshot::to_content;
use crate::{Event, Plan, Snapshot, TrainState, Warning};
use charnn_infer::Bits;
use charnn_kernels::device::Device;
use charnn_message::{Describe, Message, display};
use charnn_model::{Loss, TensorError};
use charnn_runs::{
    Disk, LoadedCheckpoint, MetricRow, Progress, RunDir, RunError, RunWarning, RunWriter, SampleRow,
};
use std::path::{Path, PathBuf};

/// A checkpoint that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It cannot be written.
    Run(#[from] RunError),
    /// A tensor cannot be read from the device, or is not finite.
    Tensor(#[from] TensorError),
}

display!(SaveError);

impl Describe for SaveError {
    fn describe(&self) -> Message {
        match self {
            Self::Run(error) => error.describe(),
            Self::Tensor(error) => error.describe(),
        }
    }
}

/// The row of an evaluation.
pub fn validation_row(step: u64, loss: Loss, bits: Option<Bits>) -> MetricRow {
    let row = MetricRow::validation(step, loss.mean());
    match bits {
        Some(Bits { per_character, per_byte }) => row.with_bits(per_character, per_byte),
        None => row,
    }
}

/// A run that this process has locked for writing.
#[derive(Debug)]
pub struct Run {
    pub(crate) writer: RunWriter,
}

impl Run {
    /// Makes the folder of a new run, with its first checkpoint. Without a name in the configuration
    /// the run is called `base` with date and time.
    ///
    /// # Errors
    /// When the name is taken or the folder cannot be written.
    pub fn create(
        plan: &Plan,
        base: &str,
        start: &Snapshot,
        disk: Disk,
    ) -> Result<Self, SaveError> {
        let Snapshot { state, progress } = start;
        let content = to_content(state, progress, plan)?;
        let (root, name) = (Path::new(&plan.config.run.root), &plan.config.run.name);
        Ok(Self { writer: RunWriter::create(root, name, base, &content, disk)? })
    }

    /// Opens a run to continue it from its newest checkpoint that can be used. Nothing is changed before
    /// [`Run::restore`].
    ///
    /// # Errors
    /// When another process writes to it, or no checkpoint can be used.
    pub fn resume(
        dir: RunDir,
        disk: Disk,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<(Self, LoadedCheckpoint), RunError> {
        let resumed = RunWriter::resume(dir, disk, &mut |warning| tell(warning.into()));
        resumed.map(|(writer, loaded)| (Self { writer }, loaded))
    }

    /// The folder.
    pub fn folder(&self) -> &RunDir {
        self.writer.dir()
    }

    /// The run as `saved` holds it, on `device`; where its files do not fit each other, as the newest
    /// older checkpoint does.
    ///
    /// # Errors
    /// When none can be used.
    pub fn restore(
        &mut self,
        saved: LoadedCheckpoint,
        device: &Device,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<Snapshot, RunError> {
        let snapshot = match Snapshot::from_checkpoint(&saved, device) {
            Ok(snapshot) => snapshot,
            Err(damage) => {
                let LoadedCheckpoint { path, progress, .. } = saved;
                let skipped =
                    RunWarning::BadCheckpoint { path: path.clone(), damage: damage.clone() };
                tell(skipped.into());
                let older = self.older(progress.step, device, tell);
                older.map_err(|_| RunError::Damaged { path, damage })?
            }
        };
        self.writer.continue_from(&snapshot.progress, &mut |warning| tell(warning.into()))?;
        Ok(snapshot)
    }

    /// Appends an event that came after `seconds` of training to the run's files of rows.
    pub(crate) fn note(&mut self, event: &Event<'_>, seconds: f64) -> Result<(), RunError> {
        match *event {
            Event::StepDone { step, epoch, loss, gradient_norm, learning_rate, characters: _ } => {
                let row =
                    MetricRow::training(step, epoch, loss.mean(), gradient_norm, learning_rate);
                self.writer.metric(&row.after(seconds))
            }
            Event::Evaluated { step, loss, bits } => {
                self.writer.metric(&validation_row(step, loss, bits).after(seconds))
            }
            Event::Sampled { step, prompt, text } => {
                self.writer.sample(&SampleRow::new(step, prompt, text))
            }
            _ => Ok(()),
        }
    }

    /// Writes a checkpoint of a moment that was marked, and prunes older ones.
    pub(crate) fn save(
        &mut self,
        plan: &Plan,
        state: &TrainState,
        progress: &Progress,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<(), SaveError> {
        let content = to_content(state, progress, plan)?;
        let keep_last = plan.config.checkpoint.keep_last;
        Ok(self.writer.save(&content, keep_last, &mut |warning| tell(warning.into()))?)
    }

    /// Writes a run that can be continued into a new folder for temporary files: the last resort.
    pub(crate) fn save_elsewhere(
        &self,
        plan: &Plan,
        state: &TrainState,
        progress: &Progress,
    ) -> Option<PathBuf> {
        let content = to_content(state, progress, plan).ok()?;
        self.writer.save_elsewhere(&content)
    }

    /// Rolls back to the newest checkpoint that can be used and is older than `step`: that of `step`
    /// itself would only lead here again. `None` if there is no such checkpoint. Everything newer is
    /// removed, so that no later process continues from it.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(crate) fn go_back(
        &mut self,
        step: u64,
        device: &Device,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<Option<Snapshot>, RunError> {
        let Ok(mut snapshot) = self.older(step, device, tell) else { return Ok(None) };
        let progress = &mut snapshot.progress;
        self.writer.roll_back(progress, &mut |warning| tell(warning.into()))?;
        Ok(Some(snapshot))
    }

    /// The newest checkpoint that can be used and is older than `step`.
    fn older(
        &self,
        step: u64,
        device: &Device,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<Snapshot, RunError> {
        let parse = |loaded: LoadedCheckpoint| Snapshot::from_checkpoint(&loaded, device);
        self.writer.older(step, parse, &mut |warning| tell(warning.into()))
    }
}
