//! What is found at a path instead of a run.

use crate::{RunDir, network_file};
use charnn_message::{Describe, Message, display, shown, text};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is there in place of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotARun {
    /// Nothing of that name.
    Nothing {
        /// Where runs are searched.
        root: PathBuf,
    },
    /// A file or folder of a run.
    PartOf {
        /// The run's folder.
        run: PathBuf,
    },
    /// Some other folder.
    Folder,
    /// Weights in a format that can contain programs.
    Pickle,
    /// A network without its run: what `network_file` finds.
    Network,
    /// Weights alone.
    Weights,
    /// Some other file.
    File,
}

impl NotARun {
    /// Why `path`, which exists, is not a run.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let parents = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        if let Some(run) = parents.take(3).find(|folder| path.exists() && RunDir::is_run(folder)) {
            return Some(Self::PartOf { run: run.to_owned() });
        }
        if network_file(&path.to_string_lossy()).is_some_and(|file| file.is_file()) {
            return Some(Self::Network);
        }
        if path.is_dir() {
            return Some(Self::Folder);
        }
        path.is_file().then(|| Self::of_file(path))
    }

    /// Looks at the name and the first bytes.
    fn of_file(path: &Path) -> Self {
        let mut bytes = Vec::new();
        let _ = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut bytes));
        let has = |extensions: &[&str]| {
            let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            extensions.contains(&extension.as_str())
        };
        let is_pickled = matches!(bytes[..], [0x80, 2..=5, ..])
            || bytes.windows(8).any(|part| part == b"data.pkl");
        if is_pickled || has(&["pt", "pth", "ckpt", "pkl", "pickle"]) {
            Self::Pickle
        } else if has(&["safetensors", "h5", "keras", "onnx", "gguf"]) {
            Self::Weights
        } else {
            Self::File
        }
    }
}

impl Describe for NotARun {
    /// The message completes "run X not found: ".
    fn describe(&self) -> Message {
        match self {
            Self::Nothing { root } => {
                let root = shown(root);
                Message::new(
                    "run/nothing-there",
                    text!(
                        en: "it is neither a run folder nor a name under {root}",
                        zh: "它不是训练记录文件夹，{root} 下也没有这个名称"
                    ),
                )
            }
            Self::PartOf { run } => {
                let run = shown(run);
                Message::new(
                    "run/part-of-run",
                    text!(en: "it is part of the run {run}", zh: "它是训练记录 {run} 的一部分"),
                )
                .hint(text!(en: "use the run: {run}", zh: "请给出训练记录：{run}"))
            }
            Self::Folder => Message::new(
                "run/other-folder",
                text!(
                    en: "it is a folder without config.toml, vocab.json and checkpoints",
                    zh: "它是文件夹，但其中没有 config.toml、vocab.json 和 checkpoints"
                ),
            ),
            Self::Pickle => Message::new(
                "run/pickle",
                text!(
                    en: "it is a PyTorch pickle, which can run code when it is loaded",
                    zh: "它是 PyTorch 使用的 pickle 文件，读取时可能执行其中的代码"
                ),
            )
            .hint(text!(
                en: "charnn reads only its own runs",
                zh: "charnn 只能读取自己的训练记录"
            )),
            Self::Network => Message::new(
                "run/network-alone",
                text!(
                    en: "it is an exported network, which has no training state",
                    zh: "它是导出的网络，其中没有训练状态"
                ),
            )
            .hint(text!(
                en: "use the run that it comes from",
                zh: "请给出它所属的训练记录"
            )),
            Self::Weights => Message::new(
                "run/weights-alone",
                text!(
                    en: "it is a file of weights, without the network's sizes and characters",
                    zh: "它是权重文件，其中没有网络的大小和字符表"
                ),
            )
            .hint(text!(
                en: "use the folder of the run that it comes from",
                zh: "请给出它所属的训练记录文件夹"
            )),
            Self::File => Message::new("run/other-file", text!(en: "it is a file", zh: "它是文件"))
                .hint(text!(en: "use the folder of a run", zh: "请给出训练记录文件夹")),
        }
    }
}

display!(NotARun);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn an_exported_network_differs_from_weights_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, "x").unwrap();
            path
        };
        let network = file("tales.charnn.safetensors");
        assert_eq!(NotARun::at(&network), Some(NotARun::Network));
        assert_eq!(NotARun::at(&folder.path().join("no.charnn.safetensors")), None);
        assert_eq!(NotARun::at(&file("model.safetensors")), Some(NotARun::Weights));
        assert_eq!(NotARun::at(folder.path()), Some(NotARun::Folder));
        file("config.json");
        assert_eq!(NotARun::at(folder.path()), Some(NotARun::Network));
    }
}
