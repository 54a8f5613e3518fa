//! A run: its folder, and the one process that writes to it.
//!
//! ```text
//! runs/NAME/
//!   config.toml         every key, re-runnable
//!   vocab.json          the characters in id order
//!   metrics.jsonl       a line a step
//!   samples.jsonl       a line a sample
//!   checkpoints/        see `checkpoint`
//!   .lock               held by who writes
//! ```

mod error;
mod files;
mod folder;
mod lock;

pub use error::RunError;
pub use folder::{Choice, RunDir, Saved, Trained};

use crate::checkpoint::{self, CONFIG, Disk, Progress, Snapshot, VOCABULARY};
use crate::{Event, Plan, TrainState};
use charnn_kernels::device::Device;
use charnn_model::TensorError;
use files::RunFiles;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A run that this process alone writes to.
#[derive(Debug)]
pub struct Run {
    folder: RunDir,
    files: RunFiles,
    disk: Disk,
    _lock: File,
}

impl Run {
    /// Makes the folder of a new run, with its first checkpoint: it is there as a whole, or not
    /// at all. Without a name in the configuration the run is called `base` with date and time.
    ///
    /// # Errors
    /// When the name is taken or the folder cannot be written.
    pub fn create(
        plan: &Plan,
        base: &str,
        start: &Snapshot,
        disk: Disk,
    ) -> Result<Self, SaveError> {
        let root = Path::new(&plan.config.run.root);
        std::fs::create_dir_all(root).map_err(|error| RunError::write(root, error))?;
        sweep(root);
        let name = &plan.config.run.name;
        if !name.is_empty() && root.join(name).exists() {
            return Err(RunError::Exists { path: root.join(name) }.into());
        }
        let temporary = tempfile::Builder::new().prefix(".tmp-").tempdir_in(root);
        let temporary = temporary.map_err(|error| RunError::write(root, error))?;
        let inside = temporary.path();
        let failed = |error| RunError::write(root, error);
        open_to_others(inside).map_err(failed)?;
        for (name, bytes) in [
            (CONFIG, checkpoint::config_file(&plan.config)),
            (VOCABULARY, checkpoint::vocabulary_file(&plan.vocabulary)),
        ] {
            disk.write(&inside.join(name), &bytes).map_err(failed)?;
        }
        let checkpoints = RunDir::at(inside.to_owned()).checkpoints();
        disk.make_folder(&checkpoints).map_err(failed)?;
        let Snapshot { state, progress } = start;
        let files = Snapshot::files(state, progress, &plan.config, &plan.vocabulary)?;
        checkpoint::write(&disk, &checkpoints, start.progress.step, &files).map_err(failed)?;
        let path = place(&disk, inside, root, name, base)?;
        let _ = temporary.keep(); // it has another name by now
        disk.sync_folder(root).map_err(failed)?;
        Ok(Self::open(RunDir::at(path), &start.progress, disk)?)
    }

