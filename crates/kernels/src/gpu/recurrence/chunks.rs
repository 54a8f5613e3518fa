//! How many time steps one launch may run.
//!
//! Operating systems end a launch after about two seconds, some drivers after a tenth of that, and the
//! screen stands still during it. So a sequence is cut into launches that should take less than
//! [`LONGEST`] even on a weak adapter; the state between them is in memory.

use super::tile::Tile;
use std::ops::Range;

/// Seconds of a launch.
const LONGEST: f64 = 0.030;
/// Multiply-adds per second of a weak adapter, a fifth of what an integrated GPU of 2020 reaches.
const SPEED: f64 = 50e9;
/// Seconds of a time step besides: two barriers and the reads around them.
const STEP: f64 = 20e-6;
/// Seconds of one turn of the loop over the depth, when nothing hides its reads.
const TURN: f64 = 0.2e-6;
/// Seconds of a number of the state besides: its gates are read and written.
const NUMBER: f64 = 1e-9;

/// The launches for `steps` time steps of `batch_size` rows, in order: ranges of time steps.
pub(super) fn chunks(
    steps: usize,
    batch_size: usize,
    tile: Tile,
) -> impl DoubleEndedIterator<Item = Range<usize>> {
    let most = most_steps(seconds(batch_size, tile));
    // Of even length: a launch of one step costs as much as one of ten.
    let launches = steps.div_ceil(most).max(1);
    (0..launches).map(move |launch| launch * steps / launches..(launch + 1) * steps / launches)
}

/// Seconds of a time step on a weak adapter.
fn seconds(batch_size: usize, tile: Tile) -> f64 {
    let turns = tile.depth.div_ceil(tile.slices * tile.at_once());
    let numbers = (batch_size * tile.width * tile.vector) as f64;
    let products = numbers * (tile.depth * tile.vector * tile.results) as f64;
    STEP + turns as f64 * TURN + numbers * NUMBER + products / SPEED
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 1500")]
fn most_steps(seconds: f64) -> usize {
    ((LONGEST / seconds) as usize).max(1)
}

#[cfg(test)]
mod tests {
    use super::super::tile::Product;
    use super::*;
    use crate::gpu::adapter::Limits;
    use crate::{Algorithm, Cell};

    const LAPTOP: Limits = Limits { shared: 32 << 10, units: 256, buffers: 16, processors: None };

    fn launches(cell: Cell, hidden_size: usize, batch_size: usize, steps: usize) -> usize {
        let product = Product::forward(cell, hidden_size);
        let tile = match cell {
            Cell::MinGru => Tile::elementwise(cell, hidden_size, LAPTOP),
            _ => Tile::of(Algorithm::TimeLoop, product, batch_size, None, LAPTOP).unwrap(),
        };
        let all: Vec<_> = chunks(steps, batch_size, tile).collect();
        assert_eq!((all[0].start, all[all.len() - 1].end), (0, steps));
        assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start), "{all:?}");
        for chunk in &all {
            let time = chunk.len() as f64 * seconds(batch_size, tile);
            assert!(time <= LONGEST || chunk.len() == 1, "{chunk:?}: {time} s");
        }
        all.len()
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
}
