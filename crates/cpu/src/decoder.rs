//! A whole network that reads one character of each lane at a time, for writing text.
//!
//! Weights are packed once. Reading a character then streams them through one core, which is as
//! fast as they come out of its caches. Knows nothing of sampling or vocabularies.

use super::affine::affine;
use super::machine::Machine;
use super::panels::Panels;
use super::step::{Pre, Step};
use crate::{Cell, Norm, Precision};
use pulp::{Simd, WithSimd};

/// The numbers of a network, laid out as in `charnn_kernels::Recurrent`.
#[derive(Debug, Clone)]
pub struct NetworkWeights {
    /// The cell of every layer.
    pub cell: Cell,
    /// `[V, E]`.
    pub embedding: Vec<f32>,
    /// Lowest first.
    pub layers: Vec<LayerWeights>,
    /// `[H, V]`.
    pub head_kernel: Vec<f32>,
    /// `[V]`.
    pub head_bias: Vec<f32>,
}

/// The numbers of one recurrent layer.
#[derive(Debug, Clone)]
pub struct LayerWeights {
    /// `[E or H, G·H]`.
    pub kernel: Vec<f32>,
    /// `[H, G·H]`.
    pub recurrent_kernel: Vec<f32>,
    /// `[G·H]`.
    pub bias: Vec<f32>,
    /// `[G·H]`; `Some` exactly for [`Cell::Gru`].
    pub recurrent_bias: Option<Vec<f32>>,
    /// Norm of what the layer hands on, where there is one.
    pub norm: Option<Norm>,
}

/// A network, packed for reading character after character on the CPU.
pub struct Decoder {
    machine: Machine,
    cell: Cell,
    units: usize,
    /// The lowest layer's pre-activations of every character, `[V, G·H]`.
    table: Vec<f32>,
    layers: Vec<Layer>,
    /// `[H, V]`.
    head: Panels,
    head_bias: Vec<f32>,
}

struct Layer {
    /// From the layer below; the lowest has the table instead.
    input: Option<Input>,
    recurrent: Panels,
    recurrent_bias: Vec<f32>,
    norm: Option<Norm>,
}

struct Input {
    kernel: Panels,
    bias: Vec<f32>,
}

/// What a [`Decoder`] carries from character to character.
#[derive(Debug, Clone)]
pub struct DecoderState {
    lanes: usize,
    layers: Vec<LayerState>,
    /// `[lanes, G·H]`.
    pre: Vec<f32>,
    /// `[lanes, V]`.
    logits: Vec<f32>,
    spare: Vec<f32>,
}

/// All `[lanes, H]`; the ones to come are working memory.
#[derive(Debug, Clone)]
struct LayerState {
    hidden: Vec<f32>,
    next_hidden: Vec<f32>,
    carried: Vec<f32>,
    next_carried: Vec<f32>,
    /// The norm of `hidden`, where the layer has one.
    normed: Option<Vec<f32>>,
}

impl LayerState {
    /// What the layer hands on.
    fn output(&self) -> &[f32] {
        self.normed.as_ref().unwrap_or(&self.hidden)
    }
}

impl Decoder {
    /// Packs a network, its kernels in `precision`.
    ///
    /// What a character gives the lowest layer stands in a table of f32, however the kernels are
    /// kept: reading one of its rows takes no time that could be measured.
    ///
    /// # Panics
    /// When the sizes of the weights do not fit together.
    pub fn new(weights: &NetworkWeights, precision: Precision) -> Self {
        Self::on(Machine::here(), weights, precision)
    }

    pub(crate) fn on(machine: Machine, weights: &NetworkWeights, precision: Precision) -> Self {
        let vector = machine.vector();
        let (cell, gates) = (weights.cell, weights.cell.gates());
        let vocabulary_size = weights.head_bias.len();
        let units = weights.head_kernel.len() / vocabulary_size;
        let width = gates * units;
        let mut layers = weights.layers.iter();
        let lowest = layers.next().expect("a network has at least one layer");
        let kernel = Panels::pack(&lowest.kernel, width, 1, vector, Precision::F32);
        let mut table = vec![0.0; vocabulary_size * width];
        let (x, bias) = (&weights.embedding, &lowest.bias);
        machine.arch.dispatch(Affine { x, kernel: &kernel, bias, y: &mut table });
        let packed = |layer: &LayerWeights, input: Option<Input>| {
            assert_eq!(layer.recurrent_kernel.len(), units * width, "recurrent kernel of {cell}");
            Layer {
                input,
                recurrent: Panels::pack(&layer.recurrent_kernel, units, gates, vector, precision),
                recurrent_bias: layer.recurrent_bias.clone().unwrap_or_default(),
                norm: layer.norm.clone(),
            }
        };
        let upper = |layer: &LayerWeights| {
            let kernel = Panels::pack(&layer.kernel, width, 1, vector, precision);
            packed(layer, Some(Input { kernel, bias: layer.bias.clone() }))
        };
        Self {
            machine,
            cell,
            units,
            table,
            layers: std::iter::once(packed(lowest, None)).chain(layers.map(upper)).collect(),
            head: Panels::pack(&weights.head_kernel, vocabulary_size, 1, vector, precision),
            head_bias: weights.head_bias.clone(),
        }
    }

