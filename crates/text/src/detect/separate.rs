//! The stretches of a file that mixes encodings, for `on_mixed = "decode"`.
//!
//! Lines that read badly suggest other encodings (`mixed`), the cheapest way to read the file with all of
//! them gives stretches (`stretches`), and the stretches of each encoding together are detected like a
//! file of their own, which tells similar encodings apart.

use crate::bytes::content::Content;
use crate::bytes::survey::Survey;
use crate::detect::contest_of;
use crate::detect::evidence::Evidence;
use crate::detect::mixed::other_encodings;
use crate::detect::outcome::{Contest, Doubt};
use crate::detect::stretches::{MOST, Splitter, Stretch};
use crate::{Encoding, TextError};

/// Bytes of the stretches of one encoding from which it is detected.
const ENOUGH: usize = 1 << 15;
/// Longer lines are examined in parts.
const LINE: usize = 1 << 14;

/// The stretches of a file mostly in `main`, in order. Empty if it is whole.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn stretches(
    content: &Content,
    survey: &Survey,
    main: Encoding,
) -> Result<Vec<Stretch>, TextError> {
    if survey.foreign == 0 || main.is_utf16() || survey.utf8 && main == Encoding::UTF_8 {
        return Ok(Vec::new());
    }
    let others = other_encodings(&|sink| lines(content, sink), main, MOST - 1)?;
    let first = split(content, main, &others)?;
    let mut better = Vec::new();
    for encoding in others {
        let bytes = together(content, &first, encoding)?;
        let Contest { best, doubt, .. } = contest_of(&Evidence::new(&[bytes], None));
        let found = best.encoding;
        // Characters out of step may be valid UTF-8, but together they read like no text.
        let is_void = encoding == Encoding::UTF_8 && found != encoding;
        if is_void || doubt == Some(Doubt::Implausible) {
            continue;
        }
        if found != main && !found.is_utf16() && !better.contains(&found) {
            better.push(found);
        }
    }
    split(content, main, &better)
}

/// `contest` again without the stretches in other encodings than its winner, if there are any.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn without_others(
    content: &Content,
    survey: &Survey,
    contest: Contest,
) -> Result<Contest, TextError> {
    let main = contest.best.encoding;
    let stretches = stretches(content, survey, main)?;
    if stretches.is_empty() || matches!(contest.doubt, Some(Doubt::Foreign(_))) {
        return Ok(contest);
    }
    let bytes = together(content, &stretches, main)?;
    Ok(contest_of(&Evidence::new(&[bytes], None)))
}

/// The cheapest way to read a file in these encodings; empty if `main` is the only one in it.
fn split(
    content: &Content,
    main: Encoding,
    others: &[Encoding],
) -> Result<Vec<Stretch>, TextError> {
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let mut splitter = Splitter::new(main, others);
    let mut chunks = content.chunks()?;
    while let Some(chunk) = chunks.next()? {
        splitter.push(chunk);
    }
    let found = splitter.end();
    let is_mixed = found.iter().any(|stretch| stretch.encoding != main);
    Ok(if is_mixed { found } else { Vec::new() })
}

/// The first bytes of all `stretches` in `encoding`, one below the other.
fn together(
    content: &Content,
    stretches: &[Stretch],
    encoding: Encoding,
) -> Result<Vec<u8>, TextError> {
    let mut bytes = Vec::new();
    let (mut chunks, mut start) = (content.chunks()?, 0);
    let mut rest = stretches.iter().filter(|stretch| stretch.encoding == encoding).peekable();
    while let Some(chunk) = chunks.next()? {
        let end = start + chunk.len() as u64;
        while let Some(stretch) = rest.peek() {
            let (from, to) = (stretch.first.byte, stretch.first.byte + stretch.bytes);
            if from >= end || bytes.len() >= ENOUGH {
                break;
            }
            let inside = |at: u64| usize::try_from(at.clamp(start, end) - start).unwrap_or(0);
            bytes.extend_from_slice(&chunk[inside(from)..inside(to)]);
            if to > end {
                break;
            }
            if !bytes.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            rest.next();
        }
        start = end;
    }
    bytes.truncate(ENOUGH);
    Ok(bytes)
}

/// Passes on the lines of a file.
fn lines(content: &Content, sink: &mut dyn FnMut(&[u8])) -> Result<(), TextError> {
    let mut chunks = content.chunks()?;
    let mut line = Vec::new();
    while let Some(chunk) = chunks.next()? {
        for part in chunk.split_inclusive(|&byte| byte == b'\n') {
            line.extend_from_slice(part);
            if part.ends_with(b"\n") || line.len() > LINE {
                sink(&line);
                line.clear();
            }
        }
    }
    sink(&line);
    Ok(())
}
