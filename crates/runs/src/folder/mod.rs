//! A run's folder, for readers.

mod create;
mod lock;
mod not_a_run;
mod run_id;

pub use create::sweep;
pub(crate) use create::{TRASH, fill, leftovers, open_to_others, place};
pub use lock::Owner;
pub(crate) use lock::{Lock, NAME as LOCK, Whereabouts, not_a_file};
pub use not_a_run::NotARun;
pub use run_id::RunId;

use crate::checkpoint::{self, CONFIG, MANIFEST, VOCABULARY};
use crate::rows::METRICS;
use crate::{MetricRow, RunError};
use charnn_bundle::Vocabulary;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The folder of a run's checkpoints.
pub const CHECKPOINTS: &str = "checkpoints";

/// A run folder that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDir {
    path: PathBuf,
}

impl RunDir {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The run that `name` means: a run folder, the name of one under `root`, or `latest`.
    ///
    /// # Errors
    /// When it does not exist, or the folder cannot be read.
    pub fn find(name: &str, root: &Path) -> Result<Self, RunError> {
        let candidates = [PathBuf::from(name), root.join(name)];
        if let Some(path) = candidates.iter().find(|path| Self::is_run(path)) {
            return Ok(Self { path: path.clone() });
        }
        let mut runs = dated(root);
        match runs.pop() {
            Some((_, path)) if name == "latest" => Ok(Self { path }),
            newest => {
                candidates.iter().try_for_each(|path| check_readable(path))?;
                let runs = runs.into_iter().chain(newest).rev().take(10);
                let known = runs.map(|(_, path)| Self { path }.name()).collect();
                let instead = candidates.iter().find_map(|path| NotARun::at(path));
                let instead = instead.unwrap_or_else(|| NotARun::Nothing { root: root.to_owned() });
                Err(RunError::NotFound { name: name.to_owned(), instead, known })
            }
        }
    }

    /// Whether `path` is the folder of a run: it has a configuration and a vocabulary, or checkpoints. A
    /// checkpoint has the same files and a manifest.
    pub fn is_run(path: &Path) -> bool {
        let has = |name: &str| path.join(name).is_file();
        let is_whole = has(CONFIG) && has(VOCABULARY) && !has(MANIFEST);
        is_whole || checkpoint::list(&path.join(CHECKPOINTS)).is_ok_and(|all| !all.is_empty())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder that contains it, with other runs.
    pub fn root(&self) -> PathBuf {
        match (self.path.file_name(), self.path.parent()) {
            (Some(_), Some(parent)) => parent.to_owned(),
            _ => self.path.join(".."), // of "." too
        }
    }

    /// The folder's name.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The folder of its checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        self.path.join(CHECKPOINTS)
    }

    /// Whether it has a checkpoint to resume from.
    pub fn has_checkpoint(&self) -> bool {
        checkpoint::list(&self.checkpoints()).is_ok_and(|all| !all.is_empty())
    }

    /// Which checkpoints there are: their steps, and when each was written. A network that was loaded from the run is
    /// still the right one as long as this is the same.
    pub fn checkpoint_times(&self) -> Vec<(u64, Option<SystemTime>)> {
        let all = checkpoint::list(&self.checkpoints()).unwrap_or_default();
        let time = |path: &Path| path.metadata().ok()?.modified().ok();
        all.iter().map(|(step, path)| (*step, time(path))).collect()
    }

    /// The symbols of its network.
    ///
    /// # Errors
    /// When the file cannot be read or makes no sense.
    pub fn vocabulary(&self) -> Result<Vocabulary, RunError> {
        let path = self.path.join(VOCABULARY);
        let failed = |error| RunError::read(&path, error);
        if path.metadata().is_ok_and(|about| !about.is_file()) {
            return Err(failed(not_a_file())); // a pipe would block
        }
        let bytes = std::fs::read(&path).map_err(failed)?;
        serde_json::from_slice(&bytes).map_err(|error| failed(error.into()))
    }

    /// The training steps and evaluations so far. A last row that is not complete is left out: a process
    /// may be writing it.
    ///
    /// # Errors
    /// When the file cannot be read, or a complete row makes no sense.
    pub fn metrics(&self) -> Result<Vec<MetricRow>, RunError> {
        let path = self.path.join(METRICS);
        let failed = |error| RunError::read(&path, error);
        if path.metadata().is_ok_and(|about| !about.is_file()) {
            return Err(failed(not_a_file())); // a pipe would block
        }
        let text = std::fs::read_to_string(&path).map_err(failed)?;
        let complete = text.rfind('\n').map_or("", |end| &text[..end]);
        let rows = complete.lines().map(serde_json::from_str);
        rows.collect::<Result<_, _>>().map_err(|error| failed(error.into()))
    }
}

/// Reports a folder whose content is hidden from this process.
fn check_readable(path: &Path) -> Result<(), RunError> {
    for folder in [path.to_owned(), path.join(CHECKPOINTS)] {
        match std::fs::read_dir(&folder) {
            Err(error)
                if !matches!(
                    error.kind(),
                    ErrorKind::NotFound
                        | ErrorKind::NotADirectory
                        | ErrorKind::InvalidFilename
                        | ErrorKind::InvalidInput
                ) =>
            {
                return Err(RunError::read(&folder, error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// When the run at `path` was last trained: training appends to its metrics or cuts them.
pub(crate) fn used(path: &Path) -> Option<SystemTime> {
    let modified = |name: &str| path.join(name).metadata().ok()?.modified().ok();
    [CONFIG, METRICS].into_iter().filter_map(modified).max()
}

/// The run folders under `root`, the one that was trained last at the end.
fn dated(root: &Path) -> Vec<(SystemTime, PathBuf)> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut runs: Vec<_> = entries
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .filter(|path| path.join(CHECKPOINTS).is_dir() && RunDir::is_run(path))
        .filter_map(|path| used(&path).map(|used| (used, path)))
        .collect();
    runs.sort();
    runs
}

/// The run folders under `root`, by name.
pub(crate) fn runs(root: &Path) -> Vec<PathBuf> {
    let mut runs: Vec<PathBuf> = dated(root).into_iter().map(|(_, path)| path).collect();
    runs.sort();
    runs
}
