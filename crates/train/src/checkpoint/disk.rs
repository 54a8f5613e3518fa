//! The few file operations that checkpoints are made of, each of which a test can make fail.
//!
//! Knows nothing of what it writes.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Result, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A file system; in tests, one that fails at an operation chosen in advance, and that does not
/// wait for the device.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    fault: Option<Arc<Fault>>,
}

#[derive(Debug)]
struct Fault {
    /// Operations that still succeed.
    left: AtomicI64,
    /// Whether later ones fail too.
    forever: bool,
    kind: ErrorKind,
}

impl Disk {
    /// A disk whose operation number `at`, counted from 0, fails with `kind`, and with `forever`
    /// all operations after it; a full one still removes. For tests of what happens then.
    pub fn failing(at: u32, kind: ErrorKind, forever: bool) -> Self {
        let fault = Fault { left: AtomicI64::new(at.into()), forever, kind };
        Self { fault: Some(Arc::new(fault)) }
    }

    /// A disk that never fails, and does not wait for the device: for tests that write a lot.
    pub fn quick() -> Self {
        Self::failing(u32::MAX, ErrorKind::Other, false)
    }

    /// Whether the failure that was ordered has come.
    pub fn has_failed(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.left.load(Ordering::Relaxed) < 0)
    }

    /// Makes a folder.
    pub(crate) fn make_folder(&self, path: &Path) -> Result<()> {
        self.permit()?;
        fs::create_dir(path)
    }

    /// Writes a new file and waits until the device has it.
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

    /// Writes what a file holds from the byte `at` on.
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
        self.permit_where_full()?;
        file.set_len(length)
    }

    /// Writes a file in the place of another: whoever reads meets one of them, as a whole.
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

    /// Waits until the device has what the file holds.
    pub(crate) fn sync(&self, file: &File) -> Result<()> {
        self.permit()?;
        if self.fault.is_none() { file.sync_all() } else { Ok(()) }
    }

    /// Waits until the device knows the names in a folder. Where folders cannot be opened, the
    /// system writes names in order.
    pub(crate) fn sync_folder(&self, path: &Path) -> Result<()> {
        self.permit()?;
        if cfg!(unix) && self.fault.is_none() { File::open(path)?.sync_all() } else { Ok(()) }
    }

    /// Gives a file or folder another name.
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.permit_where_full()?;
        fs::rename(from, to)
    }

    /// Removes a folder with all that is in it.
    pub(crate) fn remove_folder(&self, path: &Path) -> Result<()> {
        self.permit_where_full()?;
        fs::remove_dir_all(path)
    }

    /// Like [`Disk::permit`], for what takes no room.
    fn permit_where_full(&self) -> Result<()> {
        let takes_room = |error: &Error| error.kind() != ErrorKind::StorageFull;
        self.permit().or_else(|error| if takes_room(&error) { Err(error) } else { Ok(()) })
    }

    fn permit(&self) -> Result<()> {
        let Some(fault) = &self.fault else { return Ok(()) };
        let left = fault.left.fetch_sub(1, Ordering::Relaxed);
        if left == 0 || (left < 0 && fault.forever) {
            return Err(Error::new(fault.kind, "a failure that was ordered"));
        }
        Ok(())
    }
}
