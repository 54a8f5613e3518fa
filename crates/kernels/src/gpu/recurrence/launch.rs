//! The launches of a pass: its buffers, the tile that suits the adapter, and the kernels in the
//! order that the algorithm asks for.

use super::backward::{BackwardLaunch, Zero};
use super::chunks::{chunks, row_groups};
use super::forward::ForwardLaunch;
use super::tile::{Product, Tile, kept_numbers};
use super::{elementwise, per_step, time_loop};
use crate::gpu::adapter::{limits, scalar};
use crate::gpu::buffers::{assert_shape, buffer};
use crate::{Algorithm, Cell};
use burn_cubecl::tensor::CubeTensor;
use cubecl::client::Client;
use cubecl::prelude::*;
use std::ops::Range;

/// What a layer is, whichever way it is run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer {
    pub(super) algorithm: Algorithm,
    /// Batch rows of a cube, if a caller has chosen.
    pub(super) rows: Option<usize>,
    pub(super) cell: Cell,
    pub(super) steps: usize,
    pub(super) batch_size: usize,
    pub(super) hidden_size: usize,
}

/// The buffers of a pass forward, described at [`super::forward::Forward`].
#[derive(Debug)]
pub(super) struct ForwardPass {
    pub(super) input: CubeTensor,
    pub(super) ids: Option<CubeTensor>,
    /// `[H, G·H]`, where the cell has one.
    pub(super) kernel: Option<CubeTensor>,
    pub(super) bias: Option<CubeTensor>,
    /// Where the kernel goes transposed, `[G·H, H]`, if the pass makes it: see [`ForwardPass::takes_start`].
    pub(super) transposed: Option<CubeTensor>,
    /// The state before the first step, `[B, H]`, unless it is among the states.
    pub(super) start: Option<[Option<CubeTensor>; 2]>,
    pub(super) hidden: CubeTensor,
    pub(super) cell_state: Option<CubeTensor>,
    pub(super) gates: Option<CubeTensor>,
    /// `[T, B]`.
    pub(super) resets: Option<CubeTensor>,
    /// Rows of the table.
    pub(super) vocabulary: usize,
}

impl ForwardPass {
    /// Whether the kernels of this pass can take the first state from a buffer of its own, and transpose the
    /// recurrent kernel on the way: one launch per time step cannot, and the adapter must bind the buffers.
    pub(super) fn takes_start(layer: Layer, has_resets: bool, client: &Client) -> bool {
        let Layer { algorithm, cell, .. } = layer;
        // The scalars are in a buffer too, for which `limits` keeps one free.
        let states = 1 + usize::from(cell.has_cell_state());
        let kernel = 2 * usize::from(cell.has_recurrent_kernel());
        let others = 2 + usize::from(cell.has_recurrent_bias()) + usize::from(cell != Cell::Rnn);
        let others = others + usize::from(has_resets);
        algorithm == Algorithm::TimeLoop && 2 * states + kernel + others <= limits(client).buffers
    }

