//! One time step forward of one lane's column, as both kernels forward do it: from the sums of
//! the recurrent product to the state, and its place in memory. Knows nothing of how the sums
//! came about.

use super::cells::{State, advance};
use super::place::Place;
use super::tile::Tile;
use crate::Cell;
use cubecl::prelude::*;

/// What a pass forward reads and writes beside the recurrent kernel, in vectors of hidden units;
/// `C` counts columns.
#[derive(CubeType, CubeLaunch)]
pub(super) struct Forward<N: Size> {
    /// The input's pre-activations, `[V, G, C]` with ids, else `[T, B, G, C]`.
    pub(super) input: Box<[Vector<f32, N>]>,
    /// Rows of the table, `[T, B]`.
    pub(super) ids: ComptimeOption<Box<[i32]>>,
    /// Bias of the recurrent product, `[G, C]`.
    pub(super) bias: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// Hidden states, `[T+1, B, C]`; the first is there, the others are written.
    pub(super) hidden: Box<[Vector<f32, N>]>,
    /// Cell states, in the same way.
    pub(super) carried: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// What the pass backward needs besides, `[T, B, 4, C]`.
    pub(super) gates: ComptimeOption<Box<[Vector<f32, N>]>>,
    /// `V` where there are ids.
    pub(super) vocabulary: u32,
    /// `B`.
    pub(super) lanes: u32,
}

/// The state before the step of `place`.
#[cube]
pub(super) fn state_before<N: Size>(
    layer: &Forward<N>,
    place: Place,
    #[comptime] tile: Tile,
) -> State<N> {
    let at = place.line * tile.width + place.column;
    let carried = #[comptime]
    match &layer.carried {
        ComptimeOption::Some(carried) => carried[at],
        ComptimeOption::None => Vector::new(0.0),
    };
    State::<N> { hidden: layer.hidden[at], carried }
}

/// Takes the step of `place`, given its recurrent products in `sums` from `first` on, `[G]`.
#[cube]
pub(super) fn step_forward<N: Size>(
    layer: &mut Forward<N>,
    sums: &Array<Vector<f32, N>>,
    #[comptime] first: usize,
    before: State<N>,
    place: Place,
    #[comptime] cell: Cell,
    #[comptime] tile: Tile,
) -> State<N> {
    let gates = comptime!(cell.gates());
    let line = place.line;
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
        let column = g * tile.width + place.column;
        x[g] = layer.input[row * gates * tile.width + column];
        let bias = #[comptime]
        match &layer.bias {
            ComptimeOption::Some(bias) => bias[column],
            ComptimeOption::None => Vector::new(0.0),
        };
        u[g] = sums[first + g] + bias;
    }
    let mut kept = Array::<Vector<f32, N>>::new(4usize);
    let after = advance::<N>(&x, &u, before, &mut kept, cell);
    if place.has_lane && place.has_column {
        let at = (line + place.lanes) * tile.width + place.column; // of the step's end
        layer.hidden[at] = after.hidden;
        #[comptime]
        match &mut layer.carried {
            ComptimeOption::Some(carried) => carried[at] = after.carried,
            ComptimeOption::None => {}
        }
        #[comptime]
        match &mut layer.gates {
            ComptimeOption::Some(gates) =>
            {
                #[unroll]
                for g in 0..4usize {
                    gates[(line * 4 + g) * tile.width + place.column] = kept[g];
                }
            }
            ComptimeOption::None => {}
        }
    }
    after
}
