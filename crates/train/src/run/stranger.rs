//! What a path is that leads to no run, said so that whoever named it knows what to name instead.

use super::RunDir;
use charnn_message::shown;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is there in place of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stranger {
    /// Nothing of that name.
    #[error("neither a run folder nor a name under {}", shown(root))]
    Nothing {
        /// Where runs are looked for.
        root: PathBuf,
    },
    /// A file or folder of a run.
    #[error(
        "a part of the run {}; name that; for one of its networks: charnn generate RUN --checkpoint STEP",
        shown(run)
    )]
    PartOf {
        /// Its folder.
        run: PathBuf,
    },
    /// Some other folder.
    #[error("a folder, but not that of a run, which holds config.toml and vocab.json")]
    Folder,
    /// Weights with a program.
    #[error(
        "a pickle, as PyTorch writes, which can run code when it is read, so charnn reads none: convert \
         it to safetensors for programs that take weights; here, train a network with charnn train"
    )]
    Pickle,
    /// Weights alone.
    #[error(
        "a file of weights, which says neither the network's sizes nor its characters; name the folder \
         of the run that it comes from"
    )]
    Weights,
    /// Some other file.
    #[error("a file; name the folder of a run")]
    File,
}

impl Stranger {
    /// Why there is no run at `path`, where something is there.
    pub(super) fn at(path: &Path) -> Option<Self> {
        let parents = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        if let Some(run) = parents.take(3).find(|folder| path.exists() && RunDir::is_run(folder)) {
            return Some(Self::PartOf { run: run.to_owned() });
        }
        if path.is_dir() {
            return Some(Self::Folder);
        }
        path.is_file().then(|| Self::of_file(path))
    }

    /// Looks at some bytes and at the name, and opens nothing that is a program in disguise.
    fn of_file(path: &Path) -> Self {
        let mut bytes = Vec::new();
        let _ = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut bytes));
        let named = |endings: &[&str]| {
            let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            endings.contains(&ending.as_str())
        };
        let pickled = matches!(bytes[..], [0x80, 2..=5, ..])
            || bytes.windows(8).any(|part| part == b"data.pkl");
        if pickled || named(&["pt", "pth", "ckpt", "pkl", "pickle"]) {
            Self::Pickle
        } else if named(&["safetensors", "h5", "keras", "onnx", "gguf"]) {
            Self::Weights
        } else {
            Self::File
        }
    }
}
