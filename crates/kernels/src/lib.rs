//! The operations of burn that charnn adds: the recurrence, the head with its loss, dropout, and
//! Adam's update; and the choice of device.
//!
//! Owns: the equations of the cells, the contract of [`sequence()`], the formulas of [`head`],
//! [`mod@dropout`] and [`adam`], and every name of a backend or of threads. Knows nothing of
//! vocabularies, modules, configurations or files.
//!
//! # Letters
//! A comment at the end of a line gives the shape of its tensor in these letters:
//!
//! | letter | counts |
//! |---|---|
//! | `B` | rows of a batch |
//! | `T` | time steps of a batch |
//! | `V` | characters of the vocabulary |
//! | `E` | entries of an embedding |
//! | `H` | hidden units of a layer |
//! | `G` | gates of a cell: 1 in a plain RNN, 3 in a GRU, 4 in an LSTM |
//! | `L` | recurrent layers |
//!
//! Tensors over time are time-major, `[T, B, ...]`, so one step of all batch rows is contiguous.

pub mod adam;
mod algorithm;
pub mod device;
mod device_fault;
pub mod dropout;
mod flex;
mod fused;
#[cfg(feature = "gpu")]
mod gpu;
pub mod head;
mod linear;
mod reference;
mod resets;
mod sequence;
mod state;
pub mod tiling;
pub mod update;

pub use algorithm::Algorithm;
pub use charnn_cpu::{Cell, LAYER_NORM_EPSILON, orthonormalize};
pub use device_fault::DeviceFault;
pub use linear::linear;
pub use resets::Resets;
pub use sequence::{Input, Recurrent, sequence, sequence_by};
pub use state::CellState;
