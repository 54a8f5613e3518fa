//! A text that grows by choices, with all the ways that were tried: a tree of symbols, read by one of several networks.
//! Knows no terminal and no keys.

use charnn_bundle::Purpose;
use charnn_infer::{
    Engine, OnUnknown, Past, Prompt, PromptError, Sampling, Seed, State, primer_ids,
};

/// States are kept at every so many symbols of a text: going back reads at most as many again.
const KEPT: usize = 32;
/// The most symbols that are written for a line.
const LONGEST_LINE: usize = 500;
/// Temperatures change by this.
const STEP: f64 = 0.1;
const HOTTEST: f64 = 5.0;

/// A network that plays.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) engine: Engine,
    pub(super) sampling: Sampling,
    /// See [`charnn_infer::Request::window`].
    pub(super) window: usize,
}

/// Who added a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The network.
    Written,
    /// The person.
    Chosen,
}

/// A symbol after others.
#[derive(Debug, Clone)]
struct Node {
    symbol: String,
    origin: Origin,
    parent: usize,
    /// In the order in which they were tried.
    children: Vec<usize>,
    /// The child that was visited last.
    onward: Option<usize>,
    depth: usize,
    /// The current network after this symbol.
    state: Option<State>,
}

/// A symbol that may come next.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) id: u16,
    pub(super) symbol: String,
    /// By the network.
    pub(super) probability: f64,
    /// With which it would be written; 0 if the sampler removes it.
    pub(super) drawn: f64,
}

/// One of the texts of the tree, from the prompt to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch {
    /// Where it ends.
    node: usize,
    /// The symbols after the place where it leaves the current text.
    pub(super) rest: String,
    /// How many symbols it shares with the current text.
    pub(super) shared: usize,
    pub(super) is_current: bool,
}

/// How symbols are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sampler {
    /// As the run or the command line says.
    Own,
    All,
    TopK,
    TopP,
    MinP,
    Typical,
    Greedy,
}

impl Sampler {
    pub(super) const EACH: [Self; 7] =
        [Self::Own, Self::All, Self::TopK, Self::TopP, Self::MinP, Self::Typical, Self::Greedy];

    fn sampling(self, own: Sampling, temperature: f64) -> Sampling {
        let all = Sampling { temperature, ..Sampling::default() };
        match self {
            Self::Own => Sampling { temperature, ..own },
            Self::All => all,
            Self::TopK => Sampling { top_k: 10, ..all },
            Self::TopP => Sampling { top_p: 0.9, ..all },
            Self::MinP => Sampling { min_p: 0.05, ..all },
            Self::Typical => Sampling { typical: 0.9, ..all },
            Self::Greedy => Sampling::GREEDY,
        }
    }
}

/// The whole game. The first node is the prompt.
#[derive(Debug)]
pub(super) struct Session {
    models: Vec<Model>,
    model: usize,
    temperature: f64,
    sampler: Sampler,
    seed: Seed,
    /// Symbols drawn so far: each draw has its own random numbers.
    drawn: u64,
    prompt: String,
    nodes: Vec<Node>,
    at: usize,
    /// The current network after some node.
    here: Option<(usize, State)>,
    candidates: Vec<Candidate>,
}

const ROOT: usize = 0;

impl Session {
    /// A game that begins with `prompt`.
    ///
    /// # Errors
    /// When the first network does not know the prompt.
    ///
    /// # Panics
    /// When `models` is empty.
    pub(super) fn new(models: Vec<Model>, prompt: &str, seed: u64) -> Result<Self, PromptError> {
        let first = &models[0];
        let read = read_prompt(first, prompt, OnUnknown::Error)?;
        let root = Node {
            symbol: String::new(),
            origin: Origin::Chosen,
            parent: ROOT,
            children: Vec::new(),
            onward: None,
            depth: 0,
            state: None,
        };
        let mut session = Self {
            temperature: first.sampling.temperature,
            models,
            model: 0,
            sampler: Sampler::Own,
            seed: Seed(seed),
            drawn: 0,
            prompt: read.text,
            nodes: vec![root],
            at: ROOT,
            here: None,
            candidates: Vec::new(),
        };
        session.predict();
        Ok(session)
    }

    pub(super) fn model(&self) -> &Model {
        &self.models[self.model]
    }

    pub(super) fn temperature(&self) -> f64 {
        self.temperature
    }

    pub(super) fn sampler(&self) -> Sampler {
        self.sampler
    }

    pub(super) fn prompt(&self) -> &str {
        &self.prompt
    }

    /// The symbols after the prompt.
    pub(super) fn symbols(&self) -> Vec<(&str, Origin)> {
        let path = self.path(self.at);
        path.into_iter().map(|node| (&*self.nodes[node].symbol, self.nodes[node].origin)).collect()
    }

