//! Free space on a disk.

use std::path::Path;

/// Bytes that are free where `folder` is or would be made; `None` where the system does not say.
pub fn free_space(folder: &Path) -> Option<u64> {
    let folder = std::path::absolute(folder).ok()?;
    fs4::available_space(folder.ancestors().find(|folder| folder.exists())?).ok()
}
