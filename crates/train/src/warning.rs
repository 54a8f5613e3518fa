//! What is wrong during a run that continues.

use crate::train_error::lower_clip;
use crate::{RunError, RunWarning, SaveError, TrainError};
use charnn_message::{Describe, Message, Text, display, grouped, text};

/// Something that is wrong and does not end training.
#[derive(Debug)]
pub enum Warning {
    /// A problem of the run's folder.
    Run(RunWarning),
    /// The validation loss is NaN or infinite.
    NotFinite {
        /// The loss.
        loss: f64,
        /// Updates so far.
        step: u64,
    },
    /// The loss is far above that of uniform guessing.
    WorseThanUniform {
        /// Which loss.
        part: TextPart,
        /// The loss, in nats per character.
        loss: f64,
        /// The loss of uniform guessing.
        uniform: f64,
        /// Updates so far.
        step: u64,
        /// Whether gradients are clipped.
        clips: bool,
    },
    /// The validation loss is far above that of uniform guessing, the training loss is not.
    Overfits {
        /// The validation loss, in nats per character.
        val_loss: f64,
        /// The training loss.
        train_loss: f64,
        /// The loss of uniform guessing.
        uniform: f64,
        /// Updates so far.
        step: u64,
    },
    /// A run went back because its loss was not finite.
    WentBack {
        /// What happened.
        error: TrainError,
        /// The step it continues from.
        back: u64,
    },
    /// A checkpoint cannot be written.
    NotSaved {
        /// Why not.
        error: SaveError,
        /// The step of the newest checkpoint.
        saved: u64,
    },
    /// The last checkpoint of a run that has failed could not be written.
    NotSavedAtEnd(TrainError),
    /// The lines of `metrics.jsonl` or `samples.jsonl` could not be written.
    NotNoted(RunError),
}

display!(Warning);

impl Describe for Warning {
    fn describe(&self) -> Message {
        match self {
            Self::Run(warning) => warning.describe(),
            Self::NotFinite { loss, step } => Message::new(
                "train/validation-not-finite",
                text!(
                    en: "the validation loss is {loss} after step {}",
                    zh: "第 {} 步之后，验证损失是 {loss}",
                    grouped(*step)
                ),
            ),
            Self::WorseThanUniform { part, loss, uniform, step, clips } => {
                let (part, step, clip) = (part.text(), grouped(*step), lower_clip(*clips));
                Message::new(
                    "train/worse-than-uniform",
                    text!(
                        en: (
                            "the {} loss is {loss:.1} after step {step}, worse than uniform guessing ({uniform:.1})",
                            part.english
                        ),
                        zh: (
                            "第 {step} 步之后，{}损失是 {loss:.1}，比均匀猜测（{uniform:.1}）还差",
                            part.chinese
                        ),
                    ),
                )
                .hint(text!(
                    en: ("train again with a lower train.learning_rate or {}", clip.english),
                    zh: ("请用更低的 train.learning_rate 重新训练，或{}", clip.chinese),
                ))
            }
            Self::Overfits { val_loss, train_loss, uniform, step } => Message::new(
                "train/overfits",
                text!(
                    en: "the validation loss is {val_loss:.1} after step {}, worse than uniform guessing \
                         ({uniform:.1}), while the training loss is {train_loss:.2}: the network memorizes the \
                         training text",
                    zh: "第 {} 步之后，验证损失是 {val_loss:.1}，比均匀猜测（{uniform:.1}）还差，而训练损失只有 \
                         {train_loss:.2}：网络只记住了训练文本",
                    grouped(*step)
                ),
            )
            .hint(text!(
                en: "use more text, a smaller network or train.early_stop_patience",
                zh: "请使用更多的文本、更小的网络，或设置 train.early_stop_patience"
            )),
            Self::WentBack { error, back } => {
                let (message, back) = (error.describe().message, grouped(*back));
                Message::new(
                    "train/rollback",
                    text!(
                        en: ("{}; continuing from step {back} with half the learning rate", message.english),
                        zh: ("{}；从第 {back} 步继续，学习率减半", message.chinese),
                    ),
                )
            }
            Self::NotSaved { error, saved } => {
                let Message { message, hints, .. } = error.describe();
                let saved = grouped(*saved);
                let message = text!(
                    en: ("{}; training continues, and the checkpoint of step {saved} stays", message.english),
                    zh: ("{}；训练继续，第 {saved} 步的检查点仍然保留", message.chinese),
                );
                Message { hints, ..Message::new("train/not-saved", message) }
            }
            Self::NotSavedAtEnd(error) => error.describe(),
            Self::NotNoted(error) => {
                let Message { message, hints, .. } = error.describe();
                let message = text!(
                    en: ("{}; its lines are kept and tried again", message.english),
                    zh: ("{}；这些行会保留，稍后重试", message.chinese),
                );
                Message { hints, ..Message::new("train/lines-not-written", message) }
            }
        }
    }
}

/// A part of the text that has a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextPart {
    /// What the network learns from.
    Training,
    /// What it is evaluated on.
    Validation,
}

impl TextPart {
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Training => text!(en: "training", zh: "训练"),
            Self::Validation => text!(en: "validation", zh: "验证"),
        }
    }
}

impl From<RunWarning> for Warning {
    fn from(warning: RunWarning) -> Self {
        Self::Run(warning)
    }
}