    /// Prompt and symbols.
    pub(super) fn text(&self) -> String {
        let symbols = self.symbols().into_iter().map(|(symbol, _)| symbol);
        std::iter::once(self.prompt()).chain(symbols).collect()
    }

    /// [`Session::text`] with each record on a line of its own.
    pub(super) fn finished_text(&self) -> String {
        let vocabulary = self.model().engine.vocabulary();
        let line = |(symbol, _)| record_end(vocabulary, symbol).map_or(symbol, |_| "\n");
        let symbols = self.symbols().into_iter().map(line);
        std::iter::once(self.prompt()).chain(symbols).collect()
    }

    /// Every symbol that may come next, likeliest first.
    pub(super) fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Adds the candidate with this place in [`Session::candidates`]. Whether there is one.
    pub(super) fn choose(&mut self, place: usize) -> bool {
        let Some(candidate) = self.candidates.get(place) else { return false };
        let symbol = candidate.symbol.clone();
        self.add(&symbol, Origin::Chosen);
        self.predict();
        true
    }

    /// Adds a character. Whether the network knows it.
    pub(super) fn type_in(&mut self, character: char) -> bool {
        if !self.model().engine.vocabulary().has(character) {
            return false;
        }
        self.add(character.encode_utf8(&mut [0; 4]), Origin::Chosen);
        self.predict();
        true
    }

    /// Lets the network write a symbol.
    pub(super) fn write(&mut self) {
        self.draw();
        self.predict();
    }

    /// Lets the network write to the end of the line or the record.
    pub(super) fn write_line(&mut self) {
        for _ in 0..LONGEST_LINE {
            let symbol = self.draw();
            if symbol.contains('\n')
                || record_end(self.model().engine.vocabulary(), &symbol).is_some()
            {
                break;
            }
        }
        self.predict();
    }

    /// Takes the last symbol back. It stays in the tree. Whether there was one.
    pub(super) fn back(&mut self) -> bool {
        if self.at == ROOT {
            return false;
        }
        self.at = self.nodes[self.at].parent;
        self.predict();
        true
    }

    /// Moves to the symbol that followed last time. Returns whether there was one.
    pub(super) fn onward(&mut self) -> bool {
        let Some(next) = self.nodes[self.at].onward else { return false };
        self.at = next;
        self.predict();
        true
    }

    /// Every text that was tried, in the order of the tree.
    pub(super) fn branches(&self) -> Vec<Branch> {
        let current = self.path(self.at);
        let ends = (0..self.nodes.len()).filter(|node| self.nodes[*node].children.is_empty());
        let branch = |node: usize| {
            let path = self.path(node);
            let shared = path.iter().zip(&current).take_while(|(a, b)| a == b).count();
            let rest = path[shared..].iter().map(|node| &*self.nodes[*node].symbol).collect();
            Branch { node, rest, shared, is_current: node == self.at }
        };
        ends.map(branch).collect()
    }

    /// Goes to the end of a branch.
    pub(super) fn go_to(&mut self, branch: &Branch) {
        self.at = branch.node;
        let mut node = self.at;
        while node != ROOT {
            let parent = self.nodes[node].parent;
            self.nodes[parent].onward = Some(node);
            node = parent;
        }
        self.predict();
    }

    /// Makes the temperature higher or lower by some steps.
    pub(super) fn heat(&mut self, steps: f64) {
        let temperature = ((self.temperature / STEP).round() + steps) * STEP;
        self.temperature = temperature.clamp(0.0, HOTTEST);
        self.predict();
    }

    /// Takes the next sampler.
    pub(super) fn next_sampler(&mut self) {
        let at = Sampler::EACH.iter().position(|it| *it == self.sampler).unwrap_or(0);
        self.sampler = Sampler::EACH[(at + 1) % Sampler::EACH.len()];
        self.predict();
    }

    /// Takes the next network. Whether there is another.
    pub(super) fn next_model(&mut self) -> bool {
        if self.models.len() < 2 {
            return false;
        }
        self.model = (self.model + 1) % self.models.len();
        self.nodes.iter_mut().for_each(|node| node.state = None);
        self.here = None;
        self.predict();
        true
    }

    /// The nodes from the first symbol after the prompt to `node`.
    fn path(&self, node: usize) -> Vec<usize> {
        let mut path = Vec::with_capacity(self.nodes[node].depth);
        let mut at = node;
        while at != ROOT {
            path.push(at);
            at = self.nodes[at].parent;
        }
        path.reverse();
        path
    }

