//! The network itself.

use crate::layer::RecurrentLayer;
use crate::{Dropout, ModelState, init};
use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_bundle::Architecture;
use charnn_data::Seed;
use charnn_kernels::{Cell, Input, Resets, sequence};

/// A character-level language model: Embedding → recurrent layers → Dense.
///
/// Weights are laid out as Keras lays them out, so a kernel multiplies from the right and gates
/// lie side by side in the order of [`Cell`].
#[derive(Module, Debug)]
pub struct CharLm {
    /// The cell and the sizes.
    #[module(skip)]
    pub(crate) architecture: Architecture,
    /// `[V, E]`.
    pub embedding: Param<Tensor<2>>,
    /// Lowest first.
    pub layers: Vec<RecurrentLayer>,
    /// From the top layer's hidden state to logits.
    pub head: Head,
}

/// The fully connected layer at the top.
#[derive(Module, Debug)]
pub struct Head {
    /// `[H, V]`; `None` where the embedding, transposed, is in its place.
    pub kernel: Option<Param<Tensor<2>>>,
    /// `[V]`.
    pub bias: Param<Tensor<1>>,
}

impl CharLm {
    /// A network with initial weights drawn from `seed`, the same on every device.
    pub fn init(
        architecture: Architecture,
        vocabulary_size: usize,
        seed: Seed,
        device: &Device,
    ) -> Self {
        init::char_lm(architecture, vocabulary_size, Some(seed), device)
    }

    /// The network with another bias of the output layer.
    ///
    /// # Panics
    /// When `bias` does not have one value per character.
    #[must_use]
    pub fn with_output_bias(mut self, bias: Vec<f32>) -> Self {
        let size = self.vocabulary_size();
        assert_eq!(bias.len(), size, "one bias per character");
        let bias = TensorData::new(bias, [size]); // [V]
        self.head.bias = Param::from_data(bias, &self.device());
        self
    }

    /// Reads characters and returns the top layer's output after each, with the state to carry on
    /// with.
    ///
    /// # Shapes
    /// `ids` `[T, B]`, `state` of `B` rows → `[T, B, H]`, state of `B` rows.
    ///
    /// # Panics
    /// When `state` was made for other sizes, or an id is not below `V`.
    pub fn forward(&self, ids: Tensor<2, Int>, state: ModelState) -> (Tensor<3>, ModelState) {
        let (hidden, state) = self.hidden(ids, state, &Dropout::OFF, &[]);
        (self.top_output(hidden, &Dropout::OFF), state)
    }

    /// The same without the top layer's norm: its hidden state after each character, `[T, B, H]`.
    /// Before each of `boundaries`, pairs (step, batch row), the row starts from a zero state.
    pub(crate) fn hidden(
        &self,
        ids: Tensor<2, Int>,
        state: ModelState,
        dropout: &Dropout,
        boundaries: &[(usize, usize)],
    ) -> (Tensor<3>, ModelState) {
        assert_eq!(state.layers.len(), self.layers.len(), "layers of the state");
        let [steps, batch_size] = ids.dims();
        let resets = Resets::new(boundaries, steps, batch_size, &ids.device());
        let mut input = self.project_characters(ids, dropout);
        let mut after = Vec::with_capacity(self.layers.len());
        for (index, (layer, before)) in self.layers.iter().zip(state.layers).enumerate() {
            let weights = layer.recurrent(|kernel| dropout.recurrent(index, kernel));
            let (hidden, state) = sequence(self.cell(), input, &weights, before, resets.as_ref());
            after.push(state);
            match self.layers.get(index + 1) {
                Some(next) => {
                    let output = dropout.output(index, layer.output(hidden)); // [T, B, H]
                    input = Input::Dense(next.project(output));
                }
                None => return (hidden, ModelState { layers: after }), // [T, B, H]
            }
        }
        unreachable!("a network has at least one layer")
    }

    /// The input of the head, from the top layer's hidden states, `[.., B, H]` → `[.., B, H]`.
    pub(crate) fn top_output<const D: usize>(
        &self,
        hidden: Tensor<D>,
        dropout: &Dropout,
    ) -> Tensor<D> {
        let top = self.layers.len() - 1;
        dropout.output(top, self.layers[top].output(hidden))
    }

    /// The scores of every next character, before softmax.
    ///
    /// # Shapes
    /// `output` `[N, H]` of the top layer → logits `[N, V]`.
    pub fn logits(&self, output: Tensor<2>) -> Tensor<2> {
        output.matmul(self.head_kernel()) + self.head.bias.val().unsqueeze() // [N, V]
    }

    /// The head's kernel, `[H, V]`.
    pub(crate) fn head_kernel(&self) -> Tensor<2> {
        match &self.head.kernel {
            Some(kernel) => kernel.val(),
            None => self.embedding.val().transpose(), // [H, V], as E = H
        }
    }

    /// Logits after the last character of each batch row.
    ///
    /// # Shapes
    /// `ids` `[T, B]`, `state` of `B` rows → logits `[B, V]`, state of `B` rows.
    pub fn predict(&self, ids: Tensor<2, Int>, state: ModelState) -> (Tensor<2>, ModelState) {
        let (output, state) = self.last_output(ids, state, &Dropout::OFF, &[]); // [B, H]
        (self.logits(output), state) // [B, V]
    }

    /// The top layer's output after the last character of each batch row, `[B, H]`, and the state of all
    /// layers.
    pub(crate) fn last_output(
        &self,
        ids: Tensor<2, Int>,
        state: ModelState,
        dropout: &Dropout,
        boundaries: &[(usize, usize)],
    ) -> (Tensor<2>, ModelState) {
        let (_, state) = self.hidden(ids, state, dropout, boundaries);
        let top = state.layers.last().expect("a network has at least one layer");
        (self.top_output(top.hidden.clone(), dropout), state)
    }

    /// The cell and the sizes of this network.
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// The size of the vocabulary: `V`.
    pub fn vocabulary_size(&self) -> usize {
        self.head.bias.val().dims()[0]
    }

    /// The device of the weights.
    pub fn device(&self) -> Device {
        self.embedding.val().device()
    }

    /// The cell of every layer.
    pub(crate) fn cell(&self) -> Cell {
        self.architecture.cell
    }

    /// The first layer's pre-activations: each of the `V` characters is projected once if
    /// there are more positions than characters and the embedding has no dropout; otherwise each position
    /// is projected.
    fn project_characters(&self, ids: Tensor<2, Int>, dropout: &Dropout) -> Input {
        let [steps, batch_size] = ids.dims();
        let [vocabulary_size, embedding_dim] = self.embedding.val().dims();
        let first = &self.layers[0];
        if steps * batch_size >= vocabulary_size && !dropout.touches_embedding() {
            let embedding = self.embedding.val().unsqueeze(); // [1, V, E]
            let table = first.project(embedding).squeeze_dim(0); // [V, G·H]
            return Input::Table { table, ids };
        }
        let embedded = self.embedding.val().select(0, ids.flatten(0, 1)); // [T·B, E]
        let embedded = embedded.reshape([steps, batch_size, embedding_dim]); // [T, B, E]
        Input::Dense(first.project(dropout.embedded(embedded)))
    }
}
