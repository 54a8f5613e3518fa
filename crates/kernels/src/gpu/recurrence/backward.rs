//! One backward time step of a column of a batch row, shared by all backward kernels: from the
//! gradient of the state to those of the gates in memory.

use super::cells::{State, backward_cell};
use super::position::Position;
use super::resets;
use super::tile::Tile;
use crate::Cell;
use cubecl::prelude::*;

/// The buffers of a backward pass apart from the recurrent kernel, in vectors of hidden units;
/// `C` counts columns.
#[derive(CubeType, CubeLaunch)]
pub(super) struct Backward<N: Size> {
    /// Cell states of an LSTM, hidden states of the others, `[T+1, B, C]`.
    pub(super) states: Box<[Vector<f32, N>]>,
    /// What the pass forward kept, `[T, B, 4, C]` or, if `flagged`, with more: see [`Tile::kept`].
    pub(super) gates: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// Gradients of the hidden states after every step, `[T, B, C]`, where the loss uses them.
    pub(super) outputs: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// Gradients of the input's pre-activations, `[T, B, G, C]`; written.
    pub(super) input: Box<[Vector<f32, N>]>,
    /// Gradients of the recurrent products, `[T, B, G, C]`, where they differ: in a GRU. Written.
    pub(super) products: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// Gradient of the hidden state between two steps, `[B, C]`; of the last state at first, and
    /// written over as time runs back.
    pub(super) hidden: Box<[Vector<f32, N>]>,
    /// The same of the cell state.
    pub(super) cell_state: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// The resets of the pass forward, `[T, B]`, unless they are in `gates`: no gradient passes them.
    pub(super) resets: ComptimeOption<Box<[i32]>>,
    /// Whether the resets are in `gates`.
    #[cube(comptime)]
    pub(super) flagged: bool,
    /// `B`.
    pub(super) batch_size: u32,
    /// The first cube of batch rows of the launch, of all cubes that the batch needs.
    pub(super) first_cube: u32,
}

#[cube]
impl<N: Size> Backward<N> {
    /// `value`, or zero where the state before the step of `line` is reset.
    pub(super) fn unless_reset(
        &self,
        value: Vector<f32, N>,
        line: usize,
        #[comptime] tile: Tile,
    ) -> Vector<f32, N> {
        if comptime!(self.flagged) {
            let mut kept = Vector::<f32, N>::new(0.0);
            #[comptime]
            match &self.gates {
                ComptimeOption::Some(gates) => {
                    let at = line * comptime!(tile.kept(true)) + 4 * tile.width;
                    if gates[at].extract(0usize) == 0.0 {
                        kept = value;
                    }
                }
                ComptimeOption::None => {}
            }
            kept
        } else {
            resets::unless_reset::<N>(value, &self.resets, line)
        }
    }

    /// Writes the gradient of the state of `position`.
    pub(super) fn keep(&mut self, state: State<N>, position: Position, #[comptime] tile: Tile) {
        if position.has_row && position.has_column {
            let at = position.batch_row * tile.width + position.column;
            self.hidden[at] = state.hidden;
            #[comptime]
            match &mut self.cell_state {
                ComptimeOption::Some(cell_state) => cell_state[at] = state.cell_state,
                ComptimeOption::None => {}
            }
        }
    }
}

/// Which gradients of the state after the last step are zero, and not in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Zero {
    pub(super) hidden: bool,
    pub(super) cell_state: bool,
}

impl Zero {
    /// All are in memory.
    pub(super) const NONE: Self = Self { hidden: false, cell_state: false };
}

/// The gradient of the state of `position`, as it was last written, but for what is `zero`. All is zero for a
/// unit without a position of its own, as another unit may be writing there.
#[cube]
pub(super) fn gradient_after<N: Size>(
    layer: &Backward<N>,
    position: Position,
    #[comptime] zero: Zero,
    #[comptime] tile: Tile,
) -> State<N> {
    let mut hidden = Vector::<f32, N>::new(0.0);
    let mut cell_state = Vector::<f32, N>::new(0.0);
    if position.has_row && position.has_column {
        let at = position.batch_row * tile.width + position.column;
        if comptime!(!zero.hidden) {
            hidden = layer.hidden[at];
        }
        if comptime!(!zero.cell_state) {
            #[comptime]
            match &layer.cell_state {
                ComptimeOption::Some(kept) => cell_state = kept[at],
                ComptimeOption::None => {}
            }
        }
    }
    State::<N> { hidden, cell_state }
}

/// Goes back over the step of `position`: adds the gradient of its output to that of the state
/// `after` it, and writes the gradients of its gates. Those of the recurrent products it leaves
/// first in `products` `[4]`, and returns what flows past them to the step before.
#[cube]
pub(super) fn step_backward<N: Size>(
    layer: &mut Backward<N>,
    after: State<N>,
    position: Position,
    products: &mut Array<Vector<f32, N>>,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) -> State<N> {
    let at = position.line * tile.width + position.column;
    let output = #[comptime]
    match &layer.outputs {
        ComptimeOption::Some(outputs) => outputs[at],
        ComptimeOption::None => Vector::new(0.0),
    };
    let after = State::<N> { hidden: after.hidden + output, cell_state: after.cell_state };
    let mut kept = Array::<Vector<f32, N>>::new(4usize);
    #[comptime]
    match &layer.gates {
        ComptimeOption::Some(gates) =>
        {
            #[unroll]
            for g in 0..4usize {
                let first = position.line * comptime!(tile.kept(layer.flagged));
                kept[g] = gates[first + g * tile.width + position.column];
            }
        }
        ComptimeOption::None => {}
    }
    let state_before = layer.unless_reset(layer.states[at], position.line, tile);
    let state_after = layer.states[at + position.batch_size * tile.width];
    let before = backward_cell::<N>(after, &kept, state_before, state_after, products, cell);

    if position.has_row && position.has_column {
        let gates = comptime!(cell.gates());
        #[unroll]
        for g in 0..gates {
            let at = (position.line * gates + g) * tile.width + position.column;
            layer.input[at] = products[comptime!(input_gate(cell, g))];
            #[comptime]
            match &mut layer.products {
                ComptimeOption::Some(kept) => kept[at] = products[g],
                ComptimeOption::None => {}
            }
        }
    }
    State::<N> {
        hidden: layer.unless_reset(before.hidden, position.line, tile),
        cell_state: layer.unless_reset(before.cell_state, position.line, tile),
    }
}

/// Where [`backward_cell()`] leaves the gradient of the input's share of gate `g`. In a GRU the reset
/// gate stands between the recurrent product and the candidate, which has a separate slot.
fn input_gate(cell: Cell, g: usize) -> usize {
    if cell == Cell::Gru && g == 2 { 3 } else { g }
}
