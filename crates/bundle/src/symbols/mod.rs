//! The symbols that a network reads and writes: what they are, their ids, and texts made of them.

mod decoder;
mod error;
mod forms;
mod stored;
mod unit;
mod variants;
mod vocabulary;

pub use decoder::{Decoder, Lengths};
pub use error::VocabularyError;
pub use unit::{BadUnit, Cutter, Unit};
pub use vocabulary::{OnUnknown, Vocabulary};
