//! Many texts in order, in constant memory: the first is passed on while it is generated, the others when
//! they are complete.

use crate::reader::{Reader, Rows};
use crate::{Engine, Generator, Request};
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

/// Generates `length` symbols of each of the texts with the numbers `texts`, and passes them to `sink` in
/// order. `sink` can stop at any piece.
pub fn write_texts(
    engine: &Engine,
    request: &Request,
    texts: Range<u64>,
    length: usize,
    sink: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let generator = |texts: Range<u64>| Generator::<Rows>::new(engine, request, texts);
    let written: Result<_, Infallible> =
        write_texts_with(generator, engine.vocabulary(), texts, length, sink);
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
    length: usize,
    sink: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, R::Error> {
    let mut first = texts.start;
    while first < texts.end {
        let some = first..texts.end.min(first.saturating_add(AT_ONCE));
        first = some.end;
        let generator = generator(some.clone());
        if write_some(generator, vocabulary, some, length, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn write_some<R: Reader>(
    mut generator: Generator<R>,
    vocabulary: &Vocabulary,
    mut texts: Range<u64>,
    length: usize,
    sink: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, R::Error> {
    let Some(first) = texts.next() else { return Ok(ControlFlow::Continue(())) };
    let piece = if texts.is_empty() { 1 } else { PIECE };
    let mut others: Vec<String> = texts.clone().map(|_| String::new()).collect();
    if sink(Piece::Begin(first)).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    for start in (0..length).step_by(piece) {
        let written = generator.try_write(piece.min(length - start))?;
        let mut written = written.iter().map(|ids| vocabulary.decode(ids));
        let shown = written.next().unwrap_or_default();
        for (text, more) in others.iter_mut().zip(written) {
            text.push_str(&more);
        }
        if sink(Piece::Symbols(&shown)).is_break() {
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
