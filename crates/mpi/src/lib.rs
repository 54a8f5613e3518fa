//! Communication between the ranks of a training: processes that share one batch.
//!
//! Owns: the few collective operations that training needs, sums whose order does not depend on the number
//! of ranks, and the MPI library, which is opened at run time. Any library with the standard ABI of MPI 5
//! works, so the program needs no MPI to be built or to run without ranks.

mod abi;
mod communicator;
mod mpi;
mod problem;
mod tree;

pub use communicator::{Communicator, receive, send, sum};
pub use mpi::{Mpi, library_names};
pub use problem::MpiError;
pub use tree::pairwise;
