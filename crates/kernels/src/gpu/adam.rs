//! An update by Adam on a GPU: one launch, which reads every number once and writes it over.

use super::adapter::{limits, scalar};
use super::budget;
use super::buffers::{assert_shape, buffer, contiguous};
use super::order::{cube_x, unit_x};
use crate::adam::{Adam, Buffers, Factors, Rates};
use crate::fused::Maybe;
use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Units of a cube, where the adapter has as many.
const UNITS: usize = 256;
/// Cubes of a launch: what every graphics API allows. The units of the largest parameters take
/// several numbers each.
const MOST_CUBES: usize = 65_535;

impl Adam for CubeBackend {
    fn adam(
        before: Buffers<Self>,
        gradient: CubeTensor,
        scale: Maybe<Self>,
        rates: Rates,
    ) -> Buffers<Self> {
        let Buffers { value, exp_avg, exp_avg_sq } = before;
        let after =
            Buffers { value: own(value), exp_avg: own(exp_avg), exp_avg_sq: own(exp_avg_sq) };
        let gradient = contiguous(&gradient);
        let scale = scale.as_ref().map(contiguous);
        let count = gradient.shape().num_elements();
        for numbers in [&after.value, &after.exp_avg, &after.exp_avg_sq, &gradient] {
            assert_shape(numbers, [count]);
        }
        if let Some(scale) = &scale {
            assert_shape(scale, [1]);
        }
        let client = &gradient.client;
        let units = UNITS.min(limits(client).units);
        for numbers in budget::numbers(count, budget::of_numbers(7)) {
            let cubes = numbers.len().div_ceil(units).clamp(1, MOST_CUBES);
            let parameter = ParameterLaunch::new(
                buffer(&after.value),
                buffer(&after.exp_avg),
                buffer(&after.exp_avg_sq),
                buffer(&gradient),
                scale.as_ref().map(buffer).into(),
            );
            // SAFETY: the kernel stays below `count`, the length of every buffer but `scale`, as
            // asserted above; of `scale` it reads the first number, which is there.
            #[expect(unsafe_code, reason = "a launch without bounds checks")]
            unsafe {
                update::launch_unchecked(
                    client,
                    CubeCount::Static(scalar(cubes), 1, 1),
                    CubeDim::new_1d(scalar(units)),
                    parameter,
                    ScalarsLaunch::from(Factors::from(rates)),
                    scalar(numbers.start),
                    scalar(numbers.end),
                    scalar(cubes * units),
                );
            }
        }
        after
    }
}

/// The tensor without gaps, or a copy where somebody else holds its numbers.
fn own(tensor: CubeTensor) -> CubeTensor {
    if !tensor.is_contiguous() {
        contiguous(&tensor)
    } else if tensor.can_mut() {
        tensor
    } else {
        tensor.copy()
    }
}

/// What the kernel reads, and writes but for the gradient and its scale; `[N]` each, scale `[1]`.
#[derive(CubeType, CubeLaunch)]
struct Parameter {
    value: Box<[f32]>,
    exp_avg: Box<[f32]>,
    exp_avg_sq: Box<[f32]>,
    gradient: Box<[f32]>,
    scale: ComptimeOption<Box<[f32]>>,
}

/// [`Factors`].
#[derive(CubeType, CubeLaunch)]
pub(super) struct Scalars {
    beta1: f32,
    rest1: f32,
    beta2: f32,
    rest2: f32,
    rate: f32,
    epsilon: f32,
    l2: f32,
    decay: f32,
}

impl From<Factors> for ScalarsLaunch {
    fn from(factors: Factors) -> Self {
        let Factors { beta1, beta2, rate, epsilon, l2, decay } = factors;
        Self::new(beta1[0], beta1[1], beta2[0], beta2[1], rate, epsilon, l2, decay)
    }
}

/// A number of a parameter with its moments.
#[derive(CubeType, Clone, Copy)]
#[expand(derive(Clone, Copy))]
pub(super) struct Moved {
    pub(super) value: f32,
    pub(super) exp_avg: f32,
    pub(super) exp_avg_sq: f32,
}

/// One number after an update against `gradient`.
#[cube]
pub(super) fn moved(
    value: f32,
    exp_avg: f32,
    exp_avg_sq: f32,
    gradient: f32,
    scalars: &Scalars,
) -> Moved {
    let g = gradient + value * scalars.l2;
    let exp_avg = exp_avg * scalars.beta1 + g * scalars.rest1;
    let exp_avg_sq = exp_avg_sq * scalars.beta2 + g * g * scalars.rest2;
    let step = exp_avg * scalars.rate / (exp_avg_sq.sqrt() + scalars.epsilon);
    Moved { value: value * scalars.decay - step, exp_avg, exp_avg_sq }
}

/// Updates the numbers `from..to`; there are `stride` units.
#[allow(clippy::needless_pass_by_value, reason = "kernels take structures by value")]
#[cube(launch_unchecked)]
fn update(mut parameter: Parameter, scalars: Scalars, from: u32, to: u32, stride: u32) {
    let (to, stride) = (to as usize, stride as usize);
    let scale = #[comptime]
    match &parameter.scale {
        ComptimeOption::Some(scale) => scale[0],
        ComptimeOption::None => 1.0f32.runtime(),
    };
    let mut at = (from + cube_x() * CUBE_DIM_X + unit_x()) as usize;
    while at < to {
        let new = moved(
            parameter.value[at],
            parameter.exp_avg[at],
            parameter.exp_avg_sq[at],
            parameter.gradient[at] * scale,
            &scalars,
        );
        parameter.value[at] = new.value;
        parameter.exp_avg[at] = new.exp_avg;
        parameter.exp_avg_sq[at] = new.exp_avg_sq;
        at += stride;
    }
}
