//! The kernels for burn-flex: tensors in, tensors out. `charnn-cpu` does the arithmetic.

mod adam;
mod dropout;
mod head;

use crate::fused::{InputGradients, Inputs, Integers, Kernels, OutputGradients, Trace};
use burn::backend::flex::FlexTensor;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{DType, TensorData};
use charnn_cpu::machine::Machine;
use charnn_cpu::recurrence::backward::{Backward, backward};
use charnn_cpu::recurrence::forward::{Forward, States, forward};
use charnn_cpu::recurrence::resets::states_before;
use charnn_cpu::recurrence::sizes::Sizes;
use charnn_cpu::recurrence::step::Pre;
use charnn_cpu::sums::{column_sums, kernel_gradient, row_sums};

impl Kernels for Flex {
    fn forward(inputs: &Inputs<Self>, keep: bool) -> Trace<Self> {
        let kernel = inputs.kernel.as_ref().map(dense);
        let bias = inputs.bias.as_ref().map(dense);
        let input = dense(&inputs.input);
        let ids = indices(&inputs.ids);
        let resets = flags(&inputs.resets);
        let sizes = sizes(inputs);
        let hidden = dense(&inputs.hidden);
        let cell_state = inputs.cell_state.as_ref().map(dense);
        let pass = Forward {
            sizes,
            pre: match &ids {
                Some(ids) => Pre::Table { table: values(&input), ids },
                None => Pre::Dense(values(&input)),
            },
            kernel: kernel.as_ref().map_or(&[], values),
            bias: bias.as_ref().map(values),
            hidden: values(&hidden),
            cell_state: cell_state.as_ref().map_or(&[], values),
            resets: &resets,
            keep,
        };
        let States { hidden, cell_state, gates } = forward(&pass, Machine::here());
        let Sizes { steps, batch_size, units, .. } = sizes;
        let states = |states| tensor(states, [steps + 1, batch_size, units]);
        Trace {
            hidden: states(hidden),
            cell_state: (!cell_state.is_empty()).then(|| states(cell_state)),
            gates: (!gates.is_empty()).then(|| tensor(gates, [steps, batch_size, sizes.kept()])),
            transposed: None,
        }
    }

    fn backward(
        inputs: Inputs<Self>,
        trace: Trace<Self>,
        gradients: OutputGradients<Self>,
    ) -> InputGradients<Self> {
        let sizes = sizes(&inputs);
        let Sizes { steps, batch_size, units, .. } = sizes;
        let (positions, width) = (sizes.positions(), sizes.width());
        let kernel = inputs.kernel.as_ref().map(dense);
        let d_hidden = gradients.hidden.as_ref().map(dense);
        let last = |gradient: Option<&FlexTensor>| {
            gradient
                .map_or_else(|| vec![0.0; batch_size * units], |last| values(&dense(last)).to_vec())
        };
        let mut d_state = last(gradients.last_hidden.as_ref());
        let mut d_cell_state = match &trace.cell_state {
            Some(_) => last(gradients.last_cell_state.as_ref()),
            None => Vec::new(),
        };
        let resets = flags(&inputs.resets);
        // The backward pass overwrites what the forward pass kept.
        let mut gates = trace.gates;
        let pass = Backward {
            sizes,
            kernel: kernel.as_ref().map_or(&[], values),
            hidden: values(&trace.hidden),
            cell_state: trace.cell_state.as_ref().map_or(&[], values),
            d_hidden: d_hidden.as_ref().map_or(&[], values),
            resets: &resets,
            gates: gates.as_mut().map_or(&mut [], |gates| gates.storage_mut()),
            d_state: &mut d_state,
            d_cell_state: &mut d_cell_state,
        };
        let d_pre = backward(pass, Machine::here());
        // The gradients of the recurrent product and of the pre-activations, and the tensor of the
        // latter: where `d_pre` is empty, both are in the gates.
        let d_product = gates.as_ref().map_or(&d_pre[..], values);
        let stride = d_product.len() / positions;
        let d_kernel = kernel.map(|_| {
            let before = &values(&trace.hidden)[..positions * units]; // [T·B, H]
            if resets.is_empty() {
                return kernel_gradient(before, d_product, units, width, stride);
            }
            let before = states_before(before, &resets, units);
            kernel_gradient(&before, d_product, units, width, stride)
        });
        let d_bias = inputs.bias.as_ref().map(|_| column_sums(d_product, width, stride));
        let d_pre = match gates {
            Some(gates) if d_pre.is_empty() => gates,
            _ => tensor(d_pre, [steps, batch_size, width]),
        };
        let d_input = match indices(&inputs.ids) {
            Some(ids) => {
                let vocabulary_size = inputs.input.shape()[0];
                let sums = row_sums(values(&d_pre), &ids, vocabulary_size, width);
                tensor(sums, [vocabulary_size, width])
            }
            None => d_pre,
        };
        InputGradients {
            input: d_input,
            kernel: d_kernel.map(|kernel| tensor(kernel, [units, width])),
            bias: d_bias.map(|bias| tensor(bias, [width])),
            hidden: tensor(d_state, [batch_size, units]),
            cell_state: trace.cell_state.map(|_| tensor(d_cell_state, [batch_size, units])),
        }
    }
}

fn sizes(inputs: &Inputs<Flex>) -> Sizes {
    let [batch_size, units] = inputs.hidden.shape().dims();
    let steps = match &inputs.ids {
        Integers::Present(ids) => ids.shape()[0],
        Integers::Absent => inputs.input.shape()[0],
    };
    Sizes { cell: inputs.cell, steps, batch_size, units }
}

/// Rows of a table, `[T·B]`, each checked.
fn indices(ids: &Integers<Flex>) -> Option<Vec<usize>> {
    let Integers::Present(ids) = ids else { return None };
    let ids = ids.to_contiguous();
    let row = |id: i64| usize::try_from(id).expect("ids are not negative");
    Some(match ids.dtype() {
        DType::I64 => ids.storage::<i64>().iter().map(|&id| row(id)).collect(),
        _ => ids.storage::<i32>().iter().map(|&id| row(id.into())).collect(),
    })
}

/// Whether each of `[T·B]` is not 0; empty if absent.
fn flags(flags: &Integers<Flex>) -> Vec<bool> {
    indices(flags).unwrap_or_default().into_iter().map(|flag| flag != 0).collect()
}

/// The tensor, or a contiguous copy.
fn dense(tensor: &FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor.clone() } else { tensor.to_contiguous() }
}

fn values(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("f32 in a row")
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}
