//! Training by several processes that share each batch.
//!
//! Rank 0 leads: it has the run folder, evaluates, samples and saves, and tells the others which step comes
//! next. Each rank computes the gradients of its groups of batch rows. Groups are added in pairs
//! ([`charnn_mpi::pairwise`]), so the sum does not depend on how many ranks share them, and every rank makes
//! the same update.

mod estimate;
mod exchange;
mod follow;
mod groups;
mod leader;
mod order;
mod problem;

pub use estimate::{Interconnect, StepOnRanks};
pub(crate) use exchange::exchange;
pub use follow::follow;
pub(crate) use groups::{Groups, Passes};
pub use leader::Leader;
pub use problem::RanksError;
