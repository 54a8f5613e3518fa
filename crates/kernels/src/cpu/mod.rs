//! The recurrence on the CPU.
//!
//! Each thread owns some lanes of the batch and runs them through all time steps, with the
//! recurrent kernel packed in the order in which it is read. Everything but `flex` works on plain
//! slices and knows nothing of burn. The vector width is chosen when the program runs (AVX-512,
//! AVX2, NEON, or none).
//!
//! | file | idea |
//! |---|---|
//! | `flex` | tensors in, tensors out |
//! | `forward`, `backward` | the time loops |
//! | `step` | one time step |
//! | `decoder` | a whole network, one character at a time |
//! | `cells` | the equations, on vectors of units |
//! | `product` | sums of products in registers |
//! | `affine` | products that do not wait for the step before |
//! | `panels` | the packed kernel |
//! | `lanes`, `sizes` | who owns what |
//! | `fresh` | buffers that need no zeros |
//! | `machine` | vector instructions and threads |
//! | `sums` | gradients that are sums over all places |
//! | `activation` | tanh and the logistic function |
//! | `adam` | the update of a parameter |

// A function that takes a `Simd` has to be inlined into the one that switches its instructions on.
#![allow(clippy::inline_always, reason = "see above")]

mod activation;
mod adam;
mod affine;
mod backward;
mod cells;
mod decoder;
mod flex;
mod forward;
mod fresh;
mod lanes;
mod machine;
mod panels;
mod product;
mod sizes;
mod step;
mod sums;
#[cfg(test)]
mod tests;

pub use decoder::{Decoder, DecoderState, LayerWeights, NetworkWeights};
