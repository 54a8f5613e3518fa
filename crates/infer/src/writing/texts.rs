//! Many texts in order, in constant memory: the first is passed on while it is generated, the others when
//! they are complete.

use crate::reader::{Reader, Rows};
use crate::{EndFinder, Ending, Engine, Generator, Request};
use charnn_bundle::Vocabulary;
use std::convert::Infallible;
use std::ops::{ControlFlow, Range};

/// Texts that are generated side by side. More wait their turn, so memory does not grow with them.
const AT_ONCE: u64 = 256;
/// Symbols of every text between two pieces of the first: enough work for a thread.
const PIECE: usize = 16;

/// A part of the texts, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The text with this number begins.
    Begin(u64),
    /// The text continues.
    Symbols(&'a str),
    /// The text ends.
    End,
}

/// Generates the texts with the numbers `texts` to their ends, and passes them to `sink` in order. `sink` can
/// stop at any piece.
pub fn write_texts(
    engine: &Engine,
    request: &Request,
    texts: Range<u64>,
    ending: &Ending,
    sink: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let generator = |texts: Range<u64>| Generator::<Rows>::new(engine, request, texts);
    let written: Result<_, Infallible> =
        write_texts_with(generator, engine.vocabulary(), texts, ending, sink);
    written.unwrap_or_else(|never| match never {})
}

/// [`write_texts`] with another reader: `generator` makes a generator of some texts.
///
/// # Errors
/// When the reader fails.
pub fn write_texts_with<R: Reader>(
    generator: impl Fn(Range<u64>) -> Generator<R>,
    vocabulary: &Vocabulary,
    texts: Range<u64>,
    ending: &Ending,
    sink: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, R::Error> {
    let mut first = texts.start;
    while first < texts.end {
        let some = first..texts.end.min(first.saturating_add(AT_ONCE));
        first = some.end;
        let generator = generator(some.clone());
        if write_some(generator, vocabulary, some, ending, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn write_some<R: Reader>(
    mut generator: Generator<R>,
    vocabulary: &Vocabulary,
    mut texts: Range<u64>,
    ending: &Ending,
    sink: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, R::Error> {
    let Some(first) = texts.next() else { return Ok(ControlFlow::Continue(())) };
    let piece = if texts.is_empty() { 1 } else { PIECE };
    let mut others: Vec<String> = texts.clone().map(|_| String::new()).collect();
    let mut finders = vec![EndFinder::default(); others.len() + 1];
    if sink(Piece::Begin(first)).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let mut written = 0;
    while written < ending.length && !finders.iter().all(EndFinder::is_over) {
        let length = piece.min(ending.length - written);
        let more = generator.try_write(length)?;
        written += length;
        let more = more.iter().zip(&mut finders).map(|(ids, finder)| {
            let mut text = String::new();
            for &id in ids {
                text.push_str(finder.push(ending, vocabulary, id));
            }
            text
        });
        let more: Vec<String> = more.collect();
        let Some((shown, rest)) = more.split_first() else { break };
        for (text, more) in others.iter_mut().zip(rest) {
            text.push_str(more);
        }
        if !shown.is_empty() && sink(Piece::Symbols(shown)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    if sink(Piece::End).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    for (index, text) in texts.zip(others) {
        for piece in [Piece::Begin(index), Piece::Symbols(&text), Piece::End] {
            if sink(piece).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}
