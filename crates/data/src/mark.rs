//! Whether a byte order mark of UTF-16 is one.
//!
//! Two bytes are little, and whoever joins files may leave them before a text of one byte a
//! character. What follows a true mark reads far better as UTF-16 than as anything else.

use crate::content::Content;
use crate::detect::{Contest, Doubt, candidates};
use crate::plausibility::BIT;
use crate::samples::samples;
use crate::survey::Survey;
use crate::trial::Trial;
use crate::{DataError, Encoding};

/// So many bits a character take rare Chinese characters and noise, and nothing else.
const DEAR: u32 = 11 * BIT;
/// So many bits fewer prove that a mark is none.
const PROOF: u32 = 48 * BIT;

/// The contest that a mark of UTF-16 starts where the text reads much better otherwise: the two
/// readings, with doubt.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn against_mark(
    content: &Content,
    survey: &Survey,
    marked: Encoding,
) -> Result<Option<Contest>, DataError> {
    if marked != Encoding::UTF_16LE && marked != Encoding::UTF_16BE {
        return Ok(None);
    }
    let samples = samples(content, survey)?;
    let reading = Trial::samples(marked, &samples);
    if reading.cost <= DEAR.saturating_mul(reading.units()) {
        return Ok(None);
    }
    let others = candidates(&samples);
    let Some(best) = others.iter().find(|other| other.encoding != marked) else { return Ok(None) };
    if best.cost.saturating_add(PROOF) > reading.cost {
        return Ok(None);
    }
    let bytes = samples.iter().map(Vec::len).sum();
    let (best, runner_up) = (best.candidate(bytes), reading.candidate(bytes));
    Ok(Some(Contest { best, runner_up, doubt: Some(Doubt::Implausible) }))
}
