//! One thread that writes: texts of the same network in a batch, a symbol of each at a time.

use super::channel::{Judged, Reason, Sink};
use super::pool::Place;
use charnn_infer::{
    Batch, EndFinder, Ending, Engine, Generator, Newcomer, Request, Rows, Vocabulary,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::Receiver;

/// Texts of a network that are written in step. Others wait for a place.
const MOST_ROWS: usize = 64;
/// Symbols of a prompt that are read between two symbols of the texts that are being written.
const PIECE: usize = 64;
/// Prompts whose state is kept: those of the texts that came last.
const KEPT: usize = 16;

/// A text to write.
#[derive(Debug)]
pub(crate) struct Job {
    /// Equal for the same network only.
    pub(crate) network: u64,
    pub(crate) engine: Engine,
    pub(crate) request: Request,
    /// The number of the text.
    pub(crate) text: u64,
    pub(crate) ending: Ending,
    /// Likeliest symbols to show beside each; `None` to judge nothing.
    pub(crate) judge: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Order {
    pub(super) job: Job,
    pub(super) sink: Sink,
    pub(super) places: [Place; 2],
}

/// Follows a text that is written.
struct Reader {
    sink: Sink,
    _places: [Place; 2],
    engine: Engine,
    ending: Ending,
    finder: EndFinder,
    length: usize,
    judge: Option<usize>,
}

/// A text whose prompt is being read.
struct Waiting {
    network: u64,
    newcomer: Newcomer,
    reader: Reader,
}

/// A text that rereads a window for each symbol: nothing is shared with others.
struct Alone {
    generator: Generator<Rows>,
    reader: Reader,
}

#[derive(Default)]
struct Worker {
    waiting: VecDeque<Waiting>,
    batches: BTreeMap<u64, Batch>,
    readers: BTreeMap<u64, Reader>,
    next_key: u64,
    alone: Vec<Alone>,
    /// Of each network a text whose context has been read.
    primed: BTreeMap<u64, Newcomer>,
    /// Texts whose prompts have been read, with their network, the newest at the end.
    kept: VecDeque<(u64, Newcomer)>,
}

/// Writes what comes in, until nothing can come any more.
pub(super) fn work(inbox: &Receiver<Order>) {
    let mut worker = Worker::default();
    loop {
        if worker.is_idle() {
            // The networks may be freed.
            worker.kept.clear();
            worker.primed.clear();
            match inbox.recv() {
                Ok(order) => worker.take(order),
                Err(_) => return,
            }
        }
        while let Ok(order) = inbox.try_recv() {
            worker.take(order);
        }
        worker.step();
    }
}

impl Worker {
    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.readers.is_empty() && self.alone.is_empty()
    }

    fn take(&mut self, order: Order) {
        let Order { job, mut sink, places } = order;
        let Job { network, engine, request, text, ending, judge } = job;
        if ending.length == 0 {
            return sink.end(Reason::Length);
        }
        let reader = Reader {
            sink,
            _places: places,
            engine,
            ending,
            finder: EndFinder::default(),
            length: 0,
            judge,
        };
        if request.window > 0 {
            let generator = Generator::new(&reader.engine, &request, [text]);
            self.alone.push(Alone { generator, reader });
            return;
        }
        let newcomer = Newcomer::new(&reader.engine, &request, text);
        self.waiting.push_back(Waiting { network, newcomer, reader });
    }

    fn step(&mut self) {
        self.waiting.retain(|waiting| !waiting.reader.sink.is_cancelled());
        self.read();
        let Self { batches, readers, alone, .. } = self;
        for batch in batches.values_mut() {
            batch.step(|key, logits, id| {
                let stays = readers.get_mut(&key).is_some_and(|reader| reader.write(logits, id));
                if !stays {
                    readers.remove(&key);
                }
                stays
            });
        }
        batches.retain(|_, batch| !batch.is_empty());
        alone.retain_mut(|Alone { generator, reader }| {
            let judge = reader.judge;
            let written =
                generator.try_write_with(1, |logits, id| (id, Judged::of(logits, id, judge)));
            let written = written.unwrap_or_else(|never| match never {});
            let mut written = written.into_iter().flatten();
            written.next().is_some_and(|(id, judged)| reader.take(id, judged))
        });
    }

    /// Reads a piece of the next prompt for which there is a place, and lets its text join.
    fn read(&mut self) {
        let has_place = |waiting: &Waiting| {
            self.batches.get(&waiting.network).is_none_or(|batch| batch.len() < MOST_ROWS)
        };
        let Some(at) = self.waiting.iter().position(has_place) else { return };
        let Self { waiting, kept, primed, .. } = self;
        let Waiting { network, newcomer, .. } = &mut waiting[at];
        let known = kept.iter().filter(|(of, _)| of == network).map(|(_, other)| other);
        newcomer.skip(known.chain(primed.get(network)));
        let can_join = newcomer.read(PIECE);
        if newcomer.has_read_context() {
            primed.insert(*network, newcomer.clone());
        }
        if !can_join {
            return;
        }
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((*network, newcomer.clone()));
        let Some(Waiting { network, newcomer, reader }) = waiting.remove(at) else { return };
        let key = self.next_key;
        self.next_key += 1;
        let batch = self.batches.entry(network).or_insert_with(|| Batch::new(&reader.engine));
        batch.join(key, newcomer);
        self.readers.insert(key, reader);
    }
}

impl Reader {
    /// Passes a symbol on. Whether the text continues.
    fn write(&mut self, logits: &[f32], id: u16) -> bool {
        if self.sink.is_cancelled() {
            return false;
        }
        self.take(id, Judged::of(logits, id, self.judge))
    }

    fn take(&mut self, id: u16, judged: Option<Box<Judged>>) -> bool {
        if self.sink.is_cancelled() {
            return false;
        }
        let vocabulary: &Vocabulary = self.engine.vocabulary();
        self.finder.push(&self.ending, vocabulary, id);
        if self.finder.is_finished() {
            self.sink.end(Reason::Stop); // the end of a record is no part of it
            return false;
        }
        self.sink.push(id, judged);
        self.length += 1;
        if !self.finder.is_over() {
            return true;
        }
        let is_full = self.length >= self.ending.length;
        self.sink.end(if is_full { Reason::Length } else { Reason::Stop });
        false
    }
}
