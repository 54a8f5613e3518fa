//! Why ranks cannot train together.

use crate::{PlanError, SaveError};
use charnn_kernels::DeviceFault;
use charnn_message::{Describe, Message, display, text};
use charnn_runs::Damage;

/// Why ranks cannot train together.
#[derive(Debug, thiserror::Error)]
pub enum RanksError {
    /// The groups of batch rows cannot be shared equally.
    Groups {
        /// `train.gradient_groups`.
        groups: usize,
        /// The number of ranks.
        ranks: usize,
    },
    /// Another rank cannot take part, and has said why.
    Rank {
        /// Which.
        rank: usize,
    },
    /// This rank cannot read the text, or the configuration does not fit it.
    Plan(#[from] PlanError),
    /// This rank has another text than rank 0.
    OtherText {
        /// The name of the text.
        name: String,
    },
    /// What rank 0 sent cannot be used.
    Damage(Damage),
    /// The device of this rank.
    Device(#[from] DeviceFault),
    /// The state to start from cannot be sent.
    Save(#[from] SaveError),
}

display!(RanksError);

impl Describe for RanksError {
    fn describe(&self) -> Message {
        match self {
            Self::Groups { groups, ranks } => {
                let (ranks, twice) = (*ranks, ranks * 2);
                Message::new(
                    "ranks/groups",
                    text!(
                        en: "train.gradient_groups = {groups} cannot be shared by {ranks} ranks",
                        zh: "train.gradient_groups = {groups} 不能由 {ranks} 个进程分担"
                    ),
                )
                .hint(text!(
                    en: "each rank computes 1, 2, 4 or another power of two of groups: set {ranks} or {twice} groups",
                    zh: "每个进程计算 1、2、4 等 2 的幂个组：请设为 {ranks} 或 {twice} 组"
                ))
            }
            Self::Rank { rank } => Message::new(
                "ranks/other",
                text!(en: "rank {rank} cannot take part in the training", zh: "进程 {rank} 无法参与训练"),
            ),
            Self::Plan(error) => error.describe(),
            Self::OtherText { name } => Message::new(
                "ranks/other-text",
                text!(
                    en: "{name} is not the same text here as on rank 0",
                    zh: "这里的 {name} 与进程 0 的文本不同"
                ),
            )
            .hint(text!(
                en: "all ranks must see the same files under the same names",
                zh: "所有进程必须以相同的名称看到相同的文件"
            )),
            Self::Damage(damage) => damage.describe(),
            Self::Device(fault) => fault.describe(),
            Self::Save(error) => error.describe(),
        }
    }
}
