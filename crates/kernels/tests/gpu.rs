//! The kernels for GPUs against the reference on the CPU: states and the gradients of everything
//! that enters, by both paths, on a software Vulkan adapter.

#![cfg(feature = "gpu")]
#![expect(clippy::print_stdout, reason = "a test says that it was skipped")]
#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use burn::tensor::{Device, Tensor, TensorData};
use charnn_kernels::adam::{self, Rates};
use charnn_kernels::device::{DeviceChoice, assume_buffers, assume_longest_launch, launches, open};
use charnn_kernels::dropout::{Mask, dropout};
use charnn_kernels::head::cross_entropy;
use charnn_kernels::update::{Criteria, gather};
use charnn_kernels::{Algorithm, Cell, CellState, Input, Recurrent, linear, sequence_by};
use charnn_testkit::{assert_close, numbers, wave};
use shared::{Layer, Loss, Pattern};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Absolutely, and relatively above 1: the formulas of the activations differ by 4e-7, and sums
/// are rounded in another order.
const TOLERANCE: f32 = 1e-5;
const PATHS: [Algorithm; 2] = [Algorithm::TimeLoop, Algorithm::PerStep];

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

/// Restores the adapter when a test ends. One test at a time may change it.
struct Restored {
    _one_at_a_time: MutexGuard<'static, ()>,
}

impl Restored {
    fn later() -> Self {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        Self { _one_at_a_time: guard }
    }
}

impl Drop for Restored {
    fn drop(&mut self) {
        assume_longest_launch(0.0);
        assume_buffers(0);
    }
}

/// Everything that training computes, by name: layers with resets, a product, the head, an update and dropout.
fn everything(device: &Device) -> Vec<(String, Vec<f32>)> {
    let mut all = Vec::new();
    for cell in Cell::ALL {
        let layer = Layer::new(cell, [7, 13, 20], Some(70)).with_resets(Pattern::OneOf(3));
        for path in PATHS {
            let found = layer.run(path, Loss::EveryOutput, device);
            let found = found.into_iter().map(|(name, it)| (format!("{name}, {cell}, {path}"), it));
            all.extend(found);
        }
    }
    let device = device.clone().autodiff();
    let leaf = |rows: usize, columns: usize, phase: f32| {
        let values = TensorData::new(wave(rows * columns, 0.5, phase), [rows, columns]);
        Tensor::<2>::from_data(values, &device).require_grad()
    };
    let (x, kernel) = (leaf(600, 40, 0.1), leaf(40, 150, 0.2));
    let targets = (0..600).map(|at| at * 7 % 150).collect::<Vec<i32>>();
    let targets = Tensor::from_data(TensorData::new(targets, [600]), &device);
    let bias = Tensor::<1>::zeros([150], &device).require_grad();
    let product = linear(x.clone(), kernel.clone(), bias.clone());
    let loss = cross_entropy(x.clone(), kernel.clone(), bias.clone(), targets);
    let gradients = (product.clone().powi_scalar(2).mean() + loss.clone()).backward();
    all.push(("product".to_owned(), numbers(product.inner())));
    all.push(("loss".to_owned(), numbers(loss)));
    let of = [x, kernel].map(|leaf| leaf.grad(&gradients).unwrap().flatten::<1>(0, 1));
    let of = of.into_iter().chain([bias.grad(&gradients).unwrap()]).collect::<Vec<_>>();
    all.extend(of.iter().map(|it| ("gradients".to_owned(), numbers(it.clone()))));
    let start = |it: &Tensor<1>| {
        let zeros = it.zeros_like();
        adam::State { value: zeros.clone() + 0.5, exp_avg: zeros.clone(), exp_avg_sq: zeros }
    };
    let states = of.iter().map(start).collect();
    let criteria =
        Criteria { losses: vec![of[2].clone().narrow(0, 0, 1)], limit: Some(0.1), previous: None };
    let rates = Rates { beta1: 0.9, beta2: 0.999, rate: 0.01, epsilon: 1e-8, l2: 0.0, decay: 1.0 };
    let (states, verdict) = gather(of.clone(), 1.0).adam(states, criteria, rates);
    all.extend(states.into_iter().map(|it| ("update".to_owned(), numbers(it.value))));
    let norm = verdict.read().unwrap().norm;
    assert!(norm > 0.1, "clipped, {norm}");
    let mask = Mask { rate: 0.3, key: 7, period: None };
    all.push(("dropout".to_owned(), numbers(dropout(of[0].clone(), mask))));
    all
}

/// Checks both algorithms of all cells against the reference on the CPU; `sizes` are time steps,
/// batch rows and hidden units.
fn check(sizes: [usize; 3], vocabulary: Option<usize>, loss: Loss) {
    check_resets(sizes, vocabulary, loss, Pattern::Nowhere);
}

