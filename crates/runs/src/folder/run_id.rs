//! Which run a checkpoint belongs to.

use crate::Disk;
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

/// The file of a run folder that holds the id.
pub(crate) const RUN: &str = "run.json";

/// A random name of a run, written into its folder and into each of its checkpoints. Runs of older
/// versions have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

/// The content of [`RUN`].
#[derive(Debug, Serialize, Deserialize)]
struct Run {
    id: RunId,
}

impl RunId {
    /// A new id. The operating system seeds the hash keys of the standard library.
    pub(crate) fn random() -> Self {
        let halves = [0, 1].map(|half: u64| RandomState::new().hash_one(half));
        Self(format!("{:016x}{:016x}", halves[0], halves[1]))
    }

    /// The id of the run in `folder`. A file that cannot be read counts as absent: it protects against
    /// mix-ups, and losing it must not cost the run.
    pub(crate) fn of_folder(folder: &Path) -> Option<Self> {
        let path = folder.join(RUN);
        let is_small = path.metadata().is_ok_and(|about| about.is_file() && about.len() < 65_536);
        let bytes = is_small.then(|| std::fs::read(path).ok())??;
        serde_json::from_slice(&bytes).ok().map(|Run { id }| id)
    }

    /// Writes the id into `folder`, and replaces an older one.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub(crate) fn write(&self, disk: &Disk, folder: &Path) -> std::io::Result<()> {
        let run = Run { id: self.clone() };
        let mut bytes = serde_json::to_vec(&run).expect("an id is plain JSON");
        bytes.push(b'\n');
        disk.replace(&folder.join(RUN), &bytes)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn an_id_is_read_back_and_damage_counts_as_absence() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(RunId::of_folder(folder.path()), None);
        let id = RunId::random();
        assert_ne!(id, RunId::random());
        id.write(&Disk::quick(), folder.path()).unwrap();
        assert_eq!(RunId::of_folder(folder.path()), Some(id));
        std::fs::write(folder.path().join(RUN), "{").unwrap();
        assert_eq!(RunId::of_folder(folder.path()), None);
    }
}
