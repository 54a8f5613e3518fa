//! How well a network predicts a given text.

use crate::threads::side_by_side;
use crate::{Engine, Text};
use charnn_bundle::Lengths;
use charnn_cpu::{PackedState, threads};
use std::ops::{AddAssign, Range};

/// A sum of losses, −ln of the probability of a symbol, with the number of symbols it is over.
///
/// Parts are added, sum to sum and count to count; a mean of means would weigh short parts too much.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Loss {
    /// Nats.
    pub sum: f64,
    /// The number of symbols, which are characters unless [`charnn_bundle::Unit`] says otherwise.
    pub characters: u64,
}

/// Bits that a network needs for a text, whatever its symbols are: comparable between networks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bits {
    /// Bits per character.
    pub per_character: f64,
    /// Bits per byte of the text as UTF-8.
    pub per_byte: f64,
}

impl Loss {
    /// Nats per symbol; NaN over none.
    pub fn mean(self) -> f64 {
        self.sum / self.characters as f64
    }

    /// Bits per symbol.
    pub fn bits_per_character(self) -> f64 {
        self.mean() / std::f64::consts::LN_2
    }

    /// The bits for a text of these lengths.
    pub fn bits(self, lengths: Lengths) -> Bits {
        let bits = self.sum / std::f64::consts::LN_2;
        Bits {
            per_character: bits / lengths.characters as f64,
            per_byte: bits / lengths.bytes as f64,
        }
    }

    /// The perplexity: e to the power of the mean.
    pub fn perplexity(self) -> f64 {
        self.mean().exp()
    }
}

impl AddAssign for Loss {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.characters += other.characters;
    }
}

/// Symbols for each row of [`Engine::evaluate`]: enough that its start from zeros hardly matters.
const SYMBOLS_A_ROW: usize = 2048;
/// Rows at most.
const MOST_ROWS: usize = 64;
/// Steps between two looks at whether to stop.
const STEPS: usize = 256;

/// The number of rows that a text of `length` symbols is cut into. It depends on the text alone, so the loss does
/// not depend on the machine.
pub fn evaluation_rows(length: usize) -> usize {
    (length / SYMBOLS_A_ROW).clamp(1, MOST_ROWS)
}

impl Engine {
    /// The losses of `ids[1..]`, each predicted from all symbols before it. One symbol after another: see
    /// [`Engine::losses`] for long texts.
    ///
    /// # Panics
    /// When an id is not below `V`.
    pub fn score(&self, ids: &[u16]) -> Vec<f32> {
        let Some((first, rest)) = ids.split_first() else { return Vec::new() };
        let mut state = self.start();
        state.read(std::slice::from_ref(first));
        rest.iter().map(|&id| state.score(id)).collect()
    }

    /// The loss of every symbol of a text, `[N]`, on all threads; 0 where nothing is predicted, at the
    /// beginning of each document.
    ///
    /// The text is cut into [`evaluation_rows`] rows that are read side by side, each from a state of
    /// zeros. `stop` is called regularly; the result is `None` once it returns true.
    ///
    /// # Panics
    /// When an id is not below `V`.
    pub fn losses(&self, text: Text<'_>, stop: &(dyn Fn() -> bool + Sync)) -> Option<Vec<f32>> {
        let mut losses = vec![0.0; text.ids().len()];
        self.walk(text, Some(&mut losses), stop)?;
        Some(losses)
    }

    /// The loss of a whole text, every symbol but the first of each document predicted once, on all
    /// threads. The state is carried through rows of the text, see [`Engine::losses`].
    ///
    /// # Panics
    /// When an id is not below `V`.
    pub fn evaluate(&self, text: Text<'_>, stop: &(dyn Fn() -> bool + Sync)) -> Option<Loss> {
        self.walk(text, None, stop)
    }

