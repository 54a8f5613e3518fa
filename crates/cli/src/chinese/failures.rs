//! What has ended a command, in Chinese; but for what is wrong with a configuration, which is shown in
//! its own words.

use super::details;
use crate::language::{Spoken, in_chinese};
use charnn_message::{Describe, shown};
use charnn_train::{NotFinite, RunError, SaveError, TextPart, TrainError};

impl Spoken for RunError {
    fn chinese(&self) -> Option<String> {
        Some(self.describe().message.chinese)
    }
}

/// What to clip gradients by, who clips them or not.
pub(super) fn lower_clip(clips: bool) -> &'static str {
    if clips { "更低的 train.grad_clip" } else { "train.grad_clip=1" }
}

pub(super) fn text_part(part: TextPart) -> &'static str {
    match part {
        TextPart::Training => "训练",
        TextPart::Validation => "验证",
    }
}

pub(super) fn not_finite(what: NotFinite, step: u64, loss: f64) -> String {
    let what = match what {
        NotFinite::Loss => "损失",
        NotFinite::Gradient => "梯度",
    };
    format!("第 {step} 步的{what}不是有限的数（损失为 {loss}）")
}

impl Spoken for TrainError {
    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::Config(_) => return None,
            Self::Run(error) => return error.chinese(),
            Self::Diverged { what, step, loss, learning_rate, clips, can_go_back, run } => format!(
                "{}。最后一个正常的网络在第 {} 步。{}用更低的 train.learning_rate（当时是 {learning_rate:.2e}）或 \
                 {} 重新训练",
                not_finite(*what, *step, *loss),
                step - 1,
                if *can_go_back {
                    let run = shown(run);
                    format!(
                        "要退回并把学习率减半：charnn resume {run} --set train.on_nonfinite=rollback；或"
                    )
                } else {
                    "已经退回过，或没有可退回的检查点。请".into()
                },
                lower_clip(*clips)
            ),
            Self::WorseThanUniform { part, loss, uniform, best, learning_rate, clips, run: _ } => {
                let part = text_part(*part);
                let best = best.map_or(String::new(), |(step, loss)| {
                    format!("第 {step} 步的网络更好（{loss:.2}）。")
                });
                format!(
                    "训练失败：{part}损失是 {loss:.1}，比均匀猜测（{uniform:.1}）还差。{best}请用更低的 \
                     train.learning_rate（当时是 {learning_rate:.2e}）或{}重新训练",
                    lower_clip(*clips)
                )
            }
            Self::Device { fault, step, saved, run } => format!(
                "第 {step} 步时设备停止了工作，第 {saved} 步的检查点完好。请用 charnn resume {} 接着训练，\
                 换设备则加 --device cpu。如果是显存或内存不足，请在新的运行里调低 train.batch_size，\
                 并配合 train.gradient_accumulation{}",
                shown(run),
                details(fault)
            ),
            Self::Unsaved { source, elsewhere } => {
                let kept = match elsewhere {
                    Some(path) => format!("学到的内容另存在：charnn resume {}", shown(path)),
                    None => "上一个检查点之后学到的内容丢失了".into(),
                };
                format!("{kept}。{}", in_chinese(source))
            }
        })
    }
}

impl Spoken for SaveError {
    fn chinese(&self) -> Option<String> {
        match self {
            Self::Run(error) => error.chinese(),
            Self::Tensor(error) => Some(format!("检查点无法保存{}", details(error))),
        }
    }
}
