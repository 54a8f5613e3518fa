//! Texts of different requests side by side: each joins when its prompt has been read, and leaves when it is over.

use crate::generate::Writer;
use crate::sampler::Chain;
use crate::{Candidates, Engine, Request};
use charnn_cpu::PackedState;

/// A text on its way into a [`Batch`]: its prompt is read in pieces, so that a long one does not stop the others.
#[derive(Debug, Clone)]
pub struct Newcomer {
    engine: Engine,
    state: PackedState,
    /// Context and prompt.
    symbols: Vec<u16>,
    /// How many of them are the context.
    context: usize,
    /// How many of them have been read. The last one is read with the batch.
    read: usize,
    chain: Chain,
    writer: Writer,
}

/// Texts of one network that are written in step, one a row, on the thread of the caller. The weights are read once
/// for all of them.
///
/// A text is the same, to the last bit, whatever other texts are beside it: that of [`crate::Generator`] for its
/// request and number.
#[derive(Debug, Clone)]
pub struct Batch {
    engine: Engine,
    state: PackedState,
    members: Vec<Member>,
    /// The symbol that each row reads next.
    unread: Vec<u16>,
    candidates: Candidates,
}

#[derive(Debug, Clone)]
struct Member {
    key: u64,
    chain: Chain,
    writer: Writer,
}

impl Newcomer {
    /// Text number `text` of `request`, which keeps its state: its window is 0.
    ///
    /// # Panics
    /// When prompt and context are empty, or the request has a window.
    pub fn new(engine: &Engine, request: &Request, text: u64) -> Self {
        request.check();
        assert_eq!(request.window, 0, "a batch keeps the state of every text");
        Self {
            engine: engine.clone(),
            state: engine.start_rows(1),
            symbols: [&request.context[..], &request.prompt].concat(),
            context: request.context.len(),
            read: 0,
            chain: request.chain.clone(),
            writer: Writer::new(request, text),
        }
    }

    /// Takes the state of the one of `others` that has read the most of the same prompt, instead of reading that again.
    /// The others must be of the same network.
    pub fn skip<'a>(&mut self, others: impl IntoIterator<Item = &'a Self>) {
        let fits = |other: &&Self| {
            let most = self.symbols.len() - 1;
            (self.read + 1..=most).contains(&other.read)
                && other.symbols[..other.read] == self.symbols[..other.read]
        };
        if let Some(other) = others.into_iter().filter(fits).max_by_key(|other| other.read) {
            self.state = other.state.clone();
            self.read = other.read;
        }
    }

    /// Whether the context has been read, and nothing of the prompt: a state that many texts share.
    pub fn has_read_context(&self) -> bool {
        self.context > 0 && self.read == self.context
    }

    /// Reads at most `most` symbols of the prompt, with a stop after the context. Returns whether the text can join.
    ///
    /// # Panics
    /// When an id is not below `V`.
    pub fn read(&mut self, most: usize) -> bool {
        let mut end = self.read.saturating_add(most).min(self.symbols.len() - 1);
        if self.read < self.context {
            end = end.min(self.context);
        }
        for id in &self.symbols[self.read..end] {
            self.engine.network().read(&mut self.state, std::slice::from_ref(id));
        }
        self.read = end;
        self.read + 1 == self.symbols.len()
    }
}

impl Batch {
    /// No texts of `engine`.
    pub fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            state: engine.start_rows(0),
            members: Vec::new(),
            unread: Vec::new(),
            candidates: Candidates::default(),
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Adds a text. What is unread of its prompt is read first. `key` is its name in [`Batch::step`].
    pub fn join(&mut self, key: u64, mut newcomer: Newcomer) {
        while !newcomer.read(usize::MAX) {}
        self.state.append(&newcomer.state);
        self.unread.push(newcomer.symbols[newcomer.read]);
        let Newcomer { chain, writer, .. } = newcomer;
        self.members.push(Member { key, chain, writer });
    }

    /// Writes a symbol of every text. `stays` gets the key, the logits `[V]` from which the symbol was chosen, and the
    /// symbol; a text for which it returns false leaves.
    pub fn step(&mut self, mut stays: impl FnMut(u64, &[f32], u16) -> bool) {
        if self.is_empty() {
            return;
        }
        let network = self.engine.network();
        network.read(&mut self.state, &self.unread);
        let logits = network.logits(&mut self.state);
        let width = logits.len() / self.members.len();
        let mut leaving = Vec::new();
        for (row, logits) in logits.chunks_exact(width).enumerate() {
            let Member { key, chain, writer } = &mut self.members[row];
            let id = writer.choose(chain, &mut self.candidates, logits);
            self.unread[row] = id;
            if !stays(*key, logits, id) {
                leaving.push(row);
            }
        }
        for row in leaving.into_iter().rev() {
            self.state.swap_remove(row);
            self.members.swap_remove(row);
            self.unread.swap_remove(row);
        }
    }
}
