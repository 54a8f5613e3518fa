//! Why a sweep cannot be made.

use charnn_message::{Describe, Message, Text, in_a_line, text};
use charnn_sweep::{AxisError, LedgerError};

#[derive(Debug)]
pub(crate) enum SweepProblem {
    Axis(AxisError),
    /// Random values without a number of points.
    NoPoints,
    /// `train.seed` is an axis, and `--seeds` repeats the points.
    TwoSeeds,
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
}

impl SweepProblem {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Axis(_) | Self::NoPoints | Self::TwoSeeds => 2,
            Self::Ledger(LedgerError::Damaged { .. }) => 5,
            Self::AllFailed => 7,
            Self::Ledger(LedgerError::File { .. }) | Self::Start { .. } => 8,
            Self::Ledger(LedgerError::Other { .. }) | Self::OtherRun { .. } => 9,
        }
    }
}

impl Describe for SweepProblem {
    fn describe(&self) -> Message {
        match self {
            Self::Axis(error) => error.describe(),
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
