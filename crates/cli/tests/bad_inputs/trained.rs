//! A run to do bad things to: trained once, and copied into each row's folder.

use crate::program::alone;
use crate::row::{Row, train};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

/// The steps of its checkpoints. Nothing was held out, so the newest is the best.
pub(crate) const STEPS: [u64; 3] = [5, 10, 12];

/// `novel.txt`, `runs/run`, and `runs/other`, which knows other characters.
static TRAINED: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let tale = "Once upon a time there was a cat.\n".repeat(40);
    std::fs::write(folder.path().join("novel.txt"), &tale).unwrap();
    std::fs::write(folder.path().join("other.txt"), tale.replace("cat", "Dog!")).unwrap();
    for (text, name) in [("other.txt", "other"), ("novel.txt", "run")] {
        let line = train(text).replace("max_steps=2", "max_steps=12");
        let mut command = Command::new(env!("CARGO_BIN_EXE_charnn"));
        command.args(line.split_whitespace()).args([
            "--name",
            name,
            "-s",
            "checkpoint.keep_last=3",
        ]);
        command.args(["-s", "checkpoint.every=5 steps", "-s", "data.val_fraction=0"]);
        alone(&mut command);
        let output = command.current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    folder
});

impl Row {
    /// With `runs/run` and `runs/other`.
    pub(crate) fn trained(self) -> Self {
        self.made(|at| copy(&TRAINED.path().join("runs"), &at.join("runs")))
    }

    /// With `change` made to the newest checkpoint of `runs/run`, and its manifest to fit.
    pub(crate) fn newest(self, change: impl Fn(&Path) + 'static) -> Self {
        self.trained().made(move |at| {
            let newest = checkpoint(at, STEPS[2]);
            change(&newest);
            seal(&newest, STEPS[2]);
        })
    }

    /// With `change` made to every checkpoint of `runs/run`, and its manifest to fit.
    pub(crate) fn every(self, change: impl Fn(&Path) + 'static) -> Self {
        self.trained().made(move |at| {
            for step in STEPS {
                change(&checkpoint(at, step));
                seal(&checkpoint(at, step), step);
            }
        })
    }

    /// With `bytes` in the place of one file of every checkpoint of `runs/run`, and manifests to fit.
    pub(crate) fn every_file(self, name: &'static str, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref().to_owned();
        self.every(move |checkpoint| std::fs::write(checkpoint.join(name), &bytes).unwrap())
    }

    /// With `runs/run` learning from the row's own `novel.txt`, so that this can be changed.
    pub(crate) fn at_home(self) -> Self {
        self.trained().made(|at| {
            let away = TRAINED.path().display().to_string();
            for step in STEPS {
                let folder = checkpoint(at, step);
                let config = std::fs::read_to_string(folder.join("config.toml")).unwrap();
                let config = config.replace(&away, &at.display().to_string());
                std::fs::write(folder.join("config.toml"), config).unwrap();
                seal(&folder, step);
            }
        })
    }
}

/// The folder of a checkpoint of `runs/run`.
pub(crate) fn checkpoint(at: &Path, step: u64) -> PathBuf {
    at.join(format!("runs/run/checkpoints/step-{step:08}"))
}

/// Writes the manifest of what is in the folder of a checkpoint.
fn seal(folder: &Path, step: u64) {
    let mut files = serde_json::Map::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if name != "MANIFEST.json" && entry.path().is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            let blake3 = blake3::hash(&bytes).to_hex().to_string();
            files.insert(name, serde_json::json!({ "bytes": bytes.len(), "blake3": blake3 }));
        }
    }
    let manifest = serde_json::json!({ "format": 1, "step": step, "files": files });
    std::fs::write(folder.join("MANIFEST.json"), manifest.to_string()).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}
