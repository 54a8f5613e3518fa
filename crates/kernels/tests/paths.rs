//! Every path gives what the reference gives: outputs, and the gradients of everything.

use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_kernels::{Cell, CellState, Input, Path, Recurrent, sequence_by};
use charnn_testkit::{assert_close, numbers, on_every_device, wave};

/// Of one layer and its input.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    cell: Cell,
    steps: usize,
    lanes: usize,
    units: usize,
    /// Rows of the table, if the input is one.
    rows: Option<usize>,
}

/// Which outputs the loss depends on.
#[derive(Debug, Clone, Copy)]
enum Loss {
    EveryOutput,
    LastStateOnly,
    HiddenOnly,
}

/// Outputs and gradients, by name.
fn run(path: Path, sizes: Sizes, loss: Loss, device: &Device) -> Vec<(&'static str, Vec<f32>)> {
    let Sizes { cell, steps, lanes, units, rows } = sizes;
    let (width, device) = (cell.gates() * units, device.clone().autodiff());
    let make = |count: usize, scale, phase| {
        Tensor::<1>::from_floats(&wave(count, scale, phase)[..], &device).require_grad()
    };
    let input = make(rows.unwrap_or(steps * lanes) * width, 0.8, 0.1);
    let kernel = make(units * width, 1.5 / (units as f32).sqrt(), 0.2);
    let bias = make(width, 0.4, 0.4);
    let hidden = make(lanes * units, 0.7, 0.3);
    let carried = make(lanes * units, 0.9, 0.5);
    let entry = match rows {
        Some(rows) => Input::Table {
            table: input.clone().reshape([rows, width]),
            ids: ids(steps, lanes, rows, &device),
        },
        None => Input::Dense(input.clone().reshape([steps, lanes, width])),
    };
    let weights = Recurrent {
        kernel: kernel.clone().reshape([units, width]),
        bias: cell.has_recurrent_bias().then(|| bias.clone()),
    };
    let matrix = |values: &Tensor<1>| values.clone().reshape([lanes, units]);
    let state = CellState {
        hidden: matrix(&hidden),
        cell: cell.has_cell_state().then(|| matrix(&carried)),
    };
    let (all, last) = sequence_by(path, cell, entry, &weights, state);
    let weigh = |values: Tensor<1>, phase| {
        let weights = wave(values.dims()[0], 1.0, phase);
        (values * Tensor::from_floats(&weights[..], &device)).sum()
    };
    let flat = all.clone().reshape([steps * lanes * units]);
    let mut total = match loss {
        Loss::LastStateOnly => Tensor::zeros([1], &device),
        Loss::EveryOutput | Loss::HiddenOnly => weigh(flat.clone(), 0.9),
    };
    let mut outputs = vec![("hidden states", numbers(flat))];
    for (name, tensor, phase) in
        [("last hidden state", Some(last.hidden), 1.1), ("last cell state", last.cell, 1.3)]
    {
        let Some(tensor) = tensor else { continue };
        let tensor = tensor.reshape([lanes * units]);
        outputs.push((name, numbers(tensor.clone())));
        if !matches!(loss, Loss::HiddenOnly) {
            total = total + weigh(tensor, phase);
        }
    }
    let gradients = total.backward();
    for (name, tensor) in [
        ("d input", input),
        ("d recurrent kernel", kernel),
        ("d recurrent bias", bias),
        ("d hidden state", hidden),
        ("d cell state", carried),
    ] {
        outputs.extend(tensor.grad(&gradients).map(|gradient| (name, numbers(gradient))));
    }
    outputs
}

fn ids(steps: usize, lanes: usize, rows: usize, device: &Device) -> Tensor<2, Int> {
    let ids: Vec<i32> =
        (0..steps * lanes).map(|at| i32::try_from(at * at * 7 % rows).expect("small")).collect();
    Tensor::from_data(TensorData::new(ids, [steps, lanes]), device)
}

/// Time steps, lanes, units, rows of a table.
const SIZES: [([usize; 3], Option<usize>); 7] = [
    ([5, 3, 7], None),
    ([5, 3, 7], Some(6)),
    ([1, 2, 5], Some(40)),
    ([1, 1, 33], None),
    ([6, 1, 9], Some(4)),
    ([3, 29, 33], Some(11)),
    ([2, 13, 70], None),
];

#[track_caller]
fn check(loss: Loss) {
    on_every_device(|device| {
        for cell in Cell::ALL {
            for ([steps, lanes, units], rows) in SIZES {
                let sizes = Sizes { cell, steps, lanes, units, rows };
                let path = Path::choose(device, cell, units, lanes);
                let expected = run(Path::Reference, sizes, loss, &Device::flex());
                let actual = run(path, sizes, loss, device);
                assert_eq!(actual.len(), expected.len(), "{sizes:?}");
                for ((name, actual), (expected_name, expected)) in actual.iter().zip(&expected) {
                    assert_eq!(name, expected_name, "{sizes:?}");
                    assert_close(&format!("{name} of {sizes:?}, {path}"), actual, expected, 1e-5);
                }
            }
        }
    });
}

#[test]
fn the_chosen_path_equals_the_reference() {
    check(Loss::EveryOutput);
}

#[test]
fn an_output_that_is_not_used_has_no_part_in_the_gradients() {
    check(Loss::LastStateOnly);
    check(Loss::HiddenOnly);
}

#[test]
fn the_cpu_runs_all_steps_in_one_kernel() {
    assert_eq!(Path::choose(&Device::flex(), Cell::Gru, 256, 1), Path::TimeLoop);
    assert_eq!(Path::choose(&Device::flex().autodiff(), Cell::Rnn, 7, 9), Path::TimeLoop);
}
