//! One layer with its input, run by any algorithm on any device: its outputs and the gradients of
//! everything that enters it.

#![allow(dead_code, reason = "each test uses a part")]

use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_kernels::{Algorithm, Cell, CellState, Input, Recurrent, Resets, sequence_by};
use charnn_testkit::{numbers, wave};

/// A layer, the sizes of its input, and how large the numbers are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layer {
    pub(crate) cell: Cell,
    /// `T`.
    pub(crate) steps: usize,
    /// `B`.
    pub(crate) batch_size: usize,
    /// `H`.
    pub(crate) hidden_size: usize,
    /// Rows of the table, or `None` for a dense input.
    pub(crate) vocabulary: Option<usize>,
    /// Largest pre-activation.
    pub(crate) input_scale: f32,
    /// Largest recurrent weight.
    pub(crate) kernel_scale: f32,
    /// Which states are reset.
    pub(crate) resets: Pattern,
}

/// Where the state is reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    Nowhere,
    Everywhere,
    /// At a random position of this many.
    OneOf(u64),
}

impl Pattern {
    /// The places in `steps` time steps of `batch_size` rows, as (time step, batch row).
    pub(crate) fn places(self, steps: usize, batch_size: usize) -> Vec<(usize, usize)> {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut one_of = |count: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33).is_multiple_of(count)
        };
        (0..steps * batch_size)
            .filter(|_| match self {
                Self::Nowhere => false,
                Self::Everywhere => true,
                Self::OneOf(count) => one_of(count),
            })
            .map(|at| (at / batch_size, at % batch_size))
            .collect()
    }
}

/// Which outputs the loss depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    EveryOutput,
    HiddenStates,
    LastState,
}

impl Layer {
    /// A layer with numbers of a usual size.
    pub(crate) fn new(cell: Cell, sizes: [usize; 3], vocabulary: Option<usize>) -> Self {
        let [steps, batch_size, hidden_size] = sizes;
        let kernel_scale = 1.5 / (hidden_size as f32).sqrt();
        let resets = Pattern::Nowhere;
        let input_scale = 0.8;
        Self { cell, steps, batch_size, hidden_size, vocabulary, input_scale, kernel_scale, resets }
    }

    /// The layer with resets.
    pub(crate) fn with_resets(self, resets: Pattern) -> Self {
        Self { resets, ..self }
    }

    /// Outputs, then gradients, each with its name.
    pub(crate) fn run(
        self,
        path: Algorithm,
        loss: Loss,
        device: &Device,
    ) -> Vec<(&'static str, Vec<f32>)> {
        let Self { cell, steps, batch_size, hidden_size, vocabulary, .. } = self;
        let (width, device) = (cell.gates() * hidden_size, device.clone().autodiff());
        let leaf = |count: usize, scale: f32, phase: f32| {
            Tensor::<1>::from_floats(&wave(count, scale, phase)[..], &device).require_grad()
        };
        let rows = vocabulary.unwrap_or(steps * batch_size);
        let input = leaf(rows * width, self.input_scale, 0.1);
        let kernel = (cell.has_recurrent_kernel())
            .then(|| leaf(hidden_size * width, self.kernel_scale, 0.2));
        let bias = cell.has_recurrent_bias().then(|| leaf(width, 0.4, 0.4));
        let hidden = leaf(batch_size * hidden_size, 0.7, 0.3);
        let carried = cell.has_cell_state().then(|| leaf(batch_size * hidden_size, 0.9, 0.5));

        let layer_input = match vocabulary {
            None => Input::Dense(input.clone().reshape([steps, batch_size, width])),
            Some(rows) => Input::Table {
                table: input.clone().reshape([rows, width]),
                ids: ids(steps, batch_size, rows, &device),
            },
        };
        let weights = Recurrent {
            kernel: kernel.clone().map(|kernel| kernel.reshape([hidden_size, width])),
            bias: bias.clone(),
        };
        let state = CellState {
            hidden: hidden.clone().reshape([batch_size, hidden_size]),
            cell: carried.clone().map(|c| c.reshape([batch_size, hidden_size])),
        };
        let places = self.resets.places(steps, batch_size);
        let resets = Resets::new(&places, steps, batch_size, &device);
        let (all, last) = sequence_by(path, cell, layer_input, &weights, state, resets.as_ref());
        let all = all.reshape([steps * batch_size * hidden_size]);
        let weigh = |values: Tensor<1>, phase: f32| {
            let weights = wave(values.dims()[0], 1.0, phase);
            (values * Tensor::from_floats(&weights[..], &device)).sum()
        };
        let mut outputs = vec![("hidden states", numbers(all.clone()))];
        let mut total = match loss {
            Loss::LastState => Tensor::zeros([1], &device),
            Loss::EveryOutput | Loss::HiddenStates => weigh(all, 0.9),
        };
        for (name, tensor, phase) in
            [("last hidden state", Some(last.hidden), 1.1), ("last cell state", last.cell, 1.3)]
        {
            let Some(tensor) = tensor else { continue };
            let tensor = tensor.reshape([batch_size * hidden_size]);
            outputs.push((name, numbers(tensor.clone())));
            if loss != Loss::HiddenStates {
                total = total + weigh(tensor, phase);
            }
        }
        let gradients = total.backward();
        let leaves = [
            ("gradient of the input", Some(input)),
            ("gradient of the recurrent kernel", kernel),
            ("gradient of the recurrent bias", bias),
            ("gradient of the initial hidden state", Some(hidden)),
            ("gradient of the initial cell state", carried),
        ];
        for (name, leaf) in leaves {
            if let Some(leaf) = leaf {
                let gradient = leaf.grad(&gradients).unwrap_or_else(|| panic!("no {name}"));
                outputs.push((name, numbers(gradient)));
            }
        }
        outputs
    }
}

/// Rows of a table, some of them many times and some never, `[T, B]`.
fn ids(steps: usize, batch_size: usize, rows: usize, device: &Device) -> Tensor<2, Int> {
    let ids = (0..steps * batch_size).map(|at| i32::try_from(at * at * 53 % rows).expect("small"));
    let ids = TensorData::new(ids.collect::<Vec<i32>>(), [steps, batch_size]);
    Tensor::from_data(ids, device)
}
