//! Why a sweep cannot be made.

use charnn_message::{Describe, Message, Text, in_a_line, text};
use charnn_sweep::{AxisError, LedgerError, MOST_DIMENSIONS, SweepFileError};

#[derive(Debug)]
pub(crate) enum SweepProblem {
    Axis(AxisError),
    File(SweepFileError),
    /// No setting has values.
    NoAxes,
    /// A reduction without halving.
    NoHalving,
    /// A sweep file names an unknown device.
    Device {
        why: String,
    },
    /// Random values without a number of points.
    NoPoints,
    /// `train.seed` is an axis, and `--seeds` repeats the points.
    TwoSeeds,
    /// Points are compared before their seeds could be averaged.
    HalvedSeeds,
    /// The steps between evaluations are an axis, and halving sets them.
    TwoIntervals,
    /// Nothing to compare trainings by.
    NoValidation,
    Ledger(LedgerError),
    /// A run with the name of a trial has other settings.
    OtherRun {
        name: String,
    },
    /// A training could not be started.
    Start {
        source: std::io::Error,
    },
    AllFailed,
    /// A Sobol sequence with too many axes.
    Dimensions {
        found: usize,
    },
    /// The sweep has fewer trainings than this number.
    NoTask {
        task: usize,
        count: usize,
    },
    /// One training, of those that a script makes, has failed.
    Task {
        name: String,
        code: i32,
        messages: String,
    },
    /// Some trainings have not come to their end.
    Incomplete {
        left: usize,
        of: usize,
    },
    /// Trainings of an array of jobs are not compared with each other.
    HalvedTasks,
}

impl SweepProblem {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::File(SweepFileError::Content { .. } | SweepFileError::Range { .. })
            | Self::Device { .. } => 3,
            Self::Axis(_)
            | Self::File(SweepFileError::Axis(_))
            | Self::NoAxes
            | Self::NoHalving
            | Self::NoPoints
            | Self::Dimensions { .. }
            | Self::NoTask { .. }
            | Self::HalvedTasks
            | Self::TwoSeeds
            | Self::HalvedSeeds
            | Self::TwoIntervals
            | Self::NoValidation => 2,
            Self::Ledger(LedgerError::Damaged { .. }) => 5,
            Self::AllFailed => 7,
            Self::Task { code, .. } => u8::try_from(*code).unwrap_or(1),
            Self::Incomplete { .. } => 1,
            Self::Ledger(LedgerError::File { .. }) | Self::Start { .. } => 8,
            Self::Ledger(LedgerError::Other { .. }) | Self::OtherRun { .. } => 9,
        }
    }
}

