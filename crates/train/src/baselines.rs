//! Models without a network, as yardsticks for a loss: uniform, unigram, trigram and a compressor.

use crate::xz;
use charnn_data::{Split, Vocabulary};
use serde::Serialize;

/// The trigram model learns from at most this many characters.
const MOST_LEARNED: usize = 2_000_000;
/// The baselines are measured on at most this many characters.
const MOST_MEASURED: usize = 400_000;

/// The loss of simple models on the validation text, in nats per character.
///
/// Without a validation text they are measured on the last tenth of the training text, after
/// learning from the rest. Document boundaries are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Baselines {
    /// Every character of the vocabulary is equally likely: the natural logarithm of its size.
    pub uniform: f64,
    /// Characters are as likely as they are frequent.
    pub unigram: f64,
    /// Characters follow from the two before them.
    ///
    /// # Source
    /// Interpolated Witten-Bell smoothing (Chen and Goodman, 1998, section 2.5), down to uniform.
    pub trigram: f64,
    /// The compressor of `xz` at level 6, after reading the end of the training text.
    pub xz: f64,
}

impl Baselines {
    /// Measures the models on a text.
    pub fn of(vocabulary: &Vocabulary, split: Split<'_>) -> Self {
        let vocabulary_size = vocabulary.len();
        let uniform = uniform(vocabulary_size);
        let (learned, measured) = parts(split);
        let unigrams = Grams::count(learned.iter().map(|&id| u64::from(id)));
        let bigrams = Grams::count(learned.windows(2).map(pack));
        let trigrams = Grams::count(learned.windows(3).map(pack));
        let (mut unigram, mut trigram) = (0.0, 0.0);
        for place in 0..measured.len() {
            let context = &measured[place.saturating_sub(2)..place];
            let id = measured[place];
            let one = unigrams.probability(0, id, 1.0 / vocabulary_size as f64);
            unigram -= one.ln();
            let mut probability = one;
            if let Some(last) = context.last() {
                probability = bigrams.probability(u64::from(*last), id, probability);
            }
            if context.len() == 2 {
                probability = trigrams.probability(pack(context), id, probability);
            }
            trigram -= probability.ln();
        }
        if measured.is_empty() {
            return Self { uniform, unigram: uniform, trigram: uniform, xz: uniform };
        }
        let count = measured.len() as f64;
        let xz = xz::loss(vocabulary, learned, measured);
        Self { uniform, unigram: unigram / count, trigram: trigram / count, xz }
    }
}

/// The loss of uniform guessing among `vocabulary_size` symbols, in nats.
pub(crate) fn uniform(vocabulary_size: usize) -> f64 {
    (vocabulary_size as f64).ln()
}

/// What the models learn from, and what they are measured on.
fn parts(split: Split<'_>) -> (&[u16], &[u16]) {
    let (train, valid) = (split.train.ids(), split.valid.ids());
    let (learned, measured) = if valid.is_empty() {
        train.split_at(train.len() - train.len() / 10)
    } else {
        (train, valid)
    };
    (
        &learned[learned.len().saturating_sub(MOST_LEARNED)..],
        &measured[..measured.len().min(MOST_MEASURED)],
    )
}

/// Ids as one number, the last one lowest.
fn pack(ids: &[u16]) -> u64 {
    ids.iter().fold(0, |packed, &id| packed << 16 | u64::from(id))
}

/// How often each sequence of ids of one length occurs.
struct Grams {
    /// The packed sequences, sorted.
    keys: Vec<u64>,
    /// Occurrences before each key, and of all.
    before: Vec<u64>,
}

impl Grams {
    fn count(grams: impl Iterator<Item = u64>) -> Self {
        let mut all: Vec<u64> = grams.collect();
        all.sort_unstable();
        let (mut keys, mut before) = (Vec::new(), Vec::new());
        for (place, &gram) in (0..).zip(&all) {
            if keys.last() != Some(&gram) {
                keys.push(gram);
                before.push(place);
            }
        }
        before.push(all.len() as u64);
        Self { keys, before }
    }

    /// The probability of `id` after `context`, where a shorter context gives it `backoff`.
    fn probability(&self, context: u64, id: u16, backoff: f64) -> f64 {
        let first = self.keys.partition_point(|&key| key >> 16 < context);
        let end = first + self.keys[first..].partition_point(|&key| key >> 16 == context);
        if first == end {
            return backoff;
        }
        let found = self.keys[first..end].binary_search(&(context << 16 | u64::from(id)));
        let count = found.map_or(0, |at| self.before[first + at + 1] - self.before[first + at]);
        let (all, different) = (self.before[end] - self.before[first], (end - first) as f64);
        (count as f64 + different * backoff) / (all as f64 + different)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_data::Section;

    fn of(ids: &[u16], vocabulary_size: usize, val_fraction: f64) -> Baselines {
        let vocabulary = Vocabulary::of_characters(('a'..='z').take(vocabulary_size), false);
        Baselines::of(&vocabulary.unwrap(), Split::tail(Section::from(ids), val_fraction))
    }

    #[test]
    fn probabilities_of_a_context_add_up_to_one() {
        let ids = [0, 1, 2, 1, 0, 1, 3, 1, 2, 2];
        let trigrams = Grams::count(ids.windows(3).map(pack));
        for context in [[0, 1], [1, 2], [3, 3]] {
            let sum: f64 = (0..5).map(|id| trigrams.probability(pack(&context), id, 0.2)).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{context:?}: {sum}");
        }
        // Seen twice, once each with 2 and 3: (1 + 2 · 0.2) / (2 + 2).
        let seen = trigrams.probability(pack(&[0, 1]), 2, 0.2);
        assert!((seen - 0.35).abs() < 1e-12, "{seen}");
    }

    #[test]
    fn each_baseline_knows_more_than_the_one_before() {
        // 0 follows 1 and 2 in turn, which only two characters of context show.
        let ids: Vec<u16> = [0, 1, 0, 2].into_iter().cycle().take(4000).collect();
        for val_fraction in [0.1, 0.0] {
            let Baselines { uniform, unigram, trigram, xz } = of(&ids, 4, val_fraction);
            assert!((uniform - 4.0_f64.ln()).abs() < 1e-12);
            // Frequencies ½, ¼, ¼: 1.5 bits.
            assert!((unigram - 1.5 * 2.0_f64.ln()).abs() < 1e-2, "{unigram}");
            assert!(trigram < 0.05 && xz < 0.2, "{trigram}, {xz}");
        }
    }

    #[test]
    fn a_text_of_one_character_has_the_uniform_loss() {
        let Baselines { uniform, unigram, trigram, .. } = of(&[0], 3, 0.0);
        assert!(unigram.to_bits() == uniform.to_bits() && trigram.to_bits() == uniform.to_bits());
    }
}
