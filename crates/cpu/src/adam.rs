//! An update by Adam, in place: every number is read once and overwritten.
//!
//! The operations and their order are those of the reference implementation, without fused
//! multiplication and addition, so the results agree with it to the last bit, on vectors of any
//! width and any number of threads.

use crate::machine::Machine;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

/// Numbers per thread and task: with fewer, a thread costs more than it saves.
const SHARE: usize = 1 << 14;

/// The scalars as a kernel multiplies by them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factors {
    /// β₁ and 1 − β₁.
    pub beta1: [f32; 2],
    /// β₂ and 1 − β₂.
    pub beta2: [f32; 2],
    /// The learning rate, bias corrections of both moments included.
    pub rate: f32,
    /// Added to the root of the mean squared gradient.
    pub epsilon: f32,
    /// Factor of the parameter in its gradient: L2 regularization; 0 for none.
    pub l2: f32,
    /// Factor of the parameter before the update: decoupled weight decay; 1 for none.
    pub decay: f32,
}

/// A parameter with its moments, or a part of one. All slices have the same length.
pub struct Parameter<'a> {
    /// The parameter itself: θ.
    pub value: &'a mut [f32],
    /// The mean gradient: m.
    pub exp_avg: &'a mut [f32],
    /// The mean squared gradient: v.
    pub exp_avg_sq: &'a mut [f32],
    /// The gradient of the loss.
    pub gradient: &'a [f32],
}

impl Parameter<'_> {
    /// Updates the parameter and its moments, with the gradient multiplied by `scale` if given.
    ///
    /// # Panics
    /// When the lengths differ.
    pub fn update(self, scale: Option<f32>, factors: Factors, machine: Machine) {
        let Self { value, exp_avg, exp_avg_sq, gradient } = self;
        for other in [exp_avg.len(), exp_avg_sq.len(), gradient.len()] {
            assert_eq!(other, value.len(), "as many moments and gradients as numbers");
        }
        let update = |share: Parameter<'_>| machine.arch.dispatch(|| share.each(scale, factors));
        if value.len() <= SHARE {
            // Too few numbers for another thread.
            return update(Parameter { value, exp_avg, exp_avg_sq, gradient });
        }
        value
            .par_chunks_mut(SHARE)
            .zip(exp_avg.par_chunks_mut(SHARE))
            .zip(exp_avg_sq.par_chunks_mut(SHARE))
            .zip(gradient.par_chunks(SHARE))
            .for_each(|(((value, exp_avg), exp_avg_sq), gradient)| {
                update(Parameter { value, exp_avg, exp_avg_sq, gradient });
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
        let Factors { beta1: [beta1, rest1], beta2: [beta2, rest2], .. } = factors;
        let Factors { rate, epsilon, l2, decay, .. } = factors;
        let moments = self.exp_avg.iter_mut().zip(self.exp_avg_sq);
        for ((value, (exp_avg, exp_avg_sq)), &gradient) in
            self.value.iter_mut().zip(moments).zip(self.gradient)
        {
            let g = scaled(gradient) + *value * l2;
            *exp_avg = *exp_avg * beta1 + g * rest1;
            *exp_avg_sq = *exp_avg_sq * beta2 + g * g * rest2;
            *value = *value * decay - *exp_avg * rate / (exp_avg_sq.sqrt() + epsilon);
        }
    }
}
