//! The ways to compute a recurrence, and the choice among them.

use crate::Cell;
use burn::backend::DispatchDevice;
use burn::tensor::Device;
use std::fmt;

/// A way to compute a recurrence. All give the same numbers up to rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Plain tensor operations, a dozen or more a time step: the law, on every device.
    Reference,
    /// One kernel runs all time steps; each thread, or workgroup of a GPU, owns some lanes.
    TimeLoop,
    /// One kernel launch a time step, spread over the whole GPU: for recurrent kernels that are
    /// too large to be read by every workgroup at every step. The same as [`Path::TimeLoop`] for
    /// cells without one.
    PerStep,
}

impl Path {
    /// The fastest path for a layer of `hidden_size` units and batches of `lanes` on `device`.
    pub fn choose(device: &Device, cell: Cell, hidden_size: usize, lanes: usize) -> Self {
        match device.clone().inner().as_dispatch() {
            DispatchDevice::Flex(_) => Self::TimeLoop,
            #[cfg(feature = "gpu")]
            DispatchDevice::Cube(device) => crate::gpu::choose(device, cell, hidden_size, lanes),
            _ => Self::Reference,
        }
    }
}

/// Whether kernels of ours run on `device`, which an autodiff device does not: they want tensors
/// outside of any graph.
pub(crate) fn has_kernels(device: &Device) -> bool {
    match device.as_dispatch() {
        DispatchDevice::Flex(_) => true,
        #[cfg(feature = "gpu")]
        DispatchDevice::Cube(_) => true,
        _ => false,
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Reference => "reference",
            Self::TimeLoop => "time loop in one kernel",
            Self::PerStep => "one kernel a step",
        })
    }
}
