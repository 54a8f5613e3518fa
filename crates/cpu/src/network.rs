//! A whole network, packed for reading one symbol of each row at a time.
//!
//! Weights are packed once. Reading a symbol then streams them through one core, as fast as they come
//! out of its caches. Knows nothing of sampling or vocabularies.

use crate::linear::affine::affine;
use crate::linear::panels::Panels;
use crate::machine::Machine;
use crate::recurrence::sizes::Sizes;
use crate::recurrence::step::{Pre, Step};
use crate::softmax;
use crate::{Cell, Norm, Precision};
use charnn_bundle::Bundle;
use pulp::{Simd, WithSimd};
use std::fmt;

/// A network, packed for reading symbol after symbol on the CPU.
///
/// What one row reads and predicts does not depend on the rows beside it, to the last bit.
pub struct PackedNetwork {
    machine: Machine,
    cell: Cell,
    units: usize,
    /// The lowest layer's pre-activations of every symbol, `[V, G·H]`.
    table: Vec<f32>,
    layers: Vec<Layer>,
    /// `[H, V]`.
    head: Panels,
    head_bias: Vec<f32>,
}

struct Layer {
    /// From the layer below; the lowest layer uses the table instead.
    input: Option<Input>,
    recurrent: Panels,
    recurrent_bias: Vec<f32>,
    norm: Option<Norm>,
}

struct Input {
    kernel: Panels,
    bias: Vec<f32>,
}

/// The state of a [`PackedNetwork`] between two symbols of every row.
#[derive(Debug, Clone)]
pub struct PackedState {
    rows: usize,
    layers: Vec<LayerState>,
    /// `[rows, G·H]`.
    pre: Vec<f32>,
    /// `[rows, V]`.
    logits: Vec<f32>,
    spare: Vec<f32>,
}

/// All `[rows, H]` but the gates; the `next_` ones are working memory.
#[derive(Debug, Clone)]
struct LayerState {
    hidden: Vec<f32>,
    next_hidden: Vec<f32>,
    cell: Vec<f32>,
    next_cell: Vec<f32>,
    /// The norm of `hidden`, if the layer has one.
    normed: Option<Vec<f32>>,
    /// `[rows, 4·H]`; empty unless they are recorded.
    gates: Vec<f32>,
}

impl fmt::Debug for PackedNetwork {
    /// Without its weights.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} of {} × {} units", self.cell, self.layers.len(), self.units)
    }
}

impl LayerState {
    /// The layer's output, `[rows, H]`.
    fn output(&self) -> &[f32] {
        self.normed.as_ref().unwrap_or(&self.hidden)
    }
}

impl PackedState {
    /// How many texts are read side by side.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The hidden state of a layer, `[rows, H]`; the lowest layer is 0.
    pub fn hidden(&self, layer: usize) -> &[f32] {
        &self.layers[layer].hidden
    }

    /// The cell state of a layer, `[rows, H]`; empty unless [`Cell::has_cell_state`].
    pub fn cell(&self, layer: usize) -> &[f32] {
        &self.layers[layer].cell
    }

    /// The gates of a layer at the last symbol: i, f, g, o of an LSTM, `[rows, 4, H]`; z, r, n of a GRU
    /// and its candidate's recurrent product, `[rows, 4, H]`; z, n of a minimal GRU, `[rows, 2, H]`.
    /// Empty unless [`PackedNetwork::record_gates`] was called, and for a plain RNN, whose only gate is
    /// its hidden state.
    pub fn gates(&self, layer: usize) -> &[f32] {
        &self.layers[layer].gates
    }

    /// The state of the first text alone.
    #[must_use]
    pub fn first_row(&self) -> Self {
        let first = |values: &[f32]| values[..values.len() / self.rows].to_vec();
        let layer = |layer: &LayerState| LayerState {
            hidden: first(&layer.hidden),
            next_hidden: first(&layer.next_hidden),
            cell: first(&layer.cell),
            next_cell: first(&layer.next_cell),
            normed: layer.normed.as_deref().map(first),
            gates: first(&layer.gates),
        };
        Self {
            rows: 1,
            layers: self.layers.iter().map(layer).collect(),
            pre: first(&self.pre),
            logits: first(&self.logits),
            spare: Vec::new(),
        }
    }

    /// Adds the rows of another state of the same network at the end.
    ///
    /// # Panics
    /// When the states are of different networks, or only one of them records gates.
    pub fn append(&mut self, other: &Self) {
        assert_eq!(self.layers.len(), other.layers.len(), "states of one network");
        let (rows, more) = (self.rows, other.rows);
        let add = |values: &mut Vec<f32>, others: &[f32]| {
            assert_eq!(values.len() * more, others.len() * rows, "states of one network");
            values.extend_from_slice(others);
        };
        for (layer, other) in self.layers.iter_mut().zip(&other.layers) {
            add(&mut layer.hidden, &other.hidden);
            add(&mut layer.next_hidden, &other.next_hidden);
            add(&mut layer.cell, &other.cell);
            add(&mut layer.next_cell, &other.next_cell);
            add(&mut layer.gates, &other.gates);
            if let (Some(normed), Some(others)) = (&mut layer.normed, &other.normed) {
                add(normed, others);
            }
        }
        add(&mut self.pre, &other.pre);
        add(&mut self.logits, &other.logits);
        self.rows += more;
    }

