//! The kernels for GPUs against the reference on the CPU: states and the gradients of everything
//! that enters, by both paths, on a software Vulkan adapter.

#![cfg(feature = "gpu")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "a test says that it was skipped")]

use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_kernels::device::{DeviceChoice, open};
use charnn_kernels::{Cell, CellState, Input, Path, Recurrent, sequence_by};
use charnn_testkit::{assert_close, numbers, wave};

/// Absolutely, and relatively above 1: the formulas of the activations differ by 4e-7, and sums
/// are rounded in another order.
const TOLERANCE: f32 = 1e-5;
const PATHS: [Path; 2] = [Path::TimeLoop, Path::PerStep];

/// The sizes of a layer.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    steps: usize,
    lanes: usize,
    units: usize,
    /// Rows of the table, or none for a dense input.
    vocabulary: Option<usize>,
}

/// Which outputs the loss uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    All,
    Sequence,
    LastState,
}

/// The states and gradients of a layer by one path, each with its name.
fn run(
    device: &Device,
    path: Path,
    cell: Cell,
    sizes: Sizes,
    loss: Loss,
) -> Vec<(&'static str, Vec<f32>)> {
    let Sizes { steps, lanes, units, vocabulary } = sizes;
    let device = device.clone().autodiff();
    let width = cell.gates() * units;
    let leaf = |count: usize, scale: f32, phase: f32| {
        Tensor::<1>::from_floats(&wave(count, scale, phase)[..], &device).require_grad()
    };
    let weight =
        |count: usize, phase: f32| Tensor::<1>::from_floats(&wave(count, 1.0, phase)[..], &device);
    let rows = vocabulary.unwrap_or(steps * lanes);
    let input = leaf(rows * width, 0.8, 0.1);
    let kernel = leaf(units * width, 1.5 / (units as f32).sqrt(), 0.2);
    let hidden = leaf(lanes * units, 0.7, 0.3);
    let bias = cell.has_recurrent_bias().then(|| leaf(width, 0.4, 0.4));
    let carried = cell.has_cell_state().then(|| leaf(lanes * units, 0.9, 0.5));

    let layer_input = match vocabulary {
        None => Input::Dense(input.clone().reshape([steps, lanes, width])),
        Some(rows) => {
            // Some rows many times, some never.
            let ids = (0..steps * lanes).map(|at| i32::try_from(at * at * 53 % rows).unwrap());
            let ids = TensorData::new(ids.collect::<Vec<i32>>(), [steps, lanes]);
            Input::Table {
                table: input.clone().reshape([rows, width]),
                ids: Tensor::<2, Int>::from_data(ids, &device),
            }
        }
    };
    let weights = Recurrent { kernel: kernel.clone().reshape([units, width]), bias: bias.clone() };
    let state = CellState {
        hidden: hidden.clone().reshape([lanes, units]),
        cell: carried.clone().map(|c| c.reshape([lanes, units])),
    };
    let (outputs, last) = sequence_by(path, cell, layer_input, &weights, state);
    let mut found = vec![
        ("hidden states", numbers(outputs.clone())),
        ("last hidden state", numbers(last.hidden.clone())),
    ];
    found.extend(last.cell.clone().map(|c| ("last cell state", numbers(c))));

    let mut sum = Tensor::<1>::zeros([1], &device);
    if loss != Loss::LastState {
        sum = sum
            + (outputs.reshape([steps * lanes * units]) * weight(steps * lanes * units, 0.9)).sum();
    }
    if loss != Loss::Sequence {
        for (tensor, phase) in [(Some(last.hidden), 1.1), (last.cell, 1.3)] {
            if let Some(tensor) = tensor {
                sum = sum + (tensor.reshape([lanes * units]) * weight(lanes * units, phase)).sum();
            }
        }
    }
    let gradients = sum.backward();
    let leaves = [
        ("gradient of the input", Some(input)),
        ("gradient of the kernel", Some(kernel)),
        ("gradient of the bias", bias),
        ("gradient of the initial hidden state", Some(hidden)),
        ("gradient of the initial cell state", carried),
    ];
    for (name, leaf) in leaves {
        if let Some(leaf) = leaf {
            found.push((name, numbers(leaf.grad(&gradients).unwrap())));
        }
    }
    found
}

/// The software Vulkan adapter, if there is one.
fn software() -> Option<Device> {
    match open(DeviceChoice::Software) {
        Ok(opened) => Some(opened.device),
        Err(error) => {
            let required = std::env::var_os("CHARNN_REQUIRE_SOFTWARE").is_some();
            assert!(!required, "CHARNN_REQUIRE_SOFTWARE is set, but {error}");
            println!("skipped: {error}");
            None
        }
    }
}