    /// The loss of the symbol after each window of `window` symbols within a document, on all threads.
    /// Every window is read from a state of zeros.
    ///
    /// # Panics
    /// When an id is not below `V`, or `window` is 0.
    pub fn evaluate_windows(
        &self,
        text: Text<'_>,
        window: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Loss> {
        assert!(window > 0, "windows of no symbols");
        let ids = text.ids();
        let targets: Vec<usize> = text
            .documents()
            .flat_map(|document| document.start.saturating_add(window)..document.end)
            .collect();
        let mut parts: Vec<(&[usize], f64)> =
            targets.chunks(MOST_ROWS).map(|targets| (targets, 0.0)).collect();
        let ended = side_by_side(&mut parts, |(targets, sum)| {
            if stop() {
                return false;
            }
            let rows = targets.len();
            let mut state = self.start_rows(rows);
            let mut read = vec![0; rows];
            for step in 0..window {
                for (id, &target) in read.iter_mut().zip(*targets) {
                    *id = ids[target - window + step];
                }
                self.network().read(&mut state, &read);
            }
            let wanted: Vec<Option<u16>> = targets.iter().map(|&at| Some(ids[at])).collect();
            let mut losses = vec![0.0; rows];
            self.network().losses(&mut state, &wanted, &mut losses);
            *sum = losses.into_iter().map(f64::from).sum();
            true
        });
        let sum = parts.iter().map(|(_, sum)| sum).sum();
        ended
            .into_iter()
            .all(|ended| ended)
            .then_some(Loss { sum, characters: targets.len() as u64 })
    }

    /// Predicts all of `text` and writes the losses to `out`, if that is wanted.
    fn walk(
        &self,
        text: Text<'_>,
        out: Option<&mut [f32]>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Loss> {
        let targets = text.ids().len().saturating_sub(1);
        if targets == 0 {
            return Some(Loss::default());
        }
        let rows = evaluation_rows(text.ids().len()).min(targets);
        let starts = text.row_starts(rows);
        let mut out = out.map(|out| &mut out[1..]);
        let mut rows: Vec<Row<'_>> = (0..rows)
            .map(|row| {
                let range = starts[row]..starts[row + 1];
                let length = range.len();
                let out = out.as_mut().and_then(|out| out.split_off_mut(..length));
                Row { range, out, loss: Loss::default() }
            })
            .collect();
        let group = rows.len().div_ceil(threads());
        let mut groups: Vec<&mut [Row<'_>]> = rows.chunks_mut(group).collect();
        let ended = side_by_side(&mut groups, |rows| self.walk_rows(text, rows, stop));
        if ended.contains(&false) {
            return None;
        }
        let mut total = Loss::default();
        for row in &rows {
            total += row.loss;
        }
        Some(total)
    }

    /// Predicts some rows on this thread. Whether they came to their end.
    fn walk_rows(
        &self,
        text: Text<'_>,
        rows: &mut [Row<'_>],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> bool {
        let ids = text.ids();
        let steps = rows.iter().map(|row| row.range.len()).max().unwrap_or(0);
        let mut state: PackedState = self.start_rows(rows.len());
        let (mut read, mut targets) = (vec![0; rows.len()], vec![None; rows.len()]);
        let mut losses = vec![0.0; rows.len()];
        for step in 0..steps {
            if step % STEPS == 0 && stop() {
                return false;
            }
            for (index, row) in rows.iter().enumerate() {
                let position = (row.range.start + step).min(row.range.end);
                let is_inside = position < row.range.end;
                if is_inside && text.is_start(position) {
                    self.network().reset_row(&mut state, index);
                }
                read[index] = ids[position];
                let target = is_inside && text.is_target(position + 1);
                targets[index] = target.then(|| ids[position + usize::from(is_inside)]);
            }
            self.network().read(&mut state, &read);
            self.network().losses(&mut state, &targets, &mut losses);
            for ((row, target), &loss) in rows.iter_mut().zip(&targets).zip(&losses) {
                row.loss += Loss { sum: f64::from(loss), characters: u64::from(target.is_some()) };
                if let Some(place) = row.out.as_mut().and_then(|out| out.get_mut(step)) {
                    *place = loss;
                }
            }
        }
        true
    }
}

/// Positions of a text that are read one after another.
struct Row<'a> {
    range: Range<usize>,
    /// The losses of the symbols after these positions.
    out: Option<&'a mut [f32]>,
    loss: Loss,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_add_to_sums_and_counts_to_counts() {
        let mut total = Loss { sum: 3.0, characters: 1 };
        total += Loss { sum: 1.0, characters: 3 };
        assert!((total.mean() - 1.0).abs() < 1e-12);
        assert!((total.bits_per_character() - 1.0 / std::f64::consts::LN_2).abs() < 1e-12);
        assert!((total.perplexity() - std::f64::consts::E).abs() < 1e-12);
    }
}
