//! The engine against the equations in plain f64, one number after another.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::{Bundle, Cell};
use charnn_infer::{Engine, Text};
use shared::{bundle, ids};

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// What a layer computes at one symbol.
#[derive(Clone)]
struct Layer {
    h: Vec<f64>,
    c: Vec<f64>,
    /// The gates in the order of `Cell::gate_names`.
    gates: Vec<Vec<f64>>,
}

/// `bias + x·W`, `W` `[x, N]`.
fn affine(x: &[f64], kernel: &[f32], bias: Option<&[f32]>, width: usize) -> Vec<f64> {
    let column = |at: usize| {
        let sum: f64 =
            x.iter().enumerate().map(|(row, x)| x * f64::from(kernel[row * width + at])).sum();
        sum + bias.map_or(0.0, |bias| f64::from(bias[at]))
    };
    (0..width).map(column).collect()
}

/// Reads `ids`; calls `visit` with the layers and the logits after each.
fn read(bundle: &Bundle, ids: &[u16], mut visit: impl FnMut(&[Layer], &[f64])) {
    let architecture = bundle.architecture();
    let (cell, size) = (architecture.cell, architecture.hidden_size);
    let tensor = |name: &str| bundle.tensor(name).unwrap();
    let zeros = vec![0.0; size];
    let mut layers = vec![
        Layer { h: zeros.clone(), c: zeros.clone(), gates: Vec::new() };
        architecture.num_layers
    ];
    let width = cell.gates() * size;
    for &id in ids {
        let embedding = architecture.embedding_dim;
        let row = &tensor("embedding")[usize::from(id) * embedding..][..embedding];
        let mut x: Vec<f64> = row.iter().copied().map(f64::from).collect();
        for (index, layer) in layers.iter_mut().enumerate() {
            let get = |name: &str| bundle.tensor(&format!("layers.{index}.{name}"));
            let pre = affine(&x, get("kernel").unwrap(), get("bias"), width);
            let rec = match get("recurrent_kernel") {
                Some(kernel) => affine(&layer.h, kernel, get("recurrent_bias"), width),
                None => vec![0.0; width],
            };
            let at = |values: &[f64], gate: usize, unit: usize| values[gate * size + unit];
            let both = |gate, unit| at(&pre, gate, unit) + at(&rec, gate, unit);
            let gate = |gate: usize, f: fn(f64) -> f64| -> Vec<f64> {
                (0..size).map(|unit| f(both(gate, unit))).collect()
            };
            match cell {
                Cell::Rnn => {
                    layer.h = gate(0, f64::tanh);
                    layer.gates = vec![layer.h.clone()];
                }
                Cell::Gru => {
                    let (z, r) = (gate(0, sigmoid), gate(1, sigmoid));
                    let n: Vec<f64> = (0..size)
                        .map(|unit| (at(&pre, 2, unit) + r[unit] * at(&rec, 2, unit)).tanh())
                        .collect();
                    layer.h = (0..size)
                        .map(|unit| (1.0 - z[unit]) * n[unit] + z[unit] * layer.h[unit])
                        .collect();
                    layer.gates = vec![z, r, n];
                }
                Cell::Lstm => {
                    let (i, f) = (gate(0, sigmoid), gate(1, sigmoid));
                    let (g, o) = (gate(2, f64::tanh), gate(3, sigmoid));
                    layer.c = (0..size).map(|u| f[u] * layer.c[u] + i[u] * g[u]).collect();
                    layer.h = (0..size).map(|u| o[u] * layer.c[u].tanh()).collect();
                    layer.gates = vec![i, f, g, o];
                }
                Cell::MinGru => {
                    let (z, n) = (gate(0, sigmoid), gate(1, |n| n));
                    layer.h = (0..size).map(|u| (1.0 - z[u]) * layer.h[u] + z[u] * n[u]).collect();
                    layer.gates = vec![z, n];
                }
            }
            x.clone_from(&layer.h);
            if let (Some(gain), Some(bias)) = (get("norm.gain"), get("norm.bias")) {
                let mean = x.iter().sum::<f64>() / size as f64;
                let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / size as f64;
                for (unit, x) in x.iter_mut().enumerate() {
                    *x = (*x - mean) / (variance + 1e-5).sqrt() * f64::from(gain[unit])
                        + f64::from(bias[unit]);
                }
            }
        }
        let vocabulary = bundle.vocabulary().len();
        let kernel = bundle.tensor("head.kernel").map_or_else(
            || {
                let embedding = tensor("embedding");
                let place = |at: usize| embedding[at % vocabulary * size + at / vocabulary];
                (0..size * vocabulary).map(place).collect()
            },
            <[f32]>::to_vec,
        );
        visit(&layers, &affine(&x, &kernel, bundle.tensor("head.bias"), vocabulary));
    }
}

#[track_caller]
fn close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() < 2e-5, "{what}: {found}, not {expected}");
    }
}

#[test]
fn logits_states_gates_and_losses_are_those_of_the_equations() {
    for cell in Cell::ALL {
        for (tied, normed) in [(false, false), (true, false), (false, true), (true, true)] {
            let bundle = bundle(cell, tied, normed);
            let what = format!("{cell}, tied {tied}, normed {normed}");
            let engine = Engine::new(&bundle);
            let ids = ids(40);
            let mut state = engine.start();
            state.record_gates();
            let (mut losses, mut at) = (Vec::new(), 0);
            read(&bundle, &ids, |layers, logits| {
                state.read(&ids[at..=at]);
                at += 1;
                close(state.logits(), logits, &what);
                for (index, layer) in layers.iter().enumerate() {
                    close(state.hidden(index), &layer.h, &what);
                    match state.cell(index) {
                        Some(found) => close(found, &layer.c, &what),
                        None => assert!(!cell.has_cell_state()),
                    }
                    for (name, expected) in cell.gate_names().iter().zip(&layer.gates) {
                        let gate = state.gate(index, name).expect("recorded");
                        close(gate, expected, &format!("{what}, gate {name}"));
                    }
                    assert_eq!(state.gate(index, "x"), None);
                }
                let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
                if let Some(&next) = ids.get(at) {
                    losses.push(sum.ln() - logits[usize::from(next)]);
                }
            });
            close(&engine.score(&ids), &losses, &what);
            let loss = engine.evaluate(Text::from(&ids[..]), &|| false).unwrap();
            assert_eq!(loss.characters, 39);
            assert!((loss.sum - losses.iter().sum::<f64>()).abs() < 1e-3, "{what}");
        }
    }
}
