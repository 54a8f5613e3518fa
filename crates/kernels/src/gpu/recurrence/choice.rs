//! The choice of algorithm for a layer on an adapter.

use super::tile::{Product, Tile};
use crate::gpu::adapter::{Limits, limits};
use crate::{Algorithm, Cell};
use burn::backend::CubeDevice;

/// Bytes of a recurrent kernel up to which every cube may read all of it at every step. Above,
/// the caches' bandwidth costs more than a launch a step. (A guess from the sizes of caches, to
/// be replaced by a measurement.)
const TIME_LOOP_BYTES: usize = 2 << 20;
/// Buffers of the largest kernel, backward through an LSTM, and one for its scalars.
const BUFFERS: usize = 8;

/// The algorithm for a layer of `hidden_size` units and batches of `batch_size` rows.
pub(crate) fn choose(
    device: &CubeDevice,
    cell: Cell,
    hidden_size: usize,
    batch_size: usize,
) -> Algorithm {
    best(cell, hidden_size, batch_size, limits(&device.client()))
}

fn best(cell: Cell, hidden_size: usize, batch_size: usize, limits: Limits) -> Algorithm {
    if !cell.has_recurrent_kernel() {
        return if limits.buffers < BUFFERS { Algorithm::Reference } else { Algorithm::TimeLoop };
    }
    let products = [Product::forward(cell, hidden_size), Product::backward(cell, hidden_size)];
    let fits = |cut: fn(Product, usize, Limits) -> Option<Tile>| {
        products.iter().all(|product| cut(*product, batch_size, limits).is_some())
    };
    let bytes = hidden_size * cell.gates() * hidden_size * size_of::<f32>();
    if limits.buffers < BUFFERS {
        Algorithm::Reference
    } else if bytes <= TIME_LOOP_BYTES && fits(Tile::time_loop) {
        Algorithm::TimeLoop
    } else if fits(Tile::per_step) {
        Algorithm::PerStep
    } else {
        Algorithm::Reference
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limits = Limits { shared: 16 << 10, units: 256, buffers: 8, processors: None };

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
        let few = Limits { buffers: 7, ..SMALL };
        assert_eq!(best(Cell::MinGru, 128, 50, few), Algorithm::Reference);
    }

    #[test]
    fn adapters_that_are_too_small_get_what_they_can_run() {
        let algorithm = |limits| best(Cell::Lstm, 256, 50, limits);
        assert_eq!(algorithm(SMALL), Algorithm::TimeLoop);
        assert_eq!(algorithm(Limits { shared: 1 << 10, ..SMALL }), Algorithm::PerStep);
        // The graphics API has 8, the least that WebGPU allows, and one is for the scalars of a kernel.
        assert_eq!(algorithm(Limits { buffers: 7, ..SMALL }), Algorithm::Reference);
        assert_eq!(algorithm(Limits { units: 8, shared: 1 << 10, ..SMALL }), Algorithm::Reference);
    }
}
