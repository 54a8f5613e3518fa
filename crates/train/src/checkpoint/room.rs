//! Room on the disk: how much a checkpoint needs, and what may go where there is too little.

use super::{list, read, remove, sweep};
use crate::checkpoint::Disk;
use charnn_data::free_space;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

/// What a file system gives out at once, mostly.
const BLOCK: u64 = 4096;

/// Bytes that a checkpoint of `files` needs, with a fifth to spare.
pub(crate) fn needed(files: &[(&str, Vec<u8>)]) -> u64 {
    let blocks = |bytes: usize| (bytes as u64).div_ceil(BLOCK) * BLOCK;
    let bytes: u64 = files.iter().map(|(_, bytes)| blocks(bytes.len())).sum();
    // The manifest and the folder are a block each.
    bytes + bytes / 5 + 2 * BLOCK
}

/// # Errors
/// When there is no room for a checkpoint of `files` in `folder`.
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

/// Removes checkpoints until `needed` bytes are free, but for those of the steps in `keep`: damaged
/// ones first, then the oldest. Where all of them together are not enough, none is removed. Whether
/// there is room now.
///
/// # Errors
/// When one cannot be removed.
pub(crate) fn make(disk: &Disk, folder: &Path, needed: u64, keep: &[u64]) -> Result<bool> {
    // A disk that is full although it says otherwise, as by a quota, may have nothing left.
    let says_otherwise = free_space(folder).is_none_or(|free| free >= needed);
    sweep(disk, folder)?;
    let mut free = if says_otherwise { 0 } else { free_space(folder).unwrap_or(0) };
    let others = list(folder).into_iter().filter(|(step, _)| !keep.contains(step));
    let mut others: Vec<_> = others
        .map(|(step, path)| (read(&path, step).is_ok(), step, bytes_in(&path), path))
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
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::super::tests::{content, whole};
    use super::super::{folder_name, write};
    use super::*;

    /// A folder with checkpoints of these steps, that of 2 damaged, and the bytes of one.
    fn folder(steps: &[u64]) -> (tempfile::TempDir, u64) {
        let folder = tempfile::tempdir().unwrap();
        for step in steps {
            write(&Disk::quick(), folder.path(), *step, &content("text")).unwrap();
        }
        let damaged = folder.path().join(folder_name(2));
        let bytes = bytes_in(&damaged);
        let config = damaged.join(super::super::CONFIG);
        let text = std::fs::read_to_string(&config).unwrap().replace("text", "tent");
        std::fs::write(config, text).unwrap();
        (folder, bytes)
    }

    fn steps(folder: &Path) -> Vec<u64> {
        list(folder).into_iter().map(|(step, _)| step).collect()
    }

    #[test]
    fn damaged_ones_go_first_and_then_the_oldest_and_no_more_than_needed() {
        let (folder, bytes) = folder(&[1, 2, 3, 4, 5]);
        assert!(make(&Disk::quick(), folder.path(), bytes, &[5]).unwrap());
        assert_eq!(steps(folder.path()), [1, 3, 4, 5]);
        assert!(make(&Disk::quick(), folder.path(), bytes + 1, &[5, 3]).unwrap());
        assert_eq!(steps(folder.path()), [3, 5]);
    }

    #[test]
    fn what_would_be_in_vain_is_not_removed() {
        let (folder, bytes) = folder(&[1, 2, 3]);
        assert!(!make(&Disk::quick(), folder.path(), 2 * bytes + 1, &[3]).unwrap());
        assert_eq!(steps(folder.path()), [1, 2, 3]);
        assert_eq!(whole(folder.path()).len(), 2);
    }
}
