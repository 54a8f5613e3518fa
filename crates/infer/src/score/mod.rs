//! How well a network predicts what is given: a text, or many lines.

mod lines;
mod of_text;

pub use lines::{GuessNumbers, LineScorer, Surprise};
pub use of_text::{Bits, Loss, evaluation_rows};
