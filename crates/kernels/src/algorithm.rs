//! The algorithms for a recurrence, and the choice among them.

use crate::Cell;
use burn::backend::DispatchDevice;
use burn::tensor::Device;
use std::fmt;

/// An algorithm for a recurrence. All give the same numbers up to rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// The reference implementation: a dozen or more tensor operations per time step, on any device.
    Reference,
    /// One kernel runs all time steps; each thread, or workgroup of a GPU, owns some batch rows.
    TimeLoop,
    /// One kernel launch per time step, spread over the whole GPU, for recurrent kernels too large
    /// for every workgroup to read at every step. The same as [`Algorithm::TimeLoop`] for cells without
    /// a recurrent kernel.
    PerStep,
}

impl Algorithm {
    /// The fastest algorithm for a layer of `hidden_size` units and batches of `batch_size` rows on
    /// `device`.
    #[cfg_attr(not(feature = "gpu"), allow(unused_variables, reason = "GPUs choose by sizes"))]
    pub fn choose(device: &Device, cell: Cell, hidden_size: usize, batch_size: usize) -> Self {
        match device.clone().inner().as_dispatch() {
            DispatchDevice::Flex(_) => Self::TimeLoop,
            #[cfg(feature = "gpu")]
            DispatchDevice::Cube(device) => {
                crate::gpu::choose(device, cell, hidden_size, batch_size)
            }
            _ => Self::Reference,
        }
    }
}

/// Whether our kernels run on `device`. They need tensors outside of any autodiff graph.
pub(crate) fn has_kernels(device: &Device) -> bool {
    match device.as_dispatch() {
        DispatchDevice::Flex(_) => true,
        #[cfg(feature = "gpu")]
        DispatchDevice::Cube(_) => true,
        _ => false,
    }
}

impl Algorithm {
    /// Every algorithm and the word for it in files.
    const WORDS: [(Self, &str); 3] = [
        (Self::Reference, "reference"),
        (Self::TimeLoop, "time-loop"),
        (Self::PerStep, "per-step"),
    ];

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(algorithm, _)| *algorithm == self);
        found.expect("all have a word").1
    }

    /// The algorithm of a [`word`](Self::word).
    pub fn from_word(word: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(_, known)| *known == word);
        found.map(|(algorithm, _)| *algorithm)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Reference => "reference",
            Self::TimeLoop => "time loop in one kernel",
            Self::PerStep => "one kernel a step",
        })
    }
}
