//! The suffix automaton of several texts: a path from its root for each passage that occurs in one of them.
//!
//! # Source
//! Blumer et al. 1985, "The smallest automaton recognizing the subwords of a text"; for several texts Mohri, Moreno
//! and Weinstein 2009, "General suffix automaton construction algorithm and space bounds".

/// No state.
const NONE: u32 = u32::MAX;

/// An automaton that can be read, but not extended. Its root is state 0.
#[derive(Debug, Clone)]
pub(super) struct Automaton {
    /// The length of the longest passage that leads to each state.
    pub(super) lengths: Vec<u32>,
    /// For each state that of its longest passage without the first characters, as far as that is another state.
    pub(super) links: Vec<u32>,
    /// Where the edges of each state begin, and at last the number of edges.
    starts: Vec<u32>,
    /// The characters of all edges, in order within each state.
    characters: Vec<char>,
    targets: Vec<u32>,
}

impl Automaton {
    pub(super) const ROOT: u32 = 0;

    /// The automaton of `texts`.
    ///
    /// # Panics
    /// When they have more than 2³⁰ characters together.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut builder = Builder::default();
        builder.add(0, NONE);
        for text in texts {
            let mut last = Self::ROOT;
            for character in text.chars() {
                last = builder.extend(last, character);
            }
        }
        builder.finish()
    }

    /// The state behind the edge with this character.
    pub(super) fn next(&self, state: u32, character: char) -> Option<u32> {
        let at = state as usize;
        let (from, to) = (self.starts[at] as usize, self.starts[at + 1] as usize);
        let found = self.characters[from..to].binary_search(&character).ok()?;
        Some(self.targets[from + found])
    }

    /// All states but the root, those of long passages first.
    pub(super) fn longest_first(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (1..).take(self.lengths.len() - 1).collect();
        order.sort_by_key(|state| std::cmp::Reverse(self.lengths[*state as usize]));
        order
    }
}

/// An automaton that grows. The edges of a state are a list.
#[derive(Default)]
struct Builder {
    lengths: Vec<u32>,
    links: Vec<u32>,
    first: Vec<u32>,
    edges: Vec<Edge>,
}

#[derive(Clone, Copy)]
struct Edge {
    character: char,
    target: u32,
    next: u32,
}

impl Builder {
    fn add(&mut self, length: u32, link: u32) -> u32 {
        let state = u32::try_from(self.lengths.len()).ok().filter(|it| *it < 1 << 31);
        self.lengths.push(length);
        self.links.push(link);
        self.first.push(NONE);
        state.expect("at most 2^31 states")
    }

    fn edge(&self, state: u32, character: char) -> Option<usize> {
        let mut at = self.first[state as usize];
        while at != NONE {
            let edge = self.edges[at as usize];
            if edge.character == character {
                return Some(at as usize);
            }
            at = edge.next;
        }
        None
    }

    fn connect(&mut self, state: u32, character: char, target: u32) {
        let at = u32::try_from(self.edges.len()).ok().filter(|it| *it != NONE);
        let next = self.first[state as usize];
        self.edges.push(Edge { character, target, next });
        self.first[state as usize] = at.expect("at most three edges for each character");
    }

    /// The state after `character`, which follows the text that ends in the state `last`.
    fn extend(&mut self, last: u32, character: char) -> u32 {
        let length = self.lengths[last as usize] + 1;
        if let Some(edge) = self.edge(last, character) {
            // Another text has the same beginning.
            let target = self.edges[edge].target;
            let is_whole = self.lengths[target as usize] == length;
            return if is_whole { target } else { self.split(last, character, target) };
        }
        let state = self.add(length, Automaton::ROOT);
        let mut at = last;
        while at != NONE {
            if let Some(edge) = self.edge(at, character) {
                let target = self.edges[edge].target;
                let is_whole = self.lengths[target as usize] == self.lengths[at as usize] + 1;
                let link = if is_whole { target } else { self.split(at, character, target) };
                self.links[state as usize] = link;
                return state;
            }
            self.connect(at, character, state);
            at = self.links[at as usize];
        }
        state
    }

    /// Divides `target`: the passages that are no longer than those of `from` with the character get a state of
    /// their own.
    fn split(&mut self, from: u32, character: char, target: u32) -> u32 {
        let link = self.links[target as usize];
        let state = self.add(self.lengths[from as usize] + 1, link);
        let mut at = self.first[target as usize];
        while at != NONE {
            let Edge { character, target, next } = self.edges[at as usize];
            self.connect(state, character, target);
            at = next;
        }
        self.links[target as usize] = state;
        let mut at = from;
        while at != NONE {
            match self.edge(at, character) {
                Some(edge) if self.edges[edge].target == target => self.edges[edge].target = state,
                _ => break,
            }
            at = self.links[at as usize];
        }
        state
    }

    fn finish(self) -> Automaton {
        let mut starts = Vec::with_capacity(self.first.len() + 1);
        let mut characters = Vec::with_capacity(self.edges.len());
        let mut targets = Vec::with_capacity(self.edges.len());
        let mut own = Vec::new();
        starts.push(0);
        for first in &self.first {
            let mut at = *first;
            while at != NONE {
                let edge = self.edges[at as usize];
                own.push((edge.character, edge.target));
                at = edge.next;
            }
            own.sort_unstable();
            characters.extend(own.iter().map(|it| it.0));
            targets.extend(own.drain(..).map(|it| it.1));
            starts.push(u32::try_from(targets.len()).expect("each edge has a number"));
        }
        Automaton { lengths: self.lengths, links: self.links, starts, characters, targets }
    }
}
