//! How much of generated texts is copied from the training text.
//!
//! Bottom up: `automaton` (all passages of the generated texts), `measure` (which of them the training text has).

mod automaton;
mod measure;

pub use measure::{Novelty, NoveltyMeter};
