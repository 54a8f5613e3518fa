//! Many records, each from its beginning to its end.
//!
//! Records differ in length, so a row that ends one begins the next at once: no row waits for the longest.

use crate::generate::{MOST_ROWS, Writer};
use crate::threads::side_by_side;
use crate::{Candidates, Engine, Request};
use charnn_cpu::threads;
use std::ops::Range;

/// A record that a network wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub number: u64,
    /// Its text after the prompt, without record symbols.
    pub text: String,
    /// Whether the network ended it. Otherwise it has the most symbols that were allowed.
    pub is_finished: bool,
}

/// The records with these numbers, in order, each of at most `longest` symbols after the prompt. They are
/// written side by side on all threads.
///
/// Record number `i` follows from the request and `i` alone. It is what [`Engine::write`] and
/// [`crate::write_texts`] give as text number `i`, to the last bit. The prompt begins with the record symbol, as
/// [`crate::Prompt`] makes it.
///
/// # Panics
/// When prompt and context are empty, an id is not below `V`, or the request has a window.
pub fn write_records(
    engine: &Engine,
    request: &Request,
    numbers: Range<u64>,
    longest: usize,
) -> Vec<Record> {
    let prompt = [&request.context[..], &request.prompt].concat();
    assert!(!prompt.is_empty(), "the first symbol has to follow another");
    assert!(request.window == 0, "a record is read from its beginning");
    let numbers: Vec<u64> = numbers.collect();
    let each = numbers.len().div_ceil(threads()).max(1);
    let mut parts: Vec<&[u64]> = numbers.chunks(each).collect();
    let written = side_by_side(&mut parts, |numbers| {
        Part { engine, request, prompt: &prompt, longest }.write(numbers)
    });
    written.into_iter().flatten().collect()
}

/// What one thread needs to know.
struct Part<'a> {
    engine: &'a Engine,
    request: &'a Request,
    /// The context and the prompt.
    prompt: &'a [u16],
    longest: usize,
}

/// A batch row with the record that it writes.
struct Row {
    /// The place of the record among those of this thread.
    index: usize,
    writer: Writer,
    /// Symbols of the prompt that were read.
    read: usize,
    /// The symbols after the prompt.
    ids: Vec<u16>,
}

impl Part<'_> {
    fn write(&self, numbers: &[u64]) -> Vec<Record> {
        let Self { engine, prompt, longest, .. } = *self;
        let (network, vocabulary) = (engine.network(), engine.vocabulary());
        let mut next = 0;
        let mut begin = || {
            let index = next;
            next += 1;
            let writer = Writer::new(self.request, *numbers.get(index)?);
            Some(Row { index, writer, read: 0, ids: Vec::new() })
        };
        let mut rows: Vec<Option<Row>> =
            (0..numbers.len().min(MOST_ROWS)).map(|_| begin()).collect();
        let mut state = engine.start_rows(rows.len());
        let mut records: Vec<Option<Record>> = vec![None; numbers.len()];
        let mut symbols = vec![0; rows.len()];
        let mut candidates = Candidates::default();
        while rows.iter().any(Option::is_some) {
            for (symbol, row) in symbols.iter_mut().zip(&mut rows) {
                let Some(row) = row else { continue };
                if let Some(&id) = prompt.get(row.read) {
                    *symbol = id;
                    row.read += 1;
                } else if let Some(&id) = row.ids.last() {
                    *symbol = id;
                }
            }
            network.read(&mut state, &symbols);
            let mut ended = Vec::new();
            let logits = network.logits(&mut state).chunks_exact(vocabulary.len());
            for (at, (logits, slot)) in logits.zip(&mut rows).enumerate() {
                let Some(row) = slot.as_mut().filter(|row| row.read == prompt.len()) else {
                    continue;
                };
                let mut is_finished = false;
                if row.ids.len() < longest {
                    let id = row.writer.choose(&self.request.chain, &mut candidates, logits);
                    is_finished = vocabulary.record() == Some(id);
                    row.ids.push(id);
                }
                if is_finished || row.ids.len() >= longest {
                    let (number, text) = (numbers[row.index], vocabulary.decode(&row.ids));
                    records[row.index] = Some(Record { number, text, is_finished });
                    *slot = begin();
                    ended.push(at);
                }
            }
            for row in ended {
                network.reset_row(&mut state, row);
            }
        }
        records.into_iter().flatten().collect()
    }
}
