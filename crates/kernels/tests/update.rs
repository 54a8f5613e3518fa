//! The update of all parameters at once, on a software Vulkan adapter, against parameter by parameter on
//! the CPU.

#![cfg(feature = "gpu")]
#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(clippy::float_cmp, clippy::cast_possible_truncation, reason = "numbers are exact, or f32")]

use burn::tensor::{Device, Tensor};
use charnn_kernels::adam::{Rates, State, reference};
use charnn_kernels::update::{Criteria, Verdict, gather, is_fused};
use charnn_testkit::{assert_close, numbers, on_every_device, wave};

/// Sizes of parameters: fewer numbers than a block, exactly one, and some more; and many parameters.
const SIZES: [usize; 18] =
    [1, 7, 4096, 4097, 20_000, 64, 65, 3, 5, 9, 11, 13, 300, 2, 1, 1, 70_000, 8];

fn on_gpus(test: impl Fn(&Device)) {
    on_every_device(|device| {
        if is_fused(device) {
            test(device);
        }
    });
}

fn tensors(sizes: &[usize], scale: f32, phase: f32, device: &Device) -> Vec<Tensor<1>> {
    let wave = |(index, size): (usize, &usize)| wave(*size, scale, phase + index as f32);
    let tensor = |values: Vec<f32>| Tensor::from_floats(&values[..], device);
    sizes.iter().enumerate().map(wave).map(tensor).collect()
}

fn scalar(number: f32, device: &Device) -> Tensor<1> {
    Tensor::from_floats([number], device)
}

fn loss_of(number: f32, device: &Device) -> Criteria<'static> {
    Criteria { losses: vec![scalar(number, device)], limit: None, previous: None }
}

fn rates() -> Rates {
    Rates { beta1: 0.9, beta2: 0.999, rate: 1e-2, epsilon: 1e-8, l2: 0.01, decay: 0.999 }
}

fn start(device: &Device) -> Vec<State> {
    let values = tensors(&SIZES, 1.0, 0.3, device);
    let state = |value: Tensor<1>| {
        let zeros = value.zeros_like();
        State { value, exp_avg: zeros.clone(), exp_avg_sq: zeros }
    };
    values.into_iter().map(state).collect()
}

fn read(states: &[State]) -> Vec<Vec<f32>> {
    let state = |state: &State| {
        [&state.value, &state.exp_avg, &state.exp_avg_sq].map(|tensor| numbers(tensor.clone()))
    };
    states.iter().flat_map(state).collect()
}

/// States after some updates, with a limit of the norm that clips.
fn updated(device: &Device, at_once: bool) -> (Vec<Vec<f32>>, f64) {
    let (mut states, mut norm) = (start(device), 0.0);
    for step in 0..5 {
        let gradients = tensors(&SIZES, 0.1, step as f32, device);
        if at_once {
            let criteria = Criteria { limit: Some(2.0), ..loss_of(1.0, device) };
            let (after, verdict) = gather(gradients, 0.5).adam(states, criteria, rates());
            norm = verdict.read().unwrap().norm;
            states = after;
        } else {
            let squares = gradients.iter().flat_map(|it| numbers(it.clone()));
            norm = squares.map(|it| (f64::from(it) / 2.0).powi(2)).sum::<f64>().sqrt();
            let scale = (0.5 * 2.0 / norm.max(2.0)) as f32;
            let update = |(state, gradient)| {
                reference(state, gradient, Some(scalar(scale, device)), rates())
            };
            states = states.into_iter().zip(gradients).map(update).collect();
        }
    }
    (read(&states), norm)
}

#[test]
fn all_at_once_equals_one_by_one() {
    on_gpus(|device| {
        let (expected, norm) = updated(&Device::flex(), false);
        let (actual, measured) = updated(device, true);
        assert!(norm > 2.0 && (measured / norm - 1.0).abs() < 1e-6, "{measured}, {norm}");
        for (index, (actual, expected)) in actual.iter().zip(&expected).enumerate() {
            assert_close(&format!("tensor {index}"), actual, expected, 1e-5);
        }
    });
}

