//! Gradients of the recurrence with respect to everything that enters it, by finite differences.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_kernels::{Cell, CellState, Input, Recurrent, Resets, sequence};
use charnn_testkit::{check_gradients, on_every_device, wave};

/// Time steps, rows, hidden units, characters: all different, none a multiple of 4.
const T: usize = 5;
const B: usize = 3;
const H: usize = 7;
const V: usize = 6;

fn ids(device: &Device) -> Tensor<2, Int> {
    let ids: Vec<i32> = (0..T * B).map(|at| i32::try_from(at * 5 % V).unwrap()).collect();
    Tensor::from_data(TensorData::new(ids, [T, B]), device)
}

/// Every output times a weight of its own, summed.
fn weigh(hidden: Tensor<3>, state: CellState) -> Tensor<1> {
    let device = hidden.device();
    let weights = |count, phase| Tensor::<1>::from_floats(&wave(count, 1.0, phase)[..], &device);
    let mut loss = (hidden.reshape([T * B * H]) * weights(T * B * H, 0.9)).sum();
    for (tensor, phase) in [(Some(state.hidden), 1.1), (state.cell, 1.3)] {
        if let Some(tensor) = tensor {
            loss = loss + (tensor.reshape([B * H]) * weights(B * H, phase)).sum();
        }
    }
    loss
}

#[track_caller]
fn check(table: bool, places: &[(usize, usize)]) {
    on_every_device(|device| {
        for cell in Cell::ALL {
            let width = cell.gates() * H;
            let rows = if table { V } else { T * B };
            let mut inputs = vec![
                ("input", wave(rows * width, 0.8, 0.1)),
                ("initial hidden state", wave(B * H, 0.7, 0.3)),
            ];
            if cell.has_recurrent_kernel() {
                inputs.push(("recurrent kernel", wave(H * width, 0.5, 0.2)));
            }
            if cell.has_recurrent_bias() {
                inputs.push(("recurrent bias", wave(width, 0.4, 0.4)));
            }
            if cell.has_cell_state() {
                inputs.push(("initial cell state", wave(B * H, 0.9, 0.5)));
            }
            check_gradients(device, &inputs, |x| {
                let input = if table {
                    let ids = ids(&x[0].device());
                    Input::Table { table: x[0].clone().reshape([V, width]), ids }
                } else {
                    Input::Dense(x[0].clone().reshape([T, B, width]))
                };
                let kernel = x.get(2).filter(|_| cell.has_recurrent_kernel());
                let last = x.get(3).cloned();
                let weights = Recurrent {
                    kernel: kernel.map(|kernel| kernel.clone().reshape([H, width])),
                    bias: last.clone().filter(|_| cell.has_recurrent_bias()),
                };
                let state = CellState {
                    hidden: x[1].clone().reshape([B, H]),
                    cell: last.filter(|_| cell.has_cell_state()).map(|c| c.reshape([B, H])),
                };
                let resets = Resets::new(places, T, B, &x[0].device());
                let (hidden, state) = sequence(cell, input, &weights, state, resets.as_ref());
                weigh(hidden, state)
            });
        }
    });
}

#[test]
fn gradients_of_a_dense_input_are_the_slopes() {
    check(false, &[]);
}

#[test]
fn gradients_of_a_table_are_the_slopes() {
    check(true, &[]);
}

#[test]
fn gradients_with_resets_are_the_slopes() {
    // In the first step and the last, in two steps in a row, of two rows at once; never of row 1.
    let places = [(0, 0), (2, 0), (2, 2), (3, 2), (4, 0)];
    check(false, &places);
    check(true, &places);
}
