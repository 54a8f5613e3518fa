//! The recurrence and the packed network on the CPU, each with its throughput and its share of what the
//! processor can do.
//!
//! ```sh
//! cargo bench --workspace --bench operations
//! ```
//!
//! An `item` of the first table is a floating-point operation.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program for the terminal")]

mod shared;

use burn::tensor::Device;
use charnn_bundle::{Architecture, Bundle, HostTensor, Provenance, Vocabulary};
use charnn_cpu::{PackedNetwork, Precision};
use charnn_kernels::Cell;
use charnn_testkit::wave;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use shared::{Layer, ONE_TEXT, Pass, WORKLOADS, median, peak};
use std::fmt;
use std::sync::Mutex;
use std::time::Instant;

/// What was timed, for the table of shares.
static TIMED: Mutex<Vec<Timed>> = Mutex::new(Vec::new());

struct Timed {
    what: String,
    /// Threads that it may use.
    threads: usize,
    /// Floating-point operations a second.
    rate: f64,
}

fn main() {
    let threads = rayon::current_num_threads();
    let (one, all) = (peak::measure(1), peak::measure(threads));
    println!(
        "Peak, measured: {:.1} GFLOP/s on one thread, {:.1} on {threads}",
        one / 1e9,
        all / 1e9
    );
    divan::main();
    let timed = TIMED.lock().unwrap();
    if !timed.is_empty() {
        println!("\n{:<46} {:>8} {:>14}", "", "GFLOP/s", "share of peak");
    }
    for Timed { what, threads, rate } in &*timed {
        let share = 100.0 * rate / if *threads == 1 { one } else { all };
        println!("{what:<46} {:>8.1} {share:>12.1} %", rate / 1e9);
    }
}

#[divan::bench(args = LAYERS, max_time = 1.5, sample_size = 1)]
fn forward(bencher: Bencher<'_, '_>, layer: Layer) {
    layer_by(bencher, layer, Pass::Forward);
}

#[divan::bench(args = LAYERS, max_time = 1.5, sample_size = 1)]
fn forward_backward(bencher: Bencher<'_, '_>, layer: Layer) {
    layer_by(bencher, layer, Pass::ForwardBackward);
}

const LAYERS: [Layer; 6] =
    [WORKLOADS[0], WORKLOADS[1], WORKLOADS[2], ONE_TEXT[0], ONE_TEXT[1], ONE_TEXT[2]];

fn layer_by(bencher: Bencher<'_, '_>, layer: Layer, pass: Pass) {
    let call = layer.prepare(pass, &Device::flex());
    let threads = rayon::current_num_threads();
    let what = format!("{pass}, {layer}");
    time(bencher, what, threads, layer.operations(pass), call);
}

#[divan::bench(args = NETWORKS, max_time = 1.0, sample_size = 1)]
fn packed_step(bencher: Bencher<'_, '_>, network: Network) {
    /// Characters a call: one alone would be as short as the clock is coarse.
    const CHARACTERS: usize = 32;
    let packed = PackedNetwork::new(&network.weights(), Precision::F32);
    let mut state = packed.start(1);
    let read = || {
        for id in 0..CHARACTERS {
            packed.read(&mut state, &[u16::try_from(id).unwrap()]);
            black_box(packed.logits(&mut state));
        }
    };
    let what = format!("packed step, {network}");
    time(bencher, what, 1, CHARACTERS * network.operations(), read);
}

/// A network of a workload, reading one text.
#[derive(Debug, Clone, Copy)]
struct Network {
    cell: Cell,
    units: usize,
    layers: usize,
}

const NETWORKS: [Network; 3] = [
    Network { cell: Cell::Rnn, units: 256, layers: 1 },
    Network { cell: Cell::Lstm, units: 512, layers: 2 },
    Network { cell: Cell::Gru, units: 512, layers: 2 },
];
/// Characters of the workloads.
const V: usize = 65;

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}x{}, B=1", self.cell, self.layers, self.units)
    }
}

impl Network {
    /// Floating-point operations a character: the lowest layer looks its inputs up.
    fn operations(self) -> usize {
        let product = self.units * self.cell.gates() * self.units;
        2 * ((2 * self.layers - 1) * product + self.units * V)
    }

    fn weights(self) -> Bundle {
        let Self { cell, units, layers } = self;
        let architecture = Architecture {
            cell,
            embedding_dim: units,
            hidden_size: units,
            num_layers: layers,
            tie_weights: false,
            layer_norm: false,
        };
        let scale = 1.0 / (units as f32).sqrt();
        let tensors = architecture.tensors(V).map(|(name, shape)| {
            let values = wave(shape.iter().product(), scale, shape.len() as f32);
            HostTensor { name, shape, values }
        });
        let vocabulary = Vocabulary::of_characters(('A'..).take(V), false).unwrap();
        Bundle::new(architecture, vocabulary, tensors.collect(), Provenance::default()).unwrap()
    }
}

/// Times `call`, and keeps its median rate: divan shows rates, not shares.
fn time(
    bencher: Bencher<'_, '_>,
    what: String,
    threads: usize,
    operations: usize,
    mut call: impl FnMut(),
) {
    call(); // the first allocates
    let mut seconds = Vec::new();
    bencher.counter(ItemsCount::new(operations)).bench_local(|| {
        let start = Instant::now();
        call();
        seconds.push(start.elapsed().as_secs_f64());
    });
    if !seconds.is_empty() {
        let rate = operations as f64 / median(&seconds);
        TIMED.lock().unwrap().push(Timed { what, threads, rate });
    }
}
