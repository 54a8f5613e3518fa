//! The network's arithmetic on the CPU: the recurrence forward and backward, a packed network
//! that reads symbol after symbol, dropout, and Adam, on plain slices.
//!
//! Owns: vector instructions, and the order in which numbers are read. It does not link burn, so
//! its tests build in seconds and run under `AddressSanitizer` and on emulated processors
//! (`scripts/check-cpu.sh`).
//!
//! Each thread owns some rows of the batch for all time steps; the recurrent kernel is packed in the
//! order in which it is read. The vector width is chosen at run time (AVX-512, AVX2, NEON, none).
//!
//! | module | idea |
//! |---|---|
//! | `recurrence` | the time loops forward and backward, one time step, the cells, resets, the threads' parts |
//! | `linear` | products in registers with packed kernels, products of whole matrices |
//! | `network` | a whole network, packed, one symbol at a time |
//! | `norm` | the norm of a layer's output |
//! | `head`, `softmax` | logits, their loss and its gradients |
//! | `sums` | gradients that are sums over all positions |
//! | `dropout` | the mask, hashed on the fly |
//! | `activation` | tanh and the logistic function |
//! | `adam` | the update of a parameter |
//! | `uninit` | buffers that are not cleared first |
//! | `machine` | vector instructions and threads |
//! | `threads` | starting the threads of the process |

// A function that takes a `Simd` has to be inlined into the one that switches its instructions on.
#![allow(clippy::inline_always, reason = "see above")]
// The cells keep both directions in one file.
#![cfg_attr(
    not(feature = "training"),
    allow(dead_code, unused_imports, reason = "what the passes of training use")
)]

pub mod activation;
#[cfg(feature = "training")]
pub mod adam;
#[cfg(feature = "training")]
pub mod dropout;
#[cfg(feature = "training")]
pub mod head;
mod linear;
pub mod machine;
mod network;
mod norm;
pub mod recurrence;
mod softmax;
#[cfg(feature = "training")]
pub mod sums;
#[cfg(all(test, feature = "training"))]
mod tests;
mod threads;
mod uninit;

pub use charnn_bundle::Cell;
#[cfg(feature = "training")]
pub use linear::orthonormal::orthonormalize;
pub use linear::precision::Precision;
pub use network::{PackedNetwork, PackedState};
pub use norm::{LAYER_NORM_EPSILON, Norm};
pub use threads::{NoThreads, start_threads, threads};
