//! When a run is saved, and which networks of it.
//!
//! Owns: what waits to be written, and what the disk has. How it is written is for [`crate::Run`].

use super::Trainer;
use crate::checkpoint::{Progress, Snapshot};
use crate::{Event, SaveError, TrainError, TrainState, Warning};
use std::time::Instant;

impl Trainer<'_, '_> {
    /// Saves when it is time. A disk that does not take it is tried again the next time.
    ///
    /// The best network so far is kept in memory until then. Early in training almost every evaluation
    /// finds a better one, and to write them all would take more than the hundredth of the time that
    /// checkpoints may cost. A process that dies goes on from an older checkpoint, and finds it again.
    pub(super) fn save_if_due(&mut self, state: &TrainState) {
        let Progress { step, best, .. } = self.progress;
        if self.saved == step {
            return;
        }
        if self.every.is_due(step, self.last_save.elapsed()) {
            self.save_or_warn(state);
        } else if best.is_some_and(|best| best.step == step) {
            let mut progress = self.progress.clone();
            progress.seconds = self.seconds();
            self.run.mark(&mut progress);
            self.best = Some(Snapshot { state: state.clone(), progress });
        }
    }

    /// Writes the best network, if it waits for that and is of an earlier step than `step`.
    pub(super) fn save_best_before(&mut self, step: u64) {
        let Some(Snapshot { state, progress }) =
            self.best.take_if(|best| best.progress.step < step)
        else {
            return;
        };
        match self.run.save(self.plan, &state, &progress) {
            Ok(()) => {
                self.saved = self.saved.max(progress.step);
                self.tell(&Event::Saved { step: progress.step });
            }
            Err(error) => {
                let saved = self.saved;
                self.tell(&Event::Warning(&Warning::NotSaved { error, saved }));
                self.best = Some(Snapshot { state, progress });
            }
        }
    }

    pub(super) fn save_or_warn(&mut self, state: &TrainState) {
        if let Err(error) = self.save(state) {
            let saved = self.saved;
            self.tell(&Event::Warning(&Warning::NotSaved { error, saved }));
        }
    }

    pub(super) fn save_at_end(&mut self, state: &TrainState) -> Result<(), TrainError> {
        self.save_best_before(self.progress.step);
        let Progress { seconds, .. } = self.on_disk;
        if self.on_disk == (Progress { seconds, ..self.progress.clone() }) {
            return Ok(()); // nothing has happened since
        }
        self.save(state).map_err(|source| TrainError::Unsaved {
            elsewhere: self.run.save_elsewhere(self.plan, state, &self.progress),
            source,
        })
    }

    fn save(&mut self, state: &TrainState) -> Result<(), SaveError> {
        self.save_best_before(self.progress.step);
        self.last_save = Instant::now();
        self.progress.seconds = self.seconds();
        self.run.mark(&mut self.progress);
        self.run.save(self.plan, state, &self.progress)?;
        self.best.take_if(|best| best.progress.step == self.progress.step);
        self.saved = self.progress.step;
        self.on_disk = self.progress.clone();
        self.tell(&Event::Saved { step: self.saved });
        Ok(())
    }
}
