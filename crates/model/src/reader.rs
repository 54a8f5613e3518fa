//! What reads characters and says what may come next: the network, in one of two forms.

use crate::weights::read;
use crate::{CharLm, ModelState};
use burn::module::Param;
use burn::tensor::{Int, Tensor};
use charnn_kernels::{Decoder, DecoderState, LayerWeights, NetworkWeights};

/// A network with what it remembers of one text.
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
pub(crate) enum Reader<'a> {
    /// Packed for one character at a time, on the CPU.
    Packed { decoder: Decoder, state: DecoderState },
    /// As tensors, where the weights are.
    Tensors { model: &'a CharLm, state: ModelState },
}

impl<'a> Reader<'a> {
    pub(crate) fn packed(model: &CharLm) -> Self {
        let decoder = Decoder::new(&model.network_weights());
        let state = decoder.start(1);
        Self::Packed { decoder, state }
    }

    pub(crate) fn tensors(model: &'a CharLm) -> Self {
        Self::Tensors { model, state: start(model) }
    }

    /// Reads `ids` after what was read before. Returns the logits of the next character, `[V]`.
    pub(crate) fn read(&mut self, ids: &[u32]) -> Vec<f32> {
        match self {
            Self::Packed { decoder, state } => {
                for &id in ids {
                    decoder.read(state, &[id]);
                }
                decoder.logits(state).to_vec()
            }
            Self::Tensors { model, state } => {
                let (logits, after) = model.predict(one_lane(model, ids), state.clone());
                *state = after;
                read(logits.flatten(0, 1)) // [1, V]
            }
        }
    }

    /// Back to the state before the first character.
    pub(crate) fn forget(&mut self) {
        match self {
            Self::Packed { decoder, state } => *state = decoder.start(1),
            Self::Tensors { model, state } => *state = start(model),
        }
    }
}

fn start(model: &CharLm) -> ModelState {
    ModelState::zeros(&model.config(), 1, &model.device())
}

/// `ids` as a batch of one lane, `[T, 1]`.
fn one_lane(model: &CharLm, ids: &[u32]) -> Tensor<2, Int> {
    let ids: Vec<i32> = ids.iter().map(|id| id.cast_signed()).collect();
    Tensor::<1, Int>::from_data(&ids[..], &model.device()).unsqueeze_dim(1) // [T, 1]
}

impl CharLm {
    /// The weights as numbers on the host.
    fn network_weights(&self) -> NetworkWeights {
        let matrix = |param: &Param<Tensor<2>>| read(param.val().flatten(0, 1));
        let vector = |param: &Param<Tensor<1>>| read(param.val());
        NetworkWeights {
            cell: self.cell(),
            embedding: matrix(&self.embedding),
            layers: (self.layers.iter())
                .map(|layer| LayerWeights {
                    kernel: matrix(&layer.kernel),
                    recurrent_kernel: matrix(&layer.recurrent_kernel),
                    bias: vector(&layer.bias),
                    recurrent_bias: layer.recurrent_bias.as_ref().map(vector),
                })
                .collect(),
            head_kernel: matrix(&self.head.kernel),
            head_bias: vector(&self.head.bias),
        }
    }
}
