//! Detects the encoding of a file.
//!
//! A byte order mark decides, and so does valid UTF-8, which is hardly an accident. Everything else is a
//! contest: every candidate decodes samples of the file, and the reading that takes the fewest bits
//! ([`crate::language::char_cost`]) wins, if it is a plausible text and far enough ahead of the next reading
//! with another text. Otherwise the user is asked.

pub(crate) mod candidates;
mod costs;
pub(crate) mod declaration;
pub(crate) mod evidence;
pub(crate) mod hypothesis;
mod latin9;
pub(crate) mod mark;
pub(crate) mod mixed;
pub(crate) mod outcome;
pub(crate) mod preview;
pub(crate) mod samples;
pub(crate) mod separate;
pub(crate) mod stretches;
pub(crate) mod twice;

use crate::bytes::content::Content;
use crate::bytes::survey::Survey;
use crate::encoding::codec::Codec;
use crate::encoding::table::TABLE;
use crate::language::char_cost::BIT;
use crate::{Encoding, TextError};
use candidates::Candidates;
use declaration::declaration;
use evidence::{ENOUGH, Evidence};
use hypothesis::{Hypothesis, Texts};
use outcome::{Contest, Doubt};
use samples::samples;

/// The winner must be ahead by this many bits, in all and per differing character.
const LEAD: f64 = 24.0;
const LEAD_EACH: f64 = 1.0;
/// This lead is enough, however many characters differ.
const LEAD_SURE: f64 = 48.0;
/// The lead per letter where two readings differ in at most two letters.
const LEAD_LETTER: f64 = 5.0;
/// Up to this many letters may belong to a language with a code page of its own; this lead per letter rules it
/// out.
const MOST_SISTER: usize = 12;
const SISTER_LETTER: f64 = 3.0;
/// In a text that is almost ASCII, this many bits may contradict the priors. In a short text, this many must
/// agree with them.
const AGAINST: f64 = 5.0;
/// More non-ASCII bytes than these are not valid UTF-8 by accident.
pub(crate) const FEW_FOREIGN: u64 = 24;

/// The evidence for the encoding of a file.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn evidence(content: &Content, survey: &Survey) -> Result<Evidence, TextError> {
    let declared = declaration(&content.head).and_then(|it| it.encoding);
    Ok(Evidence::new(&samples(content, survey)?, declared))
}

/// The evidence read as `encoding`, without its prior.
pub(crate) fn read_as(evidence: &Evidence, encoding: Encoding) -> Hypothesis {
    let row = TABLE.iter().find(|row| row.encoding == encoding);
    let languages = row.map_or(&crate::language::LANGUAGES[..], |row| row.languages);
    Hypothesis::new(evidence, &Codec::new(encoding), languages, true, &Texts::default())
}

/// Whether a file is UTF-8 beyond reasonable doubt.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn is_utf8(content: &Content, survey: &Survey) -> Result<bool, TextError> {
    if !survey.utf8 {
        return Ok(false);
    }
    // UTF-16 of English and Russian is valid UTF-8 too: every other byte is 0 or 4. A few pairs of bytes may be
    // valid by accident, such as 联通 in GBK.
    let clean = survey.control * 50 <= survey.bytes;
    if clean && (survey.foreign == 0 || survey.foreign > FEW_FOREIGN || is_western(content)) {
        return Ok(true);
    }
    let best = contest(content, survey)?.best;
    // A damaged reading does not beat a clean and whole one.
    Ok(best.encoding == Encoding::UTF_8 || clean && best.malformed > 0)
}

/// Whether a small file is ASCII except for Western letters in words and typographic marks, all valid UTF-8. A
/// contest would find UTF-8 as well, but takes longer.
fn is_western(content: &Content) -> bool {
    let Some(text) = content.held().and_then(|bytes| std::str::from_utf8(bytes).ok()) else {
        return false;
    };
    let is_utf8 = |found: declaration::Declaration| found.encoding == Some(Encoding::UTF_8);
    if !declaration(&content.head).is_none_or(is_utf8) {
        return false;
    }
    let foreign = text.char_indices().filter(|(_, character)| !character.is_ascii());
    let mut bytes = 0;
    for (at, character) in foreign {
        let end = at + character.len_utf8();
        bytes += end - at;
        let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
        let (before, after) = (text.as_bytes()[..at].last(), text.as_bytes().get(end));
        let fits = match character {
            'À'..='ÿ' => letter(before) || letter(after),
            '\u{2013}'..='\u{2026}' => true,
            _ => false,
        };
        if !fits {
            return false;
        }
    }
    text.len() >= ENOUGH && bytes * evidence::ALMOST_ASCII <= text.len()
}

/// Whether a file that is valid UTF-8 by accident reads clearly better as `named`.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn reads_better(
    content: &Content,
    survey: &Survey,
    named: Encoding,
) -> Result<bool, TextError> {
    let evidence = evidence(content, survey)?;
    let bits = |encoding| read_as(&evidence, encoding).bits();
    Ok(bits(named) + LEAD / 2.0 < bits(Encoding::UTF_8))
}

