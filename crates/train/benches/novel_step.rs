//! One training step of `configs/novel.toml` on the CPU, the network put together from burn's own
//! modules: what charnn's own recurrence is measured against. Prints a line of JSON, like the peers
//! that `scripts/bench-cpu.sh` runs beside it.
//!
//! Forward, loss and backward alone: this project does not link burn's optimizers.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program for the terminal")]

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Embedding, EmbeddingConfig, Linear, LinearConfig, Rnn, RnnConfig};
use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_data::Batch;
use mimalloc::MiMalloc;
use std::time::Instant;

/// The program's allocator, so that both sides have the same.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The tutorial on a text of 65 characters.
const V: usize = 65;
const T: usize = 100;
const B: usize = 128;
const H: usize = 256;
const WARM_UP: usize = 2;
const STEPS: usize = 12;

fn main() {
    // `cargo bench` and `cargo test --benches` pass flags that mean nothing here.
    let inputs: Vec<i32> = (0..T * B).map(|at| i32::try_from(at * 31 % V).unwrap()).collect();
    let targets: Vec<i32> = (0..B).map(|at| i32::try_from(at * 17 % V).unwrap()).collect();
    let batch =
        Batch { steps: T, rows: B, inputs, targets, resets: vec![true; B], boundaries: Vec::new() };

    report("burn nn::Rnn", &burn_modules(&batch));
}

/// Prints median and minimum of the times of a step, in milliseconds.
fn report(peer: &str, milliseconds: &[f64]) {
    let mut sorted = milliseconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (median, least) = (sorted[sorted.len() / 2], sorted[0]);
    println!(
        "{{\"peer\": \"{peer}\", \"work\": \"novel\", \"steps\": {}, \"median_ms\": {median:.1}, \"min_ms\": {least:.1}}}",
        sorted.len(),
    );
}

/// Times `STEPS` calls after `WARM_UP` others.
fn time(mut call: impl FnMut()) -> Vec<f64> {
    (0..WARM_UP + STEPS)
        .map(|_| {
            let start = Instant::now();
            call();
            start.elapsed().as_secs_f64() * 1e3
        })
        .skip(WARM_UP)
        .collect()
}

#[derive(Module, Debug)]
struct BurnNetwork {
    embedding: Embedding,
    rnn: Rnn,
    head: Linear,
}

fn burn_modules(batch: &Batch) -> Vec<f64> {
    let device = Device::flex().autodiff();
    let network = BurnNetwork {
        embedding: EmbeddingConfig::new(V, H).init(&device),
        rnn: RnnConfig::new(H, H, true).with_batch_first(false).init(&device),
        head: LinearConfig::new(H, V).init(&device),
    };
    let loss = CrossEntropyLossConfig::new().init(&device);
    let ids = TensorData::new(batch.inputs.clone(), [T, B]);
    time(|| {
        let ids = Tensor::<2, Int>::from_data(ids.clone(), &device);
        let (_, state) = network.rnn.forward(network.embedding.forward(ids), None);
        let logits = network.head.forward(state.hidden);
        let targets = Tensor::<1, Int>::from_data(&batch.targets[..], &device);
        let loss = loss.forward(logits, targets);
        let gradients = loss.backward();
        let value: f32 = loss.into_scalar();
        assert!(value.is_finite());
        drop(gradients);
    })
}
