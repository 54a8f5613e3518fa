//! `neurons`: what each unit of a trained network does along a text.
//!
//! Bottom up: `record` (activations and predictions), `features` (what a reader sees in the text), `rank` (which
//! unit follows which feature), `probe` (what all units of a layer tell together), `history` (earlier networks of the
//! run), `saturation` (gates that are nearly open or closed), `page`.

mod features;
mod history;
mod page;
mod probe;
mod rank;
mod record;
mod saturation;

pub use features::{Feature, features};
pub use history::Stage;
pub use page::{Neurons, neurons};
pub use probe::{Probe, probe};
pub use rank::{Ranked, rank};
pub use record::{Quantity, Recording, Trace};
pub use saturation::{Saturation, saturation};
