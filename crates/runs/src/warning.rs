//! What is wrong with a run but does not stop the work.

use crate::Damage;
use charnn_message::{Describe, Message, counted, display, grouped, shown, text};
use std::path::PathBuf;

/// A problem of a run folder that the program works around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunWarning {
    /// A checkpoint is skipped.
    BadCheckpoint {
        /// Its folder.
        path: PathBuf,
        /// What is wrong with it.
        damage: Damage,
    },
    /// The best network is gone, and another one is used.
    BestLost {
        /// The step of the best network.
        step: u64,
        /// The step of the one that is used.
        instead: u64,
    },
    /// A file of rows is shorter than its run's checkpoint records.
    MissingRows {
        /// The file.
        path: PathBuf,
        /// How many bytes are missing.
        missing: u64,
    },
    /// Someone has edited the `config.toml` of the run, which has no effect.
    EditedConfig {
        /// The file.
        path: PathBuf,
        /// The keys that differ from the checkpoint; none where the file is not valid TOML.
        keys: Vec<String>,
    },
    /// The run folder has been renamed during training.
    Moved {
        /// Its old path.
        from: PathBuf,
        /// Its new path.
        to: PathBuf,
    },
}

display!(RunWarning);

impl Describe for RunWarning {
    fn describe(&self) -> Message {
        match self {
            Self::BadCheckpoint { path, damage } => {
                let (path, why) = (shown(path), damage.describe().message);
                Message::new(
                    "run/bad-checkpoint",
                    text!(
                        en: ("skipping the checkpoint {path}: {}", why.english),
                        zh: ("跳过检查点 {path}：{}", why.chinese),
                    ),
                )
            }
            Self::BestLost { step, instead } => {
                let (step, instead) = (grouped(*step), grouped(*instead));
                Message::new(
                    "run/best-lost",
                    text!(
                        en: "the best checkpoint (step {step}) is gone; using step {instead}",
                        zh: "最佳检查点（第 {step} 步）已丢失，改用第 {instead} 步的检查点"
                    ),
                )
            }
            Self::MissingRows { path, missing } => {
                let path = shown(path);
                Message::new(
                    "run/missing-rows",
                    text!(
                        en: ("{path} has lost rows: {} missing", counted(*missing, "byte")),
                        zh: ("{path} 丢失了一些行：缺少 {} 字节", grouped(*missing)),
                    ),
                )
            }
            Self::EditedConfig { path, keys } => {
                let (path, keys) = (shown(path), keys.join(", "));
                let changes = if keys.is_empty() {
                    text!(en: "", zh: "")
                } else {
                    text!(en: " ({keys})", zh: "（{keys}）")
                };
                Message::new(
                    "run/edited-config",
                    text!(
                        en: (
                            "{path} was edited{}; the run keeps the settings of its checkpoint",
                            changes.english
                        ),
                        zh: ("{path} 被改过{}，训练记录仍使用检查点中的设置", changes.chinese),
                    ),
                )
            }
            Self::Moved { from, to } => {
                let (from, to) = (shown(from), shown(to));
                Message::new(
                    "run/moved",
                    text!(
                        en: "the run folder {from} was renamed to {to}; training continues there",
                        zh: "训练记录文件夹 {from} 已改名为 {to}，训练在那里继续"
                    ),
                )
            }
        }
    }
}
