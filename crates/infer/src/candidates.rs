//! The symbols that may come next, as samplers narrow them down.

use rand::{Rng, RngExt};

/// The symbols that may come next, with their logits.
///
/// Samplers remove symbols and change logits; at the end one symbol is drawn from those that remain, with
/// probability softmax(logit / temperature). There is always at least one.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    /// A code for each symbol, see [`code`].
    codes: Vec<u64>,
    /// Whether the codes are sorted, likeliest first.
    sorted: bool,
    temperature: f64,
    /// Whether only one symbol remains, by intent: then no random number is drawn.
    certain: bool,
    /// Working memory.
    weights: Vec<f64>,
}

/// A number that is lower for likelier symbols, and for equally likely ones lower for lower ids. Logit and
/// id can be read back from it. To sort such numbers takes half the time of sorting pairs, and sorting
/// takes half the time of a small network.
fn code(id: u16, logit: f32) -> u64 {
    let bits = logit.to_bits();
    let falling = if logit.is_sign_negative() { bits } else { !bits ^ (1 << 31) };
    u64::from(falling) << 32 | u64::from(id)
}

/// The symbol of a code.
#[expect(clippy::cast_possible_truncation, reason = "the id is in the lowest 16 bits")]
fn id(code: u64) -> u16 {
    code as u16
}

/// The logit of a code.
fn logit(code: u64) -> f32 {
    let falling = (code >> 32) as u32;
    let is_negative = falling >> 31 == 1;
    f32::from_bits(if is_negative { falling } else { !(falling ^ (1 << 31)) })
}

impl Candidates {
    /// All symbols with these logits, `[V]`, at temperature 1.
    pub fn new(logits: &[f32]) -> Self {
        let mut candidates = Self::default();
        candidates.reset(logits);
        candidates
    }

    /// Starts again with all symbols.
    pub(crate) fn reset(&mut self, logits: &[f32]) {
        self.codes.clear();
        self.codes.extend((0..).zip(logits).map(|(id, &logit)| code(id, logit)));
        (self.sorted, self.temperature, self.certain) = (false, 1.0, false);
    }

