//! Which encoding a file has.
//!
//! A byte order mark says it. Strict UTF-8 hardly happens by accident. Everything else is a
//! contest: samples of the file are decoded with every candidate, and the reading that takes the
//! fewest bits ([`crate::plausibility`]) wins, if it is a plausible text and the next best that
//! says something else is far enough behind. If not, the user is asked.

use crate::content::Content;
use crate::foreign::{Foreign, foreign};
use crate::samples::samples;
use crate::survey::Survey;
use crate::trial::{EXTINCT, Trial, UNUSUAL};
use crate::{DataError, Encoding};
use serde::{Deserialize, Serialize};

/// What speaks for one encoding of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The encoding.
    pub encoding: Encoding,
    /// How well it reads: bits per byte of the samples. Text takes 3 to 6, noise 8 and more.
    pub bits_per_byte: f64,
    /// Bytes of the samples that begin no character.
    pub malformed: usize,
    /// How the text begins, or where it first is not plain ASCII.
    pub preview: String,
}

/// How an encoding was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Decision {
    /// The user named it.
    Named {
        /// What the text reads like without a doubt, where that is another encoding.
        likelier: Option<Encoding>,
    },
    /// The file begins with its byte order mark.
    Mark,
    /// Every byte is as UTF-8 wants it.
    ValidUtf8,
    /// It reads best of all candidates.
    Contest {
        /// The winner.
        best: Candidate,
        /// The next best that reads otherwise.
        runner_up: Candidate,
    },
}

/// The outcome of a contest.
#[derive(Debug, Clone, PartialEq)]
pub struct Contest {
    /// The candidate that reads best.
    pub best: Candidate,
    /// The next best that reads otherwise.
    pub runner_up: Candidate,
    /// Why the best must not be taken unasked.
    pub doubt: Option<Doubt>,
}

/// Why a contest has no clear winner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No candidate reads like a text.
    Implausible,
    /// Two read about as well.
    Close,
    /// An encoding of this name, which cannot be read, reads better or about as well.
    Foreign(&'static str),
}

/// Marks at the start of a file, and the encodings that they stand for.
const MARKS: [(&[u8], Encoding); 4] = [
    (b"\xEF\xBB\xBF", Encoding::UTF_8),
    (b"\xFF\xFE", Encoding::UTF_16LE),
    (b"\xFE\xFF", Encoding::UTF_16BE),
    (b"\x84\x31\x95\x33", Encoding::GB18030),
];
/// How many bits the winner must be ahead, in all and for each character that the other reads
/// otherwise.
const LEAD: f64 = 24.0;
const LEAD_EACH: f64 = 1.0;
/// Where little stands out, so many bits of it may speak against what is assumed; and in a short text,
/// so many must speak for it.
const AGAINST: f64 = 5.0;
/// The encodings after this many of the candidates are hardly met.
const USUAL: usize = 11;
/// After so many, hardly anybody ever used them.
const KNOWN: usize = 27;
/// One byte in so many that is not ASCII is little.
const ALMOST_ASCII: usize = 25;
/// In fewer bytes than this, it is too early to say that it is.
const ENOUGH: usize = 100;
/// More bytes that are not ASCII are not valid UTF-8 by accident.
pub(crate) const FEW_FOREIGN: u64 = 24;
/// So many bits ahead of damaged UTF-8 are needed to read odd bytes as letters.
const ODD_BYTE: f64 = 6.0;

/// The encoding that the byte order mark of `bytes` stands for.
pub(crate) fn by_mark(bytes: &[u8]) -> Option<Encoding> {
    MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|&(_, encoding)| encoding)
}

/// Whether a file is UTF-8 beyond reasonable doubt.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn is_utf8(content: &Content, survey: &Survey) -> Result<bool, DataError> {
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
) -> Result<bool, DataError> {
    let samples = samples(content, survey)?;
    let bits = |encoding| Trial::samples(encoding, &samples).bits();
    Ok(bits(named) + LEAD / 2.0 < bits(Encoding::UTF_8))
}

/// Whether little stands out: that is most likely a sign or an accent of the West.
pub(crate) fn is_almost_ascii(samples: &[Vec<u8>]) -> bool {
    let high = samples.iter().flatten().filter(|&&byte| byte >= 0x80).count();
    let all = samples.iter().map(Vec::len).sum();
    all >= ENOUGH && high * ALMOST_ASCII <= all
}

/// The samples as every candidate reads them, the likeliest first.
pub(crate) fn candidates(samples: &[Vec<u8>]) -> Vec<Trial> {
    let mut readings: Vec<Trial> =
        Encoding::CANDIDATES.iter().map(|&encoding| Trial::samples(encoding, samples)).collect();
    readings[USUAL..].iter_mut().for_each(|reading| reading.assume(UNUSUAL));
    readings[KNOWN..].iter_mut().for_each(|reading| reading.assume(EXTINCT));
    if is_almost_ascii(samples) {
        let western = [Encoding::UTF_8, Encoding::WINDOWS_1252];
        let others = readings.iter_mut().filter(|reading| !western.contains(&reading.encoding));
        others.for_each(|reading| reading.assume(UNUSUAL));
    }
    readings.sort_by_key(|reading| reading.cost); // stable: equals stay in order
    // One or two odd bytes in plain ASCII are damage, not an encoding.
    let utf8 = readings.iter().position(|reading| reading.encoding == Encoding::UTF_8);
    if let Some(at) = utf8.filter(|&at| {
        let lead = readings[at].bits() - readings[0].bits();
        lead < ODD_BYTE && readings[0].says_the_same(&readings[at])
    }) {
        readings[..=at].rotate_right(1);
    }
    readings
}

/// Decodes samples of a file with every candidate and compares the readings.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn contest(content: &Content, survey: &Survey) -> Result<Contest, DataError> {
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
fn is_close(best: &Trial, other: &Trial, against: f64) -> bool {
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
