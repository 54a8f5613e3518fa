//! An update by Adam in one pass gives what the plain tensor operations give.

use burn::tensor::{Device, Tensor};
use charnn_kernels::adam::{Rates, State, reference, update};
use charnn_testkit::{assert_close, numbers, on_every_device, wave};

type Update = fn(State, Tensor<1>, Option<Tensor<1>>, Rates) -> State;

const SIZES: [usize; 4] = [1, 7, 1000, 65_537];

/// The scalars of update `t`, counted from 1.
fn rates(t: i32) -> Rates {
    let (beta1, beta2) = (0.9_f64, 0.999_f64);
    let correction = (1.0 - beta2.powi(t)).sqrt();
    let rate = 1e-2 * correction / (1.0 - beta1.powi(t));
    Rates { beta1, beta2, rate, epsilon: 1e-8 * correction, l2: 0.0, decay: 1.0 }
}

fn tensor(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_floats(values, device)
}

fn start(size: usize, device: &Device) -> State {
    let zeros = Tensor::zeros([size], device);
    State {
        value: tensor(&wave(size, 1.0, 0.3), device),
        exp_avg: zeros.clone(),
        exp_avg_sq: zeros,
    }
}

/// A parameter and its moments after `steps` updates, each against another gradient. With a scale
/// there is weight decay too, of both kinds.
fn run(by: Update, size: usize, scale: Option<f32>, steps: i32, device: &Device) -> [Vec<f32>; 3] {
    let mut state = start(size, device);
    for t in 1..=steps {
        // Of all magnitudes from 1 to 1e-6, and never of one sign only.
        let gradient = wave(size, 10_f32.powi(-(t % 7)), 0.1 + t as f32);
        let rates = match scale {
            Some(_) => Rates { l2: 0.03, decay: 0.999, ..rates(t) },
            None => rates(t),
        };
        let scale = scale.map(|scale| tensor(&[scale], device));
        state = by(state, tensor(&gradient, device), scale, rates);
    }
    [state.value, state.exp_avg, state.exp_avg_sq].map(numbers)
}

fn bits(state: &[Vec<f32>; 3]) -> Vec<u32> {
    state.iter().flatten().map(|number| number.to_bits()).collect()
}

const NAMES: [&str; 3] = ["value", "exp_avg", "exp_avg_sq"];

#[test]
fn one_pass_equals_the_reference_over_many_updates() {
    on_every_device(|device| {
        for size in SIZES {
            for scale in [None, Some(0.25)] {
                let expected = run(reference, size, scale, 30, &Device::flex());
                let actual = run(update, size, scale, 30, device);
                for ((actual, expected), name) in actual.iter().zip(&expected).zip(NAMES) {
                    let what = format!("{name} of {size}, scale {scale:?}");
                    // The first updates move a number by ±0.01 each, whatever its gradient's size.
                    assert_close(&what, actual, expected, 2e-6);
                }
            }
        }
    });
}

#[test]
fn on_the_cpu_one_pass_equals_the_reference_to_the_last_bit() {
    for size in SIZES {
        for scale in [None, Some(0.3)] {
            let [expected, actual] =
                [reference, update].map(|by| bits(&run(by, size, scale, 30, &Device::flex())));
            assert!(actual == expected, "{size}, scale {scale:?}");
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let by = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        bits(&pool.install(|| run(update, 65_537, Some(0.3), 5, &Device::flex())))
    };
    let one = by(1);
    for threads in [2, 3] {
        assert!(by(threads) == one, "{threads} threads");
    }
}

#[test]
fn the_same_numbers_come_out_every_time() {
    on_every_device(|device| {
        let [first, second] = [(); 2].map(|()| bits(&run(update, 1000, Some(0.3), 10, device)));
        assert!(first == second);
    });
}

#[test]
fn without_a_gradient_nothing_moves_and_moments_decay() {
    on_every_device(|device| {
        let zeros = || Tensor::<1>::zeros([1000], device);
        let before = start(1000, device);
        let rested = update(before.clone(), zeros(), None, rates(1));
        assert_eq!(numbers(rested.value), numbers(before.value.clone()));
        assert_eq!(numbers(rested.exp_avg), numbers(zeros()));
        assert_eq!(numbers(rested.exp_avg_sq), numbers(zeros()));

        let moments = State { exp_avg: zeros() + 0.5, exp_avg_sq: zeros() + 0.25, ..before };
        let rested = update(moments, zeros(), None, rates(2));
        assert_close("exp_avg", &numbers(rested.exp_avg), &[0.45; 1000], 1e-6);
        assert_close("exp_avg_sq", &numbers(rested.exp_avg_sq), &[0.249_75; 1000], 1e-6);
    });
}

#[test]
fn what_somebody_else_holds_is_not_written_over() {
    on_every_device(|device| {
        let before = start(1000, device);
        let [value, exp_avg] = [&before.value, &before.exp_avg].map(|held| numbers(held.clone()));
        let after = update(before.clone(), Tensor::ones([1000], device), None, rates(1));
        assert_ne!(numbers(after.value), value);
        assert_eq!(numbers(before.value), value);
        assert_eq!(numbers(before.exp_avg), exp_avg);
        assert_eq!(numbers(before.exp_avg_sq), exp_avg);
    });
}

#[test]
fn a_view_of_a_larger_tensor_and_a_gradient_out_of_order_are_read_where_they_are() {
    on_every_device(|device| {
        let all = tensor(&wave(300, 1.0, 0.7), device);
        let state = |first: usize| {
            let part = || all.clone().narrow(0, first, 77);
            State { value: part(), exp_avg: part() * 0.1, exp_avg_sq: part() * part() }
        };
        let gradient = || Tensor::<1>::from_floats(&wave(77, 1.0, 0.2)[..], device).flip([0]);
        let stretched = || tensor(&[0.5], device).expand([77]);
        for gradient in [gradient(), stretched()] {
            let [expected, actual] = [reference, update].map(|by: Update| {
                let after = by(state(13), gradient.clone(), None, rates(3));
                [after.value, after.exp_avg, after.exp_avg_sq].map(numbers)
            });
            for ((actual, expected), name) in actual.iter().zip(&expected).zip(NAMES) {
                assert_close(name, actual, expected, 2e-6);
            }
        }
        assert_eq!(numbers(all), wave(300, 1.0, 0.7));
    });
}
