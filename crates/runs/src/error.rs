//! What can be wrong with a run's folder.

use crate::{BuiltinNetwork, Damage, NotARun, Owner};
use charnn_message::{Describe, Message, Text, display, in_a_line, shown, text};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// A run folder that cannot be made, found, read or written.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The folder of a new run could not be made.
    Create {
        /// The folder of all runs, or that of this one.
        path: PathBuf,
        /// What the operating system reported.
        source: Error,
    },
    /// A file or folder of a run could not be written.
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system reported.
        source: Error,
    },
    /// A folder could not be read.
    Read {
        /// The folder.
        path: PathBuf,
        /// What the operating system reported.
        source: Error,
    },
    /// No run has that name.
    NotFound {
        /// The name.
        name: String,
        /// What is there instead.
        instead: NotARun,
        /// The runs that exist.
        known: Vec<String>,
    },
    /// A run folder of that name exists.
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Another process writes to the run.
    Locked {
        /// The folder.
        path: PathBuf,
        /// The other process, where the lock names it.
        owner: Option<Owner>,
    },
    /// The file system cannot lock files.
    NoLocks {
        /// The folder.
        path: PathBuf,
        /// What the operating system reported.
        source: Error,
    },
    /// While the run was trained, its folder was moved away and another one took its name.
    Replaced {
        /// The path, which now belongs to something else.
        path: PathBuf,
    },
    /// The run has no checkpoint.
    NoCheckpoint {
        /// The folder of its checkpoints.
        path: PathBuf,
    },
    /// No checkpoint of the run can be used.
    Damaged {
        /// The newest one.
        path: PathBuf,
        /// What is wrong with it.
        damage: Damage,
    },
    /// A newer version of charnn wrote the checkpoint.
    Newer {
        /// The checkpoint.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// The run has no checkpoint of that step.
    NoSuchStep {
        /// The run's folder.
        path: PathBuf,
        /// The step.
        step: u64,
        /// The steps that there are.
        known: Vec<u64>,
    },
    /// The text is not the one that the run was trained on.
    OtherText {
        /// The text.
        name: String,
        /// Its BLAKE3 in the checkpoint.
        then: String,
        /// Its BLAKE3 now.
        now: String,
        /// The run's folder.
        run: PathBuf,
    },
}

impl RunError {
    /// The same for a folder in `path` with a temporary name, which the error of `tempfile` contains.
    pub(crate) fn create_inside(path: &Path, source: &Error) -> Self {
        Self::create(path, source.kind().into())
    }

    pub(crate) fn create(path: &Path, source: Error) -> Self {
        Self::Create { path: path.to_owned(), source }
    }

    pub(crate) fn write(path: &Path, source: Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }

    pub(crate) fn read(path: &Path, source: Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }

    /// Whether there is too little space on the disk.
    pub fn is_full_disk(&self) -> bool {
        matches!(self, Self::Write { source, .. } if is_full(source))
    }
}

