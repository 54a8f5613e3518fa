//! Generation: the symbols that follow a prompt, of one text or of many side by side.
//!
//! Text number `i` follows from the request and `i` alone: on the CPU it is the same to the last bit
//! for any set of texts and any number of threads.

use crate::reader::{Reader, Rows};
use crate::sampler::{Chain, Past};
use crate::threads::side_by_side;
use crate::{Candidates, Engine, State};
use charnn_bundle::{Purpose, Seed};
use charnn_cpu::threads;
use rand_chacha::ChaCha8Rng;

/// Texts that one thread generates in step. Weights are read once for all of them; more texts would not
/// fit its caches.
pub(crate) const MOST_ROWS: usize = 64;

/// What to generate: a prompt, how to choose symbols, and a seed.
#[derive(Debug, Clone)]
pub struct Request {
    /// Symbols that are read before the prompt and belong to no text: see [`crate::Prompt::context`]. May
    /// be empty.
    pub context: Vec<u16>,
    /// The symbols that every text starts with. The network reads them; results do not contain them. May
    /// be empty if there is a context.
    pub prompt: Vec<u16>,
    /// 0 keeps the state from symbol to symbol. Otherwise every symbol is predicted from the last
    /// `window` symbols (fewer at the start), read from a state of zeros, as in training with
    /// `train.predict = "last"`.
    pub window: usize,
    /// How the next symbol is chosen.
    pub chain: Chain,
    /// Determines all random choices.
    pub seed: Seed,
}

/// Generates texts, a piece at a time.
#[derive(Debug, Clone)]
pub struct Generator<R = Rows> {
    groups: Vec<Group<R>>,
}

impl Request {
    pub(crate) fn check(&self) {
        let is_empty = self.prompt.is_empty() && self.context.is_empty();
        assert!(!is_empty, "the first symbol has to follow another");
    }
}

impl Generator<Rows> {
    /// Generates the texts with these numbers: one text on one thread, many on all threads.
    ///
    /// # Panics
    /// When prompt and context are empty, or an id is not below `V`.
    pub fn new(engine: &Engine, request: &Request, texts: impl IntoIterator<Item = u64>) -> Self {
        request.check();
        Self::grouped(request, texts, |rows| Rows::new(engine, rows))
    }

    /// The same for texts that continue from `state`. Without a window the prompt may be empty, so that a
    /// fork can be written on.
    ///
    /// # Panics
    /// As [`Generator::new`], but without a window nothing has to be read first.
    pub fn resume(state: &State, request: &Request, texts: impl IntoIterator<Item = u64>) -> Self {
        if request.window > 0 {
            request.check();
        }
        let packed = state.packed();
        Self::grouped(request, texts, |rows| Rows::from(state.engine(), packed.clone(), rows))
    }

    fn grouped(
        request: &Request,
        texts: impl IntoIterator<Item = u64>,
        reader: impl Fn(usize) -> Rows,
    ) -> Self {
        let texts: Vec<u64> = texts.into_iter().collect();
        let rows = texts.len().div_ceil(threads()).clamp(1, MOST_ROWS);
        let group = |texts: &[u64]| Group::new(reader(texts.len()), request, texts);
        Self { groups: texts.chunks(rows).map(group).collect() }
    }

    /// The next `length` symbols of every text.
    pub fn write(&mut self, length: usize) -> Vec<Vec<u16>> {
        self.try_write(length).unwrap_or_else(|never| match never {})
    }
}

impl<R: Reader> Generator<R> {
    /// Writes the texts with these numbers in the rows of `reader`, which has not read anything.
    ///
    /// # Panics
    /// When prompt and context are empty, or there is not one text for each row.
    pub fn with_reader(reader: R, request: &Request, texts: impl IntoIterator<Item = u64>) -> Self {
        request.check();
        let texts: Vec<u64> = texts.into_iter().collect();
        assert_eq!(reader.rows(), texts.len(), "a row for every text");
        Self { groups: vec![Group::new(reader, request, &texts)] }
    }

    /// The next `length` symbols of every text.
    ///
    /// # Errors
    /// When the reader fails.
    pub fn try_write(&mut self, length: usize) -> Result<Vec<Vec<u16>>, R::Error> {
        self.try_write_with(length, |_, id| id)
    }

    /// What `look` makes of the next `length` symbols of every text. It is called for each symbol with the
    /// logits `[V]` from which it was chosen, before any sampler.
    ///
    /// # Errors
    /// When the reader fails.
    pub fn try_write_with<T: Send>(
        &mut self,
        length: usize,
        look: impl Fn(&[f32], u16) -> T + Send + Sync,
    ) -> Result<Vec<Vec<T>>, R::Error> {
        let written = side_by_side(&mut self.groups, |group| group.write(length, &look));
        let written: Result<Vec<Vec<Vec<T>>>, _> = written.into_iter().collect();
        Ok(written?.into_iter().flatten().collect())
    }
}