    /// Runs all steps.
    ///
    /// # Panics
    /// When the shape of a buffer differs from [`super::forward::Forward`]'s.
    #[expect(unsafe_code, reason = "launches without bounds checks")]
    pub(super) fn run(&self, layer: Layer) {
        self.assert_shapes(layer);
        let Layer { algorithm, cell, steps, batch_size, hidden_size, .. } = layer;
        let client = &self.hidden.client;
        let Some(kernel) = &self.kernel else { return self.run_elementwise(layer) };
        let tile = tile(layer, Product::forward(cell, hidden_size), client);
        for rows in row_groups(batch_size, tile) {
            let (cubes, dim) = size(tile, &rows);
            match algorithm {
                Algorithm::Reference => unreachable!("the reference has no kernels"),
                Algorithm::TimeLoop => {
                    for chunk in chunks(steps, rows.len(), tile) {
                        // Once: in the launch of the first steps.
                        let first = chunk.start == 0 && rows.start == 0;
                        let transposed = self.transposed.as_ref().filter(|_| first);
                        let squares = tile.width * tile.width * tile.results;
                        let more =
                            transposed.map_or(0, |_| squares.div_ceil(tile.units * tile.slices));
                        // SAFETY: kernels stay within the shapes that were asserted, as they clamp batch
                        // rows, columns and ids to them, and the tile fits the adapter.
                        unsafe {
                            time_loop::forward_steps::launch_unchecked(
                                client,
                                CubeCount::Static(scalar(rows.len() + more), 1, 1),
                                dim,
                                tile.vector,
                                self.arguments(batch_size, rows.start, chunk.start == 0),
                                buffer(kernel),
                                transposed.map(buffer).into(),
                                scalar(rows.len()),
                                scalar(chunk.start),
                                scalar(chunk.end),
                                cell,
                                tile,
                            );
                        }
                    }
                }
                Algorithm::PerStep => {
                    for step in 0..steps {
                        // SAFETY: as above.
                        unsafe {
                            per_step::forward_step::launch_unchecked(
                                client,
                                cubes.clone(),
                                dim,
                                tile.vector,
                                self.arguments(batch_size, rows.start, false),
                                buffer(kernel),
                                scalar(step),
                                cell,
                                tile,
                            );
                        }
                    }
                }
            }
        }
    }

    /// Runs all steps of a cell without a recurrent kernel, after the shapes have
    /// been asserted.
    #[expect(unsafe_code, reason = "a launch without bounds checks")]
    fn run_elementwise(&self, layer: Layer) {
        let Layer { cell, steps, batch_size, hidden_size, .. } = layer;
        let client = &self.hidden.client;
        let tile = Tile::elementwise(cell, hidden_size, limits(client));
        for rows in row_groups(batch_size, tile) {
            let (cubes, dim) = size(tile, &rows);
            for chunk in chunks(steps, rows.len(), tile) {
                // SAFETY: the kernel stays within the shapes that were asserted, as it clamps batch rows,
                // columns and ids to them.
                unsafe {
                    elementwise::forward_alone::launch_unchecked(
                        client,
                        cubes.clone(),
                        dim,
                        tile.vector,
                        self.arguments(batch_size, rows.start, chunk.start == 0),
                        scalar(chunk.start),
                        scalar(chunk.end),
                        cell,
                        tile,
                    );
                }
            }
        }
    }

    fn assert_shapes(&self, layer: Layer) {
        let Layer { cell, steps, batch_size, hidden_size, .. } = layer;
        let width = cell.gates() * hidden_size;
        match &self.ids {
            Some(ids) => {
                assert_shape(ids, [steps, batch_size]);
                assert_shape(&self.input, [self.vocabulary, width]);
            }
            None => assert_shape(&self.input, [steps, batch_size, width]),
        }
        assert_eq!(
            self.kernel.is_some(),
            cell.has_recurrent_kernel(),
            "recurrent kernel of {cell}"
        );
        if let Some(kernel) = &self.kernel {
            assert_shape(kernel, [hidden_size, width]);
        }
        if let Some(transposed) = &self.transposed {
            assert_shape(transposed, [width, hidden_size]);
        }
        if let Some([hidden, cell_state]) = &self.start {
            assert!(hidden.is_some() && cell_state.is_some() == self.cell_state.is_some());
            for state in hidden.iter().chain(cell_state) {
                assert_shape(state, [batch_size, hidden_size]);
            }
        }
        if let Some(bias) = &self.bias {
            assert_shape(bias, [width]);
        }
        for states in std::iter::once(&self.hidden).chain(&self.cell_state) {
            assert_shape(states, [steps + 1, batch_size, hidden_size]);
        }
        if let Some(gates) = &self.gates {
            assert_shape(gates, [steps, batch_size, kept_numbers(hidden_size, self.flagged())]);
        }
        if let Some(resets) = &self.resets {
            assert_shape(resets, [steps, batch_size]);
        }
    }

    /// Whether what is kept for the pass backward takes the resets along.
    fn flagged(&self) -> bool {
        self.gates.is_some() && self.resets.is_some()
    }

