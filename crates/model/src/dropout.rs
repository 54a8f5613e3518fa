//! Dropout in training. Evaluation and generation drop nothing.
//!
//! Every mask is a function of the seed, the index of the batch and the position in the network, so a
//! resumed run has the masks of an uninterrupted one.

use burn::tensor::Tensor;
use charnn_data::{Purpose, Seed};
use charnn_kernels::dropout::{Mask, dropout};

/// How much training drops, as shares from 0 (nothing) to below 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DropoutRates {
    /// Of the embedded characters.
    pub embedding: f64,
    /// Of every layer's output.
    pub output: f64,
    /// Of the recurrent kernels, with one mask per batch (Merity et al. 2017).
    pub recurrent: f64,
    /// Whether all time steps of a batch share the masks of `embedding` and `output` (Gal and Ghahramani
    /// 2016).
    pub locked: bool,
}

/// The masks of one batch.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dropout {
    masks: Option<Masks>,
}

#[derive(Debug, Clone, Copy)]
struct Masks {
    rates: DropoutRates,
    seed: Seed,
    batch: u64,
}

/// A part of the network that dropout acts on.
#[derive(Debug, Clone, Copy)]
enum Part {
    Embedding,
    Output(usize),
    Recurrent(usize),
}

impl Dropout {
    /// No dropout.
    pub const OFF: Self = Self { masks: None };

    /// The masks for batch number `batch` of a run.
    pub fn new(rates: DropoutRates, seed: Seed, batch: u64) -> Self {
        let DropoutRates { embedding, output, recurrent, .. } = rates;
        let is_on = [embedding, output, recurrent].iter().any(|&rate| rate > 0.0);
        Self { masks: is_on.then_some(Masks { rates, seed, batch }) }
    }

    /// Whether two occurrences of a character may have different embeddings.
    pub(crate) fn touches_embedding(&self) -> bool {
        self.masks.is_some_and(|masks| masks.rates.embedding > 0.0)
    }

    /// The embedded characters after dropout, `[T, B, E]` → `[T, B, E]`.
    pub(crate) fn embedded(&self, x: Tensor<3>) -> Tensor<3> {
        self.at(Part::Embedding, |rates| rates.embedding, x)
    }

    /// The output of layer `index` after dropout, `[.., B, H]` → `[.., B, H]`.
    pub(crate) fn output<const D: usize>(&self, index: usize, x: Tensor<D>) -> Tensor<D> {
        self.at(Part::Output(index), |rates| rates.output, x)
    }

    /// The recurrent kernel of layer `index` after dropout, `[H, G·H]` → `[H, G·H]`.
    pub(crate) fn recurrent(&self, index: usize, kernel: Tensor<2>) -> Tensor<2> {
        self.at(Part::Recurrent(index), |rates| rates.recurrent, kernel)
    }

    fn at<const D: usize>(
        &self,
        part: Part,
        rate: fn(DropoutRates) -> f64,
        x: Tensor<D>,
    ) -> Tensor<D> {
        let Some(Masks { rates, seed, batch }) = self.masks else { return x };
        let [.., batch_size, size] = x.dims()[..] else {
            unreachable!("no tensor here is a vector")
        };
        let key = seed.key(Purpose::Dropout, batch, part.number());
        let period = rates.locked.then_some(batch_size * size);
        dropout(x, Mask { rate: rate(rates), key, period })
    }
}

impl Part {
    /// A number that no other part has.
    fn number(self) -> u64 {
        match self {
            Self::Embedding => 0,
            Self::Output(layer) => 2 * layer as u64 + 1,
            Self::Recurrent(layer) => 2 * layer as u64 + 2,
        }
    }
}