    /// The number of symbols that remain.
    #[expect(clippy::len_without_is_empty, reason = "there is always at least one")]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// The symbols that remain with their logits, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (u16, f32)> {
        self.codes.iter().map(|&code| (id(code), logit(code)))
    }

    /// Divides logits by `temperature` from now on, which must be above 0.
    pub fn heat(&mut self, temperature: f64) {
        self.temperature *= temperature;
    }

    /// Replaces every logit by what `change` returns for the symbol and its logit.
    pub fn change(&mut self, mut change: impl FnMut(u16, f32) -> f32) {
        for place in &mut self.codes {
            *place = code(id(*place), change(id(*place), logit(*place)));
        }
        self.sorted = false;
    }

    /// Removes all symbols but those that `keep` approves. If none would remain, all do.
    pub fn retain(&mut self, mut keep: impl FnMut(u16) -> bool) {
        let Some(first) = self.codes.iter().position(|&code| keep(id(code))) else { return };
        self.codes.drain(..first);
        let mut is_first = true;
        self.codes.retain(|&code| std::mem::take(&mut is_first) || keep(id(code)));
    }

    /// Keeps the `count` likeliest symbols, at least one. Of equally likely ones the lower id is first.
    pub fn keep_best(&mut self, count: usize) {
        let count = count.max(1);
        if count == 1 {
            let best = self.codes.iter().copied().min().expect("there is at least one");
            self.codes.clear();
            self.codes.push(best);
            self.certain = true;
        } else if count < self.codes.len() {
            if !self.sorted {
                self.codes.select_nth_unstable(count);
            }
            self.codes.truncate(count);
        }
    }

    /// Keeps the fewest likeliest symbols whose probabilities together reach `share`.
    pub fn keep_share(&mut self, share: f64) {
        if self.certain {
            return;
        }
        self.weigh();
        let total: f64 = self.weights.iter().sum();
        self.cut(share * total);
    }

    /// Keeps the symbols that are at least `share` times as likely as the likeliest.
    pub fn keep_near_best(&mut self, share: f64) {
        if self.certain {
            return;
        }
        self.weigh(); // the likeliest weighs 1
        let near = self.weights.iter().take_while(|&&weight| weight >= share).count().max(1);
        self.codes.truncate(near);
    }

    /// Keeps the fewest symbols whose surprise, −ln p, is nearest to the expected surprise and whose
    /// probabilities together reach `share`. Of equally near ones the likelier is first.
    pub fn keep_typical(&mut self, share: f64) {
        if self.certain {
            return;
        }
        self.weigh();
        let total: f64 = self.weights.iter().sum();
        let surprise = |weight: f64| -(weight / total).ln();
        let likely = self.weights.iter().filter(|&&weight| weight > 0.0);
        let expected: f64 = likely.map(|&weight| weight / total * surprise(weight)).sum();
        let distance = |at: usize| (surprise(self.weights[at]) - expected).abs();
        let mut order: Vec<usize> = (0..self.codes.len()).collect();
        order.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        let (mut sum, mut kept) = (0.0, 0);
        for &at in &order {
            sum += self.weights[at];
            kept += 1;
            if sum >= share * total {
                break;
            }
        }
        order.truncate(kept);
        order.sort_unstable(); // likeliest first again
        self.codes = order.into_iter().map(|at| self.codes[at]).collect();
    }

    /// The probabilities with which the symbols that remain are drawn, likeliest first.
    pub fn distribution(&mut self) -> Vec<(u16, f64)> {
        if self.certain {
            return vec![(id(self.codes[0]), 1.0)];
        }
        self.weigh();
        let total: f64 = self.weights.iter().sum();
        self.codes
            .iter()
            .zip(&self.weights)
            .map(|(&code, weight)| (id(code), weight / total))
            .collect()
    }

    /// Draws a symbol. No random number is used if [`Candidates::keep_best`] left only one.
    pub fn draw(&mut self, rng: &mut impl Rng) -> u16 {
        if self.certain {
            return id(self.codes[0]);
        }
        self.weigh();
        let total: f64 = self.weights.iter().sum();
        let kept = self.cut(total);
        let mut left = rng.random::<f64>() * kept;
        for (&code, weight) in self.codes.iter().zip(&self.weights) {
            left -= weight;
            if left < 0.0 {
                return id(code);
            }
        }
        id(self.codes[0]) // rounding may leave a rest; the likeliest symbol takes it
    }

    /// Sorts the symbols, and weighs each in proportion to its probability.
    fn weigh(&mut self) {
        if !self.sorted {
            self.codes.sort_unstable();
            self.sorted = true;
        }
        let best = f64::from(logit(self.codes[0]));
        let weight = |&code| ((f64::from(logit(code)) - best) / self.temperature).exp();
        self.weights.clear();
        self.weights.extend(self.codes.iter().map(weight));
    }

    /// Removes the symbols after the weights reach `enough` and returns their sum.
    fn cut(&mut self, enough: f64) -> f64 {
        let (mut sum, mut length) = (0.0, 0);
        for weight in &self.weights {
            sum += weight;
            length += 1;
            if sum >= enough {
                break;
            }
        }
        self.codes.truncate(length);
        self.weights.truncate(length);
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_fall_as_logits_rise_and_can_be_read_back() {
        let rising = [f32::NEG_INFINITY, -3.5, -1e-40, -0.0, 0.0, 1e-40, 2.0, f32::INFINITY];
        let codes = rising.map(|logit| code(7, logit));
        assert!(codes.is_sorted_by(|a, b| a > b), "{codes:?}");
        for (code, expected) in codes.into_iter().zip(rising) {
            assert_eq!((id(code), logit(code).to_bits()), (7, expected.to_bits()));
        }
        assert!(code(3, 1.0) < code(4, 1.0));
    }

    #[test]
    fn what_would_leave_nothing_leaves_everything() {
        let mut candidates = Candidates::new(&[1.0, 2.0, 3.0]);
        candidates.retain(|_| false);
        assert_eq!(candidates.len(), 3);
        candidates.retain(|id| id != 1);
        candidates.change(|id, logit| logit - f32::from(id));
        assert_eq!(candidates.iter().collect::<Vec<_>>(), [(0, 1.0), (2, 1.0)]);
        candidates.keep_best(0);
        assert_eq!(candidates.iter().collect::<Vec<_>>(), [(0, 1.0)]);
    }
}
