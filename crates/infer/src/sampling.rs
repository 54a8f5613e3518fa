//! Sampling settings, and the chain of samplers that they give.

use crate::sampler::{Chain, Suppress, Temperature, TopK, TopP};
use charnn_bundle::Vocabulary;

/// How the next symbol is chosen.
///
/// ```
/// use charnn_infer::{Overrides, Sampling};
///
/// let cautious = Sampling { temperature: 0.5, ..Sampling::default() };
/// let overrides = Overrides { top_k: Some(40), ..Overrides::default() };
/// assert_eq!(cautious.with(&overrides), Sampling { temperature: 0.5, top_k: 40, top_p: 1.0 });
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Logits are divided by this before softmax; 0 takes the likeliest symbol.
    pub temperature: f64,
    /// Choose among this many likeliest symbols; 0 for all.
    pub top_k: usize,
    /// Choose among the likeliest symbols whose probabilities together reach this; 1 for all.
    pub top_p: f64,
}

/// Settings that replace some of a [`Sampling`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Overrides {
    /// Always take the likeliest symbol and ignore the other settings.
    pub greedy: bool,
    /// See [`Sampling::temperature`].
    pub temperature: Option<f64>,
    /// See [`Sampling::top_k`].
    pub top_k: Option<usize>,
    /// See [`Sampling::top_p`].
    pub top_p: Option<f64>,
}

impl Default for Sampling {
    /// Every symbol with its probability.
    fn default() -> Self {
        Self { temperature: 1.0, top_k: 0, top_p: 1.0 }
    }
}

impl Sampling {
    /// Always takes the likeliest symbol.
    pub const GREEDY: Self = Self { temperature: 0.0, top_k: 0, top_p: 1.0 };

    /// Whether nothing is random.
    pub fn is_greedy(&self) -> bool {
        self.temperature <= 0.0 || self.top_k == 1
    }

    /// These settings with some replaced.
    #[must_use]
    pub fn with(self, overrides: &Overrides) -> Self {
        if overrides.greedy {
            return Self::GREEDY;
        }
        Self {
            temperature: overrides.temperature.unwrap_or(self.temperature),
            top_k: overrides.top_k.unwrap_or(self.top_k),
            top_p: overrides.top_p.unwrap_or(self.top_p),
        }
    }

