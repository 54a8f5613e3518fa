//! Which passages of generated texts the training text has. It is read once, a piece at a time, so it may be of any
//! size; memory grows with the generated texts only.

use super::automaton::Automaton;
use std::ops::Range;

/// Compares generated texts with a training text, exactly: no hash stands for a passage.
///
/// ```
/// # use charnn_infer::NoveltyMeter;
/// let mut meter = NoveltyMeter::new(["the cat sat on the mat"]);
/// meter.read("a dog sat on the moon".chars());
/// let novelty = &meter.finish()[0];
/// assert_eq!(novelty.longest(), 7..20); // " sat on the m"
/// assert_eq!(novelty.passages(5), [7..20]);
/// ```
#[derive(Debug, Clone)]
pub struct NoveltyMeter {
    automaton: Automaton,
    /// The length of the longest passage of each state that the training text has.
    found: Vec<u32>,
    /// The state of the last characters of the training text, and how many they are.
    state: u32,
    length: u32,
    texts: Vec<String>,
}

/// What a text has in common with the training text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Novelty {
    /// For each character of the text the length of the longest passage that ends with it and occurs in the training
    /// text. 0 for a character that does not occur there.
    copied: Vec<u32>,
}

impl NoveltyMeter {
    /// Prepares to measure `texts`.
    ///
    /// # Panics
    /// When they have more than 2³⁰ characters together.
    pub fn new<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
        let automaton = Automaton::of(texts.iter().map(String::as_str));
        let found = vec![0; automaton.lengths.len()];
        Self { automaton, found, state: Automaton::ROOT, length: 0, texts }
    }

    /// Reads the next characters of the training text.
    pub fn read(&mut self, characters: impl IntoIterator<Item = char>) {
        for character in characters {
            let next = loop {
                match self.automaton.next(self.state, character) {
                    None if self.state != Automaton::ROOT => {
                        self.state = self.automaton.links[self.state as usize];
                        self.length = self.automaton.lengths[self.state as usize];
                    }
                    next => break next,
                }
            };
            if let Some(next) = next {
                (self.state, self.length) = (next, self.length + 1);
                let found = &mut self.found[next as usize];
                *found = self.length.max(*found);
            }
        }
    }

    /// Ends a document of the training text: no passage reaches into the next.
    pub fn end_document(&mut self) {
        (self.state, self.length) = (Automaton::ROOT, 0);
    }

    /// What each text has in common with the characters that were read.
    pub fn finish(self) -> Vec<Novelty> {
        let Self { automaton, mut found, texts, .. } = self;
        let order = automaton.longest_first();
        // The training text has the ends of the passages that it has.
        for state in &order {
            if found[*state as usize] > 0 {
                let link = automaton.links[*state as usize] as usize;
                found[link] = automaton.lengths[link];
            }
        }
        // Where it has no passage of a state, it may have their ends.
        for state in order.iter().rev() {
            if found[*state as usize] == 0 {
                found[*state as usize] = found[automaton.links[*state as usize] as usize];
            }
        }
        let of_text = |text: &String| {
            let mut state = Automaton::ROOT;
            let copied = text.chars().map(|character| {
                state = automaton.next(state, character).unwrap_or(Automaton::ROOT);
                found[state as usize]
            });
            Novelty { copied: copied.collect() }
        };
        texts.iter().map(of_text).collect()
    }
}

impl Novelty {
    /// A passage of fewer characters is no copy by default: words and phrases are this long.
    pub const LEAST: usize = 20;

    /// The number of characters of the text.
    pub fn characters(&self) -> usize {
        self.copied.len()
    }

    /// The longest passage that the training text has, the first of equal ones, as positions of characters.
    pub fn longest(&self) -> Range<usize> {
        let longest = self.copied.iter().copied().enumerate().rev().max_by_key(|it| it.1);
        longest.map_or(0..0, |(at, length)| at + 1 - length as usize..at + 1)
    }

    /// The passages of at least `least` characters that the training text has, in order: those that cannot be made
    /// longer. They may overlap.
    pub fn passages(&self, least: usize) -> Vec<Range<usize>> {
        let ends = self.copied.iter().enumerate().filter(|(at, length)| {
            let grows = self.copied.get(at + 1).is_some_and(|next| *next > **length);
            !grows && **length as usize >= least.max(1)
        });
        ends.map(|(at, length)| at + 1 - *length as usize..at + 1).collect()
    }

    /// The characters inside of [`Novelty::passages`], as ranges that do not touch.
    pub fn marked(&self, least: usize) -> Vec<Range<usize>> {
        let mut marked: Vec<Range<usize>> = Vec::new();
        for passage in self.passages(least) {
            match marked.last_mut() {
                Some(last) if last.end >= passage.start => last.end = passage.end,
                _ => marked.push(passage),
            }
        }
        marked
    }

    /// The share of the characters that are inside of passages of at least `least` characters that the training text
    /// has, from 0 to 1. 0 for an empty text.
    pub fn copied_share(&self, least: usize) -> f64 {
        let inside: usize = self.marked(least).iter().map(ExactSizeIterator::len).sum();
        inside as f64 / self.characters().max(1) as f64
    }

    /// The share of the text's n-grams that the training text has, from 0 to 1. `None` for a text that is shorter.
    ///
    /// # Panics
    /// When `n` is 0.
    pub fn ngram_share(&self, n: usize) -> Option<f64> {
        let all = self.copied.get(n - 1..).filter(|it| !it.is_empty())?;
        let known = all.iter().filter(|length| **length as usize >= n).count();
        Some(known as f64 / all.len() as f64)
    }
}
