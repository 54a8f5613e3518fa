//! The head with its loss gives what the plain tensor operations give, and its gradients are the
//! slopes.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_kernels::head::{cross_entropy, reference};
use charnn_testkit::{assert_close, check_gradients, numbers, on_every_device, wave};
use std::panic::AssertUnwindSafe;

type Loss = fn(Tensor<2>, Tensor<2>, Tensor<1>, Tensor<1, Int>) -> Tensor<1>;

/// Places, hidden units, characters: one row; less than a vector; more than a workgroup, in many
/// pieces on the CPU.
const SIZES: [[usize; 3]; 4] = [[1, 1, 2], [5, 3, 7], [33, 21, 65], [70, 5, 30_011]];

fn targets(count: usize, vocabulary: usize, ignored: bool, device: &Device) -> Tensor<1, Int> {
    let target = |place: usize| match place % 5 {
        3 if ignored => -1,
        _ => i32::try_from(place * 7919 % vocabulary).unwrap(),
    };
    let ids: Vec<i32> = (0..count).map(target).collect();
    Tensor::from_data(TensorData::new(ids, [count]), device)
}

/// The loss, and its gradients times 3.
fn run(by: Loss, sizes: [usize; 3], ignored: bool, device: &Device) -> [Vec<f32>; 4] {
    let [places, size, vocabulary] = sizes;
    let device = device.clone().autodiff();
    let leaf = |rows: usize, columns: usize, scale: f32, phase: f32| {
        let values = TensorData::new(wave(rows * columns, scale, phase), [rows, columns]);
        Tensor::<2>::from_data(values, &device).require_grad()
    };
    let hidden = leaf(places, size, 1.0, 0.1);
    let kernel = leaf(size, vocabulary, 0.9, 0.2);
    let bias = leaf(1, vocabulary, 0.5, 0.3);
    let targets = targets(places, vocabulary, ignored, &device);
    let loss = by(hidden.clone(), kernel.clone(), bias.clone().flatten(0, 1), targets);
    let gradients = (loss.clone() * 3.0).backward();
    let of = |leaf: &Tensor<2>| numbers(leaf.grad(&gradients).unwrap());
    [numbers(loss), of(&hidden), of(&kernel), of(&bias)]
}

#[test]
fn one_operation_equals_the_reference() {
    on_every_device(|device| {
        for sizes in SIZES {
            for ignored in [false, true] {
                let expected = run(reference, sizes, ignored, &Device::flex());
                let actual = run(cross_entropy, sizes, ignored, device);
                let names = ["loss", "hidden", "kernel", "bias"];
                for ((actual, expected), name) in actual.iter().zip(&expected).zip(names) {
                    assert_close(&format!("{name} of {sizes:?}"), actual, expected, 2e-5);
                }
            }
        }
    });
}

#[test]
fn without_gradients_the_loss_is_the_same() {
    on_every_device(|device| {
        for sizes @ [places, size, vocabulary] in SIZES {
            let tensor = |rows: usize, columns: usize, scale: f32, phase: f32| {
                let values = TensorData::new(wave(rows * columns, scale, phase), [rows, columns]);
                Tensor::<2>::from_data(values, device)
            };
            let loss = cross_entropy(
                tensor(places, size, 1.0, 0.1),
                tensor(size, vocabulary, 0.9, 0.2),
                tensor(1, vocabulary, 0.5, 0.3).flatten(0, 1),
                targets(places, vocabulary, true, device),
            );
            let expected = run(cross_entropy, sizes, true, device);
            assert_eq!(numbers(loss), expected[0], "{sizes:?}");
        }
    });
}

#[test]
fn gradients_are_the_slopes() {
    on_every_device(|device| {
        let [places, size, vocabulary] = [5, 3, 7];
        let inputs = [
            ("hidden", wave(places * size, 1.0, 0.1)),
            ("kernel", wave(size * vocabulary, 0.9, 0.2)),
            ("bias", wave(vocabulary, 0.5, 0.3)),
        ];
        check_gradients(device, &inputs, |x| {
            cross_entropy(
                x[0].clone().reshape([places, size]),
                x[1].clone().reshape([size, vocabulary]),
                x[2].clone(),
                targets(places, vocabulary, true, &x[0].device()),
            )
        });
    });
}

#[test]
fn transposed_weights_and_a_view_of_the_states_are_read_where_they_are() {
    on_every_device(|device| {
        let tensor = |rows: usize, columns: usize, phase: f32| {
            let values = TensorData::new(wave(rows * columns, 1.0, phase), [rows, columns]);
            Tensor::<2>::from_data(values, device)
        };
        let hidden = tensor(9, 6, 0.1).narrow(0, 2, 5);
        let kernel = tensor(11, 6, 0.2).transpose();
        let bias = tensor(1, 11, 0.3).flatten(0, 1);
        let [expected, actual] = [reference, cross_entropy].map(|by: Loss| {
            let targets = targets(5, 11, false, device);
            numbers(by(hidden.clone(), kernel.clone(), bias.clone(), targets))
        });
        assert_close("loss", &actual, &expected, 1e-5);
    });
}

#[test]
fn a_logit_that_is_not_finite_makes_the_loss_so() {
    on_every_device(|device| {
        for bad in [f32::NAN, f32::INFINITY] {
            let hidden = Tensor::<2>::ones([3, 2], device);
            let kernel = Tensor::<2>::ones([2, 300], device);
            let mut bias = vec![0.0; 300];
            bias[277] = bad;
            let bias = Tensor::<1>::from_floats(&bias[..], device);
            let loss = numbers(cross_entropy(hidden, kernel, bias, targets(3, 300, false, device)));
            assert!(!loss[0].is_finite(), "with {bad} the loss is {loss:?}");
        }
    });
}

#[test]
fn a_target_that_is_no_character_is_never_a_loss() {
    on_every_device(|device| {
        let loss = |target: i32| {
            let hidden = Tensor::<2>::ones([3, 2], device);
            let kernel = Tensor::<2>::ones([2, 5], device);
            let bias = Tensor::<1>::zeros([5], device);
            let targets = TensorData::new(vec![0, target, 4], [3]);
            numbers(cross_entropy(hidden, kernel, bias, Tensor::from_data(targets, device)))[0]
        };
        assert!((loss(4) - 3.0 * 5.0_f32.ln()).abs() < 1e-5);
        for target in [5, 6, 300] {
            let found = std::panic::catch_unwind(AssertUnwindSafe(|| loss(target)));
            assert!(found.is_err() || found.is_ok_and(|loss| !loss.is_finite()), "{target}");
        }
    });
}