    /// Removes a row; the last row takes its place.
    ///
    /// # Panics
    /// When the row does not exist.
    pub fn swap_remove(&mut self, row: usize) {
        assert!(row < self.rows, "a row that exists");
        let last = self.rows - 1;
        let remove = |values: &mut Vec<f32>| {
            let width = values.len() / (last + 1);
            values.copy_within(last * width.., row * width);
            values.truncate(last * width);
        };
        for layer in &mut self.layers {
            let LayerState { hidden, next_hidden, cell, next_cell, normed, gates } = layer;
            [hidden, next_hidden, cell, next_cell, gates].into_iter().for_each(remove);
            normed.iter_mut().for_each(remove);
        }
        remove(&mut self.pre);
        remove(&mut self.logits);
        self.rows = last;
    }

    /// The same state for `rows` texts.
    ///
    /// # Panics
    /// When this state has more rows than one.
    #[must_use]
    pub fn repeated(mut self, rows: usize) -> Self {
        assert_eq!(self.rows, 1, "one row to repeat");
        let repeat = |values: &mut Vec<f32>| *values = values.repeat(rows);
        for layer in &mut self.layers {
            let LayerState { hidden, next_hidden, cell, next_cell, normed, gates } = layer;
            [hidden, next_hidden, cell, next_cell, gates].into_iter().for_each(repeat);
            normed.iter_mut().for_each(repeat);
        }
        repeat(&mut self.pre);
        repeat(&mut self.logits);
        Self { rows, ..self }
    }
}

impl PackedNetwork {
    /// Packs a network with its kernels in `precision`.
    ///
    /// The lowest layer's table of pre-activations stays f32: reading one of its rows takes no time that
    /// could be measured.
    pub fn new(bundle: &Bundle, precision: Precision) -> Self {
        Self::on(Machine::here(), bundle, precision)
    }

    pub(crate) fn on(machine: Machine, bundle: &Bundle, precision: Precision) -> Self {
        let architecture = bundle.architecture();
        let (cell, units) = (architecture.cell, architecture.hidden_size);
        let (vector, gates, width) = (machine.vector(), cell.gates(), cell.gates() * units);
        let vocabulary_size = bundle.vocabulary().len();
        let get =
            |name: &str| bundle.tensor(name).expect("a bundle has all tensors of its architecture");
        let layer = |index: usize| {
            let find = |tensor: &str| bundle.tensor(&format!("layers.{index}.{tensor}"));
            let get = |tensor: &str| get(&format!("layers.{index}.{tensor}"));
            // The table stands for the kernel of the lowest layer.
            let input = || Input {
                kernel: Panels::pack(get("kernel"), width, 1, vector, precision),
                bias: get("bias").to_vec(),
            };
            let norm = |gain: &[f32]| Norm { gain: gain.to_vec(), bias: get("norm.bias").to_vec() };
            let recurrent = find("recurrent_kernel").unwrap_or_default();
            Layer {
                input: (index > 0).then(input),
                recurrent: Panels::pack(recurrent, units, gates, vector, precision),
                recurrent_bias: find("recurrent_bias").unwrap_or_default().to_vec(),
                norm: find("norm.gain").map(norm),
            }
        };
        let kernel = Panels::pack(get("layers.0.kernel"), width, 1, vector, Precision::F32);
        let mut table = vec![0.0; vocabulary_size * width];
        let (x, bias) = (get("embedding"), get("layers.0.bias"));
        machine.arch.dispatch(Affine { x, kernel: &kernel, bias, y: &mut table });
        let head = match bundle.tensor("head.kernel") {
            Some(kernel) => Panels::pack(kernel, vocabulary_size, 1, vector, precision),
            None => Panels::pack(&transposed(x, units), vocabulary_size, 1, vector, precision),
        };
        Self {
            machine,
            cell,
            units,
            table,
            layers: (0..architecture.num_layers).map(layer).collect(),
            head,
            head_bias: get("head.bias").to_vec(),
        }
    }

    /// The state before the first symbol, all zeros, for `rows` texts.
    pub fn start(&self, rows: usize) -> PackedState {
        let size = rows * self.units;
        let cell = if self.cell.has_cell_state() { size } else { 0 };
        let state = |layer: &Layer| LayerState {
            hidden: vec![0.0; size],
            next_hidden: vec![0.0; size],
            cell: vec![0.0; cell],
            next_cell: vec![0.0; cell],
            normed: layer.norm.as_ref().map(|norm| norm.bias.repeat(rows)), // the norm of zeros
            gates: Vec::new(),
        };
        PackedState {
            rows,
            layers: self.layers.iter().map(state).collect(),
            pre: vec![0.0; rows * self.cell.gates() * self.units],
            logits: vec![0.0; rows * self.head_bias.len()],
            spare: Vec::new(),
        }
    }

