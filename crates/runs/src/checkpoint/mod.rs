//! Checkpoints: folders that exist as a whole or not at all.
//!
//! ```text
//! checkpoints/step-00001200/    renamed into place when everything is on the device
//!   config.toml vocab.json      what the network is
//!   model.safetensors           its weights
//!   optimizer.safetensors       the state of the optimizer
//!   carried.safetensors         the recurrent state of every batch row, where training carries it
//!   progress.toml               how far the run is
//!   MANIFEST.json               sizes and BLAKE3 checksums of the others, written last
//! ```
//!
//! Owns: how such a folder is written, found, verified and removed. A process may die at any moment.
//! Names that begin with a dot are temporary, and the next writer removes them.

mod damage;
mod loaded;
mod manifest;
mod packed;
mod progress;
mod room;

pub use damage::Damage;
pub use loaded::LoadedCheckpoint;
pub(crate) use manifest::NAME as MANIFEST;
pub use progress::{Best, Hardware, Plateau, Progress};
pub(crate) use room::{make as make_room, needed as needed_room};

use crate::{Disk, RunId};
use charnn_message::Text;
use manifest::{Digest, Manifest};
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// The configuration of a run or a checkpoint.
pub const CONFIG: &str = "config.toml";
/// The vocabulary of a run or a checkpoint.
pub const VOCABULARY: &str = "vocab.json";
/// The weights.
pub const WEIGHTS: &str = "model.safetensors";
/// The state of the optimizer.
pub const OPTIMIZER: &str = "optimizer.safetensors";
/// The recurrent state of every batch row.
pub const STATE: &str = "carried.safetensors";
/// How far the run is.
pub const PROGRESS: &str = "progress.toml";

/// The files that are read first: they bound the size of the others.
const TEXTS: [&str; 3] = [CONFIG, VOCABULARY, PROGRESS];
/// The most bytes of each.
const MOST_TEXT_BYTES: u64 = 64 << 20;

/// The files of a checkpoint, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

fn folder_name(step: u64) -> String {
    format!("step-{step:08}")
}

/// Writes the checkpoint of `step` into `folder`, in place of one of the same step.
///
/// # Errors
/// When an operation fails. What was there before is then still there.
pub(crate) fn write(
    disk: &Disk,
    folder: &Path,
    run: Option<&RunId>,
    step: u64,
    files: &[(&str, Vec<u8>)],
) -> Result<(), Error> {
    room::check(folder, files)?;
    let temporary = folder.join(format!(".tmp-{}", folder_name(step)));
    let written = fill(disk, &temporary, run, step, files).and_then(|()| {
        let place = folder.join(folder_name(step));
        if !place.exists() {
            disk.rename(&temporary, &place)?;
            return disk.sync_folder(folder);
        }
        // One of the same step steps aside, where `list` finds it if the process dies here.
        let aside = trash(&place);
        if aside.exists() {
            disk.remove_folder(&aside)?;
        }
        disk.rename(&place, &aside)?;
        if let Err(error) = disk.rename(&temporary, &place) {
            let _ = std::fs::rename(&aside, &place);
            return Err(error);
        }
        disk.sync_folder(folder)?;
        disk.remove_folder(&aside)
    });
    if written.is_err() && temporary.exists() {
        // Frees the space. If this fails too, the next writer does it.
        let _ = std::fs::remove_dir_all(&temporary);
    }
    written
}

/// Makes the folder with all of its files, the manifest last.
fn fill(
    disk: &Disk,
    folder: &Path,
    run: Option<&RunId>,
    step: u64,
    files: &[(&str, Vec<u8>)],
) -> Result<(), Error> {
    if folder.exists() {
        disk.remove_folder(folder)?;
    }
    disk.make_folder(folder)?;
    for (name, bytes) in files {
        disk.write(&folder.join(name), bytes)?;
    }
    disk.write(&folder.join(manifest::NAME), &Manifest::of(run, step, files).to_bytes())?;
    disk.sync_folder(folder)
}

/// Removes a checkpoint: first its name, so that no reader meets a part of it.
///
/// # Errors
/// When it cannot be removed.
pub(crate) fn remove(disk: &Disk, place: &Path) -> Result<(), Error> {
    let trash = trash(place);
    if trash.exists() {
        disk.remove_folder(&trash)?;
    }
    disk.rename(place, &trash)?;
    disk.remove_folder(&trash)
}

/// The name of a checkpoint on its way out.
fn trash(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".trash-{name}"))
}

/// Removes all checkpoints up to `step` except the newest `keep_last` and those of the steps in `keep`.
///
/// # Errors
/// When one cannot be removed.
pub(crate) fn prune(
    disk: &Disk,
    folder: &Path,
    step: u64,
    keep_last: usize,
    keep: &[u64],
) -> Result<(), Error> {
    surplus(folder, step, keep_last, keep)?.iter().try_for_each(|path| remove(disk, path))
}

