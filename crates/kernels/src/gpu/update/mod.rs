//! All parameters of a network at once: gradients in one buffer, a verdict on them, and Adam.
//!
//! Three launches: [`gather()`] copies gradients side by side and sums their squares in blocks; every cube
//! of [`adam()`] adds up those sums in the same order and comes to the same verdict, which the first cube
//! writes down for the host and for the next step.
//!
//! Parameters and moments lie side by side in one buffer as well. Each update writes a new one, because
//! the old may be held by a copy of the network, and its tensors are views of the new one.

mod adam;
mod flat;
mod gather;
mod verdict;

pub(crate) use verdict::Verdict;

use super::buffers::{empty, view};
use crate::DeviceFault;
use crate::adam::{Rates, State};
use crate::update::{Criteria, Measured};
use burn::backend::{
    BackendTensor, DispatchAutodiffContext, DispatchDevice, DispatchTensor, DispatchTensorKind,
};
use burn::tensor::{Device, Tensor};
use burn_cubecl::tensor::CubeTensor;
use flat::Layout;
use verdict::Evidence;

/// Gradients side by side, and the sums of squares of their blocks.
#[derive(Debug)]
pub(crate) struct Gathered {
    /// The gradients as they came, and their factor.
    parts: Vec<CubeTensor>,
    factor: f32,
    /// All together, `[layout.total]`; `None` where the adapter cannot bind so large a buffer, three
    /// times.
    flat: Option<CubeTensor>,
    /// `[blocks]`.
    squares: CubeTensor,
    layout: Layout,
}

pub(crate) fn is_fused(device: &Device) -> bool {
    matches!(device.as_dispatch(), DispatchDevice::Cube(_))
}

/// See [`crate::update::gather`].
pub(crate) fn gather(gradients: Vec<Tensor<1>>, factor: f64) -> Gathered {
    let gradients: Vec<CubeTensor> = gradients.into_iter().map(own_tensor).collect();
    let layout = Layout::of(&gradients);
    #[expect(clippy::cast_possible_truncation, reason = "the gradients are f32")]
    let factor = factor as f32;
    let like = &gradients[0];
    let flat = layout.fits(&like.client).then(|| empty(like, [layout.total]));
    let squares = empty(like, [gather::blocks(&layout)]);
    gather::run(&gradients, &layout, 0, flat.as_ref(), Some(&squares), factor);
    Gathered { parts: gradients, factor, flat, squares, layout }
}

/// See [`crate::update::Gathered::judge`].
pub(crate) fn judge(gathered: &Gathered, criteria: Criteria<'_>) -> (Verdict, Tensor<1>) {
    let evidence = Evidence::new(&gathered.squares, criteria);
    let (verdict, scale) = verdict::judge_alone(evidence);
    (verdict, tensor(scale))
}

/// See [`crate::update::Gathered::gradients`].
pub(crate) fn gradients(gathered: &Gathered) -> Vec<Tensor<1>> {
    let Gathered { parts, factor, .. } = gathered;
    let scaled = |part: &CubeTensor| tensor(part.clone()) * *factor;
    parts.iter().map(scaled).collect()
}

/// See [`crate::update::Gathered::has_adam`].
pub(crate) fn has_adam(gathered: &Gathered) -> bool {
    gathered.flat.is_some()
}

/// See [`crate::update::Gathered::adam`].
pub(crate) fn adam(
    gathered: Gathered,
    states: Vec<State>,
    criteria: Criteria<'_>,
    rates: Rates,
) -> (Vec<State>, Verdict) {
    let states: Vec<[CubeTensor; 3]> = states
        .into_iter()
        .map(|State { value, exp_avg, exp_avg_sq }| [value, exp_avg, exp_avg_sq].map(own_tensor))
        .collect();
    let Gathered { flat, squares, layout, .. } = gathered;
    let gradient = flat.expect("gradients side by side: see `has_adam`");
    let before = flat::side_by_side(&states, &layout);
    drop(states);
    let evidence = Evidence::new(&squares, criteria);
    let (after, verdict) = adam::update(&before, &gradient, evidence, rates);
    let states = layout.parts().map(|(start, count)| {
        let part = |kind: usize| tensor(view(&after, kind * layout.total + start, count));
        State { value: part(0), exp_avg: part(1), exp_avg_sq: part(2) }
    });
    (states.collect(), verdict)
}

/// See [`crate::update::Verdict::read`].
pub(crate) fn read(verdict: &Verdict) -> Result<Measured, DeviceFault> {
    verdict.read()
}

/// The tensor of the backend, outside of any autodiff graph.
fn own_tensor(tensor: Tensor<1>) -> CubeTensor {
    match tensor.into_dispatch().kind {
        DispatchTensorKind::Cube(BackendTensor::Float(tensor)) => {
            super::buffers::contiguous(&tensor)
        }
        other => panic!("a tensor of a GPU outside of a graph, not {other:?}"),
    }
}

fn tensor(tensor: CubeTensor) -> Tensor<1> {
    let kind = DispatchTensorKind::Cube(BackendTensor::Float(tensor));
    Tensor::from_dispatch(DispatchTensor { kind, autodiff: DispatchAutodiffContext::Disabled })
}
