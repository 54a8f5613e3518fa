//! Sampling settings, and the chain of samplers that they give.

use crate::sampler::{
    Chain, Frequency, MinP, NoRepeat, Presence, Repetition, Suppress, Temperature, TopK, TopP,
    Typical, Utf8,
};
use charnn_bundle::Vocabulary;

/// How the next symbol is chosen.
///
/// ```
/// use charnn_infer::{Overrides, Sampling};
///
/// let cautious = Sampling { temperature: 0.5, ..Sampling::default() };
/// let overrides = Overrides { top_k: Some(40), ..Overrides::default() };
/// assert_eq!(cautious.with(&overrides), Sampling { top_k: 40, ..cautious });
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Logits are divided by this before softmax; 0 takes the likeliest symbol.
    pub temperature: f64,
    /// Choose among this many likeliest symbols; 0 for all.
    pub top_k: usize,
    /// Choose among the likeliest symbols whose probabilities together reach this; 1 for all.
    pub top_p: f64,
    /// Choose among the symbols that are at least this share as likely as the likeliest; 0 for all.
    pub min_p: f64,
    /// Choose among the symbols nearest to the expected surprise whose probabilities together reach
    /// this; 1 for all.
    pub typical: f64,
    /// Divide the positive logits of recent symbols by this and multiply the negative ones; 1 changes
    /// nothing.
    pub repetition_penalty: f32,
    /// Subtract this from the logits of recent symbols.
    pub presence_penalty: f32,
    /// Subtract this from the logit of a symbol for each recent occurrence.
    pub frequency_penalty: f32,
    /// How many symbols are recent for the penalties.
    pub penalty_window: usize,
    /// Repeat no sequence of this many symbols; 0 allows all.
    pub no_repeat: usize,
}

/// Settings that replace some of a [`Sampling`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Overrides {
    /// Always take the likeliest symbol and ignore the settings that remove unlikely ones. Penalties still
    /// apply.
    pub greedy: bool,
    /// See [`Sampling::temperature`].
    pub temperature: Option<f64>,
    /// See [`Sampling::top_k`].
    pub top_k: Option<usize>,
    /// See [`Sampling::top_p`].
    pub top_p: Option<f64>,
    /// See [`Sampling::min_p`].
    pub min_p: Option<f64>,
    /// See [`Sampling::typical`].
    pub typical: Option<f64>,
    /// See [`Sampling::repetition_penalty`].
    pub repetition_penalty: Option<f32>,
    /// See [`Sampling::presence_penalty`].
    pub presence_penalty: Option<f32>,
    /// See [`Sampling::frequency_penalty`].
    pub frequency_penalty: Option<f32>,
    /// See [`Sampling::penalty_window`].
    pub penalty_window: Option<usize>,
    /// See [`Sampling::no_repeat`].
    pub no_repeat: Option<usize>,
}

impl Default for Sampling {
    /// Every symbol with its probability.
    fn default() -> Self {
        Self { temperature: 1.0, ..Self::GREEDY }
    }
}

impl Sampling {
    /// Always takes the likeliest symbol.
    pub const GREEDY: Self = Self {
        temperature: 0.0,
        top_k: 0,
        top_p: 1.0,
        min_p: 0.0,
        typical: 1.0,
        repetition_penalty: 1.0,
        presence_penalty: 0.0,
        frequency_penalty: 0.0,
        penalty_window: 64,
        no_repeat: 0,
    };

    /// Symbols that [`Sampling::no_repeat`] searches, the last ones. It bounds the memory of endless texts.
    pub const NO_REPEAT_WINDOW: usize = 4096;

    /// Whether nothing is random.
    pub fn is_greedy(&self) -> bool {
        self.temperature <= 0.0 || self.top_k == 1
    }

