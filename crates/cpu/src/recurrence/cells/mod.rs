//! The equations of the cells on vectors of units, forward and backward.
//!
//! A file a cell. The forward equations are those of `charnn_kernels::reference`; `d_x` is the gradient of
//! the loss with respect to `x`. Each knows where its sums come from and where its results go, and
//! nothing of time or threads.

pub(crate) mod gru;
pub(crate) mod lstm;
pub(crate) mod min_gru;
pub(crate) mod rnn;
