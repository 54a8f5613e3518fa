//! Decodes one file to characters, with a report.
//!
//! The encoding is decided in this order: named by the user, byte order mark, valid UTF-8, the most likely
//! candidate. Text is passed on in pieces: no file is held in memory as a whole.

pub(crate) mod byte_decoder;
mod stretched;

use crate::bytes::content::Content;
use crate::bytes::survey::Survey;
use crate::clean::collapse::Collapser;
use crate::clean::normalize::Normalizer;
use crate::clean::{Changes, Cleaner};
use crate::decode::byte_decoder::Unit;
use crate::decode::stretched::StretchDecoder;
use crate::detect::declaration::{Declaration, declaration};
use crate::detect::mark::{against_mark, by_mark};
use crate::detect::mixed::{Mixed, other_encodings};
use crate::detect::outcome::{Contest, Decision, Doubt};
use crate::detect::samples::{SAMPLE, samples};
use crate::detect::separate::{stretches, without_others};
use crate::detect::stretches::Stretch;
use crate::detect::twice::Twice;
use crate::detect::{FEW_FOREIGN, contest, is_utf8, reads_better};
use crate::encoding::codec::Codec;
use crate::{
    Encoding, OnMalformed, OnMixed, ReadOptions, Reading, Separate, TextError, TextWarning,
    Whitespace,
};

/// The share of malformed bytes, in percent, above which the encoding is probably wrong.
const MOST_MALFORMED: u64 = 1;
/// The share of control characters, in percent, above which a file is not text.
const MOST_CONTROL: u64 = 5;

/// Whether the user named the encoding of one file, or of several that may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// A single file.
    Alone,
    /// One of several files.
    Several,
}

/// How a text was read.
#[derive(Debug)]
pub struct Decoded {
    /// The report.
    pub reading: Reading,
    /// Why it must not be used for training.
    pub problem: Option<TextError>,
}

/// Decides how to read `content` and passes its text to `sink`, in pieces.
///
/// # Errors
/// When it cannot be read. A text that can be read but not used for training sets [`Decoded::problem`].
pub fn decode(
    content: &Content,
    survey: &Survey,
    options: &ReadOptions,
    among: Among,
    sink: &mut dyn FnMut(&str),
) -> Result<Decoded, TextError> {
    let mut named = options.encoding;
    if among == Among::Several && says(content, survey, named)? {
        named = None;
    }
    let (encoding, decision, doubt) = decide(content, survey, named, options.on_mixed)?;
    let mut scan = Scan::new(content, survey, encoding, options.on_mixed)?;
    let stretches = stretches_of(content, survey, encoding, options)?;
    let Found { changes, units, characters } =
        pass(content, survey, (encoding, &stretches), options, Some(&mut scan), sink)?;
    let declared = declaration(&content.head).filter(|_| survey.foreign > 0);
    let mut warnings = scan.end(encoding);
    if let Some(Declaration { label, encoding: declared }) = &declared
        && *declared != Some(encoding)
    {
        warnings.insert(0, TextWarning::Declared { label: label.clone(), used: encoding });
    }
    let reading = Reading {
        name: content.name.clone(),
        bytes: survey.bytes,
        unpacked: content.unpacked,
        encoding,
        decision,
        declared: declared.map(|it| it.label),
        on_malformed: options.on_malformed,
        characters,
        separate: Separate::of(encoding, &stretches),
        warnings,
        changes,
    };
    let problem = problem(&reading, content, survey, units, doubt, among)?;
    Ok(Decoded { reading, problem })
}

