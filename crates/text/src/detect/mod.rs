//! Which encoding a file has.
//!
//! A byte order mark says it. Strict UTF-8 hardly happens by accident. Everything else is a
//! contest: samples of the file are decoded with every candidate, and the reading that takes the
//! fewest bits ([`crate::language::char_cost`]) wins, if it is a plausible text and the next best that
//! says something else is far enough behind. If not, the user is asked.

pub(crate) mod candidates;
pub(crate) mod hypothesis;
pub(crate) mod mark;
pub(crate) mod outcome;
pub(crate) mod samples;

use crate::bytes::content::Content;
use crate::bytes::survey::Survey;
use crate::{Encoding, TextError};
use candidates::{ENOUGH, Foreign, candidates, foreign, is_almost_ascii};
use hypothesis::Hypothesis;
use outcome::{Contest, Doubt};
use samples::samples;

/// How many bits the winner must be ahead, in all and for each character that the other reads
/// otherwise.
const LEAD: f64 = 24.0;
const LEAD_EACH: f64 = 1.0;
/// Where little stands out, so many bits of it may speak against what is assumed; and in a short text,
/// so many must speak for it.
const AGAINST: f64 = 5.0;
/// More bytes that are not ASCII are not valid UTF-8 by accident.
pub(crate) const FEW_FOREIGN: u64 = 24;
/// Whether a file is UTF-8 beyond reasonable doubt.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn is_utf8(content: &Content, survey: &Survey) -> Result<bool, TextError> {
    if !survey.utf8 {
        return Ok(false);
    }
    // UTF-16 of English and Russian is valid UTF-8 too, with a zero or 4 at every other byte.
    // A few pairs of bytes can be valid by accident, as 联通 in GBK famously is.
    let clean = survey.control * 50 <= survey.bytes;
    if clean && (survey.foreign == 0 || survey.foreign > FEW_FOREIGN) {
        return Ok(true);
    }
    let best = contest(content, survey)?.best;
    // A damaged reading does not beat a clean and whole one.
    Ok(best.encoding == Encoding::UTF_8 || clean && best.malformed > 0)
}

/// Whether `named` reads clearly better than UTF-8, which a file is valid in by accident.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn reads_better(
    content: &Content,
    survey: &Survey,
    named: Encoding,
) -> Result<bool, TextError> {
    let samples = samples(content, survey)?;
    let bits = |encoding| Hypothesis::samples(encoding, &samples).bits();
    Ok(bits(named) + LEAD / 2.0 < bits(Encoding::UTF_8))
}

/// Decodes samples of a file with every candidate and compares the readings.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn contest(content: &Content, survey: &Survey) -> Result<Contest, TextError> {
    let samples = samples(content, survey)?;
    let readings = candidates(&samples);
    let (best, others) = (&readings[0], &readings[1..]);
    let short = samples.iter().map(Vec::len).sum::<usize>() < ENOUGH;
    let against = match is_almost_ascii(&samples) {
        true => AGAINST,
        false if short => -AGAINST,
        false => 0.0,
    };
    let close = others.iter().find(|other| is_close(best, other, against));
    let runner_up = close.or_else(|| others.iter().find(|other| best.lead(other).characters > 0));
    let foreign = foreign(&samples);
    // One that is behind says less than one that can be read and is behind.
    let foreign = foreign.iter().find(|Foreign { reading, .. }| {
        is_close(best, reading, against) && (close.is_none() || reading.cost < best.cost)
    });
    let doubt = if let Some(Foreign { name, .. }) = foreign {
        Some(Doubt::Foreign(name))
    } else if best.matters() && !best.is_plausible() {
        Some(Doubt::Implausible)
    } else {
        close.map(|_| Doubt::Close)
    };
    let bytes = samples.iter().map(Vec::len).sum();
    let runner_up = runner_up.unwrap_or(&others[0]).candidate(bytes);
    Ok(Contest { best: best.candidate(bytes), runner_up, doubt })
}

/// Whether `other` is so little behind the best that it may be right, and says something else. What
/// is seen may speak `against` the best by so many bits.
fn is_close(best: &Hypothesis, other: &Hypothesis, against: f64) -> bool {
    let lead = best.lead(other);
    // Damage does not repeat itself: against it, every place counts.
    let damage = other.encoding == Encoding::UTF_8;
    let proven = if damage { lead.all } else { lead.proven };
    // What is assumed decides between equals, and not against what is seen.
    let few =
        proven < LEAD || lead.seen < -against || lead.all < LEAD_EACH * lead.characters as f64;
    let broken = other.broken && !best.broken;
    few && !broken && !best.says_the_same(other)
}