    /// The arguments of a launch for cubes of batch rows from `first_cube` on, the `first` of those rows.
    fn arguments<N: Size>(
        &self,
        batch_size: usize,
        first_cube: usize,
        first: bool,
    ) -> ForwardLaunch<N> {
        let start = |which: usize| {
            let states = self.start.as_ref().filter(|_| first)?;
            states[which].as_ref().map(buffer)
        };
        ForwardLaunch::new(
            buffer(&self.input),
            self.ids.as_ref().map(buffer).into(),
            self.bias.as_ref().map(buffer).into(),
            start(0).into(),
            start(1).into(),
            buffer(&self.hidden),
            self.cell_state.as_ref().map(buffer).into(),
            self.gates.as_ref().map(buffer).into(),
            self.resets.as_ref().map(buffer).into(),
            self.flagged(),
            scalar(self.vocabulary),
            scalar(batch_size),
            scalar(first_cube),
        )
    }
}

/// The buffers of a pass backward, described at [`super::backward::Backward`].
#[derive(Debug)]
pub(super) struct BackwardPass {
    pub(super) states: CubeTensor,
    pub(super) gates: Option<CubeTensor>,
    pub(super) outputs: Option<CubeTensor>,
    /// The recurrent kernel transposed, `[G·H, H]`, where the cell has one.
    pub(super) kernel: Option<CubeTensor>,
    pub(super) input: CubeTensor,
    pub(super) products: Option<CubeTensor>,
    pub(super) hidden: CubeTensor,
    pub(super) cell_state: Option<CubeTensor>,
    /// `[T, B]`.
    pub(super) resets: Option<CubeTensor>,
    /// Which of `hidden` and `cell_state` are not set, and stand for zeros.
    pub(super) zero: Zero,
}

impl BackwardPass {
    /// What is zero and not in memory, in a launch that is the `first` of the pass.
    fn zero(&self, first: bool) -> Zero {
        if first { self.zero } else { Zero::NONE }
    }

    /// Runs all steps, the last first.
    ///
    /// # Panics
    /// When the shape of a buffer differs from [`super::backward::Backward`]'s.
    #[expect(unsafe_code, reason = "launches without bounds checks")]
    pub(super) fn run(&self, layer: Layer) {
        self.assert_shapes(layer);
        let Layer { algorithm, cell, steps, batch_size, hidden_size, .. } = layer;
        let client = &self.hidden.client;
        let Some(kernel) = &self.kernel else { return self.run_elementwise(layer) };
        let tile = tile(layer, Product::backward(cell, hidden_size), client);
        for rows in row_groups(batch_size, tile) {
            let (cubes, dim) = size(tile, &rows);
            match algorithm {
                Algorithm::Reference => unreachable!("the reference has no kernels"),
                Algorithm::TimeLoop => {
                    for chunk in chunks(steps, rows.len(), tile).rev() {
                        // SAFETY: kernels stay within the shapes that were asserted, as they clamp batch
                        // rows and columns to them, and the tile fits the adapter.
                        unsafe {
                            time_loop::backward_steps::launch_unchecked(
                                client,
                                cubes.clone(),
                                dim,
                                tile.vector,
                                self.arguments(batch_size, rows.start),
                                buffer(kernel),
                                scalar(chunk.start),
                                scalar(chunk.end),
                                self.zero(chunk.end == steps),
                                cell,
                                tile,
                            );
                        }
                    }
                }
                Algorithm::PerStep => {
                    for step in (0..steps).rev() {
                        // SAFETY: as above.
                        unsafe {
                            per_step::backward_step::launch_unchecked(
                                client,
                                cubes.clone(),
                                dim,
                                tile.vector,
                                self.arguments(batch_size, rows.start),
                                buffer(kernel),
                                scalar(step),
                                scalar(steps),
                                self.zero(step + 1 == steps),
                                cell,
                                tile,
                            );
                        }
                    }
                    // SAFETY: as above.
                    unsafe {
                        per_step::backward_end::launch_unchecked(
                            client,
                            cubes,
                            dim,
                            tile.vector,
                            self.arguments(batch_size, rows.start),
                            buffer(kernel),
                            tile,
                        );
                    }
                }
            }
        }
    }

