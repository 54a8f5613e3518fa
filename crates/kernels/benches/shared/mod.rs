//! The layers that the benches run: the recurrences of the workloads of `charnn bench`.

#![allow(dead_code, reason = "each bench uses its part")]

pub(crate) mod peak;

use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_kernels::{Algorithm, Cell, CellState, Input, Recurrent, sequence_by};
use charnn_testkit::wave;
use std::fmt;

/// Every step asks for the same large buffers: the program's allocator, which keeps them, so that
/// a bench times what the program does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The recurrence of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layer {
    /// The workload that it is from.
    pub(crate) work: &'static str,
    pub(crate) cell: Cell,
    pub(crate) units: usize,
    pub(crate) batch_size: usize,
    pub(crate) steps: usize,
    /// Rows of the table when it reads characters, as the lowest layer does.
    pub(crate) vocabulary: Option<usize>,
}

/// `novel` reads characters and predicts the last; `lstm` and `gru` are the upper of two layers.
pub(crate) const WORKLOADS: [Layer; 3] = [
    layer("novel", Cell::Rnn, 256, 128, 100, Some(65)),
    layer("lstm", Cell::Lstm, 512, 50, 50, None),
    layer("gru", Cell::Gru, 512, 50, 50, None),
];

/// The same for one text alone, where there is nothing to share the weights among.
pub(crate) const ONE_TEXT: [Layer; 3] = [
    layer("novel", Cell::Rnn, 256, 1, 100, Some(65)),
    layer("lstm", Cell::Lstm, 512, 1, 50, None),
    layer("gru", Cell::Gru, 512, 1, 50, None),
];

const fn layer(
    work: &'static str,
    cell: Cell,
    units: usize,
    batch_size: usize,
    steps: usize,
    vocabulary: Option<usize>,
) -> Layer {
    Layer { work, cell, units, batch_size, steps, vocabulary }
}

impl fmt::Display for Layer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cell, units, batch_size, steps, .. } = self;
        write!(out, "{cell} {units}, B={batch_size} T={steps}")
    }
}

/// What is timed of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    Forward,
    ForwardBackward,
}

impl fmt::Display for Pass {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Forward => "forward",
            Self::ForwardBackward => "forward and backward",
        })
    }
}

impl Layer {
    /// Floating-point operations of a pass, a multiply-add being two: the recurrent product of
    /// each step, and backward that of its gradient with the states and with the weights. What
    /// the activations take is not counted.
    pub(crate) fn operations(self, pass: Pass) -> usize {
        let product = 2 * self.batch_size * self.units * self.cell.gates() * self.units;
        self.steps * product * if pass == Pass::Forward { 1 } else { 3 }
    }

    pub(crate) fn path(self, device: &Device) -> Algorithm {
        Algorithm::choose(device, self.cell, self.units, self.batch_size)
    }

    /// A call that runs a pass on `device`. On a GPU it may return before the work is done.
    pub(crate) fn prepare(self, pass: Pass, device: &Device) -> impl Fn() + use<> {
        let Self { cell, units, batch_size, steps, vocabulary, .. } = self;
        let backward = pass == Pass::ForwardBackward;
        let device = if backward { device.clone().autodiff() } else { device.clone() };
        let width = cell.gates() * units;
        let matrix = |rows: usize, columns: usize, scale: f32| {
            let values = TensorData::new(wave(rows * columns, scale, 0.1), [rows, columns]);
            Tensor::<2>::from_data(values, &device)
        };
        let input = if let Some(rows) = vocabulary {
            let ids = (0..steps * batch_size).map(|at| i32::try_from(at * 31 % rows).unwrap());
            let ids = TensorData::new(ids.collect::<Vec<i32>>(), [steps, batch_size]);
            let ids = Tensor::<2, Int>::from_data(ids, &device);
            Input::Table { table: leaf(matrix(rows, width, 0.8), backward), ids }
        } else {
            let pre = matrix(steps * batch_size, width, 0.8).reshape([steps, batch_size, width]);
            Input::Dense(leaf(pre, backward))
        };
        let kernel = (cell.has_recurrent_kernel())
            .then(|| leaf(matrix(units, width, 1.0 / (units as f32).sqrt()), backward));
        let bias =
            cell.has_recurrent_bias().then(|| leaf(matrix(1, width, 0.1).flatten(0, 1), backward));
        let weights = Recurrent { kernel, bias };
        let state = CellState::zeros(cell, batch_size, units, &device);
        let path = self.path(&device);
        move || {
            let (hidden, last) =
                sequence_by(path, cell, input.clone(), &weights, state.clone(), None);
            if backward {
                // As in the workloads: where characters are read, the last state alone is used.
                let used = if vocabulary.is_some() { last.hidden.sum() } else { hidden.sum() };
                drop(used.backward());
            }
        }
    }
}

/// A tensor that no operation made: one that wants a gradient can then be used in many passes.
fn leaf<const D: usize>(tensor: Tensor<D>, gradient: bool) -> Tensor<D> {
    if gradient { tensor.detach().require_grad() } else { tensor }
}

/// The middle one of some measurements.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