/// The checkpoints that [`prune`] removes.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn surplus(
    folder: &Path,
    step: u64,
    keep_last: usize,
    keep: &[u64],
) -> Result<Vec<PathBuf>, Error> {
    let mut all = list(folder)?;
    all.retain(|(at, _)| *at <= step);
    let old = all.len().saturating_sub(keep_last.max(1));
    all.truncate(old);
    Ok(all.into_iter().filter(|(step, _)| !keep.contains(step)).map(|(_, path)| path).collect())
}

/// Removes all checkpoints that are newer than that of `step`, the newest first. They are damaged, or
/// belong to an abandoned branch of the run.
///
/// # Errors
/// When one cannot be removed.
pub(crate) fn remove_newer(disk: &Disk, folder: &Path, step: u64) -> Result<(), Error> {
    let mut newer = list(folder)?.into_iter().rev().take_while(|(at, _)| *at > step);
    newer.try_for_each(|(_, path)| remove(disk, &path))
}

/// Removes the temporary folders of writers that died, except those that [`list`] finds.
///
/// # Errors
/// When one cannot be removed.
pub(crate) fn sweep(disk: &Disk, folder: &Path) -> Result<(), Error> {
    leftovers(folder)?.iter().try_for_each(|path| disk.remove_folder(path))
}

/// What [`sweep`] removes.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn leftovers(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let known = list(folder)?;
    let entries = std::fs::read_dir(folder)?.flatten();
    let temporary = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(".tmp-") || name.starts_with(".trash-")
    });
    let paths = temporary.map(|entry| entry.path());
    Ok(paths.filter(|path| known.iter().all(|(_, kept)| kept != path)).collect())
}

/// The checkpoints in `folder` with their steps, oldest first, whether they can be used or not; none
/// if the folder does not exist. The newest may be one that stepped aside for another that never came.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn list(folder: &Path) -> Result<Vec<(u64, PathBuf)>, Error> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let (mut aside, mut all) = (Vec::new(), Vec::new());
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let (found, name) = match name.strip_prefix(".trash-") {
            Some(name) => (&mut aside, name),
            None => (&mut all, &*name),
        };
        let step = name.strip_prefix("step-").and_then(|step| step.parse().ok());
        if let Some(step) = step.filter(|&step| name == folder_name(step)) {
            found.push((step, entry.path()));
        }
    }
    all.sort();
    let newest = all.last().map(|(step, _)| *step);
    all.extend(aside.into_iter().filter(|(step, _)| newest.is_none_or(|newest| *step > newest)));
    all.sort();
    Ok(all)
}

/// Reads and verifies the checkpoint of `step` at `path`. Where `run` is known, it must belong to that.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(
    path: &Path,
    run: Option<&RunId>,
    step: u64,
) -> Result<LoadedCheckpoint, Damage> {
    let bytes = read_file(path, manifest::NAME, manifest::MOST_BYTES)?;
    let manifest = Manifest::parse(&bytes, step)?;
    let is_file = |name: &str| TEXTS.contains(&name) || [WEIGHTS, OPTIMIZER, STATE].contains(&name);
    if let Some(name) = manifest.files.keys().find(|name| !is_file(name)) {
        return Err(Damage::Foreign { file: name.clone() });
    }
    if let (Some(run), Some(own)) = (run, &manifest.run)
        && run != own
    {
        return Err(Damage::OtherRun);
    }
    let mut files = Files::new();
    let (texts, tensors): (Vec<_>, Vec<_>) =
        manifest.files.iter().partition(|(name, _)| TEXTS.contains(&name.as_str()));
    read_files(path, texts, MOST_TEXT_BYTES, &mut files)?;
    let mut loaded = LoadedCheckpoint::of_texts(path, manifest.run, step, files)?;
    let most = loaded.most_tensor_bytes();
    read_files(path, tensors, most, &mut loaded.files)?;
    Ok(loaded)
}

/// Reads those of `expected` into `files`; none has more than `most` bytes.
fn read_files(
    folder: &Path,
    expected: Vec<(&String, &Digest)>,
    most: u64,
    files: &mut Files,
) -> Result<(), Damage> {
    for (name, digest) in expected {
        let bytes = read_file(folder, name, digest.bytes.min(most))?;
        if !digest.fits(&bytes) {
            return Err(Damage::Changed { file: name.clone() });
        }
        files.insert(name.clone(), bytes);
    }
    Ok(())
}

