//! How a GPU runs a recurrence: by which algorithm, and how many batch rows a workgroup owns.
//!
//! The best way depends on the adapter, so callers may time the [`options`] and [`set`] the fastest. All
//! give the same numbers up to rounding; a run that shall be continued to the bit must keep its choice.

use crate::{Algorithm, Cell};
#[cfg(feature = "gpu")]
use burn::backend::DispatchDevice;
use burn::tensor::Device;
use std::fmt;

/// The sizes that a choice is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    /// The cell of the layer.
    pub cell: Cell,
    /// Its hidden units.
    pub hidden_size: usize,
    /// Rows of the batch.
    pub batch_size: usize,
}

/// A way to run a recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tiling {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// Batch rows of a workgroup, where its shared memory suffices.
    pub rows: usize,
}

impl fmt::Display for Tiling {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}, {} rows a workgroup", self.algorithm, self.rows)
    }
}

/// The ways that `device` offers for `shape`, the one that it uses by default first. Empty where there is
/// no choice: on a CPU, and for cells without a recurrent kernel.
pub fn options(device: &Device, shape: Shape) -> Vec<Tiling> {
    #[cfg(feature = "gpu")]
    if let DispatchDevice::Cube(device) = device.clone().inner().as_dispatch() {
        return crate::gpu::tilings(device, shape);
    }
    let _ = (device, shape);
    Vec::new()
}

/// Uses `tiling` for `shape` on `device` from now on, or the default again.
pub fn set(device: &Device, shape: Shape, tiling: Option<Tiling>) {
    #[cfg(feature = "gpu")]
    if let DispatchDevice::Cube(device) = device.clone().inner().as_dispatch() {
        crate::gpu::set_tiling(device, shape, tiling);
    }
    #[cfg(not(feature = "gpu"))]
    let _ = (device, shape, tiling);
}
