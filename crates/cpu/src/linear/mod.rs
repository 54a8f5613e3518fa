//! Products of matrices: with packed kernels, in registers, and of whole matrices; and orthonormal
//! rows.

pub(crate) mod affine;
#[cfg(feature = "training")]
pub(crate) mod matrix;
#[cfg(feature = "training")]
pub(crate) mod orthonormal;
pub(crate) mod panels;
pub(crate) mod precision;
pub(crate) mod product;
