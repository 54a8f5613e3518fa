//! Dropout in training. Evaluation and generation use none.
//!
//! Every mask is a function of the seed, the index of the batch and the place in the network, so a
//! resumed run has the masks of an uninterrupted one.

use crate::{DropoutKind, ModelConfig};
use burn::tensor::Tensor;
use charnn_data::{Purpose, Seed};
use charnn_kernels::dropout::{Mask, dropout};

/// The masks of one batch.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dropout {
    masks: Option<Masks>,
}

#[derive(Debug, Clone, Copy)]
struct Masks {
    /// Dropout rate of the embedding.
    embedding: f64,
    /// Dropout rate of every layer's output.
    output: f64,
    /// Dropout rate of the recurrent kernels.
    recurrent: f64,
    kind: DropoutKind,
    seed: Seed,
    batch: u64,
}

/// A place in the network where dropout applies.
#[derive(Debug, Clone, Copy)]
enum Place {
    Embedding,
    Output(usize),
    Recurrent(usize),
}

impl Dropout {
    /// No dropout.
    pub const OFF: Self = Self { masks: None };

    /// The masks of a network of `config` for batch number `batch` of a run.
    pub fn new(config: &ModelConfig, seed: Seed, batch: u64) -> Self {
        let masks = Masks {
            embedding: config.embedding_dropout,
            output: config.dropout,
            recurrent: config.recurrent_dropout,
            kind: config.dropout_kind,
            seed,
            batch,
        };
        let rates = [masks.embedding, masks.output, masks.recurrent];
        Self { masks: rates.iter().any(|&rate| rate > 0.0).then_some(masks) }
    }

    /// Whether the mask of the embedding differs from position to position.
    pub(crate) fn touches_embedding(&self) -> bool {
        self.masks.is_some_and(|masks| masks.embedding > 0.0)
    }

    /// Applies dropout to the embedded characters, `[T, B, E]` → `[T, B, E]`.
    pub(crate) fn embedded(&self, x: Tensor<3>) -> Tensor<3> {
        self.at(Place::Embedding, |masks| masks.embedding, x)
    }

    /// Applies dropout to the output of layer `index`, `[.., B, H]` → `[.., B, H]`.
    pub(crate) fn output<const D: usize>(&self, index: usize, x: Tensor<D>) -> Tensor<D> {
        self.at(Place::Output(index), |masks| masks.output, x)
    }

    /// Applies dropout to the recurrent kernel of layer `index`, `[H, G·H]` → `[H, G·H]`.
    pub(crate) fn recurrent(&self, index: usize, kernel: Tensor<2>) -> Tensor<2> {
        self.at(Place::Recurrent(index), |masks| masks.recurrent, kernel)
    }

    fn at<const D: usize>(&self, place: Place, rate: fn(Masks) -> f64, x: Tensor<D>) -> Tensor<D> {
        let Some(masks) = self.masks else { return x };
        let [.., batch_size, size] = x.dims()[..] else {
            unreachable!("no tensor here is a vector")
        };
        let locked = masks.kind == DropoutKind::Locked;
        let key = masks.seed.key(Purpose::Dropout, masks.batch, place.number());
        dropout(x, Mask { rate: rate(masks), key, period: locked.then_some(batch_size * size) })
    }
}

impl Place {
    /// A number unique to this place.
    fn number(self) -> u64 {
        match self {
            Self::Embedding => 0,
            Self::Output(layer) => 2 * layer as u64 + 1,
            Self::Recurrent(layer) => 2 * layer as u64 + 2,
        }
    }
}
