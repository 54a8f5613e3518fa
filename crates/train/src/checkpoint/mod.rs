//! Checkpoints: folders that are there as a whole or not at all.
//!
//! ```text
//! checkpoints/step-00001200/    renamed into place when all of it is on the device
//!   config.toml vocab.json      what the network is
//!   model.safetensors           the weights
//!   optimizer.safetensors       what the optimiser remembers
//!   carried.safetensors         the state of every lane, where it is carried
//!   progress.toml               how far the run is
//!   MANIFEST.json               sizes and BLAKE3 of the others, written last
//! ```
//!
//! Owns: how such a folder is written, found, verified and removed. What the files say is for
//! [`Snapshot`]. A process may die at any moment and leave nothing that has to be cleaned up by
//! hand: folders that begin with a dot are nobody's, and are removed by the next writer.

mod disk;
mod manifest;
mod room;
mod snapshot;

pub use disk::Disk;
pub use snapshot::{Best, Progress, Snapshot};
pub(crate) use snapshot::{
    CONFIG, Network, VOCABULARY, config, config_file, network, progress, vocabulary,
    vocabulary_file,
};

pub(crate) use manifest::NAME as MANIFEST;
pub(crate) use room::{make as make_room, needed as needed_room};

use manifest::{Digest, Manifest};
use std::collections::BTreeMap;
use std::io::Error;
use std::path::{Path, PathBuf};

/// The files of a checkpoint, by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A configuration, a vocabulary or the progress of a run is never larger.
const MOST_TEXT_BYTES: u64 = 64 << 20;

/// Why a folder is not a checkpoint that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Damage {
    pub(crate) message: String,
    /// Who wrote it, and in which form, if it is one that does not exist yet.
    pub(crate) newer: Option<String>,
}

impl From<String> for Damage {
    fn from(message: String) -> Self {
        Self { message, newer: None }
    }
}

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
    step: u64,
    files: &[(&str, Vec<u8>)],
) -> Result<(), Error> {
    room::check(folder, files)?;
    let temporary = folder.join(format!(".tmp-{}", folder_name(step)));
    let written = fill(disk, &temporary, step, files).and_then(|()| {
        let place = folder.join(folder_name(step));
        if !place.exists() {
            disk.rename(&temporary, &place)?;
            return disk.sync_folder(folder);
        }
        // One of the same step steps aside, where `list` finds it if this ends half way.
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
        // What the disk cannot take should not fill it. If this fails too, the next writer does it.
        let _ = std::fs::remove_dir_all(&temporary);
    }
    written
}

/// Makes the folder with all of its files, the manifest last.
fn fill(disk: &Disk, folder: &Path, step: u64, files: &[(&str, Vec<u8>)]) -> Result<(), Error> {
    if folder.exists() {
        disk.remove_folder(folder)?;
    }
    disk.make_folder(folder)?;
    for (name, bytes) in files {
        disk.write(&folder.join(name), bytes)?;
    }
    disk.write(&folder.join(manifest::NAME), &Manifest::of(step, files).to_bytes())?;
    disk.sync_folder(folder)
}

/// Removes a checkpoint: first its name, so that nobody meets half of one.
fn remove(disk: &Disk, place: &Path) -> Result<(), Error> {
    let trash = trash(place);
    if trash.exists() {
        disk.remove_folder(&trash)?;
    }
    disk.rename(place, &trash)?;
    disk.remove_folder(&trash)
}

/// What a checkpoint is called on its way out.
fn trash(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".trash-{name}"))
}

/// Removes all checkpoints but the newest `keep_last` up to that of `step` and those of the steps in
/// `keep`, and what writers that died have left. One that is newer than `step` was passed over as
/// damaged, or belongs to a run that took another turn.
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
    remove_newer(disk, folder, step)?;
    let all = list(folder);
    let old = all.len().saturating_sub(keep_last.max(1));
    for (step, path) in &all[..old] {
        if !keep.contains(step) {
            remove(disk, path)?;
        }
    }
    sweep(disk, folder)
}

/// Removes all checkpoints that are newer than that of `step`, the newest first.
///
/// # Errors
/// When one cannot be removed.
pub(crate) fn remove_newer(disk: &Disk, folder: &Path, step: u64) -> Result<(), Error> {
    let mut newer = list(folder).into_iter().rev().take_while(|(at, _)| *at > step);
    newer.try_for_each(|(_, path)| remove(disk, &path))
}

/// Removes what writers that died have left, but for what [`list`] finds.
///
/// # Errors
/// When it cannot be removed.
pub(crate) fn sweep(disk: &Disk, folder: &Path) -> Result<(), Error> {
    let known = list(folder);
    for entry in std::fs::read_dir(folder)?.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let nobodys = name.starts_with(".tmp-") || name.starts_with(".trash-");
        if nobodys && !known.iter().any(|(_, path)| *path == entry.path()) {
            disk.remove_folder(&entry.path())?;
        }
    }
    Ok(())
}

