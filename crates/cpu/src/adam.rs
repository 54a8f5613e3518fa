//! An update by Adam: every number is read once and written over.
//!
//! The operations and their order are those of the formula in tensors, without fused
//! multiplication and addition, so the results are its results to the last bit, on any vectors and
//! any threads.

use super::machine::Machine;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

/// Numbers of a thread's share: below that a thread costs more than it saves.
const SHARE: usize = 1 << 14;

/// The scalars as a kernel multiplies by them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factors {
    /// β₁ and 1 − β₁.
    pub mean: [f32; 2],
    /// β₂ and 1 − β₂.
    pub square: [f32; 2],
    /// The learning rate, with the corrections of both moments in it.
    pub rate: f32,
    /// What is added to the root of the mean squared gradient.
    pub epsilon: f32,
    /// Share of the parameter that is added to its gradient: L2 regularisation; 0 for none.
    pub l2: f32,
    /// What the parameter is multiplied by beforehand: decoupled weight decay; 1 for none.
    pub shrink: f32,
}

/// A parameter, or a share of one.
pub struct Parameter<'a> {
    /// The parameter itself: θ.
    pub value: &'a mut [f32],
    /// The mean gradient: m.
    pub mean: &'a mut [f32],
    /// The mean squared gradient: v.
    pub square: &'a mut [f32],
    /// The gradient of the loss.
    pub gradient: &'a [f32],
}

impl Parameter<'_> {
    /// Updates it against its gradient, first multiplied by `scale` if there is one.
    ///
    /// # Panics
    /// When there are not as many of each.
    pub fn update(self, scale: Option<f32>, factors: Factors, machine: Machine) {
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
        let Factors { mean: [beta1, rest1], square: [beta2, rest2], .. } = factors;
        let Factors { rate, epsilon, l2, shrink, .. } = factors;
        let moments = self.mean.iter_mut().zip(self.square);
        for ((value, (mean, square)), &gradient) in
            self.value.iter_mut().zip(moments).zip(self.gradient)
        {
            let g = scaled(gradient) + *value * l2;
            *mean = *mean * beta1 + g * rest1;
            *square = *square * beta2 + g * g * rest2;
            *value = *value * shrink - *mean * rate / (square.sqrt() + epsilon);
        }
    }
}
