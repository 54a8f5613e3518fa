//! What is asked of a network, and the answer.

use super::backward::input_gradients;
use super::explanation::{Explanation, SymbolEffect};
use super::forward::{LayerState, Step, step};
use super::removal::{difference, removals};
use super::units::{detail, effects};
use super::weights::Weights;
use crate::{Engine, State};
use charnn_bundle::Bundle;

/// Symbols that are listed as the likeliest.
const LIKELIEST: usize = 5;

/// A text whose next symbol is explained.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    /// Symbols before the text that belong to it, but are not explained: see [`crate::Prompt::context`].
    pub context: &'a [u16],
    /// The text. May be empty if there is a context.
    pub text: &'a [u16],
}

/// Which symbol is explained, and in how much detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The symbol to explain; by default the likeliest.
    pub target: Option<u16>,
    /// The symbol to compare it with; by default the likeliest other one.
    pub against: Option<u16>,
    /// Units whose gates are explained.
    pub units: usize,
    /// Symbols at the end of the text whose effects are computed. The work grows with its square.
    pub symbols: usize,
}

impl Default for Question {
    fn default() -> Self {
        Self { target: None, against: None, units: 5, symbols: 100 }
    }
}

/// Explains the next symbol after `passage` by `bundle`, of which `engine` was made.
///
/// The difference of the logits of two symbols is split over the units of the last layer, which is exact. The gates of
/// the units with the largest parts are split into what the symbol, other units and biases add. The effects of earlier
/// symbols are measured by removing each, and by the gradient.
///
/// ```
/// # use charnn_infer::{Bundle, Engine, Passage, Prompt, Question, explain};
/// # let bytes: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tales.charnn.safetensors"));
/// let bundle = Bundle::from_bytes(bytes)?;
/// let engine = Engine::new(&bundle);
/// let prompt = Prompt::of(&engine, "Once upon a tim")?;
/// let passage = Passage { context: &prompt.context, text: &prompt.ids };
/// let why = explain(&bundle, &engine, passage, Question::default());
/// assert_eq!(engine.vocabulary().symbol(why.target), "e");
/// let sum: f64 = why.units.iter().map(|unit| unit.effect).sum();
/// assert!((why.bias + sum - why.difference).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// When `passage` is empty, an id is not below `V`, or target and other symbol are the same.
pub fn explain(
    bundle: &Bundle,
    engine: &Engine,
    passage: Passage<'_>,
    question: Question,
) -> Explanation {
    let Passage { context, text } = passage;
    assert!(!context.is_empty() || !text.is_empty(), "a symbol to start from");
    // At least one symbol is read here, so that there are gates to show.
    let all = [context, text].concat();
    let explained = text.len().min(question.symbols);
    let (prefix, ids) = all.split_at(all.len() - explained.max(1));
    let weights = Weights::of(bundle);
    let mut state = engine.start();
    state.read(prefix);
    let mut states = host(&state, weights.layers.len());
    let steps: Vec<Step> =
        ids.iter().map(|id| step(&weights, &mut states, weights.embedding(*id))).collect();
    let last = steps.last().and_then(|step| step.last()).expect("a step and a layer");
    let logits = weights.logits(&last.output);
    let order = order(&logits);
    let target = question.target.or(order.iter().copied().find(|id| Some(*id) != question.against));
    let target = target.expect("a vocabulary has at least two symbols");
    let against = question.against.or(order.iter().copied().find(|id| *id != target));
    let against = against.expect("a vocabulary has at least two symbols");
    assert_ne!(target, against, "two symbols");
    let pair = [target, against];
    let probability = probabilities(&logits);

    let units = effects(&weights, &last.output, pair);
    let gradient: Vec<f64> = (0..weights.units)
        .map(|unit| weights.head(unit, target) - weights.head(unit, against))
        .collect();
    let shown = &ids[ids.len() - explained..];
    let steps = &steps[ids.len() - explained..];
    let gradients = input_gradients(&weights, steps, &gradient);
    let products = gradients.iter().zip(steps).map(|(gradient, step)| -> f64 {
        step[0].input.iter().zip(gradient).map(|(value, gradient)| value * gradient).sum()
    });
    let (earlier, removed) = if explained == 0 {
        (None, Vec::new())
    } else {
        let (removed, whole) = removals(&state, shown, pair);
        let without = || {
            let mut alone = engine.start();
            alone.read(shown);
            whole - difference(&mut alone, pair)
        };
        ((!prefix.is_empty()).then(without), removed)
    };
    let effect = |((id, removal), gradient)| SymbolEffect { id, removal, gradient };
    let symbols = shown.iter().copied().zip(removed).zip(products).map(effect).collect();
    let details = units.iter().take(question.units).map(|it| detail(&weights, last, it.unit));
    Explanation {
        target,
        against,
        probabilities: pair.map(&probability),
        likeliest: order.iter().take(LIKELIEST).map(|id| (*id, probability(*id))).collect(),
        difference: logits[usize::from(target)] - logits[usize::from(against)],
        bias: weights.head_bias(target) - weights.head_bias(against),
        details: details.collect(),
        units,
        symbols,
        earlier,
    }
}

/// The state of every layer in f64.
fn host(state: &State, layers: usize) -> Vec<LayerState> {
    let wide = |values: &[f32]| values.iter().copied().map(f64::from).collect::<Vec<_>>();
    let of = |layer: usize| {
        let hidden = wide(state.hidden(layer));
        let cell = state.cell(layer).map_or_else(|| vec![0.0; hidden.len()], wide);
        LayerState { hidden, cell }
    };
    (0..layers).map(of).collect()
}

/// All symbols, likeliest first; of equally likely ones the lower id.
fn order(logits: &[f64]) -> Vec<u16> {
    let mut order: Vec<u16> = (0..=u16::MAX).take(logits.len()).collect();
    order.sort_by(|a, b| logits[usize::from(*b)].total_cmp(&logits[usize::from(*a)]));
    order
}

/// Softmax.
fn probabilities(logits: &[f64]) -> impl Fn(u16) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    move |id| weights[usize::from(id)] / sum
}
