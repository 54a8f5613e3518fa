//! What clients see of runs: the list, the metrics, and the updates of a training.

mod follow;
mod rows;
mod table;

pub(crate) use follow::{Followers, follow};
pub(crate) use rows::metrics;
pub(crate) use table::{Listed, Table};
