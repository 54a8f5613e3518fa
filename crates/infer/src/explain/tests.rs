//! The gradients against finite differences, for every cell.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use super::backward::input_gradients;
use super::forward::{LayerState, Step, step};
use super::weights::Weights;
use charnn_bundle::{
    Architecture, Bundle, Cell, HostTensor, Provenance, Purpose, Seed, Vocabulary,
};
use rand::Rng;

const SYMBOLS: usize = 7;
const UNITS: usize = 6;

fn random(rng: &mut impl Rng) -> f64 {
    f64::from(rng.next_u32()) / f64::from(u32::MAX) * 2.0 - 1.0
}

#[expect(clippy::cast_possible_truncation, reason = "random weights may be rounded")]
fn bundle(cell: Cell, num_layers: usize, tie_weights: bool, layer_norm: bool) -> Bundle {
    let architecture = Architecture {
        cell,
        embedding_dim: if tie_weights { UNITS } else { 4 },
        hidden_size: UNITS,
        num_layers,
        tie_weights,
        layer_norm,
    };
    let vocabulary = Vocabulary::of_characters(('a'..).take(SYMBOLS), false).unwrap();
    let mut rng = Seed(4).rng(Purpose::Weights, 0);
    let tensors = architecture.tensors(SYMBOLS).map(|(name, shape)| {
        let mut tensor = HostTensor::zeros(name, shape);
        tensor.values.fill_with(|| random(&mut rng) as f32);
        tensor
    });
    Bundle::new(architecture, vocabulary, tensors.collect(), Provenance::default()).unwrap()
}

fn read(weights: &Weights<'_>, inputs: &[Vec<f64>]) -> Vec<Step> {
    let state = LayerState { hidden: vec![0.1; weights.units], cell: vec![-0.2; weights.units] };
    let mut states = vec![state; weights.layers.len()];
    inputs.iter().map(|input| step(weights, &mut states, input.clone())).collect()
}

/// The logit of symbol 2 minus that of symbol 5.
fn difference(weights: &Weights<'_>, inputs: &[Vec<f64>]) -> f64 {
    let steps = read(weights, inputs);
    let logits = weights.logits(&steps.last().unwrap().last().unwrap().output);
    logits[2] - logits[5]
}

#[test]
fn gradients_are_those_of_finite_differences() {
    for cell in Cell::ALL {
        for (layers, tied, normed) in [
            (1, false, false),
            (2, false, false),
            (1, true, false),
            (3, false, true),
            (2, true, true),
        ] {
            let bundle = bundle(cell, layers, tied, normed);
            let weights = Weights::of(&bundle);
            let inputs: Vec<Vec<f64>> =
                [3, 0, 6, 2, 2, 1].iter().map(|id| weights.embedding(*id)).collect();
            let output: Vec<f64> =
                (0..UNITS).map(|unit| weights.head(unit, 2) - weights.head(unit, 5)).collect();
            let found = input_gradients(&weights, &read(&weights, &inputs), &output);
            let mut largest = 0.0_f64;
            for (time, gradient) in found.iter().enumerate() {
                assert_eq!(gradient.len(), inputs[0].len());
                for (place, gradient) in gradient.iter().enumerate() {
                    let at = |change: f64| {
                        let mut changed = inputs.clone();
                        changed[time][place] += change;
                        difference(&weights, &changed)
                    };
                    let expected = (at(1e-5) - at(-1e-5)) / 2e-5;
                    assert!(
                        (gradient - expected).abs() < 1e-8 * expected.abs().max(1.0),
                        "{cell}, {layers} layers, tied {tied}, normed {normed}, time {time}: \
                         {gradient}, not {expected}"
                    );
                    largest = largest.max(expected.abs());
                }
            }
            assert!(largest > 1e-3, "{cell}: the gradients vanish");
        }
    }
}
