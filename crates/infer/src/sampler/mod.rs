//! Samplers: each narrows down the candidates for the next symbol, and a chain applies them in order.
//!
//! To add a sampler, add a file here that implements [`Sampler`], and a field to [`crate::Sampling`].

mod acrostic;
mod frequency;
mod min_p;
mod no_repeat;
mod presence;
mod repetition;
mod suppress;
mod temperature;
mod top_k;
mod top_p;
mod typical;
mod utf8;

pub use acrostic::Acrostic;
pub use frequency::Frequency;
pub use min_p::MinP;
pub use no_repeat::NoRepeat;
pub use presence::Presence;
pub use repetition::Repetition;
pub use suppress::Suppress;
pub use temperature::Temperature;
pub use top_k::TopK;
pub use top_p::TopP;
pub use typical::Typical;
pub use utf8::Utf8;

use crate::Candidates;
use rand::Rng;
use std::fmt::Debug;
use std::sync::Arc;

/// One rule about which symbol may come next.
///
/// Samplers hold settings and no state. What they need to know of the text comes as an argument, so that
/// a text can be forked, and texts can be written side by side.
pub trait Sampler: Debug + Send + Sync {
    /// Removes candidates or changes their logits.
    fn apply(&self, candidates: &mut Candidates, past: &Past<'_>);

    /// How many of the last symbols [`Past::symbols`] must hold, if the text has that many.
    fn reach(&self) -> usize {
        0
    }

    /// A symbol whose occurrences in the text [`Past::count`] must hold. A chain counts one symbol, that of
    /// its first sampler that needs one.
    fn counted(&self) -> Option<u16> {
        None
    }
}

/// The last symbols of `past`, at most `window`, sorted.
fn last(past: &Past<'_>, window: usize) -> Vec<u16> {
    let mut recent = past.symbols[past.symbols.len().saturating_sub(window)..].to_vec();
    recent.sort_unstable();
    recent
}

/// The symbols before the one that is chosen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Past<'a> {
    /// The last symbols of prompt and text, oldest first: at least as many as the longest
    /// [`Sampler::reach`] of the chain, if there are that many.
    pub symbols: &'a [u16],
    /// How many symbols of the text were written so far, without the prompt.
    pub written: u64,
    /// How many of these were [`Sampler::counted`].
    pub count: u64,
}

/// Samplers in the order in which they act, then a draw from what they leave.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    samplers: Vec<Arc<dyn Sampler>>,
}

impl Chain {
    /// A chain without samplers: every symbol has its probability.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sampler at the end.
    #[must_use]
    pub fn then(mut self, sampler: impl Sampler + 'static) -> Self {
        self.samplers.push(Arc::new(sampler));
        self
    }

    /// Adds the samplers of another chain at the end.
    #[must_use]
    pub fn then_all(mut self, other: Self) -> Self {
        self.samplers.extend(other.samplers);
        self
    }

    /// The symbol whose occurrences the samplers need, see [`Sampler::counted`].
    pub(crate) fn counted(&self) -> Option<u16> {
        self.samplers.iter().find_map(|sampler| sampler.counted())
    }

    /// The longest [`Sampler::reach`].
    pub fn reach(&self) -> usize {
        self.samplers.iter().map(|sampler| sampler.reach()).max().unwrap_or(0)
    }

    /// The next symbol, given the logits of all, `[V]`.
    ///
    /// # Panics
    /// When `logits` is empty.
    pub fn choose(&self, logits: &[f32], past: &Past<'_>, rng: &mut impl Rng) -> u16 {
        self.choose_with(&mut Candidates::default(), logits, past, rng)
    }

    /// [`Chain::choose`] with working memory.
    pub(crate) fn choose_with(
        &self,
        candidates: &mut Candidates,
        logits: &[f32],
        past: &Past<'_>,
        rng: &mut impl Rng,
    ) -> u16 {
        candidates.reset(logits);
        self.apply(candidates, past);
        candidates.draw(rng)
    }

    /// The symbols that may come next with the probabilities with which they are drawn, likeliest first.
    ///
    /// # Panics
    /// When `logits` is empty.
    pub fn distribution(&self, logits: &[f32], past: &Past<'_>) -> Vec<(u16, f64)> {
        let mut candidates = Candidates::new(logits);
        self.apply(&mut candidates, past);
        candidates.distribution()
    }

    fn apply(&self, candidates: &mut Candidates, past: &Past<'_>) {
        for sampler in &self.samplers {
            sampler.apply(candidates, past);
        }
    }
}
