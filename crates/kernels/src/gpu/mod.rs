//! The recurrence on GPUs: kernels in `CubeCL`, which compiles them for the graphics API at hand.
//!
//! Owns: what is computed when, and the buffers in between. The equations are in `cells`, the cut
//! of the work in `tile`. Kernels use shared memory and barriers of a cube and nothing else (no
//! plane operations, no atomics, no barrier across cubes), so they run wherever compute shaders
//! do, and the same numbers come out every time.

#![expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "an array in a kernel stands for registers, whatever its size on the host"
)]

mod activation;
mod adam;
mod backward;
mod buffers;
mod cells;
mod choice;
mod dropout;
mod elementwise;
mod forward;
mod head;
mod launch;
mod per_step;
mod position;
mod product;
mod sums;
mod tile;
mod time_loop;
mod weights;

pub(crate) use choice::choose;

use crate::Cell;
use crate::fused::{Ids, InputGradients, Inputs, Kernels, OutputGradients, Trace};
use buffers::{contiguous, empty, own_gradient, states_from};
use burn::backend::TensorMetadata;
use burn::backend::ops::{FloatTensorOps, IntTensorOps};
use burn::tensor::IntDType;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use launch::{BackwardPass, ForwardPass, Layer};

impl Kernels for CubeBackend {
    fn forward(inputs: &Inputs<Self>, keep: bool) -> Trace<Self> {
        let layer = layer(inputs);
        let Layer { cell, steps, batch_size, hidden_size, .. } = layer;
        let gates = [steps, batch_size, 4 * hidden_size];
        let pass = ForwardPass {
            input: contiguous(&inputs.input),
            ids: rows(&inputs.ids),
            kernel: inputs.kernel.as_ref().map(contiguous),
            bias: inputs.bias.as_ref().map(contiguous),
            hidden: states_from(&inputs.hidden, steps + 1), // [T+1, B, H]
            cell_state: inputs.cell_state.as_ref().map(|first| states_from(first, steps + 1)),
            gates: (keep && cell != Cell::Rnn).then(|| empty(&inputs.input, gates)), // [T, B, 4·H]
            vocabulary: inputs.input.shape()[0],
        };
        pass.run(layer);
        Trace { hidden: pass.hidden, cell_state: pass.cell_state, gates: pass.gates }
    }

    fn backward(
        inputs: Inputs<Self>,
        trace: Trace<Self>,
        gradients: OutputGradients<Self>,
    ) -> InputGradients<Self> {
        let layer = layer(&inputs);
        let Layer { cell, steps, batch_size, hidden_size, .. } = layer;
        let like = &inputs.hidden; // [B, H]
        let transposed = inputs.kernel.as_ref().map(|kernel| {
            contiguous(&Self::float_transpose(kernel.clone())) // [G·H, H]
        });
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
        };
        pass.run(layer);

        let BackwardPass { input, products, hidden, cell_state, .. } = pass;
        let products = products.unwrap_or_else(|| input.clone()); // [T, B, G·H]
        InputGradients {
            kernel: inputs
                .kernel
                .as_ref()
                .map(|_| weights::kernel_gradient(&trace.hidden, &products)), // [H, G·H]
            bias: cell.has_recurrent_bias().then(|| sums::of_all(&products)), // [G·H]
            input: match rows(&inputs.ids) {
                Some(ids) => sums::by_row(&input, &ids, inputs.input.shape()[0]), // [V, G·H]
                None => input,
            },
            hidden,
            cell_state,
        }
    }
}

fn layer(inputs: &Inputs<CubeBackend>) -> Layer {
    let [batch_size, hidden_size] = inputs.hidden.shape().dims::<2>();
    let steps = match &inputs.ids {
        Ids::Rows(ids) => ids.shape()[0],
        Ids::Absent => inputs.input.shape()[0],
    };
    Layer { algorithm: inputs.algorithm, cell: inputs.cell, steps, batch_size, hidden_size }
}

/// Ids as kernels read them: i32, row after row.
fn rows(ids: &Ids<CubeBackend>) -> Option<CubeTensor> {
    match ids {
        Ids::Absent => None,
        Ids::Rows(ids) => Some(contiguous(&CubeBackend::int_cast(ids.clone(), IntDType::I32))),
    }
}