    /// Opens a run to go on with it, from its newest checkpoint that is whole. `tell` hears of
    /// checkpoints that could not be used.
    ///
    /// # Errors
    /// When another process writes to it, or no checkpoint is whole.
    pub fn resume(
        folder: RunDir,
        disk: Disk,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Result<(Self, Saved), RunError> {
        let lock = lock::lock(folder.path())?;
        let saved = folder.newest(tell)?;
        let files = RunFiles::open(folder.path(), &saved.progress)?;
        Ok((Self { folder, files, disk, _lock: lock }, saved))
    }

    fn open(folder: RunDir, progress: &Progress, disk: Disk) -> Result<Self, RunError> {
        let lock = lock::lock(folder.path())?;
        let files = RunFiles::open(folder.path(), progress)?;
        Ok(Self { folder, files, disk, _lock: lock })
    }

    /// The folder.
    pub fn folder(&self) -> &RunDir {
        &self.folder
    }

    /// Takes note of an event that came after `seconds` of training.
    pub(crate) fn note(&mut self, event: &Event<'_>, seconds: f64) -> Result<(), RunError> {
        self.files.on(event, seconds)
    }

    /// Writes a checkpoint, and removes those that are not to be kept.
    pub(crate) fn save(
        &mut self,
        plan: &Plan,
        state: &TrainState,
        progress: &mut Progress,
    ) -> Result<(), SaveError> {
        self.files.sync(&self.disk, progress)?;
        let files = Snapshot::files(state, progress, &plan.config, &plan.vocabulary)?;
        let Progress { step, best, .. } = *progress;
        let folder = self.folder.checkpoints();
        let failed = |error| RunError::write(&folder, error);
        let config = &plan.config.checkpoint;
        let keep: Vec<u64> = best.iter().map(|best| best.step).collect();
        if let Err(error) = checkpoint::write(&self.disk, &folder, step, &files) {
            if error.kind() != std::io::ErrorKind::StorageFull {
                return Err(failed(error).into());
            }
            // Room may be made of all but the newest and the best.
            checkpoint::prune(&self.disk, &folder, step, 1, &keep).map_err(failed)?;
            checkpoint::write(&self.disk, &folder, step, &files).map_err(failed)?;
        }
        checkpoint::prune(&self.disk, &folder, step, config.keep_last, &keep).map_err(failed)?;
        Ok(())
    }

    /// Writes a checkpoint where there is room, in a folder of the system's for temporary files:
    /// the last resort.
    pub(crate) fn save_elsewhere(
        plan: &Plan,
        state: &TrainState,
        progress: &Progress,
    ) -> Option<PathBuf> {
        let folder = tempfile::Builder::new().prefix("charnn-").tempdir().ok()?.keep();
        let files = Snapshot::files(state, progress, &plan.config, &plan.vocabulary).ok()?;
        checkpoint::write(&Disk::default(), &folder, progress.step, &files).ok()?;
        Some(folder)
    }

    /// Goes back to the newest checkpoint that is whole and older than `step`: that of `step` itself
    /// would only lead here again. `None` where there is none.
    pub(crate) fn go_back(
        &mut self,
        step: u64,
        device: &Device,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Result<Option<Snapshot>, RunError> {
        let Some(saved) = self.folder.newest_before(step, tell) else { return Ok(None) };
        let snapshot = saved.restore(device)?;
        self.files.cut(&snapshot.progress)?;
        Ok(Some(snapshot))
    }
}

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

/// A folder with the permissions of any other new one; by itself `tempfile` hides it from others.
fn open_to_others(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let probe = folder.join("probe");
        std::fs::create_dir(&probe)?;
        let mode = probe.metadata()?.permissions().mode();
        std::fs::remove_dir(&probe)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Gives the folder `made` its name: `name`, or one of `base` and the time that nobody else has.
fn place(
    disk: &Disk,
    made: &Path,
    root: &Path,
    name: &str,
    base: &str,
) -> Result<PathBuf, RunError> {
    let take = |name: &str| {
        let path = root.join(name);
        if path.exists() {
            return Err(RunError::Exists { path });
        }
        match disk.rename(made, &path) {
            Ok(()) => Ok(path),
            Err(_) if path.exists() => Err(RunError::Exists { path }),
            Err(error) => Err(RunError::write(&path, error)),
        }
    };
    if !name.is_empty() {
        return take(name);
    }
    let stamp = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S");
    let base = base.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "-");
    let name = format!("{base}-{stamp}");
    match take(&name) {
        Err(RunError::Exists { .. }) => (2..100)
            .map(|number| take(&format!("{name}-{number}")))
            .find(|made| !matches!(made, Err(RunError::Exists { .. })))
            .unwrap_or_else(|| take(&name)),
        made => made,
    }
}

/// Removes what processes have left under `root` that died while they made a run's folder.
fn sweep(root: &Path) {
    const DEAD: Duration = Duration::from_hours(1);
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let age =
            entry.metadata().and_then(|it| it.modified()).ok().and_then(|it| it.elapsed().ok());
        let ours = entry.file_name().to_string_lossy().starts_with(".tmp-");
        if ours && age.is_some_and(|age| age > DEAD) {
            let _ = std::fs::remove_dir_all(entry.path()); // it is in nobody's way
        }
    }
}