/// Decodes `bytes`, called `name`, into memory.
///
/// # Errors
/// When they are not text, are empty or damaged, or their encoding is unclear.
pub fn read(
    name: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<(String, Reading), TextError> {
    let content = Content::new(name.to_owned(), bytes.to_vec(), options.max_bytes)?;
    let survey = Survey::of(&content)?;
    let mut text = String::new();
    let decoded = decode(&content, &survey, options, Among::Alone, &mut |piece| {
        text.push_str(piece);
    })?;
    decoded.problem.map_or(Ok((text, decoded.reading)), Err)
}

/// `text` as [`read`] would leave it: the same line ends, normalization and white space.
///
/// A prompt must pass through this before it is encoded, or a network that was trained on normalized text
/// does not know its characters. `whitespace = "auto"` keeps the white space of a prompt: pass `collapse`
/// where that of the text was collapsed ([`Changes::collapsed`]).
pub fn clean_like(options: &ReadOptions, text: &str) -> String {
    let mut cleaner = Cleaner::new(options.on_malformed);
    let mut normalizer = Normalizer::new(options.normalize);
    // A prompt is too short to have a layout of its own.
    let mut collapser = Collapser::new(match options.whitespace {
        Whitespace::Auto | Whitespace::Keep => Whitespace::Keep,
        Whitespace::Collapse | Whitespace::Unwrap => Whitespace::Collapse,
    });
    text.chars().for_each(|character| cleaner.push(Unit::Character(character)));
    let (mut out, cleaned) = (String::new(), cleaner.take() + &cleaner.end());
    let mut sink = |piece: &str| collapser.push(piece, &mut |text| out.push_str(text));
    normalizer.push(&cleaned, &mut sink);
    normalizer.end(&mut sink);
    collapser.end(&mut |text| out.push_str(text));
    out
}

/// What a walk through a text found.
#[derive(Debug)]
pub struct Found {
    /// What was found and changed.
    pub changes: Changes,
    /// Characters and malformed bytes.
    pub units: u64,
    /// Characters passed on.
    pub characters: u64,
}

/// Looks for what is doubtful while a text is read.
struct Scan {
    mixed: Option<Mixed>,
    twice: Option<Twice>,
}

impl Scan {
    fn new(
        content: &Content,
        survey: &Survey,
        encoding: Encoding,
        on_mixed: OnMixed,
    ) -> Result<Self, TextError> {
        if survey.foreign == 0 || encoding.is_utf16() {
            return Ok(Self { mixed: None, twice: None });
        }
        // Whole UTF-8 is in one encoding.
        let is_whole = survey.utf8 && encoding == Encoding::UTF_8;
        let others = if is_whole || on_mixed == OnMixed::Decode {
            Vec::new()
        } else {
            let samples = samples(content, survey)?;
            // A sample of a large file may start and end inside a character.
            let lines = |sink: &mut dyn FnMut(&[u8])| {
                for sample in &samples {
                    let is_cut = samples.len() > 1 && sample.len() >= SAMPLE;
                    let lines = sample.split_inclusive(|&byte| byte == b'\n');
                    let lines = lines.skip(usize::from(is_cut));
                    lines.filter(|line| !is_cut || line.ends_with(b"\n")).for_each(&mut *sink);
                }
                Ok(())
            };
            other_encodings(&lines, encoding, 1)?
        };
        // A line may read better by chance; a stretch that would be decoded separately does not.
        let mixed = match others.first() {
            Some(_) => Mixed::new(encoding, &stretches(content, survey, encoding)?),
            None => None,
        };
        Ok(Self { mixed, twice: Some(Twice::new()) })
    }

    fn end(self, encoding: Encoding) -> Vec<TextWarning> {
        let mixed = self.mixed.and_then(Mixed::end);
        let twice = self.twice.map_or(Vec::new(), |twice| twice.end(encoding));
        mixed.into_iter().chain(twice).collect()
    }
}

/// Passes the text of `content`, read as `encoding`, to `sink`, in pieces.
///
/// # Errors
/// When it cannot be read, or has changed since the survey.
pub fn walk(
    content: &Content,
    survey: &Survey,
    encoding: Encoding,
    options: &ReadOptions,
    sink: &mut dyn FnMut(&str),
) -> Result<Found, TextError> {
    let stretches = stretches_of(content, survey, encoding, options)?;
    pass(content, survey, (encoding, &stretches), options, None, sink)
}

/// The stretches to decode by their own encodings, if `options` ask for that.
fn stretches_of(
    content: &Content,
    survey: &Survey,
    encoding: Encoding,
    options: &ReadOptions,
) -> Result<Vec<Stretch>, TextError> {
    match options.on_mixed {
        OnMixed::Warn => Ok(Vec::new()),
        OnMixed::Decode => stretches(content, survey, encoding),
    }
}

fn pass(
    content: &Content,
    survey: &Survey,
    (encoding, stretches): (Encoding, &[Stretch]),
    options: &ReadOptions,
    mut scan: Option<&mut Scan>,
    sink: &mut dyn FnMut(&str),
) -> Result<Found, TextError> {
    let mut characters = 0;
    let mut collapser = Collapser::new(options.whitespace);
    let mut counted = |text: &str| {
        collapser.push(text, &mut |text| {
            characters += text.chars().count() as u64;
            sink(text);
        });
    };
    let mut cleaner = Cleaner::new(options.on_malformed);
    let mut normalizer = Normalizer::new(options.normalize);
    let mut decoder = StretchDecoder::new(encoding, stretches);
    let mut hasher = blake3::Hasher::new();
    let mut chunks = content.chunks()?;
    let mut odd = odd_mark(content, encoding);
    while let Some(chunk) = chunks.next()? {
        hasher.update(chunk);
        cleaner.changes.byte_order_mark |= odd > 0;
        decoder.skip(odd);
        if let Some(mixed) = scan.as_mut().and_then(|scan| scan.mixed.as_mut()) {
            mixed.skip(odd);
            mixed.push(&chunk[odd..]);
        }
        let mut twice = scan.as_mut().and_then(|scan| scan.twice.as_mut());
        decoder.push(&chunk[odd..], false, |unit| {
            if let (Some(twice), Unit::Character(character)) = (&mut twice, unit) {
                twice.push(character);
            }
            cleaner.push(unit);
        });
        odd = 0;
        normalizer.push(&cleaner.take(), &mut counted);
    }
    if hasher.finalize() != survey.blake3 {
        return Err(TextError::Changed { name: content.name.clone() });
    }
    let mut twice = scan.as_mut().and_then(|scan| scan.twice.as_mut());
    decoder.push(&[], true, |unit| {
        if let (Some(twice), Unit::Character(character)) = (&mut twice, unit) {
            twice.push(character);
        }
        cleaner.push(unit);
    });
    normalizer.push(&cleaner.end(), &mut counted);
    normalizer.end(&mut counted);
    collapser.end(&mut |text| {
        characters += text.chars().count() as u64;
        sink(text);
    });
    let mut changes = cleaner.changes;
    changes.layout = collapser.layout();
    (changes.collapsed, changes.dedented) = (collapser.collapses(), collapser.dedents());
    Ok(Found { changes, units: cleaner.units, characters })
}

/// The length of a UTF-8 byte order mark in a text of another encoding. Editors leave such marks; they mean
/// nothing.
fn odd_mark(content: &Content, encoding: Encoding) -> usize {
    let mark = by_mark(&content.head) == Some(Encoding::UTF_8);
    if mark && encoding != Encoding::UTF_8 && !Codec::new(encoding).is_utf16() { 3 } else { 0 }
}

/// How the encoding was found, with the contest if it left a doubt.
type Decided = (Encoding, Decision, Option<(Doubt, Box<Contest>)>);

fn decide(
    content: &Content,
    survey: &Survey,
    named: Option<Encoding>,
    on_mixed: OnMixed,
) -> Result<Decided, TextError> {
    if let Some(named) = named {
        let likelier = match decide(content, survey, None, on_mixed)? {
            (likely, _, None) if likely != named && survey.foreign > 0 => Some(likely),
            _ => None,
        };
        return Ok((named, Decision::Named { likelier }, None));
    }
    let contest = if let Some(marked) = by_mark(&content.head) {
        match against_mark(content, survey, marked)? {
            Some(contest) => contest,
            None => return Ok((marked, Decision::Mark, None)),
        }
    } else if is_utf8(content, survey)? {
        return Ok((Encoding::UTF_8, Decision::ValidUtf8, None));
    } else {
        let contest = contest(content, survey)?;
        match on_mixed {
            OnMixed::Warn => contest,
            OnMixed::Decode => without_others(content, survey, contest)?,
        }
    };
    let decision =
        Decision::Contest { best: contest.best.clone(), runner_up: contest.runner_up.clone() };
    let doubt = contest.doubt.map(|doubt| (doubt, Box::new(contest.clone())));
    Ok((contest.best.encoding, decision, doubt))
}

/// Whether a file contradicts the `named` encoding: by a byte order mark, or as UTF-8 that cannot be an
/// accident.
fn says(content: &Content, survey: &Survey, named: Option<Encoding>) -> Result<bool, TextError> {
    let Some(named) = named else { return Ok(false) };
    if by_mark(&content.head).is_some() {
        return Ok(true);
    }
    let foreign = survey.utf8 && survey.foreign > 0;
    Ok(foreign && (survey.foreign > FEW_FOREIGN || !reads_better(content, survey, named)?))
}

/// The problem of a decoded text, if any.
fn problem(
    reading: &Reading,
    content: &Content,
    survey: &Survey,
    units: u64,
    doubt: Option<(Doubt, Box<Contest>)>,
    among: Among,
) -> Result<Option<TextError>, TextError> {
    let name = reading.name.clone();
    let changes = &reading.changes;
    let control = changes.nul + changes.control;
    // Bytes of an executable look like control characters in any encoding.
    let wide = Codec::new(reading.encoding).is_utf16(); // half of its bytes are zeros
    let judged = doubt.is_some() && !wide;
    let raw_share = if judged { survey.control * 100 / survey.bytes } else { 0 };
    if control * 100 > units * MOST_CONTROL || raw_share > MOST_CONTROL {
        let percent = (control * 100 / units.max(1)).max(raw_share);
        return Ok(Some(TextError::Binary { name, percent }));
    }
    let mixed = reading.warnings.iter().any(|it| matches!(it, TextWarning::Mixed { .. }));
    if let Some((doubt, contest)) = doubt {
        let found = among == Among::Several;
        return Ok(Some(TextError::UnclearEncoding { name, doubt, found, mixed, contest }));
    }
    let malformed = &changes.malformed;
    if let (Some(place), OnMalformed::Error) = (malformed.places.first(), reading.on_malformed) {
        return Ok(Some(TextError::Malformed {
            name,
            encoding: reading.encoding,
            count: malformed.bytes,
            byte: byte_at(content, place.byte)?,
            place: *place,
        }));
    }
    // A user who names the encoding of a single file knows it.
    let is_named = matches!(reading.decision, Decision::Named { .. });
    let named = is_named && among == Among::Alone;
    if !named && malformed.bytes * 100 > survey.bytes * MOST_MALFORMED {
        return Ok(Some(TextError::TooManyMalformed {
            name,
            encoding: reading.encoding,
            count: malformed.bytes,
            bytes: survey.bytes,
            found: among == Among::Several,
            mixed,
            contest: Box::new(contest(content, survey)?),
        }));
    }
    Ok((reading.characters == 0).then_some(TextError::Empty { name }))
}

/// The byte at `offset`.
fn byte_at(content: &Content, offset: u64) -> Result<u8, TextError> {
    let mut chunks = content.chunks()?;
    loop {
        let start = chunks.read;
        let Some(chunk) = chunks.next()? else { return Ok(0) };
        let inside = usize::try_from(offset - start).unwrap_or(usize::MAX);
        if let Some(&byte) = chunk.get(inside) {
            return Ok(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Normalization;

    #[test]
    fn a_prompt_is_cleaned_as_the_text_is() {
        let prompt = "e\u{301}te\u{301}\r\nde\u{300}s\u{A0}\u{A0}lors  \n\n\n";
        let nfc = Normalization::Nfc;
        for (normalize, whitespace) in [
            (nfc, Whitespace::Keep),
            (nfc, Whitespace::Collapse),
            (Normalization::None, Whitespace::Keep),
        ] {
            let options = ReadOptions { normalize, whitespace, ..ReadOptions::default() };
            let (text, _) = read("text", prompt.as_bytes(), &options).unwrap();
            assert_eq!(clean_like(&options, prompt), text);
        }
        let options = ReadOptions { normalize: nfc, ..ReadOptions::default() };
        assert_eq!(clean_like(&options, "e\u{301}te\u{301}\r\n"), "été\n");
    }
}
