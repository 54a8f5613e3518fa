//! What makes little sense, or is not as it should be, in Chinese.

use super::details;
use super::failures::{lower_clip, not_finite, text_part};
use crate::language::{Spoken, in_chinese};
use crate::output::grouped;
use charnn_message::shown;
use charnn_train::{Advice, TrainError, Warning};

impl Spoken for Advice {
    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::Idle { key, value, needs } => {
                format!("{key} = {value} 在这里不起作用：需要 {needs}")
            }
            Self::OnlyWarmUp { warmup, steps } => format!(
                "学习率在 {} 步内逐渐升高，而这次运行只有 {} 步，达不到 train.learning_rate。请调低 \
                 train.warmup_steps",
                grouped(*warmup),
                grouped(*steps)
            ),
            Self::ManyCharacters { known, usual } => format!(
                "网络要认识 {} 种字符，其中许多很少见。用 --set data.min_count=5 就只有 {} 种，\
                 网络更小，也更快",
                grouped(*known as u64),
                grouped(*usual as u64)
            ),
            Self::PrivateUse { percent } => format!(
                "{percent:.1}% 的字符属于私用区，只在某个程序或字体里才有意义。请用 charnn data inspect \
                 检查编码是否正确"
            ),
            Self::Replaced { percent } => format!(
                "{percent:.1}% 的字符是 U+FFFD，代表以前转换时丢失的字符或损坏的字节，剩下的内容也可能有错。请用 \
                 charnn data inspect 检查，最好换一份完好的文本"
            ),
            Self::Duplicate { name, original, more } => {
                let more = match more {
                    0 => String::new(),
                    more => format!("，另有 {more} 个文件也是如此"),
                };
                format!("{name} 与 {original} 内容相同{more}：网络会重复读这段文本")
            }
            Self::LittleText { characters, smaller } => {
                let smaller = smaller.map_or_else(String::new, |size| {
                    format!("，或用更小的网络，例如 --set model.hidden_size={size}")
                });
                format!(
                    "文本只有 {} 个字符，网络很快就会背下来。请换更长的文本{smaller}。不带文本运行 charnn train，\
                     可以看到正常的效果",
                    grouped(*characters as u64)
                )
            }
        })
    }
}

impl Spoken for Warning {
    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::BadCheckpoint { path, message } => {
                format!("检查点 {} 无法使用{}", shown(path), details(message))
            }
            Self::BestLost { step, instead } => {
                format!("第 {step} 步的最佳网络已经丢失，现在使用第 {instead} 步的网络")
            }
            Self::NotFinite { loss, step } => format!("第 {step} 步之后，验证损失是 {loss}"),
            Self::WorseThanUniform { part, loss, uniform, step, clips } => format!(
                "第 {step} 步之后，{}损失是 {loss:.1}，比均匀猜测（{uniform:.1}）还差。请用更低的 \
                 train.learning_rate 或{}重新训练",
                text_part(*part),
                lower_clip(*clips)
            ),
            Self::Overfits { val_loss, train_loss, uniform, step } => format!(
                "第 {step} 步之后，验证损失是 {val_loss:.1}，比均匀猜测（{uniform:.1}）还差，而训练损失只有 \
                 {train_loss:.2}：网络只记住了训练文本。请用更多的文本、更小的网络，或设置 \
                 train.early_stop_patience"
            ),
            Self::WentBack { error, back } => {
                let cause = match error {
                    TrainError::Diverged { what, step, loss, .. } => {
                        not_finite(*what, *step, *loss)
                    }
                    error => in_chinese(error),
                };
                format!("{cause}。现在从第 {back} 步继续，学习率减半")
            }
            Self::NotSaved { error, saved } => {
                format!("训练继续，第 {saved} 步的检查点仍然保留。{}", in_chinese(error))
            }
            Self::NotSavedAtEnd(error) => return error.chinese(),
            Self::NotNoted(error) => {
                format!("有些行暂时没有写入，之后会再试。{}", in_chinese(error))
            }
        })
    }
}