/// The checkpoints in `folder` with their steps, oldest first. Whether they are whole, [`read`]
/// tells. The newest may be one that stepped aside for another that never came.
pub(crate) fn list(folder: &Path) -> Vec<(u64, PathBuf)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let (mut aside, mut all) = (Vec::new(), Vec::new());
    for entry in entries {
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
    all
}

/// The files of a checkpoint, each as the manifest says it was written.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(path: &Path, step: u64) -> Result<Files, Damage> {
    let bytes = read_file(path, manifest::NAME, manifest::MOST_BYTES)?;
    let manifest = Manifest::parse(&bytes, step)?;
    if let Some(name) = manifest.files.keys().find(|name| !snapshot::is_file(name)) {
        return Err(format!("{name:?} is no file of a checkpoint").into());
    }
    let mut files = Files::new();
    let (texts, tensors): (Vec<_>, Vec<_>) =
        manifest.files.iter().partition(|(name, _)| snapshot::TEXTS.contains(&name.as_str()));
    read_files(path, texts, MOST_TEXT_BYTES, &mut files)?;
    // What the network is says how large its tensors are, before room is made for them.
    let most = snapshot::most_tensor_bytes(&files)?;
    read_files(path, tensors, most, &mut files)?;
    Ok(files)
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
            return Err(format!("{name} is not as it was written: its BLAKE3 differs").into());
        }
        files.insert(name.clone(), bytes);
    }
    Ok(())
}

/// A file of at most `most` bytes, which is known before they are read.
fn read_file(folder: &Path, name: &str, most: u64) -> Result<Vec<u8>, Damage> {
    let path = folder.join(name);
    let metadata = std::fs::metadata(&path).map_err(|error| format!("{name}: {error}"))?;
    if !metadata.is_file() {
        return Err(format!("{name} is no file").into());
    }
    let length = metadata.len();
    if length > most {
        return Err(format!("{name} has {length} bytes where {most} are the most").into());
    }
    std::fs::read(&path).map_err(|error| format!("{name}: {error}").into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use std::io::ErrorKind;

    /// The least that can be read, with something to tell it by.
    pub(super) fn content(what: &str) -> [(&'static str, Vec<u8>); 2] {
        let mut config = crate::RunConfig::default();
        config.data.path = charnn_config::Sources::parse(what);
        let corpus = charnn_data::Corpus::from_bytes("test".into(), b"text").unwrap();
        let vocabulary = corpus.vocabulary(charnn_data::VocabularyLimits::ALL).unwrap();
        [(CONFIG, config_file(&config)), (VOCABULARY, vocabulary_file(&vocabulary))]
    }

    /// The checkpoints in `folder` that are whole, and what tells them apart.
    pub(super) fn whole(folder: &Path) -> Vec<(u64, String)> {
        let all = list(folder).into_iter();
        let read = |(step, path): (u64, PathBuf)| Some((step, read(&path, step).ok()?));
        all.filter_map(read)
            .map(|(step, files)| (step, config(&files).unwrap().data.path.to_string()))
            .collect()
    }

    #[test]
    fn one_of_the_same_step_is_replaced_by_a_whole_one_or_stays() {
        for at in 0.. {
            let folder = tempfile::tempdir().unwrap();
            write(&Disk::quick(), folder.path(), 7, &content("old")).unwrap();
            let disk = Disk::failing(at, ErrorKind::Other, true);
            let written = write(&disk, folder.path(), 7, &content("new"));
            let left = whole(folder.path());
            if !disk.has_failed() {
                assert_eq!(left, [(7, "new".into())]);
                assert!(at > 8, "{at} operations");
                return;
            }
            assert!(written.is_err());
            assert!(!left.is_empty(), "operation {at} left nothing");
            // The next writer has its way, and cleans up.
            write(&Disk::quick(), folder.path(), 8, &content("next")).unwrap();
            prune(&Disk::quick(), folder.path(), 8, 1, &[]).unwrap();
            assert_eq!(whole(folder.path()), [(8, "next".into())]);
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn one_that_stepped_aside_is_found_when_nothing_newer_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let content = content("text");
        for step in [3, 7] {
            write(&Disk::quick(), folder.path(), step, &content).unwrap();
        }
        let place = folder.path().join(folder_name(7));
        std::fs::rename(&place, trash(&place)).unwrap();
        assert_eq!(whole(folder.path()).last().unwrap().0, 7);
        write(&Disk::quick(), folder.path(), 9, &content).unwrap();
        assert_eq!(list(folder.path()).iter().map(|(step, _)| *step).collect::<Vec<_>>(), [3, 9]);
    }

    #[test]
    fn newer_ones_that_were_passed_over_do_not_push_out_what_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let content = content("text");
        for step in [1, 2, 3, 98, 99] {
            write(&Disk::quick(), folder.path(), step, &content).unwrap();
        }
        prune(&Disk::quick(), folder.path(), 3, 2, &[1]).unwrap();
        let steps: Vec<u64> = whole(folder.path()).into_iter().map(|(step, _)| step).collect();
        assert_eq!(steps, [1, 2, 3]);
    }
}