impl Describe for SweepProblem {
    #[expect(clippy::too_many_lines, reason = "a message for each")]
    fn describe(&self) -> Message {
        match self {
            Self::Axis(error) => error.describe(),
            Self::File(error) => error.describe(),
            Self::NoAxes => Message::new(
                "sweep/no-axes",
                text!(en: "no setting has values to compare", zh: "没有指定要比较的配置项取值"),
            )
            .hint(text!(
                en: "such as --set 'model.hidden_size=[128, 256]'",
                zh: "例如 --set 'model.hidden_size=[128, 256]'"
            )),
            Self::NoHalving => Message::new(
                "sweep/no-halving",
                text!(en: "--reduction needs --halving", zh: "--reduction 需要与 --halving 合用"),
            )
            .hint(text!(en: "such as --halving 200", zh: "例如 --halving 200")),
            Self::Device { why } => {
                Message::new("sweep/device", text!(en: "device: {why}", zh: "device：{why}")).hint(
                    text!(
                        en: "a device is auto, gpu, cpu, software or ndarray",
                        zh: "可用的设备有 auto、gpu、cpu、software 和 ndarray"
                    ),
                )
            }
            Self::Ledger(error @ LedgerError::Other { .. }) => error
                .describe()
                .hint(text!(en: "`--name NAME` names it", zh: "用 `--name NAME` 指定名称")),
            Self::Ledger(error) => error.describe(),
            Self::OtherRun { name } => Message::new(
                "sweep/other-run",
                text!(
                    en: ("run {} exists with other settings", in_a_line(name)),
                    zh: ("训练记录 {} 已存在，但设置不同", in_a_line(name))
                ),
            )
            .hint(text!(
                en: "`--name NAME` gives the runs of this sweep other names",
                zh: "用 `--name NAME` 为这次扫描的训练记录另取名称"
            )),
            Self::NoPoints => Message::new(
                "sweep/no-points",
                text!(
                    en: "random values need a number of points",
                    zh: "随机取值需要指定点数"
                ),
            )
            .hint(text!(en: "such as --points 20", zh: "例如 --points 20")),
            Self::TwoSeeds => Message::new(
                "sweep/two-seeds",
                text!(
                    en: "both --seeds and --set train.seed choose the seeds",
                    zh: "--seeds 和 --set train.seed 都指定了随机种子"
                ),
            )
            .hint(text!(en: "remove one of them", zh: "请去掉其中一个")),
            Self::HalvedSeeds => Message::new(
                "sweep/halved-seeds",
                text!(
                    en: "--halving compares single trainings, not means over --seeds",
                    zh: "--halving 比较的是单次训练，而不是多个 --seeds 的平均"
                ),
            )
            .hint(text!(
                en: "search with --halving first, then train the best points with --seeds",
                zh: "请先用 --halving 搜索，再用 --seeds 训练最好的几个点"
            )),
            Self::TwoIntervals => Message::new(
                "sweep/two-intervals",
                text!(
                    en: "both --halving and --set eval.every_steps choose when to evaluate",
                    zh: "--halving 和 --set eval.every_steps 都指定了评估的时机"
                ),
            )
            .hint(text!(en: "remove one of them", zh: "请去掉其中一个")),
            Self::NoValidation => Message::new(
                "sweep/no-validation",
                text!(
                    en: "--halving compares validation losses, and data.val_fraction is 0",
                    zh: "--halving 按验证损失比较，但 data.val_fraction 为 0"
                ),
            )
            .hint(text!(
                en: "set data.val_fraction=0.1, or remove --halving",
                zh: "请设置 data.val_fraction=0.1，或去掉 --halving"
            )),
            Self::Start { source } => {
                let why = Text::from(source);
                Message::new(
                    "sweep/start",
                    text!(
                        en: ("cannot start a training: {}", why.english),
                        zh: ("无法启动训练：{}", why.chinese)
                    ),
                )
            }
            Self::AllFailed => Message::new(
                "sweep/all-failed",
                text!(en: "no training came to its end", zh: "没有一次训练正常完成"),
            ),
            Self::Dimensions { found } => Message::new(
                "sweep/dimensions",
                text!(
                    en: "a Sobol sequence has at most {MOST_DIMENSIONS} settings, and {found} have values",
                    zh: "Sobol 序列最多支持 {MOST_DIMENSIONS} 个配置项，而有 {found} 个配置项带有取值"
                ),
            )
            .hint(text!(en: "remove --sobol or some settings", zh: "请去掉 --sobol，或减少配置项")),
            Self::NoTask { task, count } => Message::new(
                "sweep/no-task",
                text!(
                    en: "--task {task}: the sweep has {count} trainings",
                    zh: "--task {task}：这次扫描只有 {count} 次训练"
                ),
            ),
            Self::Task { name, code, messages } => {
                let messages = messages.trim_end();
                Message::new(
                    "sweep/task",
                    text!(
                        en: "{name} failed with exit code {code}:\n{messages}",
                        zh: "{name} 失败，退出码 {code}：\n{messages}"
                    ),
                )
            }
            Self::Incomplete { left, of } => Message::new(
                "sweep/incomplete",
                text!(
                    en: "{left} of {of} trainings have not come to their end",
                    zh: "{of} 次训练中有 {left} 次尚未完成"
                ),
            )
            .hint(text!(
                en: "send the script again, or train them here: the same command without `collect`",
                zh: "请重新提交脚本，或在本机训练：去掉命令中的 `collect`"
            )),
            Self::HalvedTasks => Message::new(
                "sweep/halved-tasks",
                text!(
                    en: "halving compares trainings of one process, not jobs of an array",
                    zh: "halving 只能比较同一进程中的训练，不能用于作业数组"
                ),
            )
            .hint(text!(en: "remove halving from the sweep", zh: "请从扫描中去掉 halving")),
        }
    }
}

impl From<AxisError> for SweepProblem {
    fn from(error: AxisError) -> Self {
        Self::Axis(error)
    }
}

impl From<LedgerError> for SweepProblem {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<SweepFileError> for SweepProblem {
    fn from(error: SweepFileError) -> Self {
        Self::File(error)
    }
}
