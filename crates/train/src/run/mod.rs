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
mod save;
mod stranger;

pub use error::RunError;
pub use folder::{Choice, RunDir, Saved, Trained};
pub use save::SaveError;
pub use stranger::Stranger;

use crate::checkpoint::{self, CONFIG, Disk, Snapshot, VOCABULARY};
use crate::{Plan, Warning};
use charnn_kernels::device::Device;
use charnn_message::is_hidden;
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
    /// The step of the checkpoint that was written or read last: while nothing newer is there, all
    /// that the run has.
    newest: u64,
    /// The step of the best network that is on the disk.
    best: Option<u64>,
    /// The configuration as that checkpoint has it; nothing where it may have another.
    config: Vec<u8>,
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
        std::fs::create_dir_all(root).map_err(|error| RunError::create(root, error))?;
        sweep(root);
        let name = &plan.config.run.name;
        if !name.is_empty() && root.join(name).exists() {
            return Err(RunError::Exists { path: root.join(name) }.into());
        }
        let temporary = tempfile::Builder::new().prefix(".tmp-").tempdir_in(root);
        let temporary = temporary.map_err(|error| RunError::create_inside(root, &error))?;
        let inside = temporary.path();
        let failed = |error| RunError::create(root, error);
        open_to_others(inside).map_err(failed)?;
        let Snapshot { state, progress } = start;
        let files = Snapshot::files(state, progress, &plan.config, &plan.vocabulary)?;
        fill(&disk, inside, plan, progress.step, &files)
            .and_then(|()| disk.sync_folder(inside))
            .map_err(failed)?;
        let path = place(&disk, inside, root, name, base)?;
        let _ = temporary.keep(); // it has another name by now
        disk.sync_folder(root).map_err(failed)?;
        let lock = lock::lock(&path)?;
        let mut files = RunFiles::open(&path, disk.clone())?;
        files.cut(progress)?;
        let config = checkpoint::config_file(&plan.config);
        let folder = RunDir::at(path);
        Ok(Self { folder, files, disk, newest: progress.step, best: None, config, _lock: lock })
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
        let files = RunFiles::open(folder.path(), disk.clone())?;
        let newest = saved.progress.step;
        let config = checkpoint::config_file(&saved.config);
        Ok((Self { folder, files, disk, newest, best: None, config, _lock: lock }, saved))
    }

    /// The folder.
    pub fn folder(&self) -> &RunDir {
        &self.folder
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
        let snapshot = match saved.restore(device) {
            Ok(snapshot) => snapshot,
            Err(damage) => {
                let Saved { path, progress, .. } = saved;
                let message = damage.to_string();
                tell(Warning::BadCheckpoint { path: path.clone(), message: message.clone() });
                self.config.clear(); // what the older one says may be another
                let older = self.older(progress.step, device, tell);
                older.ok_or(RunError::Damaged { path, message })?
            }
        };
        self.newest = snapshot.progress.step;
        (_, self.best) = self.folder.best();
        self.files.cut(&snapshot.progress)?;
        let _ = checkpoint::sweep(&self.disk, &self.folder.checkpoints()); // in nobody's way
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
            Err(error) => Err(RunError::create(&path, error)),
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
    // A dash would make a flag of it.
    let base = base.trim_start_matches(['.', '-']);
    let base = if base.is_empty() { "text" } else { base };
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