impl Engine {
    /// The first `length` symbols after the prompt, as text number 0; of a record, those before its end.
    ///
    /// # Panics
    /// When prompt and context are empty.
    pub fn write(&self, request: &Request, length: usize) -> String {
        let written = Generator::new(self, request, [0]).write(length).concat();
        let is_inside = |id: &&u16| self.vocabulary().record() != Some(**id);
        let text: Vec<u16> = written.iter().take_while(is_inside).copied().collect();
        self.vocabulary().decode(&text)
    }

    /// The symbols after the prompt, one at a time and without end, as text number 0. A record symbol ends a
    /// record; what follows it continues from the state after that record.
    ///
    /// # Panics
    /// When prompt and context are empty.
    pub fn stream(&self, request: &Request) -> impl Iterator<Item = u16> + use<> {
        let mut generator = Generator::new(self, request, [0]);
        std::iter::repeat_with(move || generator.write(1)[0][0])
    }
}

/// Texts that are written in step, one a row.
#[derive(Debug, Clone)]
struct Group<R> {
    reader: R,
    /// The prompt, until it is read.
    prompt: Vec<u16>,
    memory: Memory,
    chain: Chain,
    writers: Vec<Writer>,
    candidates: Candidates,
}

/// What differs between the texts of a group.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    rng: ChaCha8Rng,
    /// The last symbols, as far as the samplers look back.
    past: Vec<u16>,
    written: u64,
    /// Occurrences of the symbol that the samplers count.
    count: u64,
}

/// How the texts so far reach the network. Symbols are time-major, `[T, rows]`.
#[derive(Debug, Clone)]
enum Memory {
    /// The network's state stands for all symbols but the last ones: O(1) work a symbol, however long
    /// the text.
    Carried { unread: Vec<u16> },
    /// The last symbols, read again from a state of zeros for every new one.
    Window { symbols: Vec<u16>, length: usize },
}

impl<R: Reader> Group<R> {
    fn new(reader: R, request: &Request, texts: &[u64]) -> Self {
        let Request { context, prompt, window, chain, seed: _ } = request;
        let writer = |&text: &u64| Writer::new(request, text);
        let repeated = |ids: &[u16]| -> Vec<u16> {
            ids.iter().flat_map(|&id| std::iter::repeat_n(id, texts.len())).collect()
        };
        let prompt = [&context[..], prompt].concat();
        let (prompt, memory) = match (*window, prompt.split_last()) {
            (0, None) => (&[][..], Memory::Carried { unread: Vec::new() }),
            (0, Some((last, rest))) => (rest, Memory::Carried { unread: repeated(&[*last]) }),
            (length, _) => (&[][..], Memory::Window { symbols: repeated(&prompt), length }),
        };
        Self {
            reader,
            prompt: prompt.to_vec(),
            memory,
            chain: chain.clone(),
            writers: texts.iter().map(writer).collect(),
            candidates: Candidates::default(),
        }
    }

    /// What `look` makes of the next `length` symbols of every row.
    fn write<T>(
        &mut self,
        length: usize,
        look: &impl Fn(&[f32], u16) -> T,
    ) -> Result<Vec<Vec<T>>, R::Error> {
        let rows = self.writers.len();
        let mut texts: Vec<Vec<T>> = (0..rows).map(|_| Vec::with_capacity(length)).collect();
        if length > 0 && !self.prompt.is_empty() {
            self.reader.read_same(&std::mem::take(&mut self.prompt))?;
        }
        for _ in 0..length {
            let logits = match &mut self.memory {
                Memory::Carried { unread } => {
                    let logits = self.reader.read(unread)?;
                    unread.clear();
                    logits
                }
                Memory::Window { symbols, length } => {
                    let start = symbols.len().saturating_sub(*length * rows);
                    symbols.drain(..start);
                    self.reader.reset();
                    self.reader.read(symbols)?
                }
            };
            let (Memory::Carried { unread: symbols } | Memory::Window { symbols, .. }) =
                &mut self.memory;
            let logits = logits.chunks_exact(logits.len() / rows);
            for ((logits, writer), text) in logits.zip(&mut self.writers).zip(&mut texts) {
                let id = writer.choose(&self.chain, &mut self.candidates, logits);
                text.push(look(logits, id));
                symbols.push(id);
            }
        }
        Ok(texts)
    }
}

impl Writer {
    /// The writer of text number `text`.
    pub(crate) fn new(request: &Request, text: u64) -> Self {
        let Request { prompt, chain, seed, .. } = request;
        let reach = chain.reach().min(prompt.len());
        let past = prompt[prompt.len() - reach..].to_vec();
        Self { rng: seed.rng(Purpose::Sample, text), past, written: 0, count: 0 }
    }

    pub(crate) fn choose(
        &mut self,
        chain: &Chain,
        candidates: &mut Candidates,
        logits: &[f32],
    ) -> u16 {
        let past = Past { symbols: &self.past, written: self.written, count: self.count };
        let id = chain.choose_with(candidates, logits, &past, &mut self.rng);
        self.written += 1;
        self.count += u64::from(chain.counted() == Some(id));
        let reach = chain.reach();
        if reach > 0 {
            // What is no longer needed goes in one piece now and then.
            if self.past.len() >= 2 * reach {
                self.past.drain(..=self.past.len() - reach);
            }
            self.past.push(id);
        }
        id
    }
}
