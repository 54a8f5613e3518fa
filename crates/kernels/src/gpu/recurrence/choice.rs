//! The choice of algorithm and tile for a layer on an adapter.

use super::tile::{Product, Tile};
use crate::gpu::adapter::{Limits, limits};
use crate::tiling::{Shape, Tiling};
use crate::{Algorithm, Cell};
use burn::backend::CubeDevice;
use std::sync::{PoisonError, RwLock};

/// Bytes of a recurrent kernel up to which every cube may read all of it at every step. Above,
/// the caches' bandwidth costs more than a launch a step. (A guess from the sizes of caches, for layers
/// that have not been measured.)
const TIME_LOOP_BYTES: usize = 2 << 20;
/// Buffers of the largest kernels, backward through an LSTM or a GRU, besides their scalars. With those, 8: as
/// many as WebGPU promises.
const BUFFERS: usize = 7;
/// Batch rows of a cube that are worth measuring.
const ROWS: [usize; 2] = [4, 8];

/// What callers have chosen.
static CHOSEN: RwLock<Vec<(CubeDevice, Shape, Tiling)>> = RwLock::new(Vec::new());

/// The algorithm for a layer of `hidden_size` units and batches of `batch_size` rows.
pub(crate) fn choose(
    device: &CubeDevice,
    cell: Cell,
    hidden_size: usize,
    batch_size: usize,
) -> Algorithm {
    let shape = Shape { cell, hidden_size, batch_size };
    match chosen(device, shape) {
        Some(tiling) => tiling.algorithm,
        None => best(cell, hidden_size, batch_size, limits(&device.client())),
    }
}

/// The batch rows of a cube that a caller has chosen for a layer that runs by `algorithm`.
pub(super) fn chosen_rows(
    device: &CubeDevice,
    shape: Shape,
    algorithm: Algorithm,
) -> Option<usize> {
    chosen(device, shape).filter(|tiling| tiling.algorithm == algorithm).map(|tiling| tiling.rows)
}

fn chosen(device: &CubeDevice, shape: Shape) -> Option<Tiling> {
    let all = CHOSEN.read().unwrap_or_else(PoisonError::into_inner);
    all.iter().find(|it| it.1 == shape && it.0 == *device).map(|it| it.2)
}

/// See [`crate::tiling::set`].
pub(crate) fn set_tiling(device: &CubeDevice, shape: Shape, tiling: Option<Tiling>) {
    let mut all = CHOSEN.write().unwrap_or_else(PoisonError::into_inner);
    all.retain(|it| it.1 != shape || it.0 != *device);
    all.extend(tiling.map(|tiling| (device.clone(), shape, tiling)));
}

/// See [`crate::tiling::options`].
pub(crate) fn tilings(device: &CubeDevice, shape: Shape) -> Vec<Tiling> {
    all_tilings(shape, limits(&device.client()))
}

fn all_tilings(shape: Shape, limits: Limits) -> Vec<Tiling> {
    let Shape { cell, hidden_size, batch_size } = shape;
    let default = best(cell, hidden_size, batch_size, limits);
    if !cell.has_recurrent_kernel() || default == Algorithm::Reference {
        return Vec::new();
    }
    let products = [Product::forward(cell, hidden_size), Product::backward(cell, hidden_size)];
    let mut found: Vec<(Tiling, [Tile; 2])> = Vec::new();
    for algorithm in [Algorithm::TimeLoop, Algorithm::PerStep] {
        for rows in std::iter::once(None).chain(ROWS.map(Some)) {
            let tiles = products.map(|it| Tile::of(algorithm, it, batch_size, rows, limits));
            let [Some(forward), Some(backward)] = tiles else { continue };
            let tiles = [forward, backward];
            // The default, and whatever differs from those before.
            if found.iter().all(|(_, known)| *known != tiles) {
                let rows = rows.unwrap_or(forward.rows.max(backward.rows));
                found.push((Tiling { algorithm, rows }, tiles));
            }
        }
    }
    found.sort_by_key(|(tiling, _)| tiling.algorithm != default);
    found.into_iter().map(|(tiling, _)| tiling).collect()
}

fn best(cell: Cell, hidden_size: usize, batch_size: usize, limits: Limits) -> Algorithm {
    if !cell.has_recurrent_kernel() {
        return if limits.buffers < BUFFERS { Algorithm::Reference } else { Algorithm::TimeLoop };
    }
    let products = [Product::forward(cell, hidden_size), Product::backward(cell, hidden_size)];
    let fits = |algorithm| {
        products.iter().all(|it| Tile::of(algorithm, *it, batch_size, None, limits).is_some())
    };
    let bytes = hidden_size * cell.gates() * hidden_size * size_of::<f32>();
    if limits.buffers < BUFFERS {
        Algorithm::Reference
    } else if bytes <= TIME_LOOP_BYTES && fits(Algorithm::TimeLoop) {
        Algorithm::TimeLoop
    } else if fits(Algorithm::PerStep) {
        Algorithm::PerStep
    } else {
        Algorithm::Reference
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limits = Limits { shared: 16 << 10, units: 256, buffers: 7, processors: None };

    #[test]
    fn the_size_of_the_recurrent_kernel_decides() {
        let algorithm = |cell, hidden_size| best(cell, hidden_size, 50, SMALL);
        for (cell, largest) in [(Cell::Rnn, 724), (Cell::Gru, 418), (Cell::Lstm, 362)] {
            for hidden_size in [1, 7, 128, 256, largest] {
                assert_eq!(
                    algorithm(cell, hidden_size),
                    Algorithm::TimeLoop,
                    "{cell} of {hidden_size}"
                );
            }
            for hidden_size in [largest + 1, 1024, 4096] {
                assert_eq!(
                    algorithm(cell, hidden_size),
                    Algorithm::PerStep,
                    "{cell} of {hidden_size}"
                );
            }
        }
    }

    #[test]
    fn cells_without_a_recurrent_kernel_run_in_one_launch_at_any_size() {
        for hidden_size in [1, 7, 128, 4096] {
            assert_eq!(best(Cell::MinGru, hidden_size, 50, SMALL), Algorithm::TimeLoop);
        }
        let few = Limits { buffers: 6, ..SMALL };
        assert_eq!(best(Cell::MinGru, 128, 50, few), Algorithm::Reference);
    }

    #[test]
    fn adapters_that_are_too_small_get_what_they_can_run() {
        let algorithm = |limits| best(Cell::Lstm, 256, 50, limits);
        assert_eq!(algorithm(SMALL), Algorithm::TimeLoop);
        assert_eq!(algorithm(Limits { shared: 1 << 10, ..SMALL }), Algorithm::PerStep);
        assert_eq!(algorithm(Limits { buffers: 6, ..SMALL }), Algorithm::Reference);
        assert_eq!(algorithm(Limits { units: 8, shared: 1 << 10, ..SMALL }), Algorithm::Reference);
    }
}
