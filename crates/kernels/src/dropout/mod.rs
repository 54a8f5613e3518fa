//! Dropout: random numbers of a tensor become zero, and the others are scaled up so that the mean
//! stays.
//!
//! Owns: the formula of the mask ([`Mask::factors`]), the node in the autodiff graph
//! (`differentiable`), and the contract of a backend's kernels (`Kernels`; `flex/dropout.rs`,
//! `gpu/dropout.rs`). Layers, steps and seeds reach it through the key alone.

mod differentiable;

use crate::algorithm::has_kernels;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Tensor, TensorData};
use charnn_cpu::dropout::COUNTERS;
pub(crate) use charnn_cpu::dropout::Mask as Words;

/// Which numbers are dropped: a function of a key and of the position of each number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mask {
    /// The share that is dropped, in 0..1.
    pub rate: f64,
    /// Distinguishes one mask from another.
    pub key: u64,
    /// Numbers after which the mask repeats, counted in row-major order; `None` if it does not.
    pub period: Option<usize>,
}

/// `x` with a random share of its numbers set to 0, the others multiplied by 1/(1 − rate), so that
/// the mean stays.
///
/// The mask is the same on every device, to the last bit.
///
/// # Shapes
/// `x` `[..]` → `[..]`.
///
/// # Panics
/// When the rate is not in 0..1, or a period has 2³² numbers or more.
///
/// # Source
/// Srivastava et al. 2014; with a period over the batch rows of a step, the variational dropout of Gal
/// and Ghahramani 2016; on a recurrent kernel, the `DropConnect` of Merity et al. 2017.
pub fn dropout<const D: usize>(x: Tensor<D>, mask: Mask) -> Tensor<D> {
    assert!((0.0..1.0).contains(&mask.rate), "a rate of dropout of {}", mask.rate);
    if mask.rate == 0.0 {
        return x;
    }
    if !has_kernels(&x.device().inner()) {
        return reference(x, mask);
    }
    Tensor::from_dispatch(Dispatch::dropout(x.into_dispatch(), mask))
}

/// The reference implementation of [`dropout`]: a product with a mask made on the host.
///
/// # Shapes
/// `x` `[..]` → `[..]`.
pub fn reference<const D: usize>(x: Tensor<D>, mask: Mask) -> Tensor<D> {
    let factors = TensorData::new(mask.factors(x.shape().num_elements()), x.shape());
    let factors = Tensor::<D>::from_data(factors, &x.device());
    x * factors
}

impl Mask {
    /// What each of `count` numbers is multiplied by.
    pub fn factors(self, count: usize) -> Vec<f32> {
        let Words { key, threshold, scale, period } = self.words(count);
        let factor = |at: usize| {
            // Two words a counter: the second is for the number half a block further on.
            let (block, position) = (at % period / (2 * COUNTERS), at % period % (2 * COUNTERS));
            let counter = u32::try_from(block * COUNTERS + position % COUNTERS);
            let words = threefry([counter.expect("below 2^32"), 0], key);
            if words[position / COUNTERS] < threshold { 0.0 } else { scale }
        };
        (0..count).map(factor).collect()
    }

    /// The same for a kernel that masks `count` numbers.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a word of the key; a rate below 1; a scale is an f32"
    )]
    pub(crate) fn words(self, count: usize) -> Words {
        Words {
            key: [self.key as u32, (self.key >> 32) as u32],
            threshold: (self.rate * 2.0_f64.powi(32)).round() as u32,
            scale: (1.0 / (1.0 - self.rate)) as f32,
            period: self.period.unwrap_or(count).clamp(1, count.max(1)),
        }
    }
}

/// Threefry-2x32 with 13 rounds (Salmon et al. 2011), the fewest that pass their tests.
fn threefry(counter: [u32; 2], key: [u32; 2]) -> [u32; 2] {
    const ROTATIONS: [u32; 8] = [13, 15, 26, 6, 17, 29, 16, 24];
    let keys = [key[0], key[1], key[0] ^ key[1] ^ 0x1BD1_1BDA];
    let mut a = counter[0].wrapping_add(keys[0]);
    let mut b = counter[1].wrapping_add(keys[1]);
    for round in 0..13 {
        a = a.wrapping_add(b);
        b = b.rotate_left(ROTATIONS[round % 8]) ^ a;
        if round % 4 == 3 {
            let part = round / 4 + 1;
            a = a.wrapping_add(keys[part % 3]);
            b = b.wrapping_add(keys[(part + 1) % 3]).wrapping_add([0, 1, 2, 3][part]);
        }
    }
    [a, b]
}

/// The operation as burn's tensors see it: differentiable where the backend is.
#[backend_extension(Cube: cfg(feature = "gpu"), Flex, Autodiff)]
pub(crate) trait Dropout: Backend {
    /// See [`dropout`].
    fn dropout(x: FloatTensor<Self>, mask: Mask) -> FloatTensor<Self>;
}

/// The kernel of one backend.
pub(crate) trait Kernels: Backend {
    /// `x` times the mask.
    fn dropped(x: FloatTensor<Self>, mask: Mask) -> FloatTensor<Self>;
}

impl<B: Kernels> Dropout for B {
    fn dropout(x: FloatTensor<Self>, mask: Mask) -> FloatTensor<Self> {
        B::dropped(x, mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the file of known answers that the authors of the paper publish with their code.
    #[test]
    fn the_hash_is_that_of_the_paper() {
        let of = |counter, key| threefry([counter; 2], [key; 2]);
        assert_eq!(of(0, 0), [0x9d1c_5ec6, 0x8bd5_0731]);
        assert_eq!(of(u32::MAX, u32::MAX), [0xfd36_d048, 0x2d17_272c]);
        let pi = threefry([0x243f_6a88, 0x85a3_08d3], [0x1319_8a2e, 0x0370_7344]);
        assert_eq!(pi, [0xba3e_4725, 0xf27d_669e]);
    }
}
