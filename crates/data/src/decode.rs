//! From the bytes of one file to its text and a report of what was done.
//!
//! Decides in this order: what the user said, the byte order mark, UTF-8 if every byte fits,
//! the best reading. Opens nothing; the bytes may come from anywhere.

use crate::clean::Cleaner;
use crate::codec::Codec;
use crate::decoder::Decoder;
use crate::detect::{Contest, Decision, Doubt, by_mark, contest, is_utf8};
use crate::formats::{GZIP, is_gzip, known_binary};
use crate::{DataError, Encoding, Normalization, OnMalformed, ReadOptions, Reading};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization as _;

/// Bytes that are decoded at a time.
const CHUNK: usize = 1 << 16;
/// The share of malformed bytes, in percent, above which the encoding is probably another.
const MOST_MALFORMED: u64 = 1;
/// The share of control characters, in percent, above which a file is no text.
const MOST_CONTROL: u64 = 5;

/// A text as well as it can be read.
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) reading: Reading,
    /// Why it must not be trained on.
    pub(crate) problem: Option<DataError>,
}

/// The text of `bytes`, called `name`, and how it was read.
///
/// # Errors
/// When there is no text in them, or it is not clear what it says.
pub(crate) fn decode(
    name: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<(String, Reading), DataError> {
    let decoded = decode_anyhow(name, bytes, options)?;
    decoded.problem.map_or(Ok((decoded.text, decoded.reading)), Err)
}

/// As [`decode`], but gives what can be read also where it must not be trained on.
pub(crate) fn decode_anyhow(
    name: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<Decoded, DataError> {
    let (bytes, unpacked) = if is_gzip(bytes) {
        (Cow::Owned(crate::gzip::unpack(name, bytes, options.max_bytes)?), true)
    } else {
        (Cow::Borrowed(bytes), false)
    };
    let bytes = &*bytes;
    if bytes.len() as u64 > options.max_bytes {
        return Err(DataError::TooLarge { name: name.into(), max_bytes: options.max_bytes });
    }
    if bytes.is_empty() {
        return Err(DataError::Empty { name: name.into() });
    }
    let nested = unpacked && is_gzip(bytes);
    if let Some(format) = known_binary(bytes).or_else(|| nested.then_some(GZIP)) {
        return Err(DataError::NotText {
            name: name.into(),
            what: format.name.into(),
            advice: format.advice.into(),
        });
    }
    let (encoding, decision, doubt) = decide(bytes, options.encoding);
    let mut cleaner = Cleaner::new(options.on_malformed, options.whitespace);
    let mut decoder = Decoder::new(Codec::new(encoding));
    for chunk in bytes.chunks(CHUNK) {
        decoder.push(chunk, false, |unit| cleaner.push(unit));
    }
    decoder.push(&[], true, |unit| cleaner.push(unit));
    let (text, changes, units) = (cleaner.text, cleaner.changes, cleaner.units);
    let text = match options.normalize {
        Normalization::None => text,
        Normalization::Nfc => text.nfc().collect(),
        Normalization::Nfkc => text.nfkc().collect(),
    };
    let reading = Reading {
        name: name.into(),
        bytes: bytes.len() as u64,
        unpacked,
        encoding,
        decision,
        on_malformed: options.on_malformed,
        characters: text.chars().count() as u64,
        changes,
    };
    let problem = problem(&reading, bytes, units, doubt, text.is_empty());
    Ok(Decoded { text, reading, problem })
}

/// The encoding, how it was found, and the contest if that left a doubt.
fn decide(
    bytes: &[u8],
    named: Option<Encoding>,
) -> (Encoding, Decision, Option<(Doubt, Box<Contest>)>) {
    if let Some(named) = named {
        return (named, Decision::Named, None);
    }
    if let Some(marked) = by_mark(bytes) {
        return (marked, Decision::Mark, None);
    }
    if is_utf8(bytes) {
        return (Encoding::UTF_8, Decision::ValidUtf8, None);
    }
    let contest = contest(bytes);
    let decision =
        Decision::Contest { best: contest.best.clone(), runner_up: contest.runner_up.clone() };
    let doubt = contest.doubt.map(|doubt| (doubt, Box::new(contest.clone())));
    (contest.best.encoding, decision, doubt)
}

/// What is wrong with a text that was read.
fn problem(
    reading: &Reading,
    bytes: &[u8],
    units: u64,
    doubt: Option<(Doubt, Box<Contest>)>,
    empty: bool,
) -> Option<DataError> {
    let name = reading.name.clone();
    let changes = &reading.changes;
    let control = changes.nul + changes.control;
    // Bytes of a program look like control characters in any encoding.
    let raw = bytes.iter().filter(|byte| matches!(byte, 0..=8 | 14..=31)).count() as u64;
    let wide = Codec::new(reading.encoding).is_utf16(); // half of its bytes are zeros
    let judged = doubt.is_some() && !wide;
    let raw_share = if judged { raw * 100 / bytes.len() as u64 } else { 0 };
    if control * 100 > units * MOST_CONTROL || raw_share > MOST_CONTROL {
        let percent = (control * 100 / units.max(1)).max(raw_share);
        return Some(DataError::Binary { name, percent });
    }
    if let Some((doubt, contest)) = doubt {
        return Some(DataError::UnclearEncoding { name, doubt, contest });
    }
    let malformed = &changes.malformed;
    if let (Some(place), OnMalformed::Error) = (malformed.places.first(), reading.on_malformed) {
        return Some(DataError::Malformed {
            name,
            encoding: reading.encoding,
            count: malformed.bytes,
            byte: bytes.get(usize::try_from(place.byte).unwrap_or(0)).copied().unwrap_or(0),
            place: *place,
        });
    }
    let named = reading.decision == Decision::Named;
    if !named && malformed.bytes * 100 > bytes.len() as u64 * MOST_MALFORMED {
        return Some(DataError::TooManyMalformed {
            name,
            encoding: reading.encoding,
            count: malformed.bytes,
            bytes: bytes.len() as u64,
            contest: Box::new(contest(bytes)),
        });
    }
    empty.then_some(DataError::Empty { name })
}
