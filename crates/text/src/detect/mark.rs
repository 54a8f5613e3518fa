//! Byte order marks, and whether a UTF-16 mark is genuine.
//!
//! Two bytes are weak evidence: joined files may leave them before a single-byte text. What follows a
//! genuine mark reads far better as UTF-16 than as any other encoding.

use crate::bytes::content::Content;
use crate::bytes::survey::Survey;
use crate::detect::candidates::Candidates;
use crate::detect::outcome::{Contest, Doubt};
use crate::detect::{evidence, read_as};
use crate::language::char_cost::BIT;
use crate::{Encoding, TextError};

/// Byte order marks and their encodings.
const MARKS: [(&[u8], Encoding); 4] = [
    (b"\xEF\xBB\xBF", Encoding::UTF_8),
    (b"\xFF\xFE", Encoding::UTF_16LE),
    (b"\xFE\xFF", Encoding::UTF_16BE),
    (b"\x84\x31\x95\x33", Encoding::GB18030),
];
/// Only rare Chinese characters and noise take this many bits per character.
const DEAR: u32 = 11 * BIT;
/// This many bits fewer prove that a mark is not genuine.
const PROOF: u32 = 48 * BIT;

/// The encoding indicated by the byte order mark of `bytes`.
pub(crate) fn by_mark(bytes: &[u8]) -> Option<Encoding> {
    MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|&(_, encoding)| encoding)
}

/// The two readings of a file with a UTF-16 mark that reads much better in another encoding.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn against_mark(
    content: &Content,
    survey: &Survey,
    marked: Encoding,
) -> Result<Option<Contest>, TextError> {
    if marked != Encoding::UTF_16LE && marked != Encoding::UTF_16BE {
        return Ok(None);
    }
    let evidence = evidence(content, survey)?;
    let reading = read_as(&evidence, marked);
    if reading.cost <= DEAR.saturating_mul(reading.units()) {
        return Ok(None);
    }
    let others = Candidates::new(&evidence).decoded;
    let Some(best) = others.iter().find(|other| other.encoding != marked) else { return Ok(None) };
    if best.cost.saturating_add(PROOF) > reading.cost {
        return Ok(None);
    }
    let (best, runner_up) = (best.candidate(&evidence), reading.candidate(&evidence));
    Ok(Some(Contest { best, runner_up, doubt: Some(Doubt::Implausible) }))
}