/// The same with resets.
fn check_resets(sizes: [usize; 3], vocabulary: Option<usize>, loss: Loss, resets: Pattern) {
    let Some(device) = software() else { return };
    for cell in Cell::ALL {
        let layer = Layer::new(cell, sizes, vocabulary).with_resets(resets);
        let expected = layer.run(Algorithm::Reference, loss, &Device::flex());
        for path in PATHS {
            let actual = layer.run(path, loss, &device);
            assert_eq!(actual.len(), expected.len());
            for ((name, actual), (_, expected)) in actual.iter().zip(&expected) {
                let what = format!("{name} of {layer:?} by {path}, loss of {loss:?}");
                assert_close(&what, actual, expected, TOLERANCE);
            }
        }
    }
}

#[test]
fn ragged_sizes_agree_with_a_dense_input() {
    check([5, 3, 7], None, Loss::EveryOutput);
}

#[test]
fn ragged_sizes_agree_with_a_table() {
    check([5, 3, 7], Some(6), Loss::EveryOutput);
}

#[test]
fn hidden_sizes_that_make_vectors_agree() {
    check([3, 4, 20], Some(5), Loss::EveryOutput);
    check([3, 2, 6], None, Loss::EveryOutput);
}

#[test]
fn more_batch_rows_than_a_tile_has_agree() {
    check([2, 13, 33], Some(9), Loss::EveryOutput);
}

#[test]
fn so_many_batch_rows_that_tiles_grow_agree() {
    check([2, 101, 8], None, Loss::EveryOutput);
}

#[test]
fn more_hidden_units_than_a_cube_has_agree() {
    check([2, 2, 259], None, Loss::EveryOutput);
}

#[test]
fn one_step_agrees() {
    check([1, 3, 7], Some(6), Loss::EveryOutput);
}

#[test]
fn one_batch_row_agrees() {
    check([4, 1, 33], None, Loss::EveryOutput);
}

#[test]
fn a_vocabulary_larger_than_the_number_of_positions_agrees() {
    check([3, 3, 7], Some(300), Loss::EveryOutput);
}

#[test]
fn enough_positions_to_cut_the_sums_over_them_agree() {
    check([31, 17, 4], Some(11), Loss::EveryOutput);
}

#[test]
fn sequences_too_long_for_one_launch_agree() {
    check([1600, 1, 3], Some(6), Loss::EveryOutput);
}

#[test]
fn work_that_is_cut_into_many_launches_gives_the_same_bits() {
    let Some(device) = software() else { return };
    let restored = Restored::later();
    let (whole, in_one) = launches(|| everything(&device));
    assume_longest_launch(1e-7);
    let (cut, in_many) = launches(|| everything(&device));
    drop(restored);
    for (whole, cut) in whole.iter().zip(&cut) {
        assert!(
            whole.1.iter().map(|it| it.to_bits()).eq(cut.1.iter().map(|it| it.to_bits())),
            "{}",
            whole.0
        );
    }
    assert_eq!(whole.len(), cut.len());
    for kernel in [
        "ForwardSteps",
        "BackwardSteps",
        "ForwardStep",
        "BackwardStep",
        "BackwardEnd",
        "ForwardAlone",
        "BackwardAlone",
        "Compute",
        "Add",
        "CrossEntropy",
        "SumByRow",
        "GatherBlocks",
        "UpdateAll",
        "Apply",
        "CopyBefore",
    ] {
        let count = |all: &[String]| all.iter().filter(|it| *it == kernel).count();
        let [few, many] = [count(&in_one), count(&in_many)];
        assert!(few > 0 && many >= 2 * few, "{kernel}: {few} and {many} launches");
    }
    let one = in_many.iter().filter(|it| *it == "TotalOf").count();
    assert_eq!(one, in_one.iter().filter(|it| *it == "TotalOf").count());
}

#[test]
fn an_adapter_with_eight_buffers_runs_every_kernel_and_gives_the_same_bits() {
    let Some(device) = software() else { return };
    let restored = Restored::later();
    let all = everything(&device);
    assume_buffers(8);
    for cell in Cell::ALL {
        assert_ne!(Algorithm::choose(&device, cell, 256, 50), Algorithm::Reference, "{cell}");
    }
    let few = everything(&device);
    drop(restored);
    for (all, few) in all.iter().zip(&few) {
        assert!(
            all.1.iter().map(|it| it.to_bits()).eq(few.1.iter().map(|it| it.to_bits())),
            "{}",
            all.0
        );
    }
}

#[test]
fn losses_that_use_some_of_the_outputs_agree() {
    check([5, 3, 7], Some(6), Loss::HiddenStates);
    check([5, 3, 7], Some(6), Loss::LastState);
}

