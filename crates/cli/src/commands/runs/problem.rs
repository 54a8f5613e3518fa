//! Why `charnn runs` fails.

use crate::exit_code::of_run;
use charnn_message::{Describe, Message, shown, text};
use charnn_runs::{LabelsError, QueryError, RunError};
use std::path::PathBuf;

#[derive(Debug)]
pub(crate) enum Problem {
    Query(QueryError),
    Labels(LabelsError),
    /// The folder of all runs does not exist.
    NoRuns {
        root: PathBuf,
    },
    /// No run has a value to compare.
    NoBest {
        by: String,
    },
    /// Runs to compare that are one and the same.
    OneRun {
        name: String,
    },
    /// Runs without metrics.
    NothingToPlot,
    /// A run to delete that is in use.
    InUse(RunError),
    /// The user did not confirm.
    NotConfirmed,
    /// What `charnn runs verify` found.
    Damaged {
        bad: usize,
    },
}

impl Problem {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::NotConfirmed => 1,
            Self::Query(_) | Self::Labels(LabelsError::Tag { .. }) | Self::OneRun { .. } => 2,
            Self::NoRuns { .. }
            | Self::NoBest { .. }
            | Self::NothingToPlot
            | Self::Damaged { .. }
            | Self::Labels(LabelsError::Damaged { .. }) => 5,
            Self::InUse(error) | Self::Labels(LabelsError::Run(error)) => of_run(error),
        }
    }
}

impl Describe for Problem {
    fn describe(&self) -> Message {
        match self {
            Self::Query(error) => error.describe(),
            Self::Labels(error) => error.describe(),
            Self::NoRuns { root } => Message::new(
                "runs/none",
                text!(en: "folder not found: {}", zh: "找不到文件夹 {}", shown(root)),
            )
            .hint(text!(
                en: "train a network first (`charnn train`), or name the folder of your runs with --runs",
                zh: "请先训练网络（`charnn train`），或用 --runs 指定训练记录所在的文件夹"
            )),
            Self::NoBest { by } => Message::new(
                "runs/no-best",
                text!(en: "no run has a value for {by}", zh: "没有任何训练记录有 {by} 的值"),
            )
            .hint(text!(
                en: "choose another field with --by, or other runs: `charnn runs list` shows all",
                zh: "请用 --by 换一个字段，或选择其他训练记录：`charnn runs list` 列出全部"
            )),
            Self::OneRun { name } => Message::new(
                "runs/one-run",
                text!(en: "{name} is the only run given", zh: "只给出了 {name} 这一个训练记录"),
            )
            .hint(text!(en: "name two different runs", zh: "请给出两个不同的训练记录")),
            Self::NothingToPlot => Message::new(
                "runs/nothing-to-plot",
                text!(en: "no such metric was recorded", zh: "没有记录该指标"),
            )
            .hint(text!(
                en: "choose another curve with --metric",
                zh: "请用 --metric 换一条曲线"
            )),
            Self::InUse(error) => error.describe().hint(text!(
                en: "stop its training first",
                zh: "请先停止它的训练"
            )),
            Self::NotConfirmed => {
                Message::new("runs/not-confirmed", text!(en: "nothing was deleted", zh: "没有删除任何内容"))
                    .hint(text!(
                        en: "to delete without a question: --yes",
                        zh: "如需不询问直接删除：--yes"
                    ))
            }
            Self::Damaged { bad } => Message::new(
                "runs/damaged",
                match bad {
                    1 => text!(en: "1 run or checkpoint is damaged", zh: "有 1 个训练记录或检查点已损坏"),
                    _ => text!(
                        en: "{bad} runs or checkpoints are damaged",
                        zh: "有 {bad} 个训练记录或检查点已损坏"
                    ),
                },
            )
            .hint(text!(
                en: "`resume` and `generate` skip damaged checkpoints; delete a run with `charnn runs rm RUN`",
                zh: "`resume` 和 `generate` 会跳过损坏的检查点；删除训练记录：`charnn runs rm RUN`"
            )),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}
