//! The products of the shipped configurations: right, without holes, and how fast.

use crate::SMALL;
use crate::parity::difference;
use burn::tensor::{Device, Tensor, TensorData};
use charnn_kernels::device::{DeviceChoice, open};
use charnn_kernels::linear;
use charnn_testkit::{numbers, wave};
use serde_json::{Value, json};
use std::time::Instant;

/// Rows, depth and columns: tables, input products of second layers, and heads.
const SHAPES: [[usize; 3]; 12] = [
    [65, 64, 768],
    [65, 256, 256],
    [65, 256, 3072],
    [65, 512, 2048],
    [128, 256, 65],
    [4096, 256, 65],
    [2500, 512, 65],
    [2500, 512, 2048],
    [1600, 1024, 65],
    [4200, 128, 512],
    [8192, 512, 1536],
    [6000, 1024, 3072],
];

pub(crate) fn check(device: &Device) -> Result<Value, String> {
    let cpu = open(DeviceChoice::Cpu).map_err(|error| error.to_string())?.device;
    let mut found = Vec::new();
    for shape in SHAPES.iter().take(if *SMALL { 2 } else { SHAPES.len() }) {
        let (actual, milliseconds) = run(*shape, device);
        let (expected, _) = run(*shape, &cpu);
        let [n, k, m] = *shape;
        for (name, (actual, expected)) in ["product", "gradient of x", "gradient of the kernel"]
            .iter()
            .zip(actual.iter().zip(&expected))
        {
            let odd = actual.iter().filter(|it| it.is_nan()).count();
            let zeros = |all: &[f32]| all.iter().filter(|it| **it == 0.0).count();
            let difference = difference(actual, expected);
            if odd > 0 || zeros(actual) > zeros(expected) + 1 || difference > 2e-4 {
                return Err(format!(
                    "{name} of {shape:?}: {odd} NaN, {} zeros, off by {difference:e}",
                    zeros(actual)
                ));
            }
        }
        let gigaflops = 2.0 * (n * k * m) as f64 / milliseconds / 1e6;
        found.push(json!({ "shape": shape, "ms": milliseconds, "gflops": gigaflops }));
    }
    Ok(json!(found))
}

/// The product and two gradients, and milliseconds of the product alone.
fn run([n, k, m]: [usize; 3], device: &Device) -> ([Vec<f32>; 3], f64) {
    let learning = device.clone().autodiff();
    let matrix = |rows: usize, columns: usize, scale: f32, phase: f32, device: &Device| {
        let values = TensorData::new(wave(rows * columns, scale, phase), [rows, columns]);
        Tensor::<2>::from_data(values, device)
    };
    let scale = 1.0 / (k as f32).sqrt();
    let x = matrix(n, k, 1.0, 0.1, &learning).require_grad();
    let kernel = matrix(k, m, scale, 0.2, &learning).require_grad();
    let bias = Tensor::<1>::zeros([m], &learning).require_grad();
    let product = linear(x.clone(), kernel.clone(), bias);
    let weights = matrix(n, m, 1.0 / (n as f32).sqrt(), 0.3, &learning);
    let gradients = (product.clone() * weights).sum().backward();
    let results = [
        numbers(product),
        numbers(x.grad(&gradients).unwrap()),
        numbers(kernel.grad(&gradients).unwrap()),
    ];
    let (x, kernel) = (matrix(n, k, 1.0, 0.1, device), matrix(k, m, scale, 0.2, device));
    let bias = Tensor::<1>::zeros([m], device);
    let product = || linear(x.clone(), kernel.clone(), bias.clone());
    let read = |tensor: Tensor<2>| numbers(tensor.slice([0..1, 0..1]));
    read(product());
    let repeats = if *SMALL { 1 } else { 10 };
    let before = Instant::now();
    let mut last = product();
    for _ in 1..repeats {
        last = product();
    }
    read(last);
    (results, before.elapsed().as_secs_f64() * 1e3 / f64::from(repeats))
}
