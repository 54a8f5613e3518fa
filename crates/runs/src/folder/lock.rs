//! One process writes to a run: the operating system locks a file in the run's folder, and unlocks it
//! when the process ends, however it ends.

use crate::{Disk, RunError};
use charnn_message::NotAFile;
use same_file::Handle;
use std::fs::{File, TryLockError};
use std::io::{Error, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The locked file.
pub(crate) const NAME: &str = ".lock";

/// A list of runs tries the lock of each and holds it for an instant; a writer that meets it tries again.
const ATTEMPTS: u32 = 4;
/// The time between two attempts.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(15);

/// The lock of a run's folder, held until it is dropped. It identifies the folder, even if its name
/// changes.
#[derive(Debug)]
pub(crate) struct Lock {
    _open: File,
    file: Handle,
    folder: Handle,
}

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The id of the process.
    pub process: String,
    /// When it took the lock.
    pub since: String,
}

/// Where the locked folder is, compared with where it was.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Whereabouts {
    /// At the same path.
    Same,
    /// At another path.
    Moved(PathBuf),
    /// Nowhere that is known; another folder has its path.
    Replaced,
    /// Nowhere that is known; nothing has its path.
    Gone,
    /// At the same path, without the lock file.
    Unlocked,
}

impl Lock {
    /// Locks the run in `folder`.
    ///
    /// # Errors
    /// When another process holds the lock, the file system has no locks, or the folder cannot be
    /// written.
    pub(crate) fn take(disk: &Disk, folder: &Path) -> Result<Self, RunError> {
        let path = folder.join(NAME);
        let failed = |error| RunError::write(&path, error);
        if path.metadata().is_ok_and(|about| !about.is_file()) {
            return Err(failed(not_a_file())); // a pipe would block
        }
        let mut options = File::options();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.map_err(failed)?;
        let mut attempts = 1..ATTEMPTS;
        let mut locked = disk.lock(&file);
        while matches!(locked, Err(TryLockError::WouldBlock)) && attempts.next().is_some() {
            std::thread::sleep(PAUSE);
            locked = disk.lock(&file);
        }
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                // On Windows a locked file cannot be read.
                let owner = file.read_to_string(&mut owner).ok().and_then(|_| Owner::parse(&owner));
                return Err(RunError::Locked { path: folder.to_owned(), owner });
            }
            Err(TryLockError::Error(source)) => {
                return Err(RunError::NoLocks { path: folder.to_owned(), source });
            }
        }
        file.set_len(0).map_err(failed)?;
        file.write_all(Owner::this().to_line().as_bytes()).map_err(failed)?;
        let handle = Handle::from_file(file.try_clone().map_err(failed)?).map_err(failed)?;
        let folder = Handle::from_path(folder).map_err(failed)?;
        Ok(Self { _open: file, file: handle, folder })
    }

    /// Where the folder is that was at `folder` when it was last seen. A folder that was moved is found
    /// under another name beside its old place.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn find(&self, folder: &Path) -> std::io::Result<Whereabouts> {
        let found = match Handle::from_path(folder.join(NAME)) {
            Ok(lock) if lock == self.file => return Ok(Whereabouts::Same),
            Ok(_) => Whereabouts::Replaced,
            Err(error) if is_absence(&error) => match Handle::from_path(folder) {
                Ok(found) if found == self.folder => return Ok(Whereabouts::Unlocked),
                Ok(_) => Whereabouts::Replaced,
                Err(error) if is_absence(&error) => Whereabouts::Gone,
                Err(error) => return Err(error),
            },
            Err(error) => return Err(error),
        };
        let beside = folder.parent().map_or(Path::new("."), |parent| match parent.as_os_str() {
            name if name.is_empty() => Path::new("."),
            _ => parent,
        });
        let mut entries = std::fs::read_dir(beside).into_iter().flatten().flatten();
        let moved = entries
            .find(|entry| self.is_in(&entry.path()))
            .map(|entry| folder.with_file_name(entry.file_name()));
        Ok(moved.map_or(found, Whereabouts::Moved))
    }

    /// Whether this is the lock in `folder`.
    fn is_in(&self, folder: &Path) -> bool {
        let path = folder.join(NAME);
        let is_file = path.metadata().is_ok_and(|about| about.is_file()); // a pipe would block
        is_file && Handle::from_path(path).is_ok_and(|lock| lock == self.file)
    }
}

fn is_absence(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

pub(crate) fn not_a_file() -> Error {
    Error::new(ErrorKind::InvalidInput, NotAFile)
}

impl Owner {
    fn this() -> Self {
        let since = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S").to_string();
        Self { process: std::process::id().to_string(), since }
    }

    /// The content of a lock file.
    fn to_line(&self) -> String {
        format!("process {} since {}\n", self.process, self.since)
    }

    fn parse(line: &str) -> Option<Self> {
        let (process, since) = line.trim().strip_prefix("process ")?.split_once(" since ")?;
        Some(Self { process: process.to_owned(), since: since.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn a_second_lock_names_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(&Disk::quick(), folder.path()).unwrap();
        let error = Lock::take(&Disk::quick(), folder.path()).unwrap_err();
        let RunError::Locked { owner: Some(owner), .. } = error else { panic!("{error:?}") };
        assert_eq!(owner.process, std::process::id().to_string());
        drop(first);
        Lock::take(&Disk::quick(), folder.path()).unwrap();
    }

    #[test]
    fn a_file_system_without_locks_is_named_as_the_cause() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::failing(0, ErrorKind::Unsupported, false);
        let error = Lock::take(&disk, folder.path()).unwrap_err();
        assert!(matches!(error, RunError::NoLocks { .. }), "{error:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_followed_or_known_to_be_replaced() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        std::fs::create_dir(path("a")).unwrap();
        let lock = Lock::take(&Disk::quick(), &path("a")).unwrap();
        let find = || lock.find(&path("a")).unwrap();
        assert_eq!(find(), Whereabouts::Same);
        std::fs::remove_file(path("a").join(NAME)).unwrap();
        assert_eq!(find(), Whereabouts::Unlocked);
        let lock = Lock::take(&Disk::quick(), &path("a")).unwrap();
        let find = || lock.find(&path("a")).unwrap();
        std::fs::rename(path("a"), path("b")).unwrap();
        assert_eq!(find(), Whereabouts::Moved(path("b")));
        std::fs::create_dir(path("a")).unwrap();
        assert_eq!(
            find(),
            Whereabouts::Moved(path("b")),
            "even where its old path has been reused"
        );
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::rename(path("b"), elsewhere.path().join("b")).unwrap();
        assert_eq!(find(), Whereabouts::Replaced);
        std::fs::remove_dir(path("a")).unwrap();
        assert_eq!(find(), Whereabouts::Gone);
    }
}
