//! How well a network predicts each of many lines.

use crate::Engine;
use crate::threads::side_by_side;
use charnn_cpu::PackedState;

/// Lines that one thread reads side by side: weights are read once for all of them.
const MOST_ROWS: usize = 64;

/// How well one symbol was predicted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Surprise {
    /// −ln of its probability, in nats.
    pub loss: f32,
    /// 1 if no symbol was likelier.
    pub rank: u32,
}

/// Scores lines, each on its own after the same context, or each after the lines before it.
#[derive(Debug, Clone)]
pub struct LineScorer {
    engine: Engine,
    /// The state before a line, of one row.
    before: PackedState,
    carries: bool,
}

impl LineScorer {
    /// Every line starts from the state after `context`. With `carries`, only the first one does, and every other line
    /// continues the one before it.
    ///
    /// # Panics
    /// When an id is not below `V`.
    pub fn new(engine: &Engine, context: &[u16], carries: bool) -> Self {
        let mut before = engine.start_rows(1);
        for &id in context {
            engine.network().read(&mut before, &[id]);
        }
        Self { engine: engine.clone(), before, carries }
    }

    /// Every symbol of every line. Lines on their own are read side by side on all threads; what a line gets does not
    /// depend on the others, to the last bit.
    ///
    /// # Panics
    /// When an id is not below `V`.
    pub fn score(&mut self, lines: &[Vec<u16>]) -> Vec<Vec<Surprise>> {
        if self.carries {
            return lines.iter().map(|line| self.continued(line)).collect();
        }
        // Lines of like lengths end together.
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by_key(|&index| lines[index].len());
        let rows = lines.len().div_ceil(charnn_cpu::threads()).clamp(1, MOST_ROWS);
        let mut groups: Vec<&[usize]> = order.chunks(rows).collect();
        let scored = side_by_side(&mut groups, |group| self.side_by_side(lines, group));
        let mut out = vec![Vec::new(); lines.len()];
        for (index, surprises) in groups.iter().copied().flatten().zip(scored.into_iter().flatten())
        {
            out[*index] = surprises;
        }
        out
    }

    /// The next line of a text.
    fn continued(&mut self, line: &[u16]) -> Vec<Surprise> {
        let network = self.engine.network();
        let score = |&id| {
            let surprise = surprises(&self.engine, &mut self.before, &[Some(id)])[0];
            network.read(&mut self.before, &[id]);
            surprise
        };
        line.iter().map(score).collect()
    }

    /// The lines with these indices, in step.
    fn side_by_side(&self, lines: &[Vec<u16>], group: &[usize]) -> Vec<Vec<Surprise>> {
        let mut state = self.before.clone().repeated(group.len());
        let mut out: Vec<Vec<Surprise>> = vec![Vec::new(); group.len()];
        let longest = group.iter().map(|&index| lines[index].len()).max().unwrap_or(0);
        let mut read = vec![0; group.len()];
        for step in 0..longest {
            let targets: Vec<Option<u16>> =
                group.iter().map(|&index| lines[index].get(step).copied()).collect();
            let scored = surprises(&self.engine, &mut state, &targets);
            for ((out, target), surprise) in out.iter_mut().zip(&targets).zip(scored) {
                out.extend(target.map(|_| surprise));
            }
            for (id, target) in read.iter_mut().zip(&targets) {
                *id = target.unwrap_or(*id);
            }
            self.engine.network().read(&mut state, &read);
        }
        out
    }
}

/// How well the targets are predicted from `state`, `[rows]`.
fn surprises(engine: &Engine, state: &mut PackedState, targets: &[Option<u16>]) -> Vec<Surprise> {
    let (mut losses, mut ranks) = (vec![0.0; targets.len()], vec![0; targets.len()]);
    engine.network().losses(state, targets, &mut losses);
    state.ranks(targets, &mut ranks);
    losses.into_iter().zip(ranks).map(|(loss, rank)| Surprise { loss, rank }).collect()
}

