//! The prompt as part of a completion, with the probability of every symbol of it.

use crate::writing::Judged;
use charnn_infer::{Engine, Request};

/// A symbol of a prompt.
#[derive(Debug, Clone)]
pub(super) struct Echoed {
    pub(super) text: String,
    /// `None` for the first symbol, which nothing predicts, and where nothing is judged.
    pub(super) judged: Option<Box<Judged>>,
}

/// The symbols of the prompt of `request`, each judged with the `judge` likeliest symbols in its place.
pub(super) fn echoed(engine: &Engine, request: &Request, judge: Option<usize>) -> Vec<Echoed> {
    let mut state = engine.start();
    if judge.is_some() {
        state.read(&request.context);
    }
    let mut out = Vec::new();
    for (index, id) in request.prompt.iter().enumerate() {
        let vocabulary = engine.vocabulary();
        let text = vocabulary.symbol(*id).to_owned();
        let judged = match judge {
            Some(_) if index > 0 => Judged::of(state.logits(), *id, judge),
            _ => None,
        };
        if judge.is_some() {
            state.read(&[*id]);
        }
        if vocabulary.record() != Some(*id) {
            out.push(Echoed { text, judged });
        }
    }
    out
}
