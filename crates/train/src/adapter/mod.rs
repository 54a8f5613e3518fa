//! Suits training to a device: is a GPU faster than the CPU, how are its kernels cut, and are they compiled
//! before the first step?

mod time;
mod tune;
mod warm_up;

pub use time::seconds_per_step;
pub use tune::{tune, use_tiling};
pub use warm_up::warm_up;
