//! How a kernel divides its work: a plain value, computed from the size of the layer and the limits
//! of the adapter.
//!
//! Launches report their errors late, so a [`Tile`] that an adapter cannot run is never built.

use crate::gpu::adapter::Limits;
use crate::{Algorithm, Cell};

// The constants follow from register counts and cache latencies; they have not been measured.

/// Numbers a unit may keep as sums, so that they stay in registers.
const MOST_SUMS: usize = 64;
/// Weights that a unit should have under way to hide the latency of a cache.
const WEIGHTS_AT_ONCE: usize = 8;
/// Units of a cube that every adapter supports, and enough to keep a processor busy.
const MOST_UNITS: usize = 256;
/// Processors of a GPU that does not say how many it has: a laptop's.
const USUAL_PROCESSORS: usize = 24;

/// The product at the heart of a time step: `depth` numbers per batch row with a kernel
/// `[depth, results, H]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Product {
    hidden_size: usize,
    depth: usize,
    results: usize,
}

impl Product {
    /// Hidden state with recurrent kernel: `[B, H] · [H, G, H]`.
    pub(super) fn forward(cell: Cell, hidden_size: usize) -> Self {
        Self { hidden_size, depth: hidden_size, results: cell.gates() }
    }

    /// Gradients of the gates with the kernel transposed: `[B, G·H] · [G·H, 1, H]`.
    pub(super) fn backward(cell: Cell, hidden_size: usize) -> Self {
        Self { hidden_size, depth: cell.gates() * hidden_size, results: 1 }
    }
}

/// How a cube works: on `rows` batch rows, with `slices` times `units` units. Units side by side own
/// neighbouring columns (a column is a vector of hidden units); slices share the depth of the
/// product among them, then the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Tile {
    /// Numbers in a vector.
    pub(super) vector: usize,
    /// Batch rows of a cube.
    pub(super) rows: usize,
    /// Units side by side.
    pub(super) units: usize,
    /// Columns of a unit, `units` apart.
    pub(super) columns: usize,
    /// Units that share a column; a power of two that divides `rows`.
    pub(super) slices: usize,
    /// Columns of a layer: `H` in vectors.
    pub(super) width: usize,
    /// Depth of the product in vectors.
    pub(super) depth: usize,
    /// Results of the product per column.
    pub(super) results: usize,
}

impl Tile {
    /// A tile for an algorithm with kernels, of `rows` batch rows if given and possible. `None` where the
    /// adapter is too small.
    pub(super) fn of(
        algorithm: Algorithm,
        product: Product,
        batch_size: usize,
        rows: Option<usize>,
        limits: Limits,
    ) -> Option<Self> {
        match algorithm {
            Algorithm::Reference => None,
            Algorithm::TimeLoop => Self::time_loop(product, batch_size, rows, limits),
            Algorithm::PerStep => Self::per_step(product, batch_size, rows, limits),
        }
    }

    /// A tile whose cube owns all columns of its batch rows and keeps their state in shared memory.
    /// `None` where not even the state of one row fits.
    fn time_loop(
        product: Product,
        batch_size: usize,
        rows: Option<usize>,
        limits: Limits,
    ) -> Option<Self> {
        let vector = widest(product.hidden_size);
        let width = product.hidden_size / vector;
        let most_units = limits.units.min(MOST_UNITS);
        let columns = width.div_ceil(most_units);
        let units = width.div_ceil(columns);
        // Every batch row of a cube shares its loads of the kernel. More than four pay only when
        // there are more cubes than processors.
        let processors = limits.processors.unwrap_or(USUAL_PROCESSORS);
        let usual = if batch_size.div_ceil(4) <= processors { 4 } else { 8 };
        let rows = rows.unwrap_or(usual);
        candidates(rows.min(batch_size.next_power_of_two()), 4)
            .map(|(rows, slices)| Self {
                vector,
                rows,
                units,
                columns,
                slices,
                width,
                depth: product.depth / vector,
                results: product.results,
            })
            .find(|tile| {
                let numbers = vector * tile.sums();
                (numbers <= MOST_SUMS || tile.rows == 1)
                    && tile.units * tile.slices <= most_units
                    && tile.bytes(tile.rows * tile.depth) <= limits.shared
            })
    }