/// Checks both paths of all cells against the reference on the CPU.
fn check(sizes: Sizes, loss: Loss) {
    let Some(device) = software() else { return };
    for cell in Cell::ALL {
        let expected = run(&Device::flex(), Path::Reference, cell, sizes, loss);
        for path in PATHS {
            let actual = run(&device, path, cell, sizes, loss);
            assert_eq!(actual.len(), expected.len());
            for ((name, actual), (_, expected)) in actual.iter().zip(&expected) {
                let what = format!("{cell} by {path}, {sizes:?}, loss of {loss:?}: {name}");
                assert_close(&what, actual, expected, TOLERANCE);
            }
        }
    }
}

#[test]
fn ragged_sizes_agree_with_a_dense_input() {
    check(Sizes { steps: 5, lanes: 3, units: 7, vocabulary: None }, Loss::All);
}

#[test]
fn ragged_sizes_agree_with_a_table() {
    check(Sizes { steps: 5, lanes: 3, units: 7, vocabulary: Some(6) }, Loss::All);
}

#[test]
fn units_that_make_vectors_agree() {
    check(Sizes { steps: 3, lanes: 4, units: 20, vocabulary: Some(5) }, Loss::All);
    check(Sizes { steps: 3, lanes: 2, units: 6, vocabulary: None }, Loss::All);
}

#[test]
fn more_lanes_than_a_tile_has_rows_agree() {
    check(Sizes { steps: 2, lanes: 13, units: 33, vocabulary: Some(9) }, Loss::All);
}

#[test]
fn so_many_lanes_that_tiles_grow_agree() {
    check(Sizes { steps: 2, lanes: 101, units: 8, vocabulary: None }, Loss::All);
}

#[test]
fn more_units_than_a_cube_has_agree() {
    check(Sizes { steps: 2, lanes: 2, units: 259, vocabulary: None }, Loss::All);
}

#[test]
fn one_step_agrees() {
    check(Sizes { steps: 1, lanes: 3, units: 7, vocabulary: Some(6) }, Loss::All);
}

#[test]
fn one_lane_agrees() {
    check(Sizes { steps: 4, lanes: 1, units: 33, vocabulary: None }, Loss::All);
}

#[test]
fn a_vocabulary_larger_than_the_number_of_places_agrees() {
    check(Sizes { steps: 3, lanes: 3, units: 7, vocabulary: Some(300) }, Loss::All);
}

#[test]
fn enough_places_to_cut_the_sums_over_them_agree() {
    check(Sizes { steps: 31, lanes: 17, units: 4, vocabulary: Some(11) }, Loss::All);
}

#[test]
fn losses_that_use_some_of_the_outputs_agree() {
    let sizes = Sizes { steps: 5, lanes: 3, units: 7, vocabulary: Some(6) };
    check(sizes, Loss::Sequence);
    check(sizes, Loss::LastState);
}

#[test]
fn the_same_numbers_come_out_every_time() {
    let Some(device) = software() else { return };
    let sizes = Sizes { steps: 31, lanes: 17, units: 4, vocabulary: Some(11) };
    for cell in Cell::ALL {
        for path in PATHS {
            let [first, second] = [(); 2].map(|()| run(&device, path, cell, sizes, Loss::All));
            assert!(first == second, "{cell} by {path}");
        }
    }
}

#[test]
fn a_lane_that_is_not_a_number_stays_so_and_alone() {
    let Some(device) = software() else { return };
    let [lanes, units] = [3, 8];
    for cell in Cell::ALL {
        let width = cell.gates() * units;
        let zeros = |shape| Tensor::<2>::zeros(shape, &device);
        let lost = zeros([1, units]).add_scalar(f32::NAN);
        let hidden = Tensor::cat(vec![zeros([1, units]), lost, zeros([1, units])], 0);
        for path in PATHS {
            let weights = Recurrent {
                kernel: zeros([units, width]).add_scalar(0.1),
                bias: cell.has_recurrent_bias().then(|| Tensor::zeros([width], &device)),
            };
            let carried = cell.has_cell_state().then(|| zeros([lanes, units]));
            let state = CellState { hidden: hidden.clone(), cell: carried };
            let input = Input::Dense(Tensor::ones([2, lanes, width], &device));
            let (_, last) = sequence_by(path, cell, input, &weights, state);
            let lost: Vec<bool> = numbers(last.hidden).into_iter().map(f32::is_nan).collect();
            let expected: Vec<bool> = (0..lanes * units).map(|at| at / units == 1).collect();
            assert_eq!(lost, expected, "{cell} by {path}");
        }
    }
}

#[test]
fn large_recurrent_kernels_go_step_by_step() {
    let Some(device) = software() else { return };
    for (cell, units, path) in [
        (Cell::Rnn, 256, Path::TimeLoop),
        (Cell::Rnn, 512, Path::TimeLoop),
        (Cell::Gru, 256, Path::TimeLoop),
        (Cell::Lstm, 256, Path::TimeLoop),
        (Cell::Lstm, 512, Path::PerStep),
        (Cell::Rnn, 1000, Path::PerStep),
    ] {
        assert_eq!(Path::choose(&device, cell, units, 50), path, "{cell} of {units} units");
        assert_eq!(Path::choose(&device.clone().autodiff(), cell, units, 50), path);
    }
}
