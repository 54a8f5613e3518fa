//! What makes little sense, or is not as it should be, in Chinese.

use super::failures::{lower_clip, not_finite, text_part};
use crate::language::{Spoken, in_chinese};
use charnn_message::Describe;
use charnn_train::{TrainError, Warning};

impl Spoken for Warning {
    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::Run(warning) => warning.describe().message.chinese,
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
