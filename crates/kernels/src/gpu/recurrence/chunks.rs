//! How long a time step takes, so that a launch runs no more steps and batch rows than it may.

use super::tile::Tile;
use crate::gpu::budget;
use std::ops::Range;

/// Seconds of a time step besides: two barriers and the reads around them.
const STEP: f64 = 20e-6;
/// Seconds of one turn of the loop over the depth, when nothing hides its reads.
const TURN: f64 = 0.2e-6;
/// Seconds of a number of the state besides: its gates are read and written.
const NUMBER: f64 = 1e-9;

/// The launches for `steps` time steps of `cubes` of batch rows, in order: ranges of time steps.
pub(super) fn chunks(
    steps: usize,
    cubes: usize,
    tile: Tile,
) -> impl DoubleEndedIterator<Item = Range<usize>> {
    budget::steps(steps, seconds(cubes * tile.rows, tile))
}

/// The launches for one time step of `batch_size` rows, in order: ranges of cubes of batch rows.
pub(super) fn row_groups(batch_size: usize, tile: Tile) -> impl Iterator<Item = Range<usize>> {
    let each = seconds(tile.rows, tile) - waiting(tile);
    budget::cubes(batch_size.div_ceil(tile.rows), each)
}

/// Seconds of a time step on a weak adapter.
fn seconds(batch_size: usize, tile: Tile) -> f64 {
    let numbers = batch_size * tile.width * tile.vector;
    let products = budget::of_multiply_adds(numbers * tile.depth * tile.vector * tile.results);
    waiting(tile) + numbers as f64 * NUMBER + products
}

/// Seconds of a time step on any adapter, however few rows there are.
fn waiting(tile: Tile) -> f64 {
    let turns = tile.depth.div_ceil(tile.slices * tile.at_once());
    STEP + turns as f64 * TURN
}

#[cfg(test)]
mod tests {
    use super::super::tile::Product;
    use super::*;
    use crate::gpu::adapter::Limits;
    use crate::{Algorithm, Cell};

    const LAPTOP: Limits = Limits { shared: 32 << 10, units: 256, buffers: 16, processors: None };

    fn tile(algorithm: Algorithm, cell: Cell, hidden_size: usize, batch_size: usize) -> Tile {
        let product = Product::forward(cell, hidden_size);
        match cell {
            Cell::MinGru => Tile::elementwise(cell, hidden_size, LAPTOP),
            _ => Tile::of(algorithm, product, batch_size, None, LAPTOP).unwrap(),
        }
    }

    fn launches(cell: Cell, hidden_size: usize, batch_size: usize, steps: usize) -> usize {
        let tile = tile(Algorithm::TimeLoop, cell, hidden_size, batch_size);
        chunks(steps, batch_size.div_ceil(tile.rows), tile).count()
    }

    #[test]
    fn usual_batches_are_one_launch_and_long_ones_are_cut() {
        assert_eq!(launches(Cell::Rnn, 256, 128, 100), 1); // configs/novel.toml
        assert_eq!(launches(Cell::Gru, 256, 64, 64), 1);
        assert_eq!(launches(Cell::Lstm, 256, 50, 100), 2);
        assert_eq!(launches(Cell::MinGru, 1024, 128, 128), 1);
        // Would take two seconds on an integrated GPU.
        assert!(launches(Cell::Lstm, 362, 256, 3700) > 100);
        assert!(launches(Cell::Rnn, 1, 1, 4000) > 1);
        assert_eq!(launches(Cell::Rnn, 8, 1, 1), 1);
    }

    #[test]
    fn a_time_step_of_a_huge_layer_is_cut_between_batch_rows() {
        let groups = |algorithm, hidden_size, batch_size| {
            let tile = tile(algorithm, Cell::Lstm, hidden_size, batch_size);
            row_groups(batch_size, tile).count()
        };
        assert_eq!(groups(Algorithm::TimeLoop, 256, 128), 1);
        assert_eq!(groups(Algorithm::PerStep, 512, 128), 1);
        assert!((5..40).contains(&groups(Algorithm::PerStep, 4096, 128)));
    }
}