    /// A tile whose cube owns some columns of one batch row, for cells without a recurrent product.
    pub(super) fn elementwise(cell: Cell, hidden_size: usize, limits: Limits) -> Self {
        let vector = widest(hidden_size);
        let width = hidden_size / vector;
        Self {
            vector,
            rows: 1,
            units: width.min(limits.units).min(MOST_UNITS),
            columns: 1,
            slices: 1,
            width,
            depth: 0,
            results: cell.gates(),
        }
    }

    /// A tile whose cube owns a few columns for one time step, and reads the state where it is.
    fn per_step(
        product: Product,
        batch_size: usize,
        rows: Option<usize>,
        limits: Limits,
    ) -> Option<Self> {
        let most_units = limits.units.min(MOST_UNITS);
        let rows = rows.unwrap_or(8).min(batch_size.next_power_of_two());
        let mut vector = widest(product.hidden_size);
        while vector > 1 && rows * product.results * vector > MOST_SUMS {
            vector /= 2;
        }
        let width = product.hidden_size / vector;
        candidates(rows, 8)
            .map(|(rows, slices)| Self {
                vector,
                rows,
                units: width.min(16),
                columns: 1,
                slices,
                width,
                depth: product.depth / vector,
                results: product.results,
            })
            .find(|tile| tile.units * tile.slices <= most_units && tile.bytes(0) <= limits.shared)
    }

    /// Vectors that the pass forward keeps of each line for the pass backward: four gates and, if `flagged`, one
    /// column as wide as vectors can be. The first number there is not zero where the line is reset.
    pub(super) fn kept(self, flagged: bool) -> usize {
        kept_numbers(self.width * self.vector, flagged) / self.vector
    }

    /// Sums that a unit keeps: `[columns, rows, results]`.
    pub(super) fn sums(self) -> usize {
        self.columns * self.rows * self.results
    }

    /// Vectors of the depth to multiply between two turns of the loop over it.
    pub(super) fn at_once(self) -> usize {
        (WEIGHTS_AT_ONCE / (self.vector * self.results * self.columns)).max(1)
    }

    /// Rows of which a unit finishes its columns.
    pub(super) fn own_rows(self) -> usize {
        self.rows / self.slices
    }

    /// Sums that wait in shared memory for the slice that owns their row, `[slices - 1, columns,
    /// rows, results, units]`.
    pub(super) fn handed_over(self) -> usize {
        (self.slices - 1) * self.sums() * self.units
    }

    /// Shared memory of a cube that keeps `state` vectors there.
    fn bytes(self, state: usize) -> usize {
        (state + self.handed_over()) * self.vector * size_of::<f32>()
    }
}

/// [`Tile::kept`] in numbers.
pub(super) fn kept_numbers(hidden_size: usize, flagged: bool) -> usize {
    4 * hidden_size + if flagged { widest(hidden_size) } else { 0 }
}

/// The widest vector that a hidden state is made of.
fn widest(hidden_size: usize) -> usize {
    [4, 2].into_iter().find(|vector| hidden_size.is_multiple_of(*vector)).unwrap_or(1)
}

