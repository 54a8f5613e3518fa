//! What reads characters and says what may come next: the network, in one of two forms.

use crate::layer::RecurrentLayer;
use crate::{CharLm, ModelState};
use burn::module::Param;
use burn::tensor::{Int, Tensor, TensorData};
use charnn_kernels::{
    Decoder, DecoderState, DeviceFault, LayerWeights, NetworkWeights, Norm, Precision,
};
use std::sync::Arc;

/// A network with what it remembers of some texts, each a lane.
pub(crate) enum Reader<'a> {
    /// Packed for one character at a time, on the CPU.
    Packed { decoder: Arc<Decoder>, state: DecoderState, lanes: usize },
    /// As tensors, where the weights are.
    Tensors { model: &'a CharLm, state: ModelState, lanes: usize },
}

impl<'a> Reader<'a> {
    pub(crate) fn packed(decoder: Arc<Decoder>, lanes: usize) -> Self {
        let state = decoder.start(lanes);
        Self::Packed { decoder, state, lanes }
    }

    pub(crate) fn tensors(model: &'a CharLm, lanes: usize) -> Self {
        Self::Tensors { model, state: start(model, lanes), lanes }
    }

    /// Reads `ids` `[T, lanes]` after what was read before. Returns the logits of every lane's
    /// next character, `[lanes, V]`.
    pub(crate) fn read(&mut self, ids: &[u16]) -> Result<Vec<f32>, DeviceFault> {
        match self {
            Self::Packed { decoder, state, lanes } => {
                for ids in ids.chunks_exact(*lanes) {
                    decoder.read(state, ids);
                }
                Ok(decoder.logits(state).to_vec())
            }
            Self::Tensors { model, state, lanes } => {
                let steps = ids.len() / *lanes;
                let ids: Vec<i32> = ids.iter().map(|&id| i32::from(id)).collect();
                let ids = TensorData::new(ids, [steps, *lanes]);
                let ids = Tensor::<2, Int>::from_data(ids, &model.device()); // [T, B]
                let (logits, after) = model.predict(ids, state.clone());
                *state = after;
                read(logits.flatten(0, 1)) // [B·V]
            }
        }
    }

    /// Back to the state before the first character.
    pub(crate) fn forget(&mut self) {
        match self {
            Self::Packed { decoder, state, lanes } => *state = decoder.start(*lanes),
            Self::Tensors { model, state, lanes } => *state = start(model, *lanes),
        }
    }
}

fn start(model: &CharLm, lanes: usize) -> ModelState {
    ModelState::zeros(&model.config(), lanes, &model.device())
}

impl CharLm {
    /// The network, packed for one character at a time on the CPU, wherever the weights are.
    ///
    /// # Errors
    /// When their device does not give them.
    pub fn decoder(&self, precision: Precision) -> Result<Decoder, DeviceFault> {
        Ok(Decoder::new(&self.network_weights()?, precision))
    }

    /// The weights as numbers on the host.
    fn network_weights(&self) -> Result<NetworkWeights, DeviceFault> {
        let matrix = |param: &Param<Tensor<2>>| read(param.val().flatten(0, 1));
        let vector = |param: &Param<Tensor<1>>| read(param.val());
        let layer = |layer: &RecurrentLayer| {
            Ok(LayerWeights {
                kernel: matrix(&layer.kernel)?,
                recurrent_kernel: matrix(&layer.recurrent_kernel)?,
                bias: vector(&layer.bias)?,
                recurrent_bias: layer.recurrent_bias.as_ref().map(vector).transpose()?,
                norm: match &layer.norm {
                    Some(norm) => {
                        Some(Norm { gain: vector(&norm.gain)?, bias: vector(&norm.bias)? })
                    }
                    None => None,
                },
            })
        };
        Ok(NetworkWeights {
            cell: self.cell(),
            embedding: matrix(&self.embedding)?,
            layers: self.layers.iter().map(layer).collect::<Result<_, DeviceFault>>()?,
            head_kernel: read(self.head_kernel().flatten(0, 1))?,
            head_bias: vector(&self.head.bias)?,
        })
    }
}

/// Copies a tensor to the host.
fn read(tensor: Tensor<1>) -> Result<Vec<f32>, DeviceFault> {
    let data = tensor.try_into_data().map_err(DeviceFault::new)?;
    Ok(data.try_into_vec().expect("weights and logits are f32"))
}