fn is_full(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

display!(RunError);

impl Describe for RunError {
    #[expect(clippy::too_many_lines, reason = "an arm for each error")]
    fn describe(&self) -> Message {
        match self {
            Self::Create { path, source } => {
                let message = Message::new("run/cannot-create", cannot_write(path, source));
                message.hint(make_writable(source))
            }
            Self::Write { path, source } => {
                Message::new("run/cannot-write", cannot_write(path, source))
                    .hint(make_writable(source))
            }
            Self::Read { path, source } => {
                let (path, why) = (shown(path), Text::from(source));
                Message::new(
                    "run/cannot-read",
                    text!(
                        en: ("cannot read {path}: {}", why.english),
                        zh: ("无法读取 {path}：{}", why.chinese),
                    ),
                )
                .hint(text!(en: "check the folder's permissions", zh: "请检查该文件夹的权限"))
            }
            Self::NotFound { name, instead, known } => not_found(name, instead, known),
            Self::Exists { path } => {
                let path = shown(path);
                Message::new("run/exists", text!(en: "{path} already exists", zh: "{path} 已存在"))
            }
            Self::Locked { path, owner } => locked(path, owner.as_ref()),
            Self::NoLocks { path, source } => {
                let (path, why) = (shown(path), Text::from(source));
                Message::new(
                    "run/no-locks",
                    text!(
                        en: ("cannot lock {path}: {}", why.english),
                        zh: ("无法锁定 {path}：{}", why.chinese),
                    ),
                )
                .hint(text!(
                    en: "the file system may not support locks: keep runs on a local disk (run.root)",
                    zh: "文件系统可能不支持文件锁，请把训练记录放在本地磁盘上（run.root）"
                ))
            }
            Self::Replaced { path } => {
                let path = shown(path);
                Message::new(
                    "run/replaced",
                    text!(
                        en: "the folder of this run was moved, and {path} is now another folder",
                        zh: "这个训练记录的文件夹已被移走，{path} 现在是另一个文件夹"
                    ),
                )
            }
            Self::NoCheckpoint { path } => {
                let path = shown(path);
                Message::new(
                    "run/no-checkpoint",
                    text!(en: "{path} contains no checkpoint", zh: "{path} 中没有检查点"),
                )
                .hint(text!(
                    en: "train again, or choose another run",
                    zh: "请重新训练，或换一个训练记录"
                ))
            }
            Self::Damaged { path, damage } => {
                let (path, why) = (shown(path), damage.describe().message);
                Message::new(
                    "run/damaged",
                    text!(
                        en: ("{path} cannot be used: {}", why.english),
                        zh: ("{path} 无法使用：{}", why.chinese),
                    ),
                )
                .hint(text!(
                    en: "train again, or choose another run",
                    zh: "请重新训练，或换一个训练记录"
                ))
            }
            Self::Newer { path, format } => {
                let path = shown(path);
                Message::new(
                    "run/newer-format",
                    text!(
                        en: "{path} was written by a newer version of charnn, in format {format}",
                        zh: "{path} 由更新版本的 charnn 写入，格式为 {format}"
                    ),
                )
                .hint(text!(en: "install the newest version", zh: "请安装最新版本"))
            }
            Self::NoSuchStep { path, step, known } => {
                let known: Vec<String> = known.iter().map(u64::to_string).collect();
                let path = shown(path);
                let message = Message::new(
                    "run/no-such-step",
                    text!(
                        en: "{path} has no checkpoint of step {step}",
                        zh: "{path} 没有第 {step} 步的检查点"
                    ),
                );
                message.hint(text!(
                    en: ("existing checkpoints: steps {}", known.join(", ")),
                    zh: ("已有检查点的步：{}", known.join("、")),
                ))
            }
            Self::OtherText { name, then, now, .. } => {
                let (then, now) = (short(then), short(now));
                Message::new(
                    "run/other-text",
                    text!(
                        en: "{name} has changed since the run began (BLAKE3 {then} then, {now} now)",
                        zh: "{name} 在训练开始后被改过（BLAKE3 原为 {then}，现为 {now}）"
                    ),
                )
                .hint(text!(en: "restore the old text", zh: "请恢复原来的文本"))
            }
        }
    }
}

fn cannot_write(path: &Path, source: &Error) -> Text {
    let (path, why) = (shown(path), Text::from(source));
    text!(
        en: ("cannot write {path}: {}", why.english),
        zh: ("无法写入 {path}：{}", why.chinese),
    )
}

fn make_writable(source: &Error) -> Text {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => text!(
            en: "free some disk space, or keep runs elsewhere (run.root)",
            zh: "请腾出磁盘空间，或换一个文件夹（run.root）"
        ),
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => text!(
            en: "a file has the name of a folder: rename it, or keep runs elsewhere (run.root)",
            zh: "有文件占用了文件夹的名称：请重命名该文件，或换一个文件夹（run.root）"
        ),
        ErrorKind::FileTooLarge => text!(
            en: "raise the limit on file sizes (`ulimit -f`)",
            zh: "请放宽文件大小限制（`ulimit -f`）"
        ),
        _ => text!(
            en: "make the folder writable, or keep runs elsewhere (run.root)",
            zh: "请确保该文件夹可以写入，或换一个文件夹（run.root）"
        ),
    }
}

fn not_found(name: &str, instead: &NotARun, known: &[String]) -> Message {
    let (name, why) = (in_a_line(name), instead.describe());
    let mut message = Message::new(
        "run/not-found",
        text!(
            en: ("run {name:?} not found: {}", why.message.english),
            zh: ("找不到训练记录“{name}”：{}", why.message.chinese),
        ),
    );
    message.hints = why.hints;
    if name.starts_with("builtin:") {
        let names = BuiltinNetwork::ALL.map(BuiltinNetwork::name).join(", ");
        return message.hint(text!(
            en: "built-in networks: {names}",
            zh: "内置的网络：{names}"
        ));
    }
    if known.is_empty() {
        return message;
    }
    let known: Vec<String> = known.iter().map(|name| in_a_line(name)).collect();
    message.hint(text!(
        en: ("existing runs: {}", known.join(", ")),
        zh: ("已有的训练记录：{}", known.join("、")),
    ))
}

fn locked(path: &Path, owner: Option<&Owner>) -> Message {
    let path = shown(path);
    let text = match owner {
        Some(Owner { process, since }) => {
            let (process, since) = (in_a_line(process), in_a_line(since));
            text!(
                en: "{path} is in use by process {process} since {since}",
                zh: "{path} 正被进程 {process} 使用（自 {since} 起）"
            )
        }
        None => text!(en: "{path} is in use by another process", zh: "{path} 正被另一个进程使用"),
    };
    Message::new("run/locked", text)
        .hint(text!(en: "wait for it, or stop it", zh: "请等它结束，或停止它"))
}

/// Enough of a checksum to tell two apart.
fn short(checksum: &str) -> String {
    checksum.chars().take(12).collect()
}
