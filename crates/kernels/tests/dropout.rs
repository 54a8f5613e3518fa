//! Dropout drops what the formula of its mask says, on every device, forward and backward.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use burn::tensor::{Device, Tensor, TensorData};
use charnn_kernels::dropout::{Mask, dropout, reference};
use charnn_testkit::{check_gradients, numbers, on_every_device, wave};

const MASK: Mask = Mask { rate: 0.3, key: 0x0123_4567_89ab_cdef, period: None };

/// `[T, B, H]`: one number, a ragged block, a whole one, several shares of threads.
const SHAPES: [[usize; 3]; 4] = [[1, 1, 1], [3, 5, 7], [2, 4, 8], [11, 13, 517]];

fn tensor(shape: [usize; 3], device: &Device) -> Tensor<3> {
    let values = wave(shape.iter().product(), 1.0, 0.3);
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Masks that never repeat, that repeat with every step, and with every other.
fn masks([_, rows, units]: [usize; 3]) -> [Mask; 3] {
    [None, Some(rows * units), Some(2 * rows * units)].map(|period| Mask { period, ..MASK })
}

#[test]
fn one_operation_equals_the_mask_of_the_host_to_the_last_bit() {
    on_every_device(|device| {
        for shape in SHAPES {
            for mask in masks(shape) {
                let x = wave(shape.iter().product(), 1.0, 0.3);
                let factors = mask.factors(x.len());
                let expected: Vec<f32> = x.iter().zip(&factors).map(|(x, f)| x * f).collect();
                for by in [dropout::<3>, reference::<3>] {
                    let actual = numbers(by(tensor(shape, device), mask));
                    assert!(actual == expected, "{shape:?} with {mask:?}");
                }
            }
        }
    });
}

#[test]
fn the_gradient_meets_the_same_mask() {
    on_every_device(|device| {
        for shape in SHAPES {
            for mask in masks(shape) {
                let x = tensor(shape, &device.clone().autodiff()).require_grad();
                let weights = tensor(shape, &device.clone().autodiff()) * 2.0;
                let gradients = (dropout(x.clone(), mask) * weights).sum().backward();
                let expected: Vec<f32> = wave(shape.iter().product(), 1.0, 0.3)
                    .iter()
                    .zip(mask.factors(shape.iter().product()))
                    .map(|(x, factor)| x * 2.0 * factor)
                    .collect();
                assert!(numbers(x.grad(&gradients).unwrap()) == expected, "{shape:?}, {mask:?}");
            }
        }
    });
}

#[test]
fn gradients_are_the_slopes() {
    on_every_device(|device| {
        check_gradients(device, &[("x", wave(70, 1.0, 0.1))], |x| {
            let weights = Tensor::<1>::from_floats(&wave(70, 1.0, 0.2)[..], &x[0].device());
            let dropped = dropout(x[0].clone(), Mask { period: Some(35), ..MASK });
            (dropped.clone() * dropped * weights).sum()
        });
    });
}

#[test]
fn a_view_out_of_order_is_read_as_it_stands() {
    on_every_device(|device| {
        let view = || tensor([3, 5, 7], device).swap_dims(0, 2).narrow(1, 1, 3);
        let [expected, actual] = [reference::<3>, dropout::<3>].map(|by| numbers(by(view(), MASK)));
        assert_eq!(actual, expected);
    });
}

#[test]
fn a_rate_of_zero_changes_nothing() {
    on_every_device(|device| {
        let x = tensor([3, 5, 7], device);
        let dropped = dropout(x.clone(), Mask { rate: 0.0, ..MASK });
        assert_eq!(numbers(dropped), numbers(x));
    });
}

#[test]
fn the_share_that_is_dropped_is_the_rate_and_the_mean_stays() {
    for rate in [0.1, 0.5, 0.9] {
        for key in 0..20 {
            let factors = Mask { rate, key, period: None }.factors(10_000);
            let dropped = factors.iter().filter(|&&factor| factor == 0.0).count() as f64;
            let deviation = (10_000.0 * rate * (1.0 - rate)).sqrt();
            let off = (dropped - 10_000.0 * rate).abs() / deviation;
            assert!(off < 4.0, "rate {rate}, key {key}: {dropped} of 10,000");
            let mean = factors.iter().copied().map(f64::from).sum::<f64>() / 10_000.0;
            assert!((mean - 1.0).abs() < 4.0 * deviation / 10_000.0 / (1.0 - rate), "{mean}");
        }
    }
}

/// Neighbors, numbers of one counter, numbers of one unit in neighboring steps, and numbers at
/// one place under neighboring keys agree as often as independent ones.
#[test]
fn masks_are_independent_of_each_other() {
    let kept = |key: u64| -> Vec<bool> {
        let factors = Mask { rate: 0.5, key, period: None }.factors(1 << 16);
        factors.iter().map(|&factor| factor > 0.0).collect()
    };
    let check = |what: &str, a: &[bool], b: &[bool]| {
        let count = a.len().min(b.len()) as f64;
        let alike = a.iter().zip(b).filter(|(a, b)| a == b).count() as f64;
        let off = (alike - count / 2.0).abs() / (count / 4.0).sqrt();
        assert!(off < 4.0, "{what}: {alike} of {count} alike");
    };
    for key in [1, 1 << 32, 0xffff_ffff, 12_345] {
        let mask = kept(key);
        for shift in [1, 2, 31, 32, 33, 64, 384, 12_288] {
            check(&format!("key {key}, {shift} further on"), &mask[shift..], &mask);
        }
        for other in [key + 1, key ^ 1 << 32, key << 1, !key] {
            check(&format!("keys {key} and {other}"), &mask, &kept(other));
        }
    }
}

#[test]
fn a_mask_with_a_period_is_the_same_at_every_step() {
    on_every_device(|device| {
        let [steps, rows, units] = [6, 3, 37];
        let ones = Tensor::<3>::ones([steps, rows, units], device);
        let mask = Mask { period: Some(rows * units), ..MASK };
        let dropped = numbers(dropout(ones, mask));
        let first = &dropped[..rows * units];
        assert!(dropped.chunks(rows * units).all(|step| step == first));
        assert_ne!(first[..units], first[units..2 * units], "each row has its own");
    });
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let by = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let x = || tensor([11, 13, 517], &Device::flex());
        pool.install(|| masks([11, 13, 517]).map(|mask| numbers(dropout(x(), mask))))
    };
    let one = by(1);
    for threads in [2, 3] {
        assert!(by(threads) == one, "{threads} threads");
    }
}
