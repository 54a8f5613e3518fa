//! Choosing the next character from logits, on the host.

use rand::{Rng, RngExt};

/// How the next character is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Logits are divided by this before softmax; 0 takes the most likely character.
    pub temperature: f64,
    /// Only this many of the most likely characters; 0 for all.
    pub top_k: usize,
    /// Only the most likely characters that together reach this probability; 1 for all
    /// (nucleus sampling, Holtzman et al. 2019).
    pub top_p: f64,
    /// A character that is never chosen, if there is one: the one that stands for what is unknown.
    pub never: Option<u16>,
}

impl Sampling {
    /// The most likely character, always.
    pub const GREEDY: Self = Self { temperature: 0.0, top_k: 0, top_p: 1.0, never: None };

    /// Whether nothing is left to chance.
    pub fn is_greedy(&self) -> bool {
        self.temperature <= 0.0 || self.top_k == 1
    }

    /// The id of the next character. Ties go to the lower id.
    ///
    /// # Panics
    /// When `logits` is empty, but for the character that is never chosen.
    pub fn choose(&self, logits: &[f32], rng: &mut impl Rng) -> u16 {
        let allowed = (0..).zip(logits).filter(|(id, _)| Some(*id) != self.never);
        let ranks = allowed.map(|(id, &logit)| rank(id, logit));
        if self.is_greedy() {
            return id(ranks.min().expect("there are logits"));
        }
        let mut ranks: Vec<u64> = ranks.collect();
        if (1..ranks.len()).contains(&self.top_k) {
            ranks.select_nth_unstable(self.top_k);
            ranks.truncate(self.top_k);
        }
        ranks.sort_unstable();
        let best = id(ranks[0]);
        let logit = |id: u16| f64::from(logits[usize::from(id)]);
        let weight = |id| ((logit(id) - logit(best)) / self.temperature).exp();
        let mut ranked: Vec<(u16, f64)> =
            ranks.into_iter().map(|rank| (id(rank), weight(id(rank)))).collect();
        let total: f64 = ranked.iter().map(|(_, weight)| weight).sum();
        let kept: f64 = nucleus(&mut ranked, self.top_p * total);
        let mut left = rng.random::<f64>() * kept;
        for &(id, weight) in &ranked {
            left -= weight;
            if left < 0.0 {
                return id;
            }
        }
        best // rounding may leave a crumb; the most likely character takes it
    }
}

/// A number that is the lower, the likelier the character, and of equals the lower, the lower the
/// id. To sort such numbers takes half the time of sorting pairs, and that of a small network.
fn rank(id: u16, logit: f32) -> u64 {
    let bits = logit.to_bits();
    let falling = if logit.is_sign_negative() { bits } else { !bits ^ (1 << 31) };
    u64::from(falling) << 32 | u64::from(id)
}

/// The character of a rank.
fn id(rank: u64) -> u16 {
    u16::try_from(rank & u64::from(u16::MAX)).expect("16 bits")
}

/// Cuts `ranked` after the weights reach `enough` and returns their sum.
fn nucleus(ranked: &mut Vec<(u16, f64)>, enough: f64) -> f64 {
    let mut sum = 0.0;
    let mut length = 0;
    for (_, weight) in ranked.iter() {
        sum += weight;
        length += 1;
        if sum >= enough {
            break;
        }
    }
    ranked.truncate(length);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_data::{Purpose, Seed};

    /// How often each of `logits` is chosen in 10,000 draws.
    fn counts(sampling: Sampling, logits: &[f32]) -> Vec<u32> {
        let mut rng = Seed(5).rng(Purpose::Sample, 0);
        let mut counts = vec![0; logits.len()];
        for _ in 0..10_000 {
            counts[usize::from(sampling.choose(logits, &mut rng))] += 1;
        }
        counts
    }

    /// Logits of the probabilities 0.1, 0.6, 0.3.
    fn logits() -> [f32; 3] {
        [0.1_f32.ln(), 0.6_f32.ln(), 0.3_f32.ln()]
    }

    #[track_caller]
    fn check(temperature: f64, top_k: usize, top_p: f64, expected: [f64; 3]) {
        let counts = counts(Sampling { temperature, top_k, top_p, never: None }, &logits());
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
    fn what_is_never_chosen_leaves_its_share_to_the_others() {
        for (temperature, top_k, expected) in
            [(1.0, 0, [0.25, 0.0, 0.75]), (0.0, 0, [0.0, 0.0, 1.0]), (1.0, 1, [0.0, 0.0, 1.0])]
        {
            let sampling = Sampling { temperature, top_k, top_p: 1.0, never: Some(1) };
            for (count, expected) in counts(sampling, &logits()).iter().zip(expected) {
                assert!((f64::from(*count) / 10_000.0 - expected).abs() < 0.02, "{sampling:?}");
            }
        }
    }

    #[test]
    fn temperature_half_squares_the_odds() {
        check(0.5, 0, 1.0, [0.01 / 0.46, 0.36 / 0.46, 0.09 / 0.46]);
    }

    #[test]
    fn temperature_zero_takes_the_most_likely_and_the_lower_id_of_equals() {
        check(0.0, 0, 1.0, [0.0, 1.0, 0.0]);
        assert_eq!(counts(Sampling::GREEDY, &[1.0, 2.0, 2.0]), [0, 10_000, 0]);
    }

    #[test]
    fn ranks_fall_as_logits_rise() {
        let rising = [f32::NEG_INFINITY, -3.5, -1e-40, -0.0, 0.0, 1e-40, 2.0, f32::INFINITY];
        let ranks = rising.map(|logit| rank(7, logit));
        assert!(ranks.is_sorted_by(|a, b| a > b), "{ranks:?}");
        assert!(rank(3, 1.0) < rank(4, 1.0) && id(rank(9, -2.0)) == 9);
    }

    #[test]
    fn top_k_keeps_the_k_most_likely() {
        check(1.0, 2, 1.0, [0.0, 2.0 / 3.0, 1.0 / 3.0]);
    }

    #[test]
    fn top_p_keeps_the_fewest_that_reach_p() {
        check(1.0, 0, 0.5, [0.0, 1.0, 0.0]);
        check(1.0, 0, 0.7, [0.0, 2.0 / 3.0, 1.0 / 3.0]);
    }
}