/// Rows and slices to try, the best first: to share loads is worth more than to share the depth.
fn candidates(rows: usize, slices: usize) -> impl Iterator<Item = (usize, usize)> {
    let halved = |from: usize| std::iter::successors(Some(from), |n| (*n > 1).then_some(n / 2));
    halved(rows).flat_map(move |rows| halved(slices.min(rows)).map(move |slices| (rows, slices)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: usize = 1024;

    /// The smallest adapter that WebGPU allows, a laptop's, and a server's.
    const ADAPTERS: [Limits; 3] = [
        Limits { shared: 16 * KIB, units: 256, buffers: 7, processors: None },
        Limits { shared: 32 * KIB, units: 1024, buffers: 16, processors: None },
        Limits { shared: 227 * KIB, units: 1024, buffers: 16, processors: Some(132) },
    ];

    /// Rows and slices of a time loop forward over 128 batch rows, by adapter.
    fn time_loops(cell: Cell, hidden_size: usize) -> [(usize, usize); 3] {
        ADAPTERS.map(|limits| {
            let tile = Tile::time_loop(Product::forward(cell, hidden_size), 128, None, limits);
            tile.map(|tile| (tile.rows, tile.slices)).unwrap()
        })
    }

    #[test]
    fn small_adapters_get_small_tiles() {
        assert_eq!(time_loops(Cell::Rnn, 256), [(8, 2), (8, 4), (4, 4)]);
        assert_eq!(time_loops(Cell::Gru, 256), [(4, 2), (4, 2), (4, 4)]);
        assert_eq!(time_loops(Cell::Lstm, 256), [(4, 1), (4, 2), (4, 4)]);
        assert_eq!(time_loops(Cell::Rnn, 512), [(8, 1), (8, 2), (4, 2)]);
    }

    /// Checks the tiles of a product on adapters of all sizes; returns how many there are.
    fn check_tiles(product: Product, batch_size: usize) -> usize {
        let sizes = [16, 32, 48, 64].map(|kib| Limits { shared: kib * KIB, ..ADAPTERS[0] });
        let mut tiles = 0;
        for limits in ADAPTERS.into_iter().chain(sizes) {
            for rows in [None, Some(4), Some(8)] {
                let time_loop = Tile::time_loop(product, batch_size, rows, limits);
                let per_step = Tile::per_step(product, batch_size, rows, limits).unwrap();
                let time_loop = time_loop.map(|tile| (tile, tile.rows * tile.depth));
                for (tile, state) in time_loop.into_iter().chain([(per_step, 0)]) {
                    let what = format!("{tile:?} on {limits:?}");
                    assert!(tile.bytes(state) <= limits.shared, "{what}");
                    assert!(tile.units * tile.slices <= limits.units, "{what}");
                    assert!(tile.rows < 2 * batch_size, "{what}");
                    assert!(rows.is_none_or(|rows| tile.rows <= rows), "{what}");
                    assert_eq!(tile.rows % tile.slices, 0, "{what}");
                    assert_eq!(tile.width * tile.vector, product.hidden_size, "{what}");
                    assert_eq!(tile.depth * tile.vector, product.depth, "{what}");
                    tiles += 1;
                }
            }
        }
        tiles
    }

    #[test]
    fn no_tile_asks_for_more_than_there_is() {
        let mut tiles = 0;
        for cell in Cell::ALL {
            for hidden_size in (1..70).chain([100, 255, 256, 259, 512, 1000, 1023, 4096]) {
                for batch_size in [1, 2, 3, 50, 128, 1000] {
                    tiles += check_tiles(Product::forward(cell, hidden_size), batch_size);
                    tiles += check_tiles(Product::backward(cell, hidden_size), batch_size);
                }
            }
        }
        assert!(tiles > 5000, "{tiles} tiles");
    }

    #[test]
    fn an_adapter_that_has_the_memory_gets_as_many_rows_as_are_asked_for() {
        let large = Limits { shared: 64 * KIB, ..ADAPTERS[0] };
        for rows in [4, 8] {
            let product = Product::forward(Cell::Rnn, 256);
            for algorithm in [Algorithm::TimeLoop, Algorithm::PerStep] {
                let tile = Tile::of(algorithm, product, 128, Some(rows), large).unwrap();
                assert_eq!(tile.rows, rows, "{tile:?}");
            }
        }
    }

    #[test]
    fn a_time_loop_covers_its_columns_and_its_state_fits_or_there_is_none() {
        let [small, ..] = ADAPTERS;
        for hidden_size in [1, 7, 33, 255, 256, 259, 1000, 1024] {
            let tile =
                Tile::time_loop(Product::forward(Cell::Rnn, hidden_size), 8, None, small).unwrap();
            assert!(tile.units * tile.columns >= tile.width, "{tile:?}");
        }
        let backward = |hidden_size| Product::backward(Cell::Lstm, hidden_size);
        assert!(Tile::time_loop(backward(1024), 8, None, small).is_some());
        assert_eq!(Tile::time_loop(backward(1028), 8, None, small), None);
        assert!(Tile::per_step(backward(1028), 8, None, small).is_some());
    }
}
