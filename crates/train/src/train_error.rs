//! What ends training early.

use crate::{ConfigError, Fitting, NotFinite, RunError, SaveError, TextPart};
use charnn_kernels::DeviceFault;
use charnn_message::{Describe, Message, Text, display, grouped, shown, text};
use std::path::PathBuf;

/// What ends training early.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The run folder.
    Run(#[from] RunError),
    /// The configuration.
    Config(#[from] ConfigError),
    /// The loss or its gradient is NaN or infinite.
    Diverged {
        /// Which of them.
        what: NotFinite,
        /// The step that was not made.
        step: u64,
        /// Its loss.
        loss: f64,
        /// Its learning rate.
        learning_rate: f64,
        /// Whether gradients were clipped.
        clips: bool,
        /// Whether `train.on_nonfinite = "rollback"` could go back to an older checkpoint.
        can_go_back: bool,
        /// The run's folder.
        run: PathBuf,
    },
    /// Training ended with a network that is far worse than uniform guessing.
    WorseThanUniform {
        /// Which loss.
        part: TextPart,
        /// The loss at the end, in nats per character.
        loss: f64,
        /// The loss of uniform guessing.
        uniform: f64,
        /// The training loss, if that is better than uniform guessing.
        train_loss: Option<f64>,
        /// The step and validation loss of the best checkpoint, if that is better than uniform.
        best: Option<(u64, f64)>,
        /// `train.learning_rate`.
        learning_rate: f64,
        /// Whether gradients were clipped.
        clips: bool,
    },
    /// The device.
    Device {
        /// What it reported.
        fault: DeviceFault,
        /// The step that was not made, or whose network was not evaluated.
        step: u64,
        /// The step of the newest checkpoint.
        saved: u64,
        /// The run's folder.
        run: PathBuf,
        /// What would fit, if its memory did not suffice.
        fitting: Fitting,
    },
    /// The device, when it was timed before training.
    DeviceBefore {
        /// What it reported.
        fault: DeviceFault,
        /// What would fit, if its memory did not suffice.
        fitting: Fitting,
    },
    /// The last checkpoint could not be written.
    Unsaved {
        /// Why not.
        source: SaveError,
        /// Where it was written instead.
        elsewhere: Option<PathBuf>,
    },
}

display!(TrainError);

impl Describe for TrainError {
    fn describe(&self) -> Message {
        match self {
            Self::Run(error) => error.describe(),
            Self::Config(error) => error.describe(),
            Self::Diverged { what, step, learning_rate, clips, .. } => {
                let what = match what {
                    NotFinite::Loss => text!(en: "the loss", zh: "损失"),
                    NotFinite::Gradient => text!(en: "the gradient", zh: "梯度"),
                };
                let (step, last) = (grouped(*step), grouped(step - 1));
                let message = text!(
                    en: ("{} is not finite at step {step}; the network of step {last} is saved", what.english),
                    zh: ("第 {step} 步的{}不是有限的数；第 {last} 步的网络已保存", what.chinese),
                );
                Message::new("train/diverged", message).hint(lower_rate(*learning_rate, *clips))
            }
            Self::WorseThanUniform {
                part,
                loss,
                uniform,
                train_loss,
                best,
                learning_rate,
                clips,
            } => {
                let part = part.text();
                let message = text!(
                    en: (
                        "training failed: the {} loss is {loss:.1}, worse than uniform guessing ({uniform:.1})",
                        part.english
                    ),
                    zh: (
                        "训练失败：{}损失是 {loss:.1}，比均匀猜测（{uniform:.1}）还差",
                        part.chinese
                    ),
                );
                let message = Message::new("train/worse-than-uniform", message);
                let message = match train_loss {
                    None => message.hint(lower_rate(*learning_rate, *clips)),
                    Some(train_loss) => message.hint(text!(
                        en: "the training loss is {train_loss:.2}, so the network memorizes the training text: \
                             use more text or a smaller network",
                        zh: "训练损失只有 {train_loss:.2}，说明网络只记住了训练文本：请使用更多的文本或更小的网络"
                    )),
                };
                match best {
                    None => message,
                    Some((step, loss)) => message.hint(text!(
                        en: "the checkpoint of step {} is better ({loss:.2})",
                        zh: "第 {} 步的检查点更好（{loss:.2}）",
                        grouped(*step)
                    )),
                }
            }
            Self::Device { fault, step, saved, fitting, .. } => {
                let (step, saved) = (grouped(*step), grouped(*saved));
                let cause = fault.describe().message;
                let message = text!(
                    en: ("{} (at step {step}); the checkpoint of step {saved} is good", cause.english),
                    zh: ("{}（第 {step} 步）；第 {saved} 步的检查点完好", cause.chinese),
                );
                let message = Message::new("train/device", message);
                if fault.is_out_of_memory() { message.hint(fitting.text()) } else { message }
            }
            Self::DeviceBefore { fault, fitting } => {
                let message = fault.describe();
                if fault.is_out_of_memory() { message.hint(fitting.text()) } else { message }
            }
            Self::Unsaved { source, elsewhere } => {
                let Message { message, hints, .. } = source.describe();
                let kept = match elsewhere {
                    Some(path) => text!(
                        en: "the network is saved in {}",
                        zh: "网络另存在 {}",
                        shown(path)
                    ),
                    None => text!(
                        en: "progress since the last checkpoint is lost",
                        zh: "上一个检查点之后的进度已丢失"
                    ),
                };
                let message = text!(
                    en: ("{}; {}", message.english, kept.english),
                    zh: ("{}；{}", message.chinese, kept.chinese),
                );
                Message { hints, ..Message::new("train/unsaved", message) }
            }
        }
    }
}

/// The advice to train again with smaller updates.
pub(crate) fn lower_rate(learning_rate: f64, clips: bool) -> Text {
    let clip = lower_clip(clips);
    text!(
        en: ("train again with a lower train.learning_rate (now {learning_rate}) or {}", clip.english),
        zh: (
            "请用更低的 train.learning_rate（现在是 {learning_rate}）重新训练，或{}",
            clip.chinese
        ),
    )
}

/// How to clip gradients more than now.
pub(crate) fn lower_clip(clips: bool) -> Text {
    if clips {
        text!(en: "a lower train.grad_clip", zh: "降低 train.grad_clip")
    } else {
        text!(en: "train.grad_clip = 1", zh: "设置 train.grad_clip = 1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_without_memory_gets_a_batch_that_fits() {
        let error = |report: &str, batch_size: Option<usize>| TrainError::Device {
            fault: DeviceFault::new(report),
            step: 7,
            saved: 5,
            run: PathBuf::from("run"),
            fitting: batch_size.map_or(Fitting::Nothing, |batch_size| Fitting::Batch {
                batch_size,
                accumulation: 6,
            }),
        };
        let report = "out of device memory allocating 99 bytes";
        let message = error(report, Some(13)).describe();
        assert_eq!(
            message.message.english,
            "the memory of the device is too small (at step 7); the checkpoint of step 5 is good"
        );
        let hint = &message.hints[0].english;
        assert!(
            hint.contains("train.batch_size = 13 and train.gradient_accumulation = 6"),
            "{hint}"
        );
        let hint = &error(report, None).describe().hints[0].english;
        assert!(hint.contains("model.hidden_size"), "{hint}");
        assert!(error("lost", Some(13)).describe().hints.is_empty());
    }
}
