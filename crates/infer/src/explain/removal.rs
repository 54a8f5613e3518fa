//! Leave-one-out: the same text without one symbol.

use crate::State;
use crate::threads::side_by_side;

/// For each symbol of `ids` by how much the difference of two logits falls without it, and the difference with all of
/// them. `state` is before the first of `ids`.
pub(super) fn removals(state: &State, ids: &[u16], pair: [u16; 2]) -> (Vec<f64>, f64) {
    let mut state = state.clone();
    let mut forks: Vec<(State, &[u16])> = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        forks.push((state.clone(), &ids[at + 1..]));
        state.read(std::slice::from_ref(id));
    }
    let whole = difference(&mut state, pair);
    let without = side_by_side(&mut forks, |(state, rest)| {
        state.read(rest);
        difference(state, pair)
    });
    (without.iter().map(|without| whole - without).collect(), whole)
}

/// The logit of the first symbol minus that of the second.
pub(super) fn difference(state: &mut State, [target, against]: [u16; 2]) -> f64 {
    let logits = state.logits();
    f64::from(logits[usize::from(target)]) - f64::from(logits[usize::from(against)])
}
