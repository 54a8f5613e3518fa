//! All runs in a folder, as a list that can be filtered and sorted.
//!
//! Reads only what a list needs: of each run the configuration, the last rows of its metrics, the progress
//! of its newest checkpoint, and its labels. No weights are read and nothing is hashed.

mod entry;
mod field;
mod filter;
mod labels;
mod measured;

pub use entry::{Entry, State};
pub use field::{Column, Field, QueryError, Value};
pub use filter::{Filter, sort};
pub use labels::{Labels, LabelsError};
pub use measured::Measured;

use crate::{RunDir, RunError};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A run is read in a fraction of a millisecond; fewer are not worth a thread.
const RUNS_PER_THREAD: usize = 50;

/// Every folder in `root`, by name: runs, damaged runs, and folders that are not runs. Files and
/// dot-prefixed names are skipped. A folder that cannot be read is listed as damaged.
///
/// # Errors
/// When `root` itself cannot be read.
pub fn catalog(root: &Path) -> Result<Vec<Entry>, RunError> {
    let failed = |error| RunError::read(root, error);
    let mut names: Vec<OsString> = Vec::new();
    for entry in std::fs::read_dir(root).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if !name.to_string_lossy().starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    let paths: Vec<PathBuf> = names.into_iter().map(|name| root.join(name)).collect();
    let most = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = paths.len().div_ceil(RUNS_PER_THREAD).clamp(1, most);
    let share = paths.len().div_ceil(threads).max(1);
    let read = |paths: &[PathBuf]| -> Vec<Entry> {
        paths.iter().filter(|path| path.is_dir()).map(|path| Entry::read(path)).collect()
    };
    Ok(std::thread::scope(|scope| {
        let parts: Vec<_> =
            paths.chunks(share).map(|part| scope.spawn(move || read(part))).collect();
        parts.into_iter().flat_map(|part| part.join().expect("reading does not panic")).collect()
    }))
}

impl RunDir {
    /// The run as a list shows it.
    pub fn entry(&self) -> Entry {
        Entry::read(self.path())
    }
}