    /// These settings with some replaced.
    #[must_use]
    pub fn with(self, overrides: &Overrides) -> Self {
        let base = if overrides.greedy { Self::GREEDY } else { self };
        let keep = |replaced: Option<f64>, own| match replaced {
            Some(value) if !overrides.greedy => value,
            _ => own,
        };
        Self {
            temperature: keep(overrides.temperature, base.temperature),
            top_k: overrides.top_k.filter(|_| !overrides.greedy).unwrap_or(base.top_k),
            top_p: keep(overrides.top_p, base.top_p),
            min_p: keep(overrides.min_p, base.min_p),
            typical: keep(overrides.typical, base.typical),
            repetition_penalty: overrides.repetition_penalty.unwrap_or(self.repetition_penalty),
            presence_penalty: overrides.presence_penalty.unwrap_or(self.presence_penalty),
            frequency_penalty: overrides.frequency_penalty.unwrap_or(self.frequency_penalty),
            penalty_window: overrides.penalty_window.unwrap_or(self.penalty_window),
            no_repeat: overrides.no_repeat.unwrap_or(self.no_repeat),
        }
    }

    /// The samplers for these settings.
    ///
    /// U+FFFD is never chosen: it stands for malformed bytes and for characters outside `vocabulary`. Neither is
    /// U+001E, unless it ends records.
    pub fn chain(&self, vocabulary: &Vocabulary) -> Chain {
        self.chain_after(vocabulary, Chain::new())
    }

    /// The samplers for these settings, after those of `rules`: symbols that are banned or required.
    pub fn chain_after(&self, vocabulary: &Vocabulary, rules: Chain) -> Chain {
        let mut chain = Chain::new();
        if let Some(unknown) = vocabulary.id(Vocabulary::UNKNOWN) {
            chain = chain.then(Suppress(vec![unknown]));
        }
        if let (Some(mark), None) = (vocabulary.id(Vocabulary::RECORD), vocabulary.record()) {
            chain = chain.then(Suppress(vec![mark]));
        }
        if vocabulary.is_of_bytes() {
            chain = chain.then(Utf8);
        }
        chain = self.penalties(chain.then_all(rules));
        chain = chain.then(TopK(self.top_k)).then(Temperature(self.temperature));
        if self.typical < 1.0 {
            chain = chain.then(Typical(self.typical));
        }
        chain = chain.then(TopP(self.top_p));
        if self.min_p > 0.0 { chain.then(MinP(self.min_p)) } else { chain }
    }

    /// `chain` with the samplers that look back. They cost time, so those that do nothing are left out.
    fn penalties(&self, mut chain: Chain) -> Chain {
        let window = self.penalty_window;
        if self.no_repeat > 0 {
            let length = self.no_repeat;
            chain = chain.then(NoRepeat { length, window: Self::NO_REPEAT_WINDOW });
        }
        #[expect(clippy::float_cmp, reason = "exactly this changes nothing")]
        if self.repetition_penalty != 1.0 {
            chain = chain.then(Repetition { penalty: self.repetition_penalty, window });
        }
        if self.presence_penalty != 0.0 {
            chain = chain.then(Presence { penalty: self.presence_penalty, window });
        }
        if self.frequency_penalty != 0.0 {
            chain = chain.then(Frequency { penalty: self.frequency_penalty, window });
        }
        chain
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
        let chain =
            Sampling { temperature, top_k, top_p, ..Sampling::default() }.chain(&vocabulary("abc"));
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
            let chain = Sampling { temperature, top_k, ..Sampling::default() }.chain(&vocabulary);
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
        let base = Sampling { temperature: 0.7, top_k: 5, top_p: 0.9, ..Sampling::default() };
        assert_eq!(base.with(&Overrides::default()), base);
        let hot = base.with(&Overrides { temperature: Some(1.5), ..Overrides::default() });
        assert_eq!(hot, Sampling { temperature: 1.5, ..base });
        let greedy = Overrides { greedy: true, top_p: Some(0.1), ..Overrides::default() };
        assert_eq!(base.with(&greedy), Sampling::GREEDY);
    }
}