    /// The state before the first character: zeros, for `lanes` texts side by side.
    pub fn start(&self, lanes: usize) -> DecoderState {
        let carried = if self.cell.has_cell_state() { lanes * self.units } else { 0 };
        let state = |layer: &Layer| LayerState {
            hidden: vec![0.0; lanes * self.units],
            next_hidden: vec![0.0; lanes * self.units],
            carried: vec![0.0; carried],
            next_carried: vec![0.0; carried],
            normed: layer.norm.as_ref().map(|norm| norm.bias.repeat(lanes)), // the norm of zeros
        };
        DecoderState {
            lanes,
            layers: self.layers.iter().map(state).collect(),
            pre: vec![0.0; lanes * self.cell.gates() * self.units],
            logits: vec![0.0; lanes * self.head_bias.len()],
            spare: Vec::new(),
        }
    }

    /// Reads the next character of every lane.
    ///
    /// # Panics
    /// When there is not one id for each lane of `state`, or one is not below `V`.
    pub fn read(&self, state: &mut DecoderState, ids: &[u16]) {
        assert_eq!(ids.len(), state.lanes, "a character for every lane");
        let ids: Vec<usize> = ids.iter().map(|&id| usize::from(id)).collect();
        self.machine.arch.dispatch(Read { decoder: self, state, ids: &ids });
    }

    /// The scores of every next character, before softmax, `[lanes, V]`.
    pub fn logits<'a>(&self, state: &'a mut DecoderState) -> &'a [f32] {
        self.machine.arch.dispatch(Logits { decoder: self, state });
        &state.logits
    }
}

struct Affine<'a> {
    x: &'a [f32],
    kernel: &'a Panels,
    bias: &'a [f32],
    y: &'a mut [f32],
}

impl WithSimd for Affine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        affine(simd, self.x, self.kernel, self.bias, self.y, &mut Vec::new());
    }
}

struct Logits<'a> {
    decoder: &'a Decoder,
    state: &'a mut DecoderState,
}

impl WithSimd for Logits<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let DecoderState { layers, logits, spare, .. } = self.state;
        let top = layers.last().expect("a network has at least one layer");
        let Decoder { head, head_bias, .. } = self.decoder;
        affine(simd, top.output(), head, head_bias, logits, spare);
    }
}

struct Read<'a> {
    decoder: &'a Decoder,
    state: &'a mut DecoderState,
    ids: &'a [usize],
}

impl WithSimd for Read<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Decoder { cell, units, table, layers, .. } = self.decoder;
        let DecoderState { layers: states, pre, spare, .. } = self.state;
        for (index, layer) in layers.iter().enumerate() {
            let (below, states) = states.split_at_mut(index);
            let state = &mut states[0];
            let pre = match &layer.input {
                None => Pre::Table { table, ids: self.ids },
                Some(input) => {
                    let below = below.last().expect("it has an input").output();
                    affine(simd, below, &input.kernel, &input.bias, pre, spare);
                    Pre::Dense(pre)
                }
            };
            let step = Step {
                cell: *cell,
                units: *units,
                panels: &layer.recurrent,
                bias: &layer.recurrent_bias,
                pre,
                first_place: 0,
                before: [&state.hidden, &state.carried],
                after: [&mut state.next_hidden, &mut state.next_carried],
                gates: None,
            };
            step.run(simd, spare);
            std::mem::swap(&mut state.hidden, &mut state.next_hidden);
            std::mem::swap(&mut state.carried, &mut state.next_carried);
            if let (Some(norm), Some(normed)) = (&layer.norm, &mut state.normed) {
                norm.apply(&state.hidden, normed);
            }
        }
    }
}
