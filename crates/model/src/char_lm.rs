//! The network itself.

use crate::{ModelConfig, ModelState, init};
use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor};
use charnn_data::Seed;
use charnn_kernels::{Cell, Input, Recurrent, sequence};

/// A character-level language model: Embedding → recurrent layers → Dense.
///
/// Weights are laid out as Keras lays them out, so a kernel multiplies from the right and gates
/// lie side by side in the order of [`Cell`].
#[derive(Module, Debug)]
pub struct CharLm {
    /// `[V, E]`.
    pub embedding: Param<Tensor<2>>,
    /// Lowest first.
    pub layers: Vec<RecurrentLayer>,
    /// From the top layer's hidden state to logits.
    pub head: Dense,
}

/// One recurrent layer.
#[derive(Module, Debug)]
pub struct RecurrentLayer {
    /// From the layer's input, `[E or H, G·H]`.
    pub kernel: Param<Tensor<2>>,
    /// From the hidden state before, `[H, G·H]`.
    pub recurrent_kernel: Param<Tensor<2>>,
    /// `[G·H]`.
    pub bias: Param<Tensor<1>>,
    /// Bias of the recurrent product, `[G·H]`; GRU only.
    pub recurrent_bias: Option<Param<Tensor<1>>>,
}

/// A fully connected layer.
#[derive(Module, Debug)]
pub struct Dense {
    /// `[H, V]`.
    pub kernel: Param<Tensor<2>>,
    /// `[V]`.
    pub bias: Param<Tensor<1>>,
}

impl CharLm {
    /// A network with initial weights drawn from `seed`, the same on every device.
    pub fn init(config: &ModelConfig, vocabulary_size: usize, seed: Seed, device: &Device) -> Self {
        init::char_lm(config, vocabulary_size, Some(seed), device)
    }

    /// A network of zeros, to be filled by [`CharLm::with_safetensors`].
    pub fn zeros(config: &ModelConfig, vocabulary_size: usize, device: &Device) -> Self {
        init::char_lm(config, vocabulary_size, None, device)
    }

    /// Reads characters and returns the top layer's hidden state after each, with the state to
    /// carry on with.
    ///
    /// # Shapes
    /// `ids` `[T, B]`, `state` of `B` lanes → `[T, B, H]`, state of `B` lanes.
    ///
    /// # Panics
    /// When `state` was made for other sizes, or an id is not below `V`.
    pub fn forward(&self, ids: Tensor<2, Int>, state: ModelState) -> (Tensor<3>, ModelState) {
        assert_eq!(state.layers.len(), self.layers.len(), "layers of the state");
        let mut input = self.project_characters(ids);
        let mut after = Vec::with_capacity(self.layers.len());
        for (index, (layer, before)) in self.layers.iter().zip(state.layers).enumerate() {
            let (hidden, state) = sequence(self.cell(), input, &layer.recurrent(), before);
            after.push(state);
            match self.layers.get(index + 1) {
                Some(next) => input = Input::Dense(next.project(hidden)),
                None => return (hidden, ModelState { layers: after }), // [T, B, H]
            }
        }
        unreachable!("a network has at least one layer")
    }

    /// The scores of every next character, before softmax.
    ///
    /// # Shapes
    /// `hidden` `[N, H]` → logits `[N, V]`.
    pub fn logits(&self, hidden: Tensor<2>) -> Tensor<2> {
        hidden.matmul(self.head.kernel.val()) + self.head.bias.val().unsqueeze() // [N, V]
    }

    /// Logits after the last character of each lane.
    ///
    /// # Shapes
    /// `ids` `[T, B]`, `state` of `B` lanes → logits `[B, V]`, state of `B` lanes.
    pub fn predict(&self, ids: Tensor<2, Int>, state: ModelState) -> (Tensor<2>, ModelState) {
        let (hidden, state) = self.last_hidden(ids, state); // [B, H]
        (self.logits(hidden), state) // [B, V]
    }

    /// The top layer's hidden state after the last character of each lane, `[B, H]`, and the state
    /// of all layers.
    pub(crate) fn last_hidden(
        &self,
        ids: Tensor<2, Int>,
        state: ModelState,
    ) -> (Tensor<2>, ModelState) {
        let (_, state) = self.forward(ids, state);
        let top = state.layers.last().expect("a network has at least one layer");
        (top.hidden.clone(), state)
    }

    /// The sizes of this network, read from its weights.
    pub fn config(&self) -> ModelConfig {
        let [_, embedding_size] = self.embedding.val().dims();
        let [hidden_size, _] = self.head.kernel.val().dims();
        ModelConfig {
            cell: self.cell().into(),
            embedding_size,
            hidden_size,
            num_layers: self.layers.len(),
        }
    }

    /// How many characters the network knows: `V`.
    pub fn vocabulary_size(&self) -> usize {
        self.head.bias.val().dims()[0]
    }

    /// Where the weights are.
    pub fn device(&self) -> Device {
        self.embedding.val().device()
    }

    /// The cell, told apart by how many gates lie in a kernel.
    pub(crate) fn cell(&self) -> Cell {
        let [hidden_size, width] = self.layers[0].recurrent_kernel.val().dims();
        let cell = Cell::ALL.into_iter().find(|cell| cell.gates() * hidden_size == width);
        cell.expect("a recurrent kernel is as wide as some cell's gates")
    }

    /// The first layer's pre-activations: each of the `V` characters is projected once when
    /// there are more places than characters, else each place on its own.
    fn project_characters(&self, ids: Tensor<2, Int>) -> Input {
        let [steps, lanes] = ids.dims();
        let [vocabulary_size, embedding_size] = self.embedding.val().dims();
        let first = &self.layers[0];
        if steps * lanes >= vocabulary_size {
            let embedding = self.embedding.val().unsqueeze(); // [1, V, E]
            let table = first.project(embedding).squeeze_dim(0); // [V, G·H]
            return Input::Table { table, ids };
        }
        let embedded = self.embedding.val().select(0, ids.flatten(0, 1)); // [T·B, E]
        Input::Dense(first.project(embedded.reshape([steps, lanes, embedding_size])))
    }
}

impl RecurrentLayer {
    /// The share of the gates' pre-activations that comes from the layer's input, all time steps
    /// in one product.
    ///
    /// # Shapes
    /// `[T, B, E or H]` → `[T, B, G·H]`.
    fn project(&self, input: Tensor<3>) -> Tensor<3> {
        let [steps, lanes, size] = input.dims();
        let kernel = self.kernel.val();
        let [_, width] = kernel.dims();
        let flat = input.reshape([steps * lanes, size]).matmul(kernel); // [T·B, G·H]
        (flat + self.bias.val().unsqueeze()).reshape([steps, lanes, width])
    }

    fn recurrent(&self) -> Recurrent {
        Recurrent {
            kernel: self.recurrent_kernel.val(),
            bias: self.recurrent_bias.as_ref().map(Param::val),
        }
    }
}
