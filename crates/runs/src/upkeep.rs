//! Removing runs and what they leave behind, and verifying their checkpoints.

use crate::checkpoint;
use crate::folder::{self, Lock, TRASH};
use crate::{CheckpointSelector, Damage, Disk, RunDir, RunError, RunId};
use std::path::{Path, PathBuf};

/// Something that can be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Garbage {
    /// The folder.
    pub path: PathBuf,
    /// The bytes of its files.
    pub bytes: u64,
}

/// A checkpoint that was read in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its step.
    pub step: u64,
    /// Its folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub damage: Option<Damage>,
}

impl RunDir {
    /// Removes the run: first its name, so that no reader meets a part of it. Of a symbolic link only the
    /// link is removed.
    ///
    /// # Errors
    /// When another process writes to it, or something cannot be removed.
    pub fn remove(self, disk: &Disk) -> Result<(), RunError> {
        let named: PathBuf = self.path().components().collect(); // without a slash at its end
        if named.is_symlink() {
            return disk.remove_link(&named).map_err(|error| RunError::write(&named, error));
        }
        // A path such as `runs/.` has no name of its own.
        let path =
            self.path().canonicalize().map_err(|error| RunError::read(self.path(), error))?;
        let lock = Lock::take(disk, &path)?;
        // On Windows a folder with open files cannot be renamed.
        let lock = if cfg!(windows) { None } else { Some(lock) };
        let failed = |error| RunError::write(&path, error);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let trash = path.with_file_name(format!("{TRASH}{name}"));
        if trash.exists() {
            disk.remove_folder(&trash).map_err(failed)?; // of a process that died
        }
        disk.rename(&path, &trash).map_err(failed)?;
        drop(lock);
        disk.remove_folder(&trash).map_err(failed)
    }

    /// Reads every checkpoint in full and compares it with its checksums; the oldest first. Checkpoints
    /// that a trainer prunes at the same time are left out.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn verify(&self) -> Result<Vec<Verified>, RunError> {
        let folder = self.checkpoints();
        let all = checkpoint::list(&folder).map_err(|error| RunError::read(&folder, error))?;
        let id = RunId::of_folder(self.path());
        let verify = |(step, path): (u64, PathBuf)| {
            let read = checkpoint::read(&path, id.as_ref(), step);
            let damage = read.and_then(|loaded| loaded.bundle().map(drop)).err();
            (damage.is_none() || path.exists()).then_some(Verified { step, path, damage })
        };
        Ok(all.into_iter().filter_map(verify).collect())
    }

    /// What can be removed of the run: folders of processes that died, and with `keep_last` the
    /// checkpoints except that many of the newest and the best. Where no checkpoint can be used, none is
    /// named. With `remove`, all of it is removed.
    ///
    /// # Errors
    /// When another process writes to the run, or something cannot be removed.
    fn garbage(
        &self,
        keep_last: Option<usize>,
        remove: bool,
        disk: &Disk,
    ) -> Result<Vec<Garbage>, RunError> {
        let folder = self.checkpoints();
        let _lock = Lock::take(disk, self.path())?;
        let failed = |error| RunError::write(&folder, error);
        let leftovers = checkpoint::leftovers(&folder).map_err(failed)?;
        let mut surplus = Vec::new();
        if let Some(keep_last) = keep_last {
            let step = |loaded: crate::LoadedCheckpoint| Ok(loaded.progress.step);
            if let Ok(newest) = self.load_with(CheckpointSelector::Last, step, &mut |_| ()) {
                let best = self.best_step();
                let found = checkpoint::surplus(&folder, newest, keep_last, best.as_slice());
                surplus = found.map_err(failed)?;
            }
        }
        let all = leftovers.iter().chain(&surplus).cloned().map(Garbage::at).collect();
        if remove {
            surplus.iter().try_for_each(|path| checkpoint::remove(disk, path)).map_err(failed)?;
            checkpoint::sweep(disk, &folder).map_err(failed)?;
        }
        Ok(all)
    }
}

impl Garbage {
    fn at(path: PathBuf) -> Self {
        Self { bytes: folder_bytes(&path), path }
    }
}

/// What can be removed under `root`: folders that processes left behind when they died more than an hour
/// ago, and with `keep_last` the checkpoints of every run except that many of the newest and the best. With
/// `remove`, all of it is removed. Runs in training, and runs that fail, are reported to `tell` and left
/// alone.
pub fn garbage(
    root: &Path,
    keep_last: Option<usize>,
    remove: bool,
    disk: &Disk,
    tell: &mut dyn FnMut(RunError),
) -> Vec<Garbage> {
    let mut all: Vec<Garbage> = folder::leftovers(root).into_iter().map(Garbage::at).collect();
    if remove {
        folder::sweep(root);
        all.retain(|it| !it.path.exists());
    }
    for run in folder::runs(root) {
        match RunDir::at(run).garbage(keep_last, remove, disk) {
            Ok(found) => all.extend(found),
            Err(error) => tell(error),
        }
    }
    all
}

/// The bytes of all files below `folder`. Links are not followed: a link to a folder has none.
pub fn folder_bytes(folder: &Path) -> u64 {
    if folder.components().collect::<PathBuf>().is_symlink() {
        return 0;
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.filter_map(|entry| {
        let about = entry.metadata().ok()?;
        Some(if about.is_dir() { folder_bytes(&entry.path()) } else { about.len() })
    });
    bytes.sum()
}
