//! What has ended a command, in Chinese; but for what is wrong with a configuration, which is shown in
//! its own words.

use super::details;
use crate::language::{Spoken, in_chinese};
use charnn_kernels::DeviceFault;
use charnn_kernels::device::{DeviceError, Obstacle};
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

impl Spoken for DeviceFault {
    fn chinese(&self) -> Option<String> {
        Some(format!("设备停止了工作{}", details(self)))
    }
}

impl Spoken for DeviceError {
    fn chinese(&self) -> Option<String> {
        const NEXT: &str = "用 charnn devices 查看有哪些设备；--device cpu 总能用";
        Some(match self {
            Self::NoGpu(why) => format!("没有可用的 GPU：{}。{NEXT}", obstacle(why)),
            Self::NoSoftware(why) => format!(
                "没有可用的软件 Vulkan 适配器：{}。在 Debian 上可以用 apt-get install \
                 mesa-vulkan-drivers 安装。{NEXT}",
                obstacle(why)
            ),
            Self::NoThreads(why) => format!(
                "无法启动线程。请结束其他程序，放宽限制（ulimit -u），或只用一个线程：RAYON_NUM_THREADS=1{}",
                details(why)
            ),
            Self::NotBuilt { device } => format!(
                "这个版本没有 {device} 设备。请用 cargo build --release --features {device} 编译"
            ),
        })
    }
}

pub(super) fn obstacle(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::NoAdapter => "本机没有图形适配器".into(),
        Obstacle::OnlySoftware(name) => format!("唯一的图形适配器是软件模拟的 {name}"),
        Obstacle::NoSoftware => "本机没有".into(),
        Obstacle::Refused(why) => format!("系统报告“{why}”"),
    }
}
