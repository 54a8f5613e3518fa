//! Everything of the program that links burn: the commands that train or time, devices other than the CPU,
//! and what they show. `without_training.rs` stands in its place in a build without the feature `train`;
//! the rest of the program uses only what both have.

mod bench;
mod checks;
mod choice;
mod conversions;
mod device;
mod devices;
mod dry_run;
mod failure;
mod graphics;
mod init;
mod memory;
mod messages;
mod outlook;
mod ranks;
mod report;
mod resume;
mod sweep;
mod train;

pub(crate) use bench::run as bench;
pub(crate) use checks::checks;
pub(crate) use device::{Device, device};
pub(crate) use devices::run as devices;
pub(crate) use failure::Failure;
pub(crate) use init::run as init;
pub(crate) use outlook::outlook;
pub(crate) use resume::run as resume;
pub(crate) use sweep::run as sweep;
pub(crate) use train::run as train;

use mimalloc::MiMalloc;

/// Whether this program can train.
pub(crate) const IS_BUILT: bool = true;

/// Every training step asks for the same large buffers. This allocator reuses them; the system's
/// returns them to the system, which zeroes them page by page at every step.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;
