//! Sweeps: one training for each combination of some settings.
//!
//! Owns: which values a setting takes ([`Axis`]), the trainings that follow ([`trials()`]), which of them continue
//! ([`Halving`]), and the record of those that have ended ([`Ledger`]). Starts no training and knows no run folder.

mod axis;
mod file;
mod halving;
mod ledger;
mod sobol;
mod tasks;
mod trials;

pub use axis::{Axis, AxisError};
pub use file::{SweepFile, SweepFileError};
pub use halving::{Halving, Standing};
pub use ledger::{Ledger, LedgerError, Outcome};
pub use sobol::MOST_DIMENSIONS;
pub use tasks::Tasks;
pub use trials::{Sampling, Trial, trials};