    /// Runs all steps of a cell without a recurrent kernel, after the shapes have
    /// been asserted.
    #[expect(unsafe_code, reason = "a launch without bounds checks")]
    fn run_elementwise(&self, layer: Layer) {
        let Layer { cell, steps, batch_size, hidden_size, .. } = layer;
        let client = &self.hidden.client;
        let tile = Tile::elementwise(cell, hidden_size, limits(client));
        for rows in row_groups(batch_size, tile) {
            let (cubes, dim) = size(tile, &rows);
            for chunk in chunks(steps, rows.len(), tile).rev() {
                // SAFETY: the kernel stays within the shapes that were asserted, as it clamps batch rows,
                // columns and ids to them.
                unsafe {
                    elementwise::backward_alone::launch_unchecked(
                        client,
                        cubes.clone(),
                        dim,
                        tile.vector,
                        self.arguments(batch_size, rows.start),
                        scalar(chunk.start),
                        scalar(chunk.end),
                        self.zero(chunk.end == steps),
                        cell,
                        tile,
                    );
                }
            }
        }
    }

    fn assert_shapes(&self, layer: Layer) {
        let Layer { cell, steps, batch_size, hidden_size, .. } = layer;
        let width = cell.gates() * hidden_size;
        assert_shape(&self.states, [steps + 1, batch_size, hidden_size]);
        if let Some(gates) = &self.gates {
            assert_shape(gates, [steps, batch_size, kept_numbers(hidden_size, self.flagged())]);
        }
        if let Some(outputs) = &self.outputs {
            assert_shape(outputs, [steps, batch_size, hidden_size]);
        }
        assert_eq!(
            self.kernel.is_some(),
            cell.has_recurrent_kernel(),
            "recurrent kernel of {cell}"
        );
        if let Some(kernel) = &self.kernel {
            assert_shape(kernel, [width, hidden_size]);
        }
        for gradients in std::iter::once(&self.input).chain(&self.products) {
            assert_shape(gradients, [steps, batch_size, width]);
        }
        for gradients in std::iter::once(&self.hidden).chain(&self.cell_state) {
            assert_shape(gradients, [batch_size, hidden_size]);
        }
        if let Some(resets) = &self.resets {
            assert_shape(resets, [steps, batch_size]);
        }
    }

    /// Whether the resets are in what the pass forward has kept.
    fn flagged(&self) -> bool {
        self.gates.is_some() && self.resets.is_some()
    }

    /// The arguments of a launch for cubes of batch rows from `first_cube` on.
    fn arguments<N: Size>(&self, batch_size: usize, first_cube: usize) -> BackwardLaunch<N> {
        BackwardLaunch::new(
            buffer(&self.states),
            self.gates.as_ref().map(buffer).into(),
            self.outputs.as_ref().map(buffer).into(),
            buffer(&self.input),
            self.products.as_ref().map(buffer).into(),
            buffer(&self.hidden),
            self.cell_state.as_ref().map(buffer).into(),
            self.resets.as_ref().filter(|_| !self.flagged()).map(buffer).into(),
            self.flagged(),
            scalar(batch_size),
            scalar(first_cube),
        )
    }
}

fn tile(layer: Layer, product: Product, client: &Client) -> Tile {
    let Layer { algorithm, rows, batch_size, .. } = layer;
    let limits = limits(client);
    let tile = Tile::of(algorithm, product, batch_size, rows, limits);
    tile.unwrap_or_else(|| panic!("{limits:?} are too small for {product:?} by {algorithm}"))
}

/// The cubes of a launch for a range of cubes of batch rows, and the units of each.
fn size(tile: Tile, rows: &Range<usize>) -> (CubeCount, CubeDim) {
    let across = tile.width.div_ceil(tile.units * tile.columns);
    let cubes = CubeCount::Static(scalar(rows.len()), scalar(across), 1);
    (cubes, CubeDim::new_2d(scalar(tile.units), scalar(tile.slices)))
}
