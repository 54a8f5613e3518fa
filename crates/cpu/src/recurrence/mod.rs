//! The recurrence of a layer: all time steps forward and backward, on the threads of a pool.

pub mod backward;
pub(crate) mod cells;
pub mod forward;
pub(crate) mod partition;
pub mod resets;
pub mod sizes;
pub mod step;
