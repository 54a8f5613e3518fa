//! One forward time step of a column of a batch row, shared by all forward kernels: from the sums of
//! the recurrent product to the state in memory.

use super::cells::{State, forward_cell};
use super::position::Position;
use super::resets::unless_reset;
use super::tile::Tile;
use crate::Cell;
use cubecl::prelude::*;

/// The buffers of a forward pass apart from the recurrent kernel, in vectors of hidden units;
/// `C` counts columns.
#[derive(CubeType, CubeLaunch)]
pub(super) struct Forward<N: Size> {
    /// The input's pre-activations, `[V, G, C]` with ids, else `[T, B, G, C]`.
    pub(super) input: Box<[Vector<f32, N>]>,
    /// Rows of the table, `[T, B]`.
    pub(super) ids: ComptimeOption<Box<[i32]>>,
    /// Bias of the recurrent product, `[G, C]`.
    pub(super) bias: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// The state before the first step, `[B, C]`, where it is not in `hidden` and `cell_state` yet.
    pub(super) start: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// The same of the cell state.
    pub(super) start_cell: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// Hidden states, `[T+1, B, C]`; the first is there or is written, the others are written.
    pub(super) hidden: Box<[Vector<f32, N>]>,
    /// Cell states, in the same way.
    pub(super) cell_state: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// What the pass backward needs besides, `[T, B, 4, C]` or, if `flagged`, with more: see [`Tile::kept`].
    pub(super) gates: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// Not 0 where the state before a step is zero, whatever the step before has left, `[T, B]`.
    pub(super) resets: ComptimeOption<Box<[i32]>>,
    /// Whether `gates` takes the resets along: the pass backward would need too many buffers.
    #[cube(comptime)]
    pub(super) flagged: bool,
    /// `V` where there are ids.
    pub(super) vocabulary: u32,
    /// `B`.
    pub(super) batch_size: u32,
    /// The first cube of batch rows of the launch, of all cubes that the batch needs.
    pub(super) first_cube: u32,
}

/// The state before the first step of a launch, which is put among the states if it is not there yet.
#[cube]
pub(super) fn first_state<N: Size>(
    layer: &mut Forward<N>,
    position: Position,
    #[comptime] tile: Tile,
) -> State<N> {
    let from = position.batch_row * tile.width + position.column;
    let to = position.line * tile.width + position.column;
    let hidden = #[comptime]
    match &layer.start {
        ComptimeOption::Some(start) => start[from],
        ComptimeOption::None => layer.hidden[to],
    };
    let cell_state = #[comptime]
    match &layer.start_cell {
        ComptimeOption::Some(start) => start[from],
        ComptimeOption::None =>
        {
            #[comptime]
            match &layer.cell_state {
                ComptimeOption::Some(cell_state) => cell_state[to],
                ComptimeOption::None => Vector::new(0.0),
            }
        }
    };
    if position.has_row && position.has_column {
        #[comptime]
        match &layer.start {
            ComptimeOption::Some(_) => layer.hidden[to] = hidden,
            ComptimeOption::None => {}
        }
        #[comptime]
        match &layer.start_cell {
            ComptimeOption::Some(_) =>
            {
                #[comptime]
                match &mut layer.cell_state {
                    ComptimeOption::Some(kept) => kept[to] = cell_state,
                    ComptimeOption::None => {}
                }
            }
            ComptimeOption::None => {}
        }
    }
    State::<N> { hidden, cell_state }
}

/// The state before the step of `position`.
#[cube]
pub(super) fn state_before<N: Size>(
    layer: &Forward<N>,
    position: Position,
    #[comptime] tile: Tile,
) -> State<N> {
    let at = position.line * tile.width + position.column;
    let cell_state = #[comptime]
    match &layer.cell_state {
        ComptimeOption::Some(cell_state) => cell_state[at],
        ComptimeOption::None => Vector::new(0.0),
    };
    State::<N> { hidden: layer.hidden[at], cell_state }
}

/// Takes the step of `position`, given its recurrent products in `sums` from `first` on, `[G]`. Where the state
/// is reset, `before` and the products do not matter.
#[cube]
pub(super) fn step_forward<N: Size>(
    layer: &mut Forward<N>,
    sums: &Array<Vector<f32, N>>,
    #[comptime] first: usize,
    before: State<N>,
    position: Position,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) -> State<N> {
    let gates = comptime!(cell.gates());
    let line = position.line;
    let row = #[comptime]
    match &layer.ids {
        // An id outside of the table would read outside of its memory.
        ComptimeOption::Some(ids) => min(u32::cast_from(ids[line]), layer.vocabulary - 1) as usize,
        ComptimeOption::None => line,
    };
    let mut x = Array::<Vector<f32, N>>::new(gates);
    let mut u = Array::<Vector<f32, N>>::new(gates);
    #[unroll]
    for g in 0..gates {
        let column = g * tile.width + position.column;
        x[g] = layer.input[row * gates * tile.width + column];
        let bias = #[comptime]
        match &layer.bias {
            ComptimeOption::Some(bias) => bias[column],
            ComptimeOption::None => Vector::new(0.0),
        };
        u[g] = unless_reset::<N>(sums[first + g], &layer.resets, line) + bias;
    }
    let before = State::<N> {
        hidden: unless_reset::<N>(before.hidden, &layer.resets, line),
        cell_state: unless_reset::<N>(before.cell_state, &layer.resets, line),
    };
    let mut kept = Array::<Vector<f32, N>>::new(4usize);
    let after = forward_cell::<N>(&x, &u, before, &mut kept, cell);
    if position.has_row && position.has_column {
        let at = (line + position.batch_size) * tile.width + position.column; // of the step's end
        layer.hidden[at] = after.hidden;
        #[comptime]
        match &mut layer.cell_state {
            ComptimeOption::Some(cell_state) => cell_state[at] = after.cell_state,
            ComptimeOption::None => {}
        }
        #[comptime]
        match &mut layer.gates {
            ComptimeOption::Some(gates) => {
                let first = line * comptime!(tile.kept(layer.flagged));
                #[unroll]
                for g in 0..4usize {
                    gates[first + g * tile.width + position.column] = kept[g];
                }
                if comptime!(layer.flagged) {
                    // One unit of the row, the one with its first column, writes the flag.
                    if position.column == 0 {
                        let kept = unless_reset::<N>(Vector::new(1.0), &layer.resets, line);
                        gates[first + 4 * tile.width] = Vector::new(1.0) - kept;
                    }
                }
            }
            ComptimeOption::None => {}
        }
    }
    after
}