/// A file of at most `most` bytes; a larger one is not read.
fn read_file(folder: &Path, name: &str, most: u64) -> Result<Vec<u8>, Damage> {
    let path = folder.join(name);
    let failed = |error: Error| match error.kind() {
        ErrorKind::NotFound => Damage::missing(name),
        _ => Damage::Unreadable { file: name.to_owned(), why: Text::from(&error) },
    };
    let metadata = std::fs::metadata(&path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(Damage::NotAFile { file: name.to_owned() });
    }
    let bytes = metadata.len();
    if bytes > most {
        return Err(Damage::TooLarge { file: name.to_owned(), bytes, most });
    }
    std::fs::read(&path).map_err(failed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use charnn_bundle::Vocabulary;

    /// The least that can be read; `what` tells two apart.
    pub(super) fn content(step: u64, what: &str) -> [(&'static str, Vec<u8>); 3] {
        let vocabulary = Vocabulary::of_characters("ab".chars(), false).unwrap();
        let progress = Progress { step, ..Progress::start(String::new()) };
        [
            (CONFIG, format!("[data]\npath = \"{what}\"\n").into_bytes()),
            (VOCABULARY, serde_json::to_vec(&vocabulary).unwrap()),
            (PROGRESS, progress.to_bytes()),
        ]
    }

    pub(super) fn put(folder: &Path, step: u64, what: &str) {
        write(&Disk::quick(), folder, None, step, &content(step, what)).unwrap();
    }

    /// The checkpoints in `folder` that can be used, and what tells them apart.
    pub(super) fn whole(folder: &Path) -> Vec<(u64, String)> {
        let all = list(folder).unwrap().into_iter();
        let read = |(step, path): (u64, PathBuf)| Some((step, read(&path, None, step).ok()?));
        let name = |loaded: LoadedCheckpoint| loaded.config.data.path.to_string();
        all.filter_map(read).map(|(step, loaded)| (step, name(loaded))).collect()
    }

    fn steps(folder: &Path) -> Vec<u64> {
        list(folder).unwrap().into_iter().map(|(step, _)| step).collect()
    }

    #[test]
    fn replacing_a_checkpoint_leaves_a_whole_one_whatever_fails() {
        for at in 0.. {
            let folder = tempfile::tempdir().unwrap();
            put(folder.path(), 7, "old");
            let disk = Disk::failing(at, ErrorKind::Other, true);
            let written = write(&disk, folder.path(), None, 7, &content(7, "new"));
            let left = whole(folder.path());
            if !disk.has_failed() {
                assert_eq!(left, [(7, "new".into())]);
                assert!(at > 8, "{at} operations");
                return;
            }
            assert!(written.is_err());
            assert!(!left.is_empty(), "operation {at} left nothing");
            // The next writer succeeds and cleans up.
            put(folder.path(), 8, "next");
            prune(&Disk::quick(), folder.path(), 8, 1, &[]).unwrap();
            sweep(&Disk::quick(), folder.path()).unwrap();
            assert_eq!(whole(folder.path()), [(8, "next".into())]);
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_checkpoint_that_stepped_aside_is_found_while_nothing_newer_exists() {
        let folder = tempfile::tempdir().unwrap();
        for step in [3, 7] {
            put(folder.path(), step, "text");
        }
        let place = folder.path().join(folder_name(7));
        std::fs::rename(&place, trash(&place)).unwrap();
        assert_eq!(whole(folder.path()).last().unwrap().0, 7);
        put(folder.path(), 9, "text");
        assert_eq!(steps(folder.path()), [3, 9]);
    }

    #[test]
    fn newer_checkpoints_do_not_push_out_those_to_keep() {
        let folder = tempfile::tempdir().unwrap();
        for step in [1, 2, 3, 98, 99] {
            put(folder.path(), step, "text");
        }
        prune(&Disk::quick(), folder.path(), 3, 1, &[1]).unwrap();
        assert_eq!(steps(folder.path()), [1, 3, 98, 99]);
        remove_newer(&Disk::quick(), folder.path(), 3).unwrap();
        assert_eq!(steps(folder.path()), [1, 3]);
    }

    #[test]
    fn a_checkpoint_of_another_run_is_refused_and_one_without_a_run_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (own, other) = (RunId::random(), RunId::random());
        let write = |step, run| {
            write(&Disk::quick(), folder.path(), run, step, &content(step, "text")).unwrap();
        };
        write(1, Some(&own));
        write(2, Some(&other));
        write(3, None);
        let read = |step, run| read(&folder.path().join(folder_name(step)), run, step).map(drop);
        assert_eq!(read(1, Some(&own)), Ok(()));
        assert_eq!(read(2, Some(&own)), Err(Damage::OtherRun));
        assert_eq!(read(3, Some(&own)), Ok(()));
        assert_eq!(read(2, None), Ok(()));
    }
}
