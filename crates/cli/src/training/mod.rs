//! What links burn: the commands that train, and devices other than the CPU.

mod device;

pub(crate) use device::{Device, device};
