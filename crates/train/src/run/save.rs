//! What training does to its run: notes, checkpoints, and the way back to one.

use super::{Run, RunError, fill};
use crate::checkpoint::{self, Best, CONFIG, Disk, Progress, Snapshot};
use crate::{Event, Plan, RunConfig, TrainState, Warning};
use charnn_kernels::device::Device;
use charnn_model::TensorError;
use std::path::PathBuf;

/// A checkpoint that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The disk does not take it.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The device does not hand it out, or it is not finite.
    #[error(transparent)]
    Tensor(#[from] TensorError),
}

impl SaveError {
    fn is_full_disk(&self) -> bool {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        let Self::Run(RunError::Write { source, .. }) = self else { return false };
        matches!(source.kind(), StorageFull | QuotaExceeded)
    }
}

impl Run {
    /// Takes note of an event that came after `seconds` of training.
    pub(crate) fn note(&mut self, event: &Event<'_>, seconds: f64) -> Result<(), RunError> {
        self.files.on(event, seconds)
    }

    /// Whether the newest checkpoint says that the run is trained by `config`.
    pub(crate) fn is_trained_by(&self, config: &RunConfig) -> bool {
        self.config == checkpoint::config_file(config)
    }

    /// Says in `progress` how long the run's files are now, for a checkpoint of this moment.
    pub(crate) fn mark(&self, progress: &mut Progress) {
        self.files.mark(progress);
    }

    /// Writes a checkpoint of a moment that was marked, and removes those that are not to be kept. Where
    /// the disk is full, room is made of what the run can be gone on with without: never of the newest
    /// that is whole, nor of the best.
    pub(crate) fn save(
        &mut self,
        plan: &Plan,
        state: &TrainState,
        progress: &Progress,
    ) -> Result<(), SaveError> {
        match self.write(plan, state, progress) {
            Err(error) if error.is_full_disk() && self.make_room(plan, state, progress)? => {
                self.write(plan, state, progress)?;
            }
            written => written?,
        }
        let folder = self.folder.checkpoints();
        self.newest = self.newest.max(progress.step);
        if let Some(Best { step, .. }) = progress.best
            && checkpoint::list(&folder).iter().any(|(there, _)| *there == step)
        {
            self.best = Some(step);
        }
        let config = checkpoint::config_file(&plan.config);
        // What fails now is tried again the next time; the checkpoint is there.
        if self.config != config
            && self.disk.replace(&self.folder.path().join(CONFIG), &config).is_ok()
        {
            self.config = config;
        }
        let keep_last = plan.config.checkpoint.keep_last;
        let keep = self.best.as_slice();
        let _ = checkpoint::prune(&self.disk, &folder, self.newest, keep_last, keep);
        Ok(())
    }

    fn write(
        &mut self,
        plan: &Plan,
        state: &TrainState,
        progress: &Progress,
    ) -> Result<(), SaveError> {
        self.files.sync()?;
        let files = Snapshot::files(state, progress, &plan.config, &plan.vocabulary)?;
        let folder = self.folder.checkpoints();
        checkpoint::write(&self.disk, &folder, progress.step, &files)
            .map_err(|error| RunError::write(&folder, error))?;
        Ok(())
    }

    /// Whether there may be room for a checkpoint now.
    fn make_room(
        &self,
        plan: &Plan,
        state: &TrainState,
        progress: &Progress,
    ) -> Result<bool, SaveError> {
        let files = Snapshot::files(state, progress, &plan.config, &plan.vocabulary)?;
        let needed = checkpoint::needed_room(&files);
        let mut keep = vec![self.newest];
        keep.extend(self.best);
        let folder = self.folder.checkpoints();
        let made = checkpoint::make_room(&self.disk, &folder, needed, &keep);
        Ok(made.map_err(|error| RunError::write(&folder, error))?)
    }

    /// Writes a run that can be gone on with where there is room, in a folder of the system's for
    /// temporary files: the last resort.
    pub(crate) fn save_elsewhere(
        &self,
        plan: &Plan,
        state: &TrainState,
        progress: &Progress,
    ) -> Option<PathBuf> {
        let folder = tempfile::Builder::new().prefix("charnn-").tempdir().ok()?;
        let mut progress = progress.clone();
        self.files.copy(folder.path(), &mut progress);
        let files = Snapshot::files(state, &progress, &plan.config, &plan.vocabulary).ok()?;
        fill(&Disk::default(), folder.path(), plan, progress.step, &files).ok()?;
        Some(folder.keep())
    }

    /// Goes back to the newest checkpoint that is whole and older than `step`: that of `step` itself
    /// would only lead here again. `None` where there is none.
    ///
    /// What was made since is given up here, so that nobody goes on from it later: first its
    /// checkpoints, then its lines. A process that dies in between has left either turn as it was, and
    /// from the older checkpoint the run comes here once more.
    ///
    /// # Errors
    /// When it cannot be given up.
    pub(crate) fn go_back(
        &mut self,
        step: u64,
        device: &Device,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<Option<Snapshot>, RunError> {
        let Some(mut snapshot) = self.older(step, device, tell) else { return Ok(None) };
        let progress = &mut snapshot.progress;
        let folder = self.folder.checkpoints();
        checkpoint::remove_newer(&self.disk, &folder, progress.step)
            .and_then(|()| self.disk.sync_folder(&folder))
            .map_err(|error| RunError::write(&folder, error))?;
        self.newest = progress.step;
        (_, self.best) = self.folder.best();
        // A better one took its place and is given up now: the next one is the best.
        progress.best = progress.best.filter(|best| Some(best.step) == self.best);
        self.files.cut(progress)?;
        Ok(Some(snapshot))
    }

    /// The newest checkpoint that can be used and is older than `step`.
    pub(super) fn older(
        &self,
        step: u64,
        device: &Device,
        tell: &mut dyn FnMut(Warning),
    ) -> Option<Snapshot> {
        let mut before = step;
        while let Some(saved) = self.folder.newest_before(before, tell) {
            before = saved.progress.step;
            match saved.restore(device) {
                Ok(snapshot) => return Some(snapshot),
                Err(damage) => {
                    let message = damage.to_string();
                    tell(Warning::BadCheckpoint { path: saved.path, message });
                }
            }
        }
        None
    }
}
