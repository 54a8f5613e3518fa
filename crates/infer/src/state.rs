//! The state of one text: what the network has read so far. It can be cloned, read further, scored and
//! looked into.

use crate::Engine;
use charnn_bundle::Cell;
use charnn_cpu::PackedState;

/// The network after some symbols of one text.
///
/// A clone is a fork: both continue from here and do not affect each other.
///
/// ```
/// # use charnn_infer::{Bundle, Engine};
/// # let bytes: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tales.charnn.safetensors"));
/// # let engine = Engine::new(&Bundle::from_bytes(bytes)?);
/// let ids = engine.vocabulary().encode("Once")?;
/// let mut state = engine.start();
/// state.read(&ids);
/// let mut fork = state.clone();
/// fork.read(&ids);
/// assert_ne!(state.hidden(0), fork.hidden(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct State {
    engine: Engine,
    packed: PackedState,
    length: u64,
}

impl State {
    pub(crate) fn new(engine: Engine) -> Self {
        let packed = engine.start_rows(1);
        Self { engine, packed, length: 0 }
    }

    /// The network.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The number of symbols read.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Reads symbols.
    ///
    /// # Panics
    /// When an id is not below `V`.
    pub fn read(&mut self, ids: &[u16]) {
        for id in ids {
            self.engine.network().read(&mut self.packed, std::slice::from_ref(id));
        }
        self.length += ids.len() as u64;
    }

    /// The logits of the next symbol, `[V]`.
    pub fn logits(&mut self) -> &[f32] {
        self.engine.network().logits(&mut self.packed)
    }

    /// The probabilities of the next symbol, `[V]`.
    pub fn probabilities(&mut self) -> Vec<f32> {
        let logits = self.logits();
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut probabilities: Vec<f32> =
            logits.iter().map(|logit| (logit - largest).exp()).collect();
        let sum: f32 = probabilities.iter().sum();
        for probability in &mut probabilities {
            *probability /= sum;
        }
        probabilities
    }

    /// −ln of the probability that `id` comes next, in nats; then reads it.
    ///
    /// # Panics
    /// When the id is not below `V`.
    pub fn score(&mut self, id: u16) -> f32 {
        let mut loss = [0.0];
        self.engine.network().losses(&mut self.packed, &[Some(id)], &mut loss);
        self.read(&[id]);
        loss[0]
    }

    /// Records the gates from now on, for [`State::gate`].
    pub fn record_gates(&mut self) {
        self.engine.network().record_gates(&mut self.packed);
    }

    /// The hidden state of a layer, `[H]`; the lowest layer is 0.
    ///
    /// # Panics
    /// When the network has no such layer.
    pub fn hidden(&self, layer: usize) -> &[f32] {
        self.packed.hidden(layer)
    }

    /// The cell state of a layer, `[H]`; `None` unless the cell has one.
    ///
    /// # Panics
    /// When the network has no such layer.
    pub fn cell(&self, layer: usize) -> Option<&[f32]> {
        Some(self.packed.cell(layer)).filter(|cell| !cell.is_empty())
    }

    /// The values of a gate of a layer at the last symbol, after activation, `[H]`. The names are those
    /// of [`Cell::gate_names`]. `None` for other names, or when the gates were not recorded.
    ///
    /// # Panics
    /// When the network has no such layer.
    pub fn gate(&self, layer: usize, name: &str) -> Option<&[f32]> {
        let architecture = self.engine.architecture();
        let index = architecture.cell.gate_names().iter().position(|gate| *gate == name)?;
        if architecture.cell == Cell::Rnn {
            return Some(self.hidden(layer));
        }
        self.packed.gates(layer).chunks_exact(architecture.hidden_size).nth(index)
    }

    pub(crate) fn packed(&self) -> &PackedState {
        &self.packed
    }
}