    /// Moves to the child with this symbol, which is created if necessary.
    fn add(&mut self, symbol: &str, origin: Origin) {
        let parent = self.at;
        let children = &self.nodes[parent].children;
        let known = children.iter().copied().find(|child| self.nodes[*child].symbol == symbol);
        let child = known.unwrap_or(self.nodes.len());
        if known.is_none() {
            let depth = self.nodes[parent].depth + 1;
            let symbol = symbol.to_owned();
            let (children, onward, state) = (Vec::new(), None, None);
            self.nodes.push(Node { symbol, origin, parent, children, onward, depth, state });
            self.nodes[parent].children.push(child);
        }
        self.nodes[parent].onward = Some(child);
        self.at = child;
    }

    /// Adds a symbol that the sampler draws.
    fn draw(&mut self) -> String {
        let mut state = self.state();
        let (ids, chain) = (self.ids(), self.sampling().chain(self.model().engine.vocabulary()));
        let past = Past { symbols: &ids, written: 0, count: 0 };
        let mut rng = self.seed.rng(Purpose::Sample, self.drawn);
        self.drawn += 1;
        let id = chain.choose(state.logits(), &past, &mut rng);
        let symbol = self.model().engine.vocabulary().shown(id).to_owned();
        self.add(&symbol, Origin::Written);
        symbol
    }

    fn sampling(&self) -> Sampling {
        self.sampler.sampling(self.model().sampling, self.temperature)
    }

    /// Everything that the samplers see, as the current network reads it.
    fn ids(&self) -> Vec<u16> {
        let vocabulary = self.model().engine.vocabulary();
        known(vocabulary, &self.text())
    }

    /// The current network after the current text.
    fn state(&mut self) -> State {
        let model = self.models[self.model].clone();
        let vocabulary = model.engine.vocabulary();
        if model.window > 0 {
            let ids = self.ids();
            let mut state = model.engine.start();
            let ids = if ids.is_empty() { model.engine.primer() } else { &ids };
            state.read(&ids[ids.len().saturating_sub(model.window)..]);
            return state;
        }
        if self.nodes[ROOT].state.is_none() {
            let mut state = model.engine.start();
            // Another network skips what it does not know.
            if let Ok(prompt) = read_prompt(&model, &self.prompt, OnUnknown::Skip) {
                state.read(&prompt.context);
                state.read(&prompt.ids);
            } else {
                state.read(model.engine.primer());
            }
            self.nodes[ROOT].state = Some(state);
        }
        // The last symbol of the path after which the state is known.
        let path = self.path(self.at);
        let whole: Vec<usize> = std::iter::once(ROOT).chain(path).collect();
        let known_state = |node: &usize| match &self.here {
            Some((here, state)) if here == node => Some(state),
            _ => self.nodes[*node].state.as_ref(),
        };
        let found = whole
            .iter()
            .enumerate()
            .rev()
            .find_map(|(at, node)| known_state(node).map(|state| (at, state.clone())));
        let (from, mut state) = found.expect("that of the root is known");
        for node in &whole[from + 1..] {
            let node = &mut self.nodes[*node];
            if let Some(record) = record_end(vocabulary, &node.symbol) {
                state = model.engine.start();
                state.read(&[record]);
            } else {
                state.read(&known(vocabulary, &node.symbol));
            }
            if node.depth.is_multiple_of(KEPT) {
                node.state = Some(state.clone());
            }
        }
        self.here = Some((self.at, state.clone()));
        state
    }

    /// Computes what may come next.
    fn predict(&mut self) {
        let mut state = self.state();
        let ids = self.ids();
        let vocabulary = self.model().engine.vocabulary();
        let past = Past { symbols: &ids, written: 0, count: 0 };
        let drawn = self.sampling().chain(vocabulary).distribution(state.logits(), &past);
        let mut candidates: Vec<Candidate> = state
            .probabilities()
            .into_iter()
            .zip(0..)
            .map(|(probability, id)| Candidate {
                id,
                symbol: vocabulary.shown(id).to_owned(),
                probability: f64::from(probability),
                drawn: 0.0,
            })
            .collect();
        for (id, probability) in drawn {
            candidates[usize::from(id)].drawn = probability;
        }
        candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        self.candidates = candidates;
    }
}

/// The prompt as a network reads it.
fn read_prompt(model: &Model, text: &str, unknown: OnUnknown) -> Result<Prompt, PromptError> {
    let vocabulary = model.engine.vocabulary();
    Prompt::new(vocabulary, text, unknown, model.engine.primer(), model.window)
}

/// A text as ids, without characters that the vocabulary lacks and cannot replace.
fn known(vocabulary: &charnn_infer::Vocabulary, text: &str) -> Vec<u16> {
    primer_ids(vocabulary, text)
}

/// The record symbol, if `symbol`, as it is shown, is it. It ends a record, and the next begins with it, from a state
/// that knows nothing.
fn record_end(vocabulary: &charnn_infer::Vocabulary, symbol: &str) -> Option<u16> {
    vocabulary.record().filter(|id| vocabulary.shown(*id) == symbol)
}
