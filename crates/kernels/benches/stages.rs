//! The stages of a training step on the CPU, each alone, with its time and its share of what the
//! processor can do: the figures of `docs/profile.md`.
//!
//! ```sh
//! cargo bench --workspace --bench stages
//! ```

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program for the terminal")]

mod shared;

use charnn_cpu::adam::{Factors, Parameter};
use charnn_cpu::dropout::Mask;
use charnn_cpu::head::Head;
use charnn_cpu::machine::Machine;
use charnn_cpu::recurrence::backward::{Backward, backward};
use charnn_cpu::recurrence::forward::{Forward, forward};
use charnn_cpu::recurrence::sizes::Sizes;
use charnn_cpu::recurrence::step::Pre;
use charnn_cpu::sums::{kernel_gradient, row_sums};
use charnn_testkit::wave;
use shared::{Layer, WORKLOADS, median, peak};
use std::hint::black_box;
use std::time::Instant;

fn main() {
    println!("{:<34} {:>9} {:>9} {:>8}", "", "median ms", "fastest", "of peak");
    for layer in WORKLOADS {
        stages(layer);
    }
}

fn stages(layer: Layer) {
    let Layer { work, cell, units, batch_size, steps, .. } = layer;
    let sizes = Sizes { cell, steps, batch_size, units };
    let machine = Machine::here();
    let (positions, width) = (steps * batch_size, cell.gates() * units);
    let product = (2 * positions * units * width) as f64;
    let time = |stage: &str, operations: f64, call: &mut dyn FnMut()| {
        // Anew for each stage: a machine that others share changes from second to second.
        let peak = peak::measure(rayon::current_num_threads());
        let mut seconds = Vec::new();
        for round in 0..33 {
            let start = Instant::now();
            call();
            if round >= 3 {
                seconds.push(start.elapsed().as_secs_f64());
            }
        }
        let fastest = seconds.iter().copied().fold(f64::INFINITY, f64::min);
        let share = match operations {
            0.0 => String::new(),
            _ => format!("{:.1} %", 100.0 * operations / fastest / peak),
        };
        println!(
            "{:<34} {:>9.2} {:>9.2} {share:>8}",
            format!("{work}: {stage}"),
            median(&seconds) * 1e3,
            fastest * 1e3
        );
    };

    let kernel = wave(units * width, 1.0 / (units as f32).sqrt(), 0.2);
    let bias = cell.has_recurrent_bias().then(|| wave(width, 0.1, 0.3));
    let pre = wave(positions * width, 0.8, 0.1);
    let state = vec![0.0; batch_size * units];
    let cell_state = if cell.has_cell_state() { &state[..] } else { &[] };
    let pass = Forward {
        sizes,
        pre: Pre::Dense(&pre),
        kernel: &kernel,
        bias: bias.as_deref(),
        hidden: &state,
        cell_state,
        resets: &[],
        keep: true,
    };
    time("recurrence forward", product, &mut || drop(black_box(forward(&pass, machine))));

    let states = forward(&pass, machine);
    let d_hidden = wave(positions * units, 0.1, 0.9);
    let mut gates = states.gates.clone();
    let (mut d_state, mut d_cell_state) = (state.clone(), cell_state.to_vec());
    time("recurrence backward", product, &mut || {
        gates.copy_from_slice(&states.gates);
        drop(black_box(backward(
            Backward {
                sizes,
                kernel: &kernel,
                hidden: &states.hidden,
                cell_state: &states.cell_state,
                d_hidden: &d_hidden,
                resets: &[],
                gates: &mut gates,
                d_state: &mut d_state,
                d_cell_state: &mut d_cell_state,
            },
            machine,
        )));
    });

    let gradients = wave(positions * width, 0.01, 0.7);
    let before = &states.hidden[..positions * units];
    time("gradient of the kernel", product, &mut || {
        drop(black_box(kernel_gradient(before, &gradients, units, width, width)));
    });
    head(layer, &states.hidden, &time);
    time("dropout of an output", 0.0, &mut || {
        let mask = Mask { key: [1, 2], threshold: 1 << 30, scale: 4.0 / 3.0, period: usize::MAX };
        drop(black_box(mask.apply(before, machine)));
    });
    let ids: Vec<usize> = (0..positions).map(|place| place * 31 % 65).collect();
    time("gradient of a table", 0.0, &mut || {
        drop(black_box(row_sums(&gradients, &ids, 65, width)));
    });

    let [mut value, mut exp_avg, mut exp_avg_sq] =
        [0.1, 0.2, 0.3].map(|phase| wave(units * width, 1.0, phase));
    for value in &mut exp_avg_sq {
        *value = value.abs();
    }
    let rates = Factors {
        beta1: [0.9, 0.1],
        beta2: [0.999, 0.001],
        rate: 1e-3,
        epsilon: 1e-7,
        l2: 0.0,
        decay: 1.0,
    };
    time("Adam, one kernel", 0.0, &mut || {
        let gradient = &gradients[..units * width];
        let [value, exp_avg, exp_avg_sq] = [&mut value, &mut exp_avg, &mut exp_avg_sq];
        Parameter { value, exp_avg, exp_avg_sq, gradient }.update(None, rates, machine);
    });
}

/// Times a stage of so many floating-point operations, and shows it.
type Time<'a> = dyn Fn(&str, f64, &mut dyn FnMut()) + 'a;

/// The head with its loss: of `novel` after the last step, of the others after every step, and over
/// the characters of a Chinese novel too.
fn head(layer: Layer, hidden: &[f32], time: &Time<'_>) {
    let Layer { units, batch_size, steps, vocabulary, .. } = layer;
    let positions = if vocabulary.is_some() { batch_size } else { steps * batch_size };
    for characters in [65, 4500] {
        let kernel = wave(units * characters, 0.1, 0.4);
        let bias = wave(characters, 0.1, 0.5);
        let target = |place: usize| i32::try_from(place * 31 % characters).unwrap();
        let targets: Vec<i32> = (0..positions).map(target).collect();
        let hidden = &hidden[..positions * units];
        let head = Head { hidden, kernel: &kernel, bias: &bias, targets: &targets };
        let operations = (6 * positions * units * characters) as f64;
        time(&format!("head and loss, V={characters}"), operations, &mut || {
            drop(black_box(head.loss_and_gradients(Machine::here())));
        });
    }
}
