//! The most probable texts, by best-first search over forked states.

use crate::best::loss;
use crate::{EndFinder, Ending, Engine, Request, State, Vocabulary};
use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};
use std::rc::Rc;

/// A text with its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Probable {
    /// The text.
    pub text: String,
    /// −ln of its probability, in nats.
    pub loss: f64,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The most probable texts, in order.
    pub texts: Vec<Probable>,
    /// Whether the search gave up before it had all that were asked for.
    pub is_cut: bool,
}

/// The `count` most probable texts after the prompt, in order: those that reach an end, and those of
/// [`Ending::length`] symbols. Probabilities are the network's own; the chain of the request is not used.
/// Texts with one of the `banned` symbols are left out, and so are records without anything but white space: no
/// training text has them.
///
/// Each step reads one symbol of the most probable beginning. After `steps` of them the search gives up; what
/// it found so far is exact. Long texts without an early end have too many beginnings. Memory grows with
/// `steps`, by a state for each.
///
/// # Panics
/// When prompt and context are empty.
pub fn most_probable(
    engine: &Engine,
    request: &Request,
    ending: &Ending,
    banned: &[u16],
    count: usize,
    steps: usize,
) -> Found {
    let mut search = Search {
        engine,
        request,
        ending,
        banned: banned.iter().copied().collect(),
        is_blank: is_blank(&engine.vocabulary().decode(&request.prompt)),
        count,
        open: BinaryHeap::new(),
        ends: BTreeSet::new(),
    };
    let mut texts = Vec::new();
    if count > 0 && ending.length > 0 {
        search.grow(&Beginning::default());
    }
    let mut read = 1;
    while let Some(best) = search.open.pop() {
        if best.finder.is_over() {
            texts.push(Probable { text: best.text, loss: best.loss });
            if texts.len() == count {
                break;
            }
            continue;
        }
        if read >= steps {
            return Found { texts, is_cut: true };
        }
        read += 1;
        search.grow(&best);
    }
    Found { texts, is_cut: false }
}

/// Whether a record has nothing but white space.
fn is_blank(text: &str) -> bool {
    text.chars().all(|it| it.is_whitespace() || it == Vocabulary::RECORD)
}

struct Search<'a> {
    engine: &'a Engine,
    request: &'a Request,
    ending: &'a Ending,
    banned: BTreeSet<u16>,
    /// Whether the prompt has nothing but white space.
    is_blank: bool,
    count: usize,
    open: BinaryHeap<Beginning>,
    /// The lowest losses of complete texts, at most `count`: a beginning above them all leads to none of
    /// the texts that are asked for.
    ends: BTreeSet<Rank>,
}

/// A loss with the text it belongs to.
#[derive(Debug, Clone, PartialEq)]
struct Rank(f64, Vec<u16>);

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Rank {}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then_with(|| self.1.cmp(&other.1))
    }
}

/// The beginning of a text, or all of it.
#[derive(Debug, Clone, Default)]
struct Beginning {
    ids: Vec<u16>,
    text: String,
    finder: EndFinder,
    loss: f64,
    /// The state before its last symbol; `None` for the empty beginning, and with a window.
    state: Option<Rc<State>>,
}

impl PartialEq for Beginning {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Beginning {}

impl PartialOrd for Beginning {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Beginning {
    /// The most probable is the greatest; of equal ones that with the lowest ids.
    fn cmp(&self, other: &Self) -> Ordering {
        other.loss.total_cmp(&self.loss).then_with(|| other.ids.cmp(&self.ids))
    }
}

impl Search<'_> {
    /// The state after a beginning.
    fn state(&self, beginning: &Beginning) -> State {
        if let (Some(state), Some(last)) = (&beginning.state, beginning.ids.last()) {
            let mut state = State::clone(state);
            state.read(&[*last]);
            return state;
        }
        let Request { context, prompt, window, .. } = self.request;
        let all = [&context[..], prompt, &beginning.ids].concat();
        assert!(!all.is_empty(), "the first symbol has to follow another");
        let start = if *window > 0 { all.len().saturating_sub(*window) } else { 0 };
        let mut state = self.engine.start();
        state.read(&all[start..]);
        state
    }

    /// Adds the beginnings that are one symbol longer.
    fn grow(&mut self, beginning: &Beginning) {
        let mut state = self.state(beginning);
        let logits = state.logits().to_vec();
        let state = (self.request.window == 0).then(|| Rc::new(state));
        let total = loss(&logits, 0) + f64::from(logits[0]); // ln Σ e^logit
        for (id, &logit) in (0..).zip(&logits) {
            let sum = beginning.loss + total - f64::from(logit);
            let is_hopeless = self.ends.len() == self.count
                && self.ends.last().is_some_and(|worst| worst.0 < sum);
            if self.banned.contains(&id) || is_hopeless {
                continue;
            }
            let mut longer = Beginning {
                ids: [&beginning.ids[..], &[id]].concat(),
                text: beginning.text.clone(),
                finder: beginning.finder.clone(),
                loss: sum,
                state: state.clone(),
            };
            longer.text += longer.finder.push(self.ending, self.engine.vocabulary(), id);
            if longer.finder.is_finished() && self.is_blank && is_blank(&longer.text) {
                continue;
            }
            if longer.finder.is_over() {
                longer.state = None;
                self.ends.insert(Rank(sum, longer.ids.clone()));
                if self.ends.len() > self.count {
                    self.ends.pop_last();
                }
            }
            self.open.push(longer);
        }
    }
}
