//! The rows of a run's `metrics.jsonl` and `samples.jsonl`.

mod lines;
mod log;
mod read;
mod session;
mod tail;

pub(crate) use log::{Log, METRICS};
pub use read::Rows;
pub use session::SessionRow;
pub use tail::{News, Tail};

use serde::{Deserialize, Serialize};

/// The version of the rows that this program writes. Rows of version 1 carry no number and call the
/// losses `train_nats` and `valid_nats`; both versions are read.
pub const SCHEMA: u32 = 2;

/// A training step or an evaluation. Losses are in nats per symbol, which is a character unless `data.unit`
/// says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricRow {
    /// The version of the row.
    #[serde(default = "oldest")]
    pub schema: u32,
    /// Training steps made.
    pub step: u64,
    /// The epoch of the step, counted from 0. Training steps only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    /// The loss of the step's batch, before the update. Training steps only.
    #[serde(default, alias = "train_nats", skip_serializing_if = "Option::is_none")]
    pub train_loss: Option<f64>,
    /// The Euclidean norm of the gradient, before clipping. Training steps only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gradient_norm: Option<f64>,
    /// The learning rate of the update. Training steps only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f64>,
    /// The validation loss. Evaluations only.
    #[serde(default, alias = "valid_nats", skip_serializing_if = "Option::is_none")]
    pub val_loss: Option<f64>,
    /// The validation loss in bits per character. Evaluations only.
    #[serde(default, alias = "valid_bits_per_character", skip_serializing_if = "Option::is_none")]
    pub val_bits_per_character: Option<f64>,
    /// The same per byte of the text as UTF-8. Evaluations only, if symbols are not characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub val_bits_per_byte: Option<f64>,
    /// The perplexity of the validation text. Evaluations only.
    #[serde(default, alias = "valid_perplexity", skip_serializing_if = "Option::is_none")]
    pub val_perplexity: Option<f64>,
    /// Seconds of training so far, without interruptions.
    pub seconds: f64,
}

/// A text that the network wrote during training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRow {
    /// The version of the row.
    #[serde(default = "oldest")]
    pub schema: u32,
    /// Training steps made.
    pub step: u64,
    /// The prompt.
    pub prompt: String,
    /// What the network wrote after it.
    pub text: String,
}

/// The version of rows that carry no number.
fn oldest() -> u32 {
    1
}

impl MetricRow {
    /// A training step.
    pub fn training(
        step: u64,
        epoch: u64,
        loss: f64,
        gradient_norm: f64,
        learning_rate: f64,
    ) -> Self {
        Self {
            epoch: Some(epoch),
            train_loss: Some(loss),
            gradient_norm: Some(gradient_norm),
            learning_rate: Some(learning_rate),
            ..Self::empty(step)
        }
    }

    /// An evaluation with this validation loss, in nats per character.
    pub fn validation(step: u64, loss: f64) -> Self {
        Self {
            val_loss: Some(loss),
            val_bits_per_character: Some(loss / std::f64::consts::LN_2),
            val_perplexity: Some(loss.exp()),
            ..Self::empty(step)
        }
    }

    /// The same row of a network whose symbols are not characters.
    #[must_use]
    pub fn with_bits(self, per_character: f64, per_byte: f64) -> Self {
        Self {
            val_bits_per_character: Some(per_character),
            val_bits_per_byte: Some(per_byte),
            ..self
        }
    }

    /// The same row after `seconds` of training, to the millisecond.
    #[must_use]
    pub fn after(self, seconds: f64) -> Self {
        Self { seconds: (seconds * 1e3).round() / 1e3, ..self }
    }

    fn empty(step: u64) -> Self {
        Self {
            schema: SCHEMA,
            step,
            epoch: None,
            train_loss: None,
            gradient_norm: None,
            learning_rate: None,
            val_loss: None,
            val_bits_per_character: None,
            val_bits_per_byte: None,
            val_perplexity: None,
            seconds: 0.0,
        }
    }
}

impl SampleRow {
    /// What the network wrote after `step` steps.
    pub fn new(step: u64, prompt: &str, text: &str) -> Self {
        Self { schema: SCHEMA, step, prompt: prompt.to_owned(), text: text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_written() {
        let step = MetricRow::training(3, 0, 2.25, 0.5, 0.01).after(1.234_56);
        let text = serde_json::to_string(&step).expect("plain JSON");
        let expected = r#"{"schema":2,"step":3,"epoch":0,"train_loss":2.25,"gradient_norm":0.5,"learning_rate":0.01,"seconds":1.235}"#;
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<MetricRow>(&text).expect("a row"), step);
    }

    #[test]
    fn rows_of_older_versions_are_read() {
        let old = r#"{"seconds":0.1,"step":5,"valid_bits_per_character":3.0,"valid_nats":2.0,"valid_perplexity":7.4}"#;
        let row: MetricRow = serde_json::from_str(old).expect("a row");
        assert_eq!((row.schema, row.step, row.val_loss), (1, 5, Some(2.0)));
        assert_eq!(row.val_perplexity, Some(7.4));
        let old = r#"{"epoch":0,"gradient_norm":1.0,"learning_rate":0.1,"seconds":0.1,"step":5,"train_nats":2.5}"#;
        let row: MetricRow = serde_json::from_str(old).expect("a row");
        assert_eq!((row.train_loss, row.val_loss), (Some(2.5), None));
    }

    #[test]
    fn a_loss_that_is_not_finite_is_null() {
        let text = serde_json::to_string(&MetricRow::validation(1, f64::NAN)).expect("plain JSON");
        assert!(text.contains("\"val_loss\":null"), "{text}");
        assert_eq!(serde_json::from_str::<MetricRow>(&text).expect("a row").val_loss, None);
    }
}
