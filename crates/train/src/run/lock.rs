//! Who writes to a run: one process at a time, by a lock that the system takes back when the
//! process ends, however it ends.

use super::RunError;
use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// The file that is locked, and written when it is.
pub(super) const NAME: &str = ".lock";

/// Takes the lock of a run's folder, for as long as the file is open.
///
/// # Errors
/// When another process has it, or the folder cannot be written.
pub(super) fn lock(folder: &Path) -> Result<File, RunError> {
    let path = folder.join(NAME);
    let failed = |error| RunError::write(&path, error);
    let mut options = File::options();
    let file = options.read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = file.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut owner = String::new();
            // On Windows a locked file cannot be read.
            let known = file.read_to_string(&mut owner).is_ok() && !owner.is_empty();
            let owner = if known { owner.trim().to_owned() } else { "another process".into() };
            return Err(RunError::Locked { path: folder.to_owned(), owner });
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let now = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S");
    let owner = format!("process {} since {now}\n", std::process::id());
    file.set_len(0).map_err(failed)?;
    file.write_all(owner.as_bytes()).map_err(failed)?;
    Ok(file)
}
