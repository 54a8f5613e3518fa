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
//! | file | idea |
//! |---|---|
//! | `forward`, `backward` | the time loops |
//! | `step` | one time step |
//! | `network` | a whole network, packed, one symbol at a time |
//! | `norm` | the norm of a layer's output |
//! | `cells` | the equations, on vectors of units |
//! | `product` | sums of products in registers |
//! | `affine` | small products that do not wait for the step before |
//! | `matrix` | products of whole matrices |
//! | `head`, `softmax` | logits, their loss and its gradients |
//! | `dropout` | the mask, hashed on the fly |
//! | `panels`, `precision` | the packed kernel, and how exactly it is kept |
//! | `batch rows`, `sizes` | how threads share a batch |
//! | `uninit` | buffers that are not cleared first |
//! | `machine` | vector instructions and threads |
//! | `sums` | gradients that are sums over all positions |
//! | `activation` | tanh and the logistic function |
//! | `adam` | the update of a parameter |

// A function that takes a `Simd` has to be inlined into the one that switches its instructions on.
#![allow(clippy::inline_always, reason = "see above")]

pub mod activation;
pub mod adam;
mod affine;
pub mod backward;
mod cells;
pub mod dropout;
pub mod forward;
pub mod head;
pub mod machine;
mod matrix;
mod network;
mod norm;
mod orthonormal;
mod panels;
mod partition;
mod precision;
mod product;
pub mod sizes;
mod softmax;
pub mod step;
pub mod sums;
#[cfg(test)]
mod tests;
mod uninit;

pub use charnn_bundle::Cell;
pub use network::{LayerWeights, NetworkWeights, PackedNetwork, PackedState};
pub use norm::{LAYER_NORM_EPSILON, Norm};
pub use orthonormal::orthonormalize;
pub use precision::Precision;
