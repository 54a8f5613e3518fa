//! Why a command that needs training fails.

use crate::exit_code::of_run;
use crate::messages::config::messages as config;
use crate::messages::data;
use crate::training::messages::{devices, run};
use crate::training::sweep::SweepProblem;
use charnn_config::DeviceChoice;
use charnn_data::DataError;
use charnn_kernels::DeviceFault;
use charnn_kernels::device::DeviceError;
use charnn_message::{Describe, Message, Text, shown, text};
use charnn_mpi::MpiError;
use charnn_train::{BadPrompt, RanksError, SaveError, TrainError};
use std::path::PathBuf;

/// A command that did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The text of a run that is to be resumed.
    TextGone {
        source: DataError,
        /// The key that names it.
        key: &'static str,
        run: String,
    },
    Prompt(BadPrompt),
    Device(DeviceError),
    Fault(DeviceFault),
    Train(TrainError),
    Save(SaveError),
    /// With the exit code of the signal.
    Interrupted(u8),
    FixedKey {
        assignment: String,
        changeable: String,
    },
    /// `--overfit` did not get there.
    NotLearned {
        first: f64,
        last: f64,
        rounds: u64,
    },
    NoLocks {
        path: PathBuf,
    },
    Sweep(SweepProblem),
    /// `rank` cannot communicate with the others.
    Mpi {
        rank: usize,
        source: MpiError,
    },
    /// They cannot train together. `rank` is the one that says so.
    Ranks {
        rank: usize,
        source: RanksError,
    },
    /// Ranks train on the CPU only.
    RanksOnCpu {
        device: DeviceChoice,
    },
}

impl Failure {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::NotLearned { .. } => 1,
            Self::FixedKey { .. } => 2,
            Self::Train(TrainError::Config(_))
            | Self::Ranks { source: RanksError::Groups { .. }, .. } => 3,
            Self::TextGone { .. }
            | Self::Prompt(_)
            | Self::Ranks { source: RanksError::Plan(_) | RanksError::OtherText { .. }, .. } => 4,
            Self::Train(
                TrainError::Run(error) | TrainError::Unsaved { source: SaveError::Run(error), .. },
            )
            | Self::Save(SaveError::Run(error)) => of_run(error),
            Self::Save(SaveError::Tensor(_))
            | Self::Train(
                TrainError::Unsaved { source: SaveError::Tensor(_), .. }
                | TrainError::Device { .. }
                | TrainError::DeviceBefore { .. },
            )
            | Self::Device(_)
            | Self::Fault(_)
            | Self::Mpi { .. }
            | Self::Ranks { .. }
            | Self::RanksOnCpu { .. } => 6,
            Self::Train(TrainError::Diverged { .. } | TrainError::WorseThanUniform { .. }) => 7,
            Self::NoLocks { .. } => 8,
            Self::Sweep(problem) => problem.exit_code(),
            Self::Interrupted(code) => *code,
        }
    }

    /// Whether the user stopped the command.
    pub(crate) fn is_interruption(&self) -> bool {
        matches!(self, Self::Interrupted(_))
    }

    /// What is wrong, at least one message.
    pub(crate) fn messages(&self) -> Vec<Message> {
        match self {
            Self::Train(TrainError::Config(error)) => config(error),
            _ => vec![self.message()],
        }
    }

    fn message(&self) -> Message {
        match self {
            Self::TextGone { source, key, run } => data::data(source).hint(text!(
                en: "if the text has moved: `charnn resume {run} --set {key}=FILE`",
                zh: "如果文本换了位置：`charnn resume {run} --set {key}=FILE`"
            )),
            Self::Prompt(error) => error.describe(),
            Self::Device(error) => devices::error(error),
            Self::Fault(fault) => fault.describe(),
            Self::Train(error) => run::train_error(error),
            Self::Save(error) => run::save_error(error),
            Self::Sweep(problem) => problem.describe(),
            Self::Mpi { rank, source } => of_rank(*rank, source.describe()),
            Self::Ranks { rank, source } => of_rank(*rank, source.describe()),
            Self::RanksOnCpu { device } => Message::new(
                "ranks/device",
                text!(
                    en: "several ranks train on the CPU only, and train.device = \"{device}\"",
                    zh: "多个进程只能在 CPU 上训练，而 train.device = \"{device}\""
                ),
            )
            .hint(text!(
                en: "use `--device cpu`, or start charnn without mpiexec",
                zh: "请使用 `--device cpu`，或不用 mpiexec 启动 charnn"
            )),
            Self::Interrupted(_) => Message::new(
                "run/interrupted",
                text!(en: "stopped early; progress is saved", zh: "提前停止，训练进度已保存"),
            ),
            Self::FixedKey { assignment, changeable } => Message::new(
                "run/fixed-key",
                text!(
                    en: "cannot set `{assignment}` when resuming a run",
                    zh: "继续训练时不能设置 `{assignment}`"
                ),
            )
            .hint(text!(
                en: "to train this network with other settings: `charnn train --init-from RUN`",
                zh: "要用其他设置继续训练这个网络：`charnn train --init-from RUN`"
            ))
            .hint(text!(
                en: "keys that can change: {changeable}",
                zh: "可以更改的配置项：{changeable}"
            )),
            Self::NotLearned { first, last, rounds } => Message::new(
                "train/not-overfit",
                text!(
                    en: "overfit check failed: loss {first:.3} to {last:.3} in {rounds} rounds",
                    zh: "过拟合检查未通过：{rounds} 轮内损失从 {first:.3} 变为 {last:.3}"
                ),
            )
            .hint(text!(
                en: "try another train.learning_rate, a larger model.hidden_size, or fewer batches",
                zh: "请尝试其他 train.learning_rate、更大的 model.hidden_size，或更少的批次"
            )),
            Self::NoLocks { path } => Message::new(
                "run/no-locks",
                text!(
                    en: "the file system of {} has no file locks: two processes could write to one run",
                    zh: "{} 所在的文件系统没有文件锁，两个进程可能同时写入同一个训练记录",
                    shown(path)
                ),
            )
            .hint(text!(en: "train on a local disk", zh: "请在本地磁盘上训练")),
        }
    }
}

/// The message of a rank: all but rank 0 say which they are.
fn of_rank(rank: usize, message: Message) -> Message {
    if rank == 0 {
        return message;
    }
    let Text { english, chinese } = message.message;
    let text = text!(en: ("rank {rank}: {english}"), zh: ("进程 {rank}：{chinese}"));
    Message { message: text, ..message }
}