/// Estimates how many guesses an attacker with the same network needs for a line: the number of lines that are more
/// probable, from a sample of them.
///
/// # Source
/// Dell'Amico and Filippone, "Monte Carlo Strength Evaluation: Fast and Reliable Password Checking", 2015.
#[derive(Debug, Clone)]
pub struct GuessNumbers {
    /// The losses of the sampled lines, ascending, and the estimated number of lines up to each.
    lines: Vec<(f64, f64)>,
}

impl GuessNumbers {
    /// From the losses, in nats, of lines that the network wrote at temperature 1.
    pub fn new(mut losses: Vec<f64>) -> Self {
        losses.sort_by(f64::total_cmp);
        let mut guesses = 0.0;
        let count = losses.len() as f64;
        let lines = losses.into_iter().map(|loss| {
            guesses += loss.exp() / count;
            (loss, guesses)
        });
        Self { lines: lines.collect() }
    }

    /// The estimated number of guesses before a line with this loss, in nats.
    pub fn of(&self, loss: f64) -> f64 {
        let likelier = self.lines.partition_point(|&(other, _)| other < loss);
        likelier.checked_sub(1).map_or(0.0, |last| self.lines[last].1)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use charnn_bundle::Bundle;

    fn engine() -> Engine {
        Engine::new(
            &Bundle::from_bytes(include_bytes!("../../examples/tales.charnn.safetensors")).unwrap(),
        )
    }

    fn lines(engine: &Engine) -> Vec<Vec<u16>> {
        let lines = ["Once upon a time", "", "x", "there was a king who had", "ereht saw a gnik"];
        let mut lines: Vec<Vec<u16>> =
            lines.iter().map(|line| engine.vocabulary().encode(line).unwrap()).collect();
        let more = |n: usize| lines[n % 5].iter().copied().cycle().take(n / 3).collect();
        let more: Vec<Vec<u16>> = (0..150).map(more).collect();
        lines.extend(more);
        lines
    }

    #[test]
    fn each_line_is_scored_as_if_it_were_alone() {
        let engine = engine();
        let (context, lines) = (engine.vocabulary().encode("said.\n").unwrap(), lines(&engine));
        let all = LineScorer::new(&engine, &context, false).score(&lines);
        for (line, scored) in lines.iter().zip(&all) {
            let ids = [&context[..], line].concat();
            let alone = engine.score(&ids).split_off(context.len() - 1);
            assert_eq!(scored.iter().map(|it| it.loss).collect::<Vec<_>>(), alone);
        }
    }

    #[test]
    fn lines_in_order_are_scored_as_one_text() {
        let engine = engine();
        let (context, lines) = (engine.vocabulary().encode("said.\n").unwrap(), lines(&engine));
        let all = LineScorer::new(&engine, &context, true).score(&lines);
        let losses: Vec<f32> = all.concat().iter().map(|it| it.loss).collect();
        let ids = [&context[..], &lines.concat()].concat();
        assert_eq!(losses, engine.score(&ids)[context.len() - 1..]);
    }

    #[test]
    fn a_rank_counts_the_likelier_symbols() {
        let engine = engine();
        let ids = engine.vocabulary().encode("Once upon a tizq").unwrap();
        let scored = LineScorer::new(&engine, &ids[..1], false).score(&[ids[1..].to_vec()]);
        let mut state = engine.start();
        state.read(&ids[..1]);
        for (id, surprise) in ids[1..].iter().zip(&scored[0]) {
            let probabilities = state.probabilities();
            let chosen = probabilities[usize::from(*id)];
            let likelier = probabilities.iter().filter(|&&other| other > chosen).count();
            assert_eq!(surprise.rank as usize, likelier + 1);
            state.read(&[*id]);
        }
    }

    #[test]
    fn guess_numbers_count_the_lines_before() {
        // Lines with probabilities 1/2, 1/4, 1/8 and so on: 0, 1, 2 and so on guesses before them.
        let mut losses = Vec::new();
        for length in 1..=10 {
            let copies = 1 << (10 - length);
            losses.extend(std::iter::repeat_n(f64::from(length) * 2f64.ln(), copies));
        }
        let numbers = GuessNumbers::new(losses);
        for length in 1..=10 {
            let found = numbers.of(f64::from(length) * 2f64.ln() - 1e-9);
            assert!((found - f64::from(length - 1)).abs() < 0.02, "{length}: {found}");
        }
    }
}
