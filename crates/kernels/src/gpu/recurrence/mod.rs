//! The recurrence: what is computed when, and the buffers in between. The equations are in `cells`,
//! the cut of the work in `tile`.

mod activation;
mod backward;
mod cells;
mod choice;
mod chunks;
mod elementwise;
mod forward;
mod launch;
mod per_step;
mod position;
mod product;
mod resets;
mod tile;
mod time_loop;
mod weights;

pub(crate) use choice::{choose, set_tiling, tilings};

use crate::Cell;
use crate::fused::{InputGradients, Inputs, Integers, Kernels, OutputGradients, Trace};
use crate::gpu::buffers::{contiguous, empty, own_gradient, states_from};
use crate::tiling::Shape;
use backward::Zero;
use burn::backend::TensorMetadata;
use burn::backend::ops::{FloatTensorOps, IntTensorOps};
use burn::tensor::IntDType;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use launch::{BackwardPass, ForwardPass, Layer};
use weights::{Found, Weights};

impl Kernels for CubeBackend {
    fn forward(inputs: &Inputs<Self>, keep: bool) -> Trace<Self> {
        let layer = layer(inputs);
        let Layer { cell, steps, batch_size, hidden_size, .. } = layer;
        let resets = integers(&inputs.resets);
        let gates = [steps, batch_size, tile::kept_numbers(hidden_size, resets.is_some())];
        let takes_start = ForwardPass::takes_start(layer, resets.is_some(), &inputs.input.client);
        // [T+1, B, H], the first of which is there already or comes with the first launch.
        let states = |first: &CubeTensor| {
            if takes_start {
                empty(first, [steps + 1, batch_size, hidden_size])
            } else {
                states_from(first, steps + 1)
            }
        };
        let kernel = [cell.gates() * hidden_size, hidden_size];
        let transposes = keep && takes_start && cell.has_recurrent_kernel();
        let pass = ForwardPass {
            transposed: transposes.then(|| empty(&inputs.input, kernel)), // [G·H, H]
            start: takes_start.then(|| {
                [Some(contiguous(&inputs.hidden)), inputs.cell_state.as_ref().map(contiguous)]
            }),
            input: contiguous(&inputs.input),
            ids: integers(&inputs.ids),
            kernel: inputs.kernel.as_ref().map(contiguous),
            bias: inputs.bias.as_ref().map(contiguous),
            hidden: states(&inputs.hidden),
            cell_state: inputs.cell_state.as_ref().map(states),
            gates: (keep && cell != Cell::Rnn).then(|| empty(&inputs.input, gates)), // [T, B, 4·H or more]
            resets,
            vocabulary: inputs.input.shape()[0],
        };
        pass.run(layer);
        let ForwardPass { hidden, cell_state, gates, transposed, .. } = pass;
        Trace { hidden, cell_state, gates, transposed }
    }

    fn backward(
        inputs: Inputs<Self>,
        trace: Trace<Self>,
        gradients: OutputGradients<Self>,
    ) -> InputGradients<Self> {
        let layer = layer(&inputs);
        let Layer { cell, steps, batch_size, hidden_size, .. } = layer;
        let like = &inputs.hidden; // [B, H]
        let transposed = trace.transposed.or_else(|| {
            let kernel = inputs.kernel.clone().into_option()?;
            Some(contiguous(&Self::float_transpose(kernel))) // [G·H, H]
        });
        let zero = Zero {
            hidden: gradients.last_hidden.is_none(),
            cell_state: gradients.last_cell_state.is_none(),
        };
        let resets = integers(&inputs.resets);
        let of_gates = [steps, batch_size, cell.gates() * hidden_size];
        let pass = BackwardPass {
            states: trace.cell_state.unwrap_or_else(|| trace.hidden.clone()), // [T+1, B, H]
            gates: trace.gates,
            outputs: gradients.hidden.as_ref().map(contiguous), // [T, B, H]
            kernel: transposed,                                 // [G·H, H]
            input: empty(like, of_gates),                       // [T, B, G·H]
            products: cell.has_recurrent_bias().then(|| empty(like, of_gates)),
            hidden: own_gradient(gradients.last_hidden, like),
            cell_state: inputs
                .cell_state
                .as_ref()
                .map(|like| own_gradient(gradients.last_cell_state, like)),
            resets,
            zero,
        };
        pass.run(layer);

        let BackwardPass { input, products, hidden, cell_state, resets, .. } = pass;
        let before = match &resets {
            Some(resets) if cell.has_recurrent_kernel() => {
                resets::states_before(&trace.hidden, resets) // [T, B, H]
            }
            _ => trace.hidden, // [T+1, B, H]
        };
        let products = products.unwrap_or_else(|| input.clone()); // [T, B, G·H]
        let ids = integers(&inputs.ids);
        let vocabulary = inputs.input.shape()[0];
        let Weights { kernel, bias, table } = weights::gradients(&Found {
            cell,
            hidden: &before,
            products: &products,
            input: &input,
            ids: ids.as_ref().map(|ids| (ids, vocabulary)),
        });
        let input = table.unwrap_or(input); // [V, G·H] or [T, B, G·H]
        InputGradients { input, kernel, bias, hidden, cell_state }
    }
}

fn layer(inputs: &Inputs<CubeBackend>) -> Layer {
    let [batch_size, hidden_size] = inputs.hidden.shape().dims::<2>();
    let steps = match &inputs.ids {
        Integers::Present(ids) => ids.shape()[0],
        Integers::Absent => inputs.input.shape()[0],
    };
    let (algorithm, cell) = (inputs.algorithm, inputs.cell);
    let shape = Shape { cell, hidden_size, batch_size };
    let rows = choice::chosen_rows(&inputs.hidden.device, shape, algorithm);
    Layer { algorithm, rows, cell, steps, batch_size, hidden_size }
}

/// Ids or flags as kernels read them: i32, row after row.
fn integers(integers: &Integers<CubeBackend>) -> Option<CubeTensor> {
    match integers {
        Integers::Absent => None,
        Integers::Present(all) => {
            Some(contiguous(&CubeBackend::int_cast(all.clone(), IntDType::I32)))
        }
    }
}
