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
mod stranger;

pub use error::RunError;
pub use folder::{Choice, RunDir, Saved, Trained};
pub use stranger::Stranger;

use crate::checkpoint::{self, Best, CONFIG, Disk, Progress, Snapshot, VOCABULARY};
use crate::{Event, Plan, TrainState, Warning};
use charnn_data::is_hidden;
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
    /// The step of the best network that is on the disk.
    best: Option<u64>,
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
        let Snapshot { state, progress } = start;
        let files = Snapshot::files(state, progress, &plan.config, &plan.vocabulary)?;
        fill(&disk, inside, plan, progress.step, &files).map_err(failed)?;
        let path = place(&disk, inside, root, name, base)?;
        let _ = temporary.keep(); // it has another name by now
        disk.sync_folder(root).map_err(failed)?;
        Ok(Self::open(RunDir::at(path), &start.progress, disk)?)
    }

    /// Opens a run to go on with it, from its newest checkpoint that is whole. `tell` hears of
    /// checkpoints that could not be used. Nothing is changed before [`Run::restore`].
    ///
    /// # Errors
    /// When another process writes to it, or no checkpoint is whole.
    pub fn resume(
        folder: RunDir,
        disk: Disk,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<(Self, Saved), RunError> {
        let lock = lock::lock(folder.path())?;
        let saved = folder.newest(tell)?;
        let files = RunFiles::open(folder.path())?;
        let best = saved.progress.best.map(|best| best.step);
        Ok((Self { folder, files, disk, best, _lock: lock }, saved))
    }

    fn open(folder: RunDir, progress: &Progress, disk: Disk) -> Result<Self, RunError> {
        let lock = lock::lock(folder.path())?;
        let mut files = RunFiles::open(folder.path())?;
        files.cut(progress)?;
        Ok(Self { folder, files, disk, best: None, _lock: lock })
    }

    /// The folder.
    pub fn folder(&self) -> &RunDir {
        &self.folder
    }

    /// Takes note of an event that came after `seconds` of training.
    pub(crate) fn note(&mut self, event: &Event<'_>, seconds: f64) -> Result<(), RunError> {
        self.files.on(event, seconds)
    }

    /// Writes a checkpoint, and removes those that are not to be kept. Where the disk is full, room
    /// is made first of all but the newest and the best.
    pub(crate) fn save(
        &mut self,
        plan: &Plan,
        state: &TrainState,
        progress: &mut Progress,
    ) -> Result<(), SaveError> {
        let folder = self.folder.checkpoints();
        let step = progress.step;
        match self.write(plan, state, progress) {
            Err(SaveError::Run(RunError::Write { source, .. })) if is_full(source.kind()) => {
                let keep = self.best.as_slice();
                checkpoint::prune(&self.disk, &folder, step, 1, keep)
                    .map_err(|error| RunError::write(&folder, error))?;
                self.write(plan, state, progress)?;
            }
            written => written?,
        }
        if let Some(Best { step: best, .. }) = progress.best
            && checkpoint::list(&folder).iter().any(|(step, _)| *step == best)
        {
            self.best = Some(best);
        }
        let keep_last = plan.config.checkpoint.keep_last;
        // What cannot be removed now can be the next time; the checkpoint is there.
        let _ = checkpoint::prune(&self.disk, &folder, step, keep_last, self.best.as_slice());
        Ok(())
    }

    fn write(
        &mut self,
        plan: &Plan,
        state: &TrainState,
        progress: &mut Progress,
    ) -> Result<(), SaveError> {
        self.files.sync(&self.disk, progress)?;
        let files = Snapshot::files(state, progress, &plan.config, &plan.vocabulary)?;
        let folder = self.folder.checkpoints();
        checkpoint::write(&self.disk, &folder, progress.step, &files)
            .map_err(|error| RunError::write(&folder, error))?;
        Ok(())
    }

    /// Writes a run that can be gone on with where there is room, in a folder of the system's for
    /// temporary files: the last resort.
    pub(crate) fn save_elsewhere(
        plan: &Plan,
        state: &TrainState,
        progress: &Progress,
    ) -> Option<PathBuf> {
        let folder = tempfile::Builder::new().prefix("charnn-").tempdir().ok()?;
        let files = Snapshot::files(state, progress, &plan.config, &plan.vocabulary).ok()?;
        fill(&Disk::default(), folder.path(), plan, progress.step, &files).ok()?;
        Some(folder.keep())
    }

    /// Goes back to the newest checkpoint that is whole and older than `step`: that of `step` itself
    /// would only lead here again. `None` where there is none.
    pub(crate) fn go_back(
        &mut self,
        step: u64,
        device: &Device,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<Option<Snapshot>, RunError> {
        let mut before = step;
        while let Some(saved) = self.folder.newest_before(before, tell) {
            before = saved.progress.step;
            match saved.restore(device) {
                Ok(snapshot) => {
                    self.files.cut(&snapshot.progress)?;
                    return Ok(Some(snapshot));
                }
                Err(damage) => {
                    let message = damage.to_string();
                    tell(Warning::BadCheckpoint { path: saved.path, message });
                }
            }
        }
        Ok(None)
    }

    /// The run as `saved` says it was, on `device`; where its files do not fit each other, as the
    /// newest older checkpoint does.
    ///
    /// # Errors
    /// When none can be used.
    pub fn restore(
        &mut self,
        saved: Saved,
        device: &Device,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<Snapshot, RunError> {
        let snapshot = saved.restore(device).or_else(|damage| {
            let Saved { path, progress, .. } = saved;
            let message = damage.to_string();
            tell(Warning::BadCheckpoint { path: path.clone(), message: message.clone() });
            let back = self.go_back(progress.step, device, tell)?;
            back.ok_or(RunError::Damaged { path, message })
        })?;
        self.files.cut(&snapshot.progress)?;
        Ok(snapshot)
    }
}

/// Fills a run's folder: what it is, and its first checkpoint.
fn fill(
    disk: &Disk,
    folder: &Path,
    plan: &Plan,
    step: u64,
    files: &[(&str, Vec<u8>)],
) -> std::io::Result<()> {
    disk.write(&folder.join(CONFIG), &checkpoint::config_file(&plan.config))?;
    disk.write(&folder.join(VOCABULARY), &checkpoint::vocabulary_file(&plan.vocabulary))?;
    let checkpoints = RunDir::at(folder.to_owned()).checkpoints();
    disk.make_folder(&checkpoints)?;
    checkpoint::write(disk, &checkpoints, step, files)
}

fn is_full(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(kind, StorageFull | QuotaExceeded)
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
    let name = format!("{}-{stamp}", plain(base));
    match take(&name) {
        Err(RunError::Exists { .. }) => (2..100)
            .map(|number| take(&format!("{name}-{number}")))
            .find(|made| !matches!(made, Err(RunError::Exists { .. })))
            .unwrap_or_else(|| take(&name)),
        made => made,
    }
}

/// The beginning of `base` as any system takes it for the beginning of a folder's name.
fn plain(base: &str) -> String {
    const MOST_BYTES: usize = 100;
    let odd = |character| is_hidden(character) || r#"/\:*?"<>|"#.contains(character);
    let base = base.replace(odd, "-");
    let base = base.trim_start_matches('.');
    base[..base.floor_char_boundary(MOST_BYTES)].to_owned()
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
