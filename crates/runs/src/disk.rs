//! The file operations that runs are made of. Tests make each of them fail.

use std::fs::{self, File, TryLockError};
use std::io::{Error, ErrorKind, Result, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A file system. The default one writes to the device; the others are for tests.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    fault: Option<Arc<Fault>>,
}

#[derive(Debug)]
struct Fault {
    /// Operations that still succeed.
    left: AtomicI64,
    /// Whether all later operations fail too.
    forever: bool,
    kind: ErrorKind,
}

impl Disk {
    /// A disk whose operation number `at`, counted from 0, fails with `kind`. With `forever`, all later
    /// operations fail too. A full disk ([`ErrorKind::StorageFull`]) still removes files.
    pub fn failing(at: u32, kind: ErrorKind, forever: bool) -> Self {
        let fault = Fault { left: AtomicI64::new(at.into()), forever, kind };
        Self { fault: Some(Arc::new(fault)) }
    }

    /// A disk that never fails and never waits for the device.
    pub fn quick() -> Self {
        Self::failing(u32::MAX, ErrorKind::Other, false)
    }

    /// Whether the injected failure has happened.
    pub fn has_failed(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.left.load(Ordering::Relaxed) < 0)
    }

    /// Makes a folder.
    pub(crate) fn make_folder(&self, path: &Path) -> Result<()> {
        self.permit()?;
        fs::create_dir(path)
    }

    /// Writes a new file and waits until it is on the device.
    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        self.permit()?;
        let mut file = File::options().write(true).create_new(true).open(path)?;
        if let Err(error) = self.permit() {
            file.write_all(&bytes[..bytes.len() / 2])?; // as when the disk fills up
            return Err(error);
        }
        file.write_all(bytes)?;
        self.sync(&file)
    }

    /// Writes `bytes` into a file from position `at` on.
    pub(crate) fn write_at(&self, mut file: &File, at: u64, bytes: &[u8]) -> Result<()> {
        file.seek(SeekFrom::Start(at))?;
        if let Err(error) = self.permit() {
            file.write_all(&bytes[..bytes.len() / 2])?; // as when the disk fills up
            return Err(error);
        }
        file.write_all(bytes)
    }

    /// Cuts a file to `length` bytes.
    pub(crate) fn cut(&self, file: &File, length: u64) -> Result<()> {
        self.permit_on_full_disk()?;
        file.set_len(length)
    }

    /// Replaces a file. A reader sees the old file or the new one, never a part.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = path.with_file_name(format!(".tmp-{name}"));
        if temporary.exists() {
            fs::remove_file(&temporary)?; // of a process that died
        }
        self.write(&temporary, bytes)?;
        self.rename(&temporary, path)?;
        self.sync_folder(path.parent().unwrap_or(Path::new("")))
    }

    /// Waits until the content of a file is on the device.
    pub(crate) fn sync(&self, file: &File) -> Result<()> {
        self.permit()?;
        if self.fault.is_none() { file.sync_all() } else { Ok(()) }
    }

    /// Waits until the names in a folder are on the device. Systems that cannot open folders write names
    /// in order.
    pub(crate) fn sync_folder(&self, path: &Path) -> Result<()> {
        self.permit()?;
        if cfg!(unix) && self.fault.is_none() { File::open(path)?.sync_all() } else { Ok(()) }
    }

    /// Renames a file or folder.
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.permit_on_full_disk()?;
        fs::rename(from, to)
    }

    /// Removes a folder and its content.
    pub(crate) fn remove_folder(&self, path: &Path) -> Result<()> {
        self.permit_on_full_disk()?;
        fs::remove_dir_all(path)
    }

    /// Removes a symbolic link to a folder.
    pub(crate) fn remove_link(&self, path: &Path) -> Result<()> {
        self.permit_on_full_disk()?;
        if cfg!(windows) { fs::remove_dir(path) } else { fs::remove_file(path) }
    }

    /// Locks a file for this process. Of the injected failures, only [`ErrorKind::Unsupported`] counts: a
    /// file system without locks.
    pub(crate) fn lock(&self, file: &File) -> std::result::Result<(), TryLockError> {
        if self.fault.as_ref().is_some_and(|fault| fault.kind == ErrorKind::Unsupported) {
            self.permit().map_err(TryLockError::Error)?;
        }
        file.try_lock()
    }

    /// [`Disk::permit`] for operations that need no space.
    fn permit_on_full_disk(&self) -> Result<()> {
        let needs_no_space = |error: Error| match error.kind() {
            ErrorKind::StorageFull => Ok(()),
            _ => Err(error),
        };
        self.permit().or_else(needs_no_space)
    }

    fn permit(&self) -> Result<()> {
        let Some(fault) = &self.fault else { return Ok(()) };
        let left = fault.left.fetch_sub(1, Ordering::Relaxed);
        if left == 0 || (left < 0 && fault.forever) {
            return Err(Error::new(fault.kind, "an injected failure"));
        }
        Ok(())
    }
}

/// Bytes that are free where `folder` is or would be made; `None` where the system does not say.
pub fn free_space(folder: &Path) -> Option<u64> {
    let folder = std::path::absolute(folder).ok()?;
    fs4::available_space(folder.ancestors().find(|folder| folder.exists())?).ok()
}
