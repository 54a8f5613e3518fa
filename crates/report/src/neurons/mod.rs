//! `neurons`: what each unit of a trained network does along a text.
//!
//! Bottom up: `record` (activations and predictions), `features` (what a reader sees in the text), `rank` (which
//! unit follows which feature), `page`.

mod features;
mod page;
mod rank;
mod record;

pub use features::{Feature, features};
pub use page::neurons;
pub use rank::{Ranked, rank};
pub use record::{Quantity, Recording, Trace};
