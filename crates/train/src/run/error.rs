//! What can be wrong with a run's folder, said so that the reader knows what to do next.

use super::Stranger;
use charnn_message::shown;
use std::path::{Path, PathBuf};

/// A run folder that cannot be made, found, read or written.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The folder of a new run could not be made.
    #[error(
        "cannot write {}: {source}; choose another folder with --set run.root=FOLDER, or free some space",
        shown(path)
    )]
    Create {
        /// The folder of all runs, or that of this one.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file or folder of a run could not be written.
    #[error(
        "cannot write {}: {source}; free some space, or change its permissions; a copy of the run \
         elsewhere can be resumed too",
        shown(path)
    )]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No run is called that.
    #[error("there is no run {name:?}: it is {instead}{}", known_runs(known))]
    NotFound {
        /// What was asked for.
        name: String,
        /// What it is.
        instead: Stranger,
        /// The runs that exist.
        known: Vec<String>,
    },
    /// A run folder of that name exists.
    #[error(
        "{} exists; choose another --name, or go on with it: charnn resume {}",
        shown(path),
        shown(path)
    )]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Another process writes to the run.
    #[error(
        "{} is in use by {owner}; wait for it, or stop it; another run is begun by charnn train --name NAME",
        shown(path)
    )]
    Locked {
        /// The folder.
        path: PathBuf,
        /// What the lock says.
        owner: String,
    },
    /// A file of the run is missing or damaged.
    #[error("{} cannot be used: {message}; train the run again, or name another run", shown(path))]
    Damaged {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A checkpoint in a form that does not exist yet.
    #[error("{} was written by {wrote}; install the newest, or name another run", shown(path))]
    Newer {
        /// The checkpoint.
        path: PathBuf,
        /// The program, and the form.
        wrote: String,
    },
    /// The run has no checkpoint of that step.
    #[error("{} has no checkpoint of step {step}; it has those of {}", shown(path), numbers(known))]
    NoSuchStep {
        /// The run's folder.
        path: PathBuf,
        /// What was asked for.
        step: u64,
        /// The steps that there are.
        known: Vec<u64>,
    },
    /// The text is not the one that the run was trained on.
    #[error(
        "{name} has changed since the run began (BLAKE3 {} then, {} now); bring the old text back, or \
         begin a run from this one's weights: charnn train NEW.txt --init-from {}",
        short(then),
        short(now),
        shown(run)
    )]
    OtherText {
        /// The text.
        name: String,
        /// Its fingerprint in the checkpoint.
        then: String,
        /// Its fingerprint now.
        now: String,
        /// The run's folder.
        run: PathBuf,
    },
}

fn known_runs(known: &[String]) -> String {
    match known {
        [] => "; `charnn train` makes the first one".into(),
        names => format!("; there are {}", names.join(", ")),
    }
}

/// Enough of a fingerprint to tell two apart.
fn short(fingerprint: &str) -> String {
    fingerprint.chars().take(12).collect()
}

fn numbers(steps: &[u64]) -> String {
    let words: Vec<String> = steps.iter().map(u64::to_string).collect();
    words.join(", ")
}

impl RunError {
    /// What the system said of a folder in `path` whose name nobody knows: the words of `tempfile` name it.
    pub(super) fn create_inside(path: &Path, source: &std::io::Error) -> Self {
        Self::create(path, source.kind().into())
    }

    pub(super) fn create(path: &Path, source: std::io::Error) -> Self {
        Self::Create { path: path.to_owned(), source }
    }

    pub(crate) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }
}
