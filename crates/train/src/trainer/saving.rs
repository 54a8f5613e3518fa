//! When a run is saved, and which networks of it.
//!
//! Owns: what waits to be written, and what the disk has. How it is written is for [`crate::Run`].

use super::Trainer;
use crate::{Event, RunError, SaveError, Snapshot, TrainError, TrainState, Warning};
use charnn_runs::{Progress, RunWarning};
use std::time::Instant;

impl Trainer<'_, '_> {
    /// Saves if a checkpoint is due. A write that fails is tried again at the next one.
    ///
    /// The best network so far is kept in memory until then. Early in training almost every evaluation
    /// finds a better one, and to write them all would take more than the hundredth of the time that
    /// checkpoints may cost. A process that dies resumes from an older checkpoint, and finds it again.
    ///
    /// # Errors
    /// When the run has lost its folder to another one.
    pub(super) fn save_if_due(&mut self, state: &TrainState) -> Result<(), TrainError> {
        let Progress { step, best, .. } = self.progress;
        if self.saved == step {
            return Ok(());
        }
        if self.every.is_due(step, self.last_save.elapsed()) {
            self.save_or_warn(state)?;
        } else if best.is_some_and(|best| best.step == step) {
            let mut progress = self.progress.clone();
            progress.seconds = self.seconds();
            self.run.writer.mark(&mut progress);
            self.best = Some(Snapshot { state: state.clone(), progress });
        }
        Ok(())
    }

    /// Writes the best network, if it waits for that and is of an earlier step than `step`.
    ///
    /// # Errors
    /// When the run has lost its folder to another one. A disk that does not take it is a warning.
    pub(super) fn save_best_before(&mut self, step: u64) -> Result<(), SaveError> {
        let Some(best) = self.best.take_if(|best| best.progress.step < step) else {
            return Ok(());
        };
        match self.write(&best.state, &best.progress) {
            Ok(()) => {
                self.saved = self.saved.max(best.progress.step);
                self.tell(&Event::Saved { step: best.progress.step });
                Ok(())
            }
            Err(error) => {
                self.best = Some(best);
                self.warn_not_saved(error)
            }
        }
    }

    /// # Errors
    /// When the run has lost its folder to another one: training there would only take time.
    pub(super) fn save_or_warn(&mut self, state: &TrainState) -> Result<(), TrainError> {
        let saved = self.save(state).or_else(|error| self.warn_not_saved(error));
        saved.map_err(|source| self.unsaved(state, source))
    }

    pub(super) fn save_at_end(&mut self, state: &TrainState) -> Result<(), TrainError> {
        self.save_best_before(self.progress.step).map_err(|source| self.unsaved(state, source))?;
        let Progress { seconds, .. } = self.on_disk;
        if self.on_disk == (Progress { seconds, ..self.progress.clone() }) {
            // Nothing has happened since. A process that was killed may have left too many.
            let mut warnings = Vec::new();
            let keep_last = self.plan.config.checkpoint.keep_last;
            let tell = &mut |warning: RunWarning| warnings.push(warning.into());
            let _ = self.run.writer.prune(keep_last, tell);
            self.tell_all(&warnings);
            return Ok(());
        }
        self.save(state).map_err(|source| self.unsaved(state, source))
    }

    fn save(&mut self, state: &TrainState) -> Result<(), SaveError> {
        self.save_best_before(self.progress.step)?;
        self.last_save = Instant::now();
        self.progress.seconds = self.seconds();
        self.run.writer.mark(&mut self.progress);
        let progress = self.progress.clone();
        self.write(state, &progress)?;
        self.best.take_if(|best| best.progress.step == progress.step);
        (self.saved, self.on_disk) = (progress.step, progress);
        self.tell(&Event::Saved { step: self.saved });
        Ok(())
    }

    fn write(&mut self, state: &TrainState, progress: &Progress) -> Result<(), SaveError> {
        let mut warnings = Vec::new();
        let tell = &mut |warning| warnings.push(warning);
        let written = self.run.save(self.plan, state, progress, tell);
        self.tell_all(&warnings);
        written
    }

    /// A disk that does not take a checkpoint may take the next one. A folder that was lost does not come
    /// back.
    fn warn_not_saved(&mut self, error: SaveError) -> Result<(), SaveError> {
        if matches!(error, SaveError::Run(RunError::Replaced { .. })) {
            return Err(error);
        }
        let saved = self.saved;
        self.tell(&Event::Warning(&Warning::NotSaved { error, saved }));
        Ok(())
    }

    /// The error of a state that could not be saved, which is saved in a temporary folder instead.
    pub(super) fn unsaved(&self, state: &TrainState, source: SaveError) -> TrainError {
        let elsewhere = self.run.save_elsewhere(self.plan, state, &self.progress);
        TrainError::Unsaved { source, elsewhere }
    }

    fn tell_all(&mut self, warnings: &[Warning]) {
        for warning in warnings {
            self.tell(&Event::Warning(warning));
        }
    }
}