    /// Sets one row of `state` to zeros, as before the first symbol.
    ///
    /// # Panics
    /// When the row does not exist.
    pub fn reset_row(&self, state: &mut PackedState, row: usize) {
        let units = self.units;
        for (layer, state) in self.layers.iter().zip(&mut state.layers) {
            state.hidden[row * units..][..units].fill(0.0);
            if !state.cell.is_empty() {
                state.cell[row * units..][..units].fill(0.0);
            }
            if let (Some(norm), Some(normed)) = (&layer.norm, &mut state.normed) {
                normed[row * units..][..units].copy_from_slice(&norm.bias);
            }
        }
    }

    /// Makes `state` record the gates of every layer from now on. See [`PackedState::gates`].
    pub fn record_gates(&self, state: &mut PackedState) {
        let sizes = Sizes { cell: self.cell, steps: 1, batch_size: state.rows, units: self.units };
        let size = state.rows * sizes.kept();
        state.layers.iter_mut().for_each(|layer| layer.gates.resize(size, 0.0));
    }

    /// How many symbols there are: `V`.
    pub fn vocabulary_size(&self) -> usize {
        self.head_bias.len()
    }

    /// Reads the next symbol of every row.
    ///
    /// # Panics
    /// When there is not one id for each row of `state`, or one is not below `V`.
    pub fn read(&self, state: &mut PackedState, ids: &[u16]) {
        assert_eq!(ids.len(), state.rows, "a symbol for every row");
        let ids: Vec<usize> = ids.iter().map(|&id| usize::from(id)).collect();
        self.machine.arch.dispatch(Read { network: self, state, ids: &ids });
    }

    /// The scores of every next symbol, before softmax, `[rows, V]`.
    pub fn logits<'a>(&self, state: &'a mut PackedState) -> &'a [f32] {
        self.machine.arch.dispatch(Logits { network: self, state });
        &state.logits
    }

    /// −ln of the probability of every row's next symbol, written to `losses` `[rows]`. A row without a
    /// target gets 0.
    ///
    /// # Panics
    /// When there is not one target and one loss for each row, or a target is not below `V`.
    pub fn losses(&self, state: &mut PackedState, targets: &[Option<u16>], losses: &mut [f32]) {
        assert_eq!(targets.len(), state.rows, "a target or none for every row");
        assert_eq!(losses.len(), state.rows, "a loss for every row");
        self.machine.arch.dispatch(Logits { network: self, state });
        self.machine.arch.dispatch(
            #[inline(always)]
            || {
                let rows = state.logits.chunks_exact_mut(self.head_bias.len());
                for ((loss, row), target) in losses.iter_mut().zip(rows).zip(targets) {
                    let target = target.map(usize::from);
                    *loss = target.map_or(0.0, |target| softmax::loss(row, &[], target));
                }
            },
        );
    }
}

/// `[rows, columns]` → `[columns, rows]`.
fn transposed(values: &[f32], columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| values.iter().skip(column).step_by(columns)).copied().collect()
}

impl PackedState {
    /// The rank of every row's target among the next symbols, 1 for the likeliest, written to `ranks` `[rows]`. Call it
    /// after [`PackedNetwork::losses`] and before the next symbol is read. A row without a target gets 0.
    ///
    /// # Panics
    /// When there is not one target and one rank for each row, or a target is not below `V`.
    pub fn ranks(&self, targets: &[Option<u16>], ranks: &mut [u32]) {
        assert_eq!(targets.len(), self.rows, "a target or none for every row");
        assert_eq!(ranks.len(), self.rows, "a rank for every row");
        let rows = self.logits.chunks_exact(self.logits.len() / self.rows);
        for ((rank, row), target) in ranks.iter_mut().zip(rows).zip(targets) {
            *rank = target.map_or(0, |target| {
                let chosen = row[usize::from(target)];
                1 + row.iter().map(|&other| u32::from(other > chosen)).sum::<u32>()
            });
        }
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
    network: &'a PackedNetwork,
    state: &'a mut PackedState,
}

impl WithSimd for Logits<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let PackedState { layers, logits, spare, .. } = self.state;
        let top = layers.last().expect("a network has at least one layer");
        let PackedNetwork { head, head_bias, .. } = self.network;
        affine(simd, top.output(), head, head_bias, logits, spare);
    }
}

struct Read<'a> {
    network: &'a PackedNetwork,
    state: &'a mut PackedState,
    ids: &'a [usize],
}

impl WithSimd for Read<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let PackedNetwork { cell, units, table, layers, .. } = self.network;
        let PackedState { layers: states, pre, spare, .. } = self.state;
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
                first_position: 0,
                before: [&state.hidden, &state.cell],
                after: [&mut state.next_hidden, &mut state.next_cell],
                gates: if state.gates.is_empty() { None } else { Some(&mut state.gates) },
            };
            step.run(simd, spare);
            std::mem::swap(&mut state.hidden, &mut state.next_hidden);
            std::mem::swap(&mut state.cell, &mut state.next_cell);
            if let (Some(norm), Some(normed)) = (&layer.norm, &mut state.normed) {
                norm.apply(&state.hidden, normed);
            }
        }
    }
}