/// Decodes samples of a file with every candidate and compares the readings.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn contest(content: &Content, survey: &Survey) -> Result<Contest, TextError> {
    Ok(contest_of(&evidence(content, survey)?))
}

/// Compares the readings of the evidence.
pub(crate) fn contest_of(evidence: &Evidence) -> Contest {
    let Candidates { decoded, pages } = Candidates::new(evidence);
    let (best, others) = (&decoded[0], &decoded[1..]);
    let short = evidence.bytes < ENOUGH;
    let against = match evidence.is_almost_ascii() {
        true => AGAINST,
        false if short => -AGAINST,
        false => 0.0,
    };
    // The language of a text that is almost ASCII is a guess, so a word or two are compared by themselves.
    let word = evidence.is_almost_ascii() && best.is_a_word();
    // Readings that were not completed are too far behind.
    let close = others.iter().filter(|other| {
        let ties = is_close(best, other, against) || word && tells_better(best, other);
        // Signs that read well are no damage.
        let is_damage = other.is_unproven_utf8() && best.reads_signs();
        other.all && ties && !is_damage && !is_settled(evidence, best, other)
    });
    let close = close.min_by_key(|it| if word { it.telling_cost } else { it.cost });
    let close = hidden_by_damage(best, others).or(close);
    let runner_up =
        close.or_else(|| others.iter().find(|other| !other.all || best.lead(other).characters > 0));
    // A code page matters less than a close encoding that charnn decodes.
    let page = pages.iter().find(|reading| {
        reading.all
            && (is_close(best, reading, against) || is_sister(best, reading))
            && (close.is_none() || reading.cost < best.cost)
            && !is_settled(evidence, best, reading)
    });
    let doubt = if let Some(page) = page.and_then(|reading| reading.page) {
        Some(Doubt::Foreign(page))
    } else if best.matters() && !best.is_plausible() {
        Some(Doubt::Implausible)
    } else {
        close.map(|_| Doubt::Close)
    };
    let runner_up = runner_up.unwrap_or(&others[0]);
    let both = [best.encoding, runner_up.encoding];
    let [mut best, mut runner_up] = [best, runner_up].map(|it| it.candidate(evidence));
    // The user is shown what to decide about.
    if doubt.is_some()
        && let Some(previews) = preview::previews_of_both(evidence, both)
    {
        [best.preview, runner_up.preview] = previews;
    }
    Contest { best, runner_up, doubt }
}

/// What the damage in a text of ASCII may be instead: signs that repeat, or the only letters that are not ASCII.
fn hidden_by_damage<'a>(best: &Hypothesis, others: &'a [Hypothesis]) -> Option<&'a Hypothesis> {
    if !best.is_unproven_utf8() {
        return None;
    }
    let letters = || others.iter().filter(|it| it.reads_letters(best)).min_by_key(|it| it.cost);
    others.iter().find(|it| it.repeats_signs(best)).or_else(letters)
}

/// Whether the text declares the best encoding, which reads all of it, and `other` is not clearly better.
fn is_settled(evidence: &Evidence, best: &Hypothesis, other: &Hypothesis) -> bool {
    let is_declared = evidence.declared == Some(best.encoding) && best.malformed == 0;
    is_declared && best.lead(other).seen > -LEAD
}

/// Whether a code page differs in a few letters that hardly read worse, such as those of a neighboring language.
fn is_sister(best: &Hypothesis, page: &Hypothesis) -> bool {
    let lead = best.lead(page);
    let few = (1..=MOST_SISTER).contains(&lead.characters) && !best.is_a_word();
    few && lead.seen < SISTER_LETTER * lead.characters as f64
}

/// Whether the non-ASCII letters read better in `other`, in any language.
fn tells_better(best: &Hypothesis, other: &Hypothesis) -> bool {
    let ahead = f64::from(best.telling_cost.saturating_sub(other.telling_cost));
    let bytes = ![best.encoding, other.encoding].iter().any(|it| it.is_utf16());
    let damage = other.encoding == Encoding::UTF_8;
    bytes && !damage && ahead > AGAINST * f64::from(BIT) && !best.says_the_same(other)
}

/// Whether `other` is another text and so little behind the best that it may be right. The bytes may contradict
/// the best by `against` bits.
fn is_close(best: &Hypothesis, other: &Hypothesis, against: f64) -> bool {
    if best.says_the_same(other) {
        return false;
    }
    let lead = best.lead(other);
    if best.differs_little(other) {
        return lead.seen < LEAD_LETTER * lead.characters as f64;
    }
    // Damage does not repeat itself, so every occurrence counts.
    let damage = other.encoding == Encoding::UTF_8;
    let proven = if damage { lead.all } else { lead.proven };
    // Priors decide between equals, not against the bytes.
    let each = lead.all < LEAD_EACH * lead.characters as f64 && proven < LEAD_SURE;
    let few = proven < LEAD || lead.seen < -against || each;
    let broken = other.broken && !best.broken;
    few && !broken
}
