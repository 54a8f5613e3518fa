//! Space on the disk: how much a checkpoint needs, and what to remove where there is too little.

use super::{list, read, remove, sweep};
use crate::{Disk, free_space};
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

/// The unit in which most file systems give out space.
const BLOCK: u64 = 4096;

/// Bytes that a checkpoint of `files` needs, with a fifth to spare.
pub(crate) fn needed(files: &[(&str, Vec<u8>)]) -> u64 {
    let blocks = |bytes: usize| (bytes as u64).div_ceil(BLOCK) * BLOCK;
    let bytes: u64 = files.iter().map(|(_, bytes)| blocks(bytes.len())).sum();
    // The manifest and the folder take a block each.
    bytes + bytes / 5 + 2 * BLOCK
}

/// # Errors
/// When the disk has no space for a checkpoint of `files` in `folder`.
pub(super) fn check(folder: &Path, files: &[(&str, Vec<u8>)]) -> Result<()> {
    let needed = needed(files);
    match free_space(folder) {
        Some(free) if free < needed => {
            let message = format!("{free} bytes are free, and a checkpoint needs {needed}");
            Err(Error::new(ErrorKind::StorageFull, message))
        }
        _ => Ok(()),
    }
}

/// Removes checkpoints until `needed` bytes are free, except those of the steps in `keep`: damaged ones
/// first, then the oldest. If removing all of them would not free enough, it removes nothing. Returns whether
/// there is enough space now.
///
/// # Errors
/// When one cannot be removed.
pub(crate) fn make(disk: &Disk, folder: &Path, needed: u64, keep: &[u64]) -> Result<bool> {
    // A disk that is full although it reports free space, as with a quota, may have nothing left.
    let contradicts = free_space(folder).is_none_or(|free| free >= needed);
    sweep(disk, folder)?;
    let mut free = if contradicts { 0 } else { free_space(folder).unwrap_or(0) };
    let others = list(folder)?.into_iter().filter(|(step, _)| !keep.contains(step));
    let mut others: Vec<_> = others
        .map(|(step, path)| (read(&path, None, step).is_ok(), step, bytes_in(&path), path))
        .collect();
    others.sort();
    if free + others.iter().map(|(_, _, bytes, _)| bytes).sum::<u64>() < needed {
        return Ok(false);
    }
    for (_, _, bytes, path) in others {
        if free >= needed {
            break;
        }
        remove(disk, &path)?;
        free += bytes;
    }
    Ok(true)
}

/// The bytes of the files in `folder`.
fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::super::folder_name;
    use super::super::tests::{put, whole};
    use super::*;

    /// A folder with checkpoints of these steps, that of 2 damaged, and the bytes of one.
    fn folder(steps: &[u64]) -> (tempfile::TempDir, u64) {
        let folder = tempfile::tempdir().unwrap();
        for step in steps {
            put(folder.path(), *step, "text");
        }
        let damaged = folder.path().join(folder_name(2));
        let bytes = bytes_in(&damaged);
        let config = damaged.join(super::super::CONFIG);
        let text = std::fs::read_to_string(&config).unwrap().replace("text", "tent");
        std::fs::write(config, text).unwrap();
        (folder, bytes)
    }

    fn steps(folder: &Path) -> Vec<u64> {
        list(folder).unwrap().into_iter().map(|(step, _)| step).collect()
    }

    #[test]
    fn damaged_checkpoints_go_first_then_the_oldest_and_no_more_than_needed() {
        let (folder, bytes) = folder(&[1, 2, 3, 4, 5]);
        assert!(make(&Disk::quick(), folder.path(), bytes, &[5]).unwrap());
        assert_eq!(steps(folder.path()), [1, 3, 4, 5]);
        assert!(make(&Disk::quick(), folder.path(), bytes + 1, &[5, 3]).unwrap());
        assert_eq!(steps(folder.path()), [3, 5]);
    }

    #[test]
    fn nothing_is_removed_in_vain() {
        let (folder, bytes) = folder(&[1, 2, 3]);
        assert!(!make(&Disk::quick(), folder.path(), 2 * bytes + 1, &[3]).unwrap());
        assert_eq!(steps(folder.path()), [1, 2, 3]);
        assert_eq!(whole(folder.path()).len(), 2);
    }
}
