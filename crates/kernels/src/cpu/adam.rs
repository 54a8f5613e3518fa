//! An update by Adam on the CPU: every number is read once and written over.
//!
//! The operations and their order are those of the reference, without fused multiplication and
//! addition, so the results are its results to the last bit, on any vectors and any threads.

use super::machine::Machine;
use crate::adam::{Adam, Buffers, Factors, Rates};
use crate::fused::Maybe;
use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

/// Numbers of a thread's share: below that a thread costs more than it saves.
const SHARE: usize = 1 << 14;

impl Adam for Flex {
    fn adam(
        before: Buffers<Self>,
        gradient: FlexTensor,
        scale: Maybe<Self>,
        rates: Rates,
    ) -> Buffers<Self> {
        let Buffers { value, mean, square } = before;
        let [mut value, mut mean, mut square, gradient] =
            [value, mean, square, gradient].map(dense);
        let scale = scale.into_option().map(|scale| values(&dense(scale))[0]);
        let parameter = Parameter {
            value: values_mut(&mut value),
            mean: values_mut(&mut mean),
            square: values_mut(&mut square),
            gradient: values(&gradient),
        };
        parameter.update(scale, rates.into(), Machine::here());
        Buffers { value, mean, square }
    }
}

/// A parameter, or a share of one.
struct Parameter<'a> {
    value: &'a mut [f32],
    mean: &'a mut [f32],
    square: &'a mut [f32],
    gradient: &'a [f32],
}

impl Parameter<'_> {
    /// # Panics
    /// When there are not as many of each.
    fn update(self, scale: Option<f32>, factors: Factors, machine: Machine) {
        let Self { value, mean, square, gradient } = self;
        for other in [mean.len(), square.len(), gradient.len()] {
            assert_eq!(other, value.len(), "as many moments and gradients as numbers");
        }
        let update = |share: Parameter<'_>| machine.arch.dispatch(|| share.each(scale, factors));
        if value.len() <= SHARE {
            // Not worth the way to another thread and back.
            return update(Parameter { value, mean, square, gradient });
        }
        value
            .par_chunks_mut(SHARE)
            .zip(mean.par_chunks_mut(SHARE))
            .zip(square.par_chunks_mut(SHARE))
            .zip(gradient.par_chunks(SHARE))
            .for_each(|(((value, mean), square), gradient)| {
                update(Parameter { value, mean, square, gradient });
            });
    }

    /// Inlined to where vector instructions are switched on.
    #[inline(always)]
    fn each(self, scale: Option<f32>, factors: Factors) {
        match scale {
            Some(scale) => self.each_of(|gradient| gradient * scale, factors),
            None => self.each_of(|gradient| gradient, factors),
        }
    }

    #[inline(always)]
    fn each_of(self, scaled: impl Fn(f32) -> f32, factors: Factors) {
        let Factors { mean: [beta1, rest1], square: [beta2, rest2], rate, epsilon } = factors;
        let moments = self.mean.iter_mut().zip(self.square);
        for ((value, (mean, square)), &gradient) in
            self.value.iter_mut().zip(moments).zip(self.gradient)
        {
            let g = scaled(gradient);
            *mean = *mean * beta1 + g * rest1;
            *square = *square * beta2 + g * g * rest2;
            *value -= *mean * rate / (square.sqrt() + epsilon);
        }
    }
}

/// The tensor, or a copy with its numbers in a row. A tensor that nobody shares stays so.
fn dense(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor } else { tensor.to_contiguous() }
}

fn values(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("f32 in a row")
}

/// The numbers, to be changed; those of a shared tensor are copied first.
fn values_mut(tensor: &mut FlexTensor) -> &mut [f32] {
    let (start, end) = tensor.layout().contiguous_offsets().expect("in a row");
    &mut tensor.storage_mut()[start..end]
}
