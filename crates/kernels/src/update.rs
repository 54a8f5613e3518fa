//! All parameters of a network at once, on devices where every launch costs: their gradients in one
//! buffer, the norm and the loss in sums of a fixed order, and an update that the device skips where
//! one of the two is not finite, so that the host need not wait for them.
//!
//! Elsewhere ([`gather`] returns the gradients back), callers sum and update parameter by parameter.

use crate::DeviceFault;
use crate::adam::{Rates, State};
#[cfg(feature = "gpu")]
use crate::gpu::update as gpu;
use burn::tensor::{Device, Tensor};
#[cfg(not(feature = "gpu"))]
use without_gpu as gpu;

/// Whether [`gather`] works on `device`, which may have automatic differentiation.
pub fn is_fused(device: &Device) -> bool {
    gpu::is_fused(&device.clone().inner())
}

/// The gradients of all parameters in one buffer, and sums of their squares.
#[derive(Debug)]
pub struct Gathered(gpu::Gathered);

/// What decides about an update.
#[derive(Debug, Clone)]
pub struct Criteria<'a> {
    /// The losses of the batches, `[1]` each.
    pub losses: Vec<Tensor<1>>,
    /// The largest norm of the gradient; above it, the gradient is scaled down to it.
    pub limit: Option<f64>,
    /// The verdict on the update before. If that was skipped, this one is.
    pub previous: Option<&'a Verdict>,
}

/// What the device found about an update: the loss, the norm of the gradient, and whether it was made.
///
/// On its way from the device until it is read.
#[derive(Debug)]
pub struct Verdict(pub(crate) gpu::Verdict);

/// A [`Verdict`] on the host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The sum of the losses.
    pub loss: f64,
    /// The Euclidean norm of the gradient before clipping.
    pub norm: f64,
}

/// Gathers `gradients`, each multiplied by `factor`.
///
/// # Shapes
/// `[N]` for each parameter of `N` numbers.
///
/// # Panics
/// When there are none, or their device does not have this operation ([`is_fused`]).
pub fn gather(gradients: Vec<Tensor<1>>, factor: f64) -> Gathered {
    Gathered(gpu::gather(gradients, factor))
}

impl Gathered {
    /// The verdict alone, and the factor `[1]` that clips the gradients.
    pub fn judge(&self, criteria: Criteria<'_>) -> (Verdict, Tensor<1>) {
        let (verdict, scale) = gpu::judge(&self.0, criteria);
        (Verdict(verdict), scale)
    }

    /// Whether [`Gathered::adam`] works: the adapter must bind all parameters with their moments at once.
    pub fn has_adam(&self) -> bool {
        gpu::has_adam(&self.0)
    }

    /// The gradients, clipped by nothing, `[N]` each.
    pub fn gradients(&self) -> Vec<Tensor<1>> {
        gpu::gradients(&self.0)
    }

    /// Updates all parameters by Adam in one launch: see [`crate::adam::update()`].
    ///
    /// # Panics
    /// Without [`Gathered::has_adam`], and when the sizes of `states` are not those of the gradients.
    pub fn adam(
        self,
        states: Vec<State>,
        criteria: Criteria<'_>,
        rates: Rates,
    ) -> (Vec<State>, Verdict) {
        let (states, verdict) = gpu::adam(self.0, states, criteria, rates);
        (states, Verdict(verdict))
    }
}

impl Verdict {
    /// Waits for the device and reads the verdict.
    ///
    /// # Errors
    /// When the device failed, or ended without doing the work.
    pub fn read(&self) -> Result<Measured, DeviceFault> {
        gpu::read(&self.0)
    }
}

/// A build without GPUs: nothing can be gathered, so nothing is ever called.
#[cfg(not(feature = "gpu"))]
mod without_gpu {
    use super::{Criteria, Measured};
    use crate::DeviceFault;
    use crate::adam::{Rates, State};
    use burn::tensor::{Device, Tensor};
    use std::convert::Infallible;

    pub(super) type Gathered = Infallible;
    pub(super) type Verdict = Infallible;

    pub(super) fn is_fused(_: &Device) -> bool {
        false
    }

    pub(super) fn gather(_: Vec<Tensor<1>>, _: f64) -> Infallible {
        unreachable!("no device of this build gathers gradients")
    }

    pub(super) fn judge(gathered: &Infallible, _: Criteria<'_>) -> (Infallible, Tensor<1>) {
        match *gathered {}
    }

    pub(super) fn gradients(gathered: &Infallible) -> Vec<Tensor<1>> {
        match *gathered {}
    }

    pub(super) fn has_adam(gathered: &Infallible) -> bool {
        match *gathered {}
    }

    pub(super) fn adam(
        gathered: Infallible,
        _: Vec<State>,
        _: Criteria<'_>,
        _: Rates,
    ) -> (Vec<State>, Infallible) {
        match gathered {}
    }

    pub(super) fn read(verdict: &Infallible) -> Result<Measured, DeviceFault> {
        match *verdict {}
    }
}