    /// The samplers for these settings.
    ///
    /// U+FFFD is never chosen: it stands for malformed bytes and for characters outside `vocabulary`.
    pub fn chain(&self, vocabulary: &Vocabulary) -> Chain {
        let chain = match vocabulary.id(Vocabulary::UNKNOWN) {
            Some(unknown) => Chain::new().then(Suppress(vec![unknown])),
            None => Chain::new(),
        };
        chain.then(TopK(self.top_k)).then(Temperature(self.temperature)).then(TopP(self.top_p))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use crate::Past;
    use charnn_bundle::{Purpose, Seed};
    use rand::RngExt;

    fn vocabulary(symbols: &str) -> Vocabulary {
        Vocabulary::of_characters(symbols.chars(), symbols.contains(Vocabulary::UNKNOWN)).unwrap()
    }

    /// How often each of `logits` is chosen in 10,000 draws.
    fn counts(chain: &Chain, logits: &[f32]) -> Vec<u32> {
        let mut rng = Seed(5).rng(Purpose::Sample, 0);
        let mut counts = vec![0; logits.len()];
        for _ in 0..10_000 {
            counts[usize::from(chain.choose(logits, &Past::default(), &mut rng))] += 1;
        }
        counts
    }

    /// Logits of the probabilities 0.1, 0.6, 0.3.
    fn logits() -> [f32; 3] {
        [0.1_f32.ln(), 0.6_f32.ln(), 0.3_f32.ln()]
    }

    #[track_caller]
    fn check(temperature: f64, top_k: usize, top_p: f64, expected: [f64; 3]) {
        let chain = Sampling { temperature, top_k, top_p }.chain(&vocabulary("abc"));
        let counts = counts(&chain, &logits());
        for (count, expected) in counts.iter().zip(expected) {
            let share = f64::from(*count) / 10_000.0;
            assert!((share - expected).abs() < 0.02, "{counts:?}, expected {expected}");
        }
    }

    #[test]
    fn temperature_one_draws_by_the_softmax() {
        check(1.0, 0, 1.0, [0.1, 0.6, 0.3]);
    }

    #[test]
    fn temperature_half_squares_the_odds() {
        check(0.5, 0, 1.0, [0.01 / 0.46, 0.36 / 0.46, 0.09 / 0.46]);
    }

    #[test]
    fn temperature_zero_takes_the_likeliest_and_the_lower_id_of_equals() {
        check(0.0, 0, 1.0, [0.0, 1.0, 0.0]);
        let chain = Sampling::GREEDY.chain(&vocabulary("abc"));
        assert_eq!(counts(&chain, &[1.0, 2.0, 2.0]), [0, 10_000, 0]);
    }

    #[test]
    fn top_k_keeps_the_k_likeliest() {
        check(1.0, 2, 1.0, [0.0, 2.0 / 3.0, 1.0 / 3.0]);
        check(1.0, 7, 1.0, [0.1, 0.6, 0.3]);
    }

    #[test]
    fn top_p_keeps_the_fewest_that_reach_p() {
        check(1.0, 0, 0.5, [0.0, 1.0, 0.0]);
        check(1.0, 0, 0.7, [0.0, 2.0 / 3.0, 1.0 / 3.0]);
    }

    #[test]
    fn the_unknown_symbol_leaves_its_share_to_the_others() {
        // U+FFFD is the last id.
        let vocabulary = vocabulary("ab\u{FFFD}");
        let logits = [0.1_f32.ln(), 0.3_f32.ln(), 0.6_f32.ln()];
        for (temperature, top_k, expected) in
            [(1.0, 0, [0.25, 0.75, 0.0]), (0.0, 0, [0.0, 1.0, 0.0]), (1.0, 1, [0.0, 1.0, 0.0])]
        {
            let chain = Sampling { temperature, top_k, top_p: 1.0 }.chain(&vocabulary);
            for (count, expected) in counts(&chain, &logits).iter().zip(expected) {
                assert!((f64::from(*count) / 10_000.0 - expected).abs() < 0.02, "{temperature}");
            }
        }
    }

    #[test]
    fn greedy_draws_no_random_number_and_others_draw_one() {
        let next = |sampling: Sampling| {
            let mut rng = Seed(3).rng(Purpose::Sample, 0);
            let chain = sampling.chain(&vocabulary("abc"));
            chain.choose(&logits(), &Past::default(), &mut rng);
            rng.random::<u64>()
        };
        let mut rng = Seed(3).rng(Purpose::Sample, 0);
        let (first, second) = (rng.random::<u64>(), rng.random::<u64>());
        let top_k = |top_k| Sampling { top_k, ..Sampling::default() };
        for greedy in [Sampling::GREEDY, top_k(1)] {
            assert_eq!(next(greedy), first);
        }
        for random in [Sampling::default(), top_k(2), Sampling { top_p: 0.01, ..top_k(0) }] {
            assert_eq!(next(random), second, "{random:?}");
        }
    }

    #[test]
    fn overrides_replace_what_they_set() {
        let base = Sampling { temperature: 0.7, top_k: 5, top_p: 0.9 };
        assert_eq!(base.with(&Overrides::default()), base);
        let hot = base.with(&Overrides { temperature: Some(1.5), ..Overrides::default() });
        assert_eq!(hot, Sampling { temperature: 1.5, ..base });
        let greedy = Overrides { greedy: true, top_p: Some(0.1), ..Overrides::default() };
        assert_eq!(base.with(&greedy), Sampling::GREEDY);
    }
}