#[test]
fn resets_agree_with_a_dense_input_and_a_table() {
    check_resets([5, 3, 7], None, Loss::EveryOutput, Pattern::OneOf(3));
    check_resets([9, 4, 1], Some(6), Loss::EveryOutput, Pattern::OneOf(2));
    check_resets([6, 5, 37], Some(6), Loss::EveryOutput, Pattern::OneOf(4));
    check_resets([1, 2, 5], None, Loss::EveryOutput, Pattern::Everywhere);
}

#[test]
fn resets_agree_where_rows_and_columns_fill_tiles() {
    check_resets([3, 13, 20], Some(9), Loss::EveryOutput, Pattern::OneOf(3));
    check_resets([2, 101, 8], None, Loss::EveryOutput, Pattern::OneOf(9));
    check_resets([3, 2, 256], None, Loss::EveryOutput, Pattern::OneOf(2));
    check_resets([2, 2, 259], Some(4), Loss::EveryOutput, Pattern::OneOf(2));
}

#[test]
fn resets_of_sequences_too_long_for_one_launch_agree() {
    check_resets([1600, 1, 3], Some(6), Loss::EveryOutput, Pattern::OneOf(20));
}

#[test]
fn resets_agree_with_losses_that_use_some_of_the_outputs() {
    check_resets([5, 3, 7], Some(6), Loss::HiddenStates, Pattern::OneOf(3));
    check_resets([5, 3, 7], Some(6), Loss::LastState, Pattern::OneOf(3));
}

#[test]
fn the_same_numbers_come_out_every_time() {
    let Some(device) = software() else { return };
    for cell in Cell::ALL {
        let layer = Layer::new(cell, [31, 17, 4], Some(11));
        for path in PATHS {
            let [first, second] = [(); 2].map(|()| layer.run(path, Loss::EveryOutput, &device));
            assert!(first == second, "{cell} by {path}");
        }
    }
}

#[test]
fn a_lane_that_is_not_a_number_stays_so_and_alone() {
    let Some(device) = software() else { return };
    let [rows, units] = [3, 8];
    for cell in Cell::ALL {
        let width = cell.gates() * units;
        let zeros = |shape| Tensor::<2>::zeros(shape, &device);
        let lost = zeros([1, units]).add_scalar(f32::NAN);
        let hidden = Tensor::cat(vec![zeros([1, units]), lost, zeros([1, units])], 0);
        for path in PATHS {
            let weights = Recurrent {
                kernel: (cell.has_recurrent_kernel())
                    .then(|| zeros([units, width]).add_scalar(0.1)),
                bias: cell.has_recurrent_bias().then(|| Tensor::zeros([width], &device)),
            };
            let carried = cell.has_cell_state().then(|| zeros([rows, units]));
            let state = CellState { hidden: hidden.clone(), cell: carried };
            let input = Input::Dense(Tensor::ones([2, rows, width], &device));
            let (_, last) = sequence_by(path, cell, input, &weights, state, None);
            let lost: Vec<bool> = numbers(last.hidden).into_iter().map(f32::is_nan).collect();
            let expected: Vec<bool> = (0..rows * units).map(|at| at / units == 1).collect();
            assert_eq!(lost, expected, "{cell} by {path}");
        }
    }
}

#[test]
fn an_id_beyond_the_table_looks_up_its_last_row() {
    let Some(device) = software() else { return };
    let (rows, units) = (5, 6);
    let run = |ids: Vec<i32>| {
        let table = wave(rows * units, 0.8, 0.1);
        let table = Tensor::<1>::from_floats(&table[..], &device).reshape([rows, units]);
        let ids = Tensor::from_data(TensorData::new(ids, [2, 2]), &device);
        let kernel = Tensor::<2>::ones([units, units], &device) * 0.1;
        let weights = Recurrent { kernel: Some(kernel), bias: None };
        let state = CellState::zeros(Cell::Rnn, 2, units, &device);
        let input = Input::Table { table, ids };
        let (all, _) = sequence_by(Algorithm::TimeLoop, Cell::Rnn, input, &weights, state, None);
        numbers(all)
    };
    assert_eq!(run(vec![0, 5, 1000, 4]), run(vec![0, 4, 4, 4]));
}

#[test]
fn large_recurrent_kernels_go_step_by_step() {
    let Some(device) = software() else { return };
    for (cell, units, path) in [
        (Cell::Rnn, 256, Algorithm::TimeLoop),
        (Cell::Rnn, 512, Algorithm::TimeLoop),
        (Cell::Gru, 256, Algorithm::TimeLoop),
        (Cell::Lstm, 256, Algorithm::TimeLoop),
        (Cell::Lstm, 512, Algorithm::PerStep),
        (Cell::Rnn, 1000, Algorithm::PerStep),
        (Cell::MinGru, 1000, Algorithm::TimeLoop),
    ] {
        assert_eq!(Algorithm::choose(&device, cell, units, 50), path, "{cell} of {units} units");
        assert_eq!(Algorithm::choose(&device.clone().autodiff(), cell, units, 50), path);
    }
}