#[test]
fn a_sum_of_millions_has_the_same_bits_every_time() {
    on_gpus(|device| {
        // Of very different sizes, so that the order of a sum shows.
        let numbers: Vec<f32> = wave(3 << 20, 1.0, 0.1).iter().map(|x| x.powi(9)).collect();
        let exact = numbers.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        let gradient = Tensor::<1>::from_floats(&numbers[..], device);
        let norm = || {
            let (verdict, _) = gather(vec![gradient.clone()], 1.0).judge(loss_of(0.0, device));
            verdict.read().unwrap().norm
        };
        let first = norm();
        assert!((first / exact - 1.0).abs() < 1e-5, "{first}, exactly {exact}");
        for _ in 0..20 {
            assert!(norm().to_bits() == first.to_bits());
        }
    });
}

#[test]
fn what_is_not_finite_changes_nothing_and_nothing_after_it() {
    on_gpus(|device| {
        let before = start(device);
        let expected = read(&before);
        let update = |states: Vec<State>, gradient: f32, loss: f32, previous: Option<&Verdict>| {
            let mut gradients = tensors(&SIZES, 0.1, 1.0, device);
            gradients[3] = gradients[3].zeros_like() + gradient;
            let criteria = Criteria { previous, ..loss_of(loss, device) };
            gather(gradients, 1.0).adam(states, criteria, rates())
        };
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30] {
            for (gradient, loss) in [(bad, 1.0), (0.1, bad)] {
                if loss == 1e30 {
                    continue; // a large loss is finite; a large gradient has no finite norm
                }
                let (states, first) = update(before.clone(), gradient, loss, None);
                assert!(read(&states) == expected, "{gradient}, {loss}");
                let (states, second) = update(states, 0.1, 1.0, Some(&first));
                let (states, third) = update(states, 0.1, 1.0, Some(&second));
                assert!(read(&states) == expected, "after {gradient}, {loss}");
                let found = first.read().unwrap();
                assert_eq!(found.loss.is_finite(), loss == 1.0, "{found:?}");
                assert_eq!(found.norm.is_finite(), loss != 1.0, "{found:?}");
                assert!(third.read().unwrap().loss.is_finite());
                let (states, _) = update(states, 0.1, 1.0, None);
                assert!(read(&states) != expected);
            }
        }
    });
}

#[test]
fn the_losses_of_several_batches_are_added() {
    on_gpus(|device| {
        let losses = vec![scalar(1.5, device), scalar(2.0, device), scalar(-0.25, device)];
        let criteria = Criteria { losses, ..loss_of(0.0, device) };
        let gathered = gather(tensors(&[5], 1.0, 0.0, device), 1.0);
        let (verdict, scale) = gathered.judge(criteria);
        assert_eq!(verdict.read().unwrap().loss, 3.25);
        assert_eq!(numbers(scale), [1.0]);
    });
}

#[test]
fn a_held_copy_is_not_written_over() {
    on_gpus(|device| {
        let step = |states| {
            let gradients = tensors(&SIZES, 0.1, 1.0, device);
            gather(gradients, 1.0).adam(states, loss_of(1.0, device), rates()).0
        };
        let held = step(start(device));
        let before = read(&held);
        assert!(read(&step(held.clone())) != before);
        assert!(read(&held) == before);
        // A parameter that was replaced is not taken for the old one.
        let mut changed = held.clone();
        changed[4].value = changed[4].value.zeros_like();
        let expected = read(&step(changed.clone().into_iter().map(apart).collect()));
        assert!(read(&step(changed)) == expected);
    });
}

/// The same numbers in memory of their own.
fn apart(state: State) -> State {
    let copy = |tensor: Tensor<1>| {
        let device = tensor.device();
        Tensor::from_floats(&numbers(tensor)[..], &device)
    };
    State {
        value: copy(state.value),
        exp_avg: copy(state.exp_avg),
        exp_avg_sq: copy(state.exp_avg_sq),
    }
}
