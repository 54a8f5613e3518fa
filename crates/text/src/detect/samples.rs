//! The samples of a file that detection reads.
//!
//! They are taken in one pass from start to end, because a packed file cannot be read in another order.

use crate::TextError;
use crate::bytes::content::{Chunks, Content};
use crate::bytes::survey::Survey;
use std::ops::Range;

/// Number and length of the samples of a large file.
const SAMPLES: usize = 48;
pub(crate) const SAMPLE: usize = 1024;
/// Bytes to include before a byte value that no sample contains; half as many are included after it.
const RARE: usize = 200;

/// All of a small file, or non-ASCII stretches from all parts of a large one.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn samples(content: &Content, survey: &Survey) -> Result<Vec<Vec<u8>>, TextError> {
    let length = usize::try_from(survey.bytes).unwrap_or(usize::MAX);
    if length <= SAMPLES * SAMPLE {
        return Ok(vec![content.first(length)?]);
    }
    let mut window = Window { chunks: content.chunks()?, held: Vec::new(), start: 0 };
    let mut samples = Vec::new();
    let mut free = 0;
    for index in 0..SAMPLES {
        let nominal = (length - SAMPLE) / (SAMPLES - 1) * index;
        let Some(found) = window.telling(nominal.max(free))? else { break };
        // Starting at a line keeps characters whole, starting at an even byte keeps UTF-16 in step.
        let earliest = found.saturating_sub(SAMPLE / 2).max(free);
        let line = window.bytes(earliest..found)?.iter().rposition(|&byte| byte == b'\n');
        let start = (line.map_or(earliest, |at| earliest + at + 1) + 1) & !1;
        let sample = window.bytes(start..start + SAMPLE)?;
        if !sample.is_empty() {
            samples.push(sample.to_vec());
            free = start + sample.len();
        }
    }
    if samples.is_empty() {
        return Ok(vec![content.first(SAMPLES * SAMPLE)?]);
    }
    samples.extend(rare(content, survey, &samples)?);
    Ok(samples)
}

/// The lines around byte values that none of the `samples` contains: a single letter may distinguish two
/// encodings.
fn rare(
    content: &Content,
    survey: &Survey,
    samples: &[Vec<u8>],
) -> Result<Vec<Vec<u8>>, TextError> {
    let mut seen = [false; 256];
    samples.iter().flatten().for_each(|&byte| seen[usize::from(byte)] = true);
    let mut window = Window { chunks: content.chunks()?, held: Vec::new(), start: 0 };
    let mut found = Vec::new();
    for &at in &survey.first {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let from = at.saturating_sub(RARE);
        let around = window.bytes(from..at + RARE / 2)?;
        let here = at - from;
        if around.get(here).is_none_or(|&byte| seen[usize::from(byte)]) {
            continue;
        }
        let start = around[..here].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let end = around[here..].iter().position(|&byte| byte == b'\n');
        let line = around[start..end.map_or(around.len(), |end| here + end + 1)].to_vec();
        for &byte in &line {
            seen[usize::from(byte)] = true;
        }
        found.push(line);
    }
    Ok(found)
}

/// A section of a file that moves forward.
struct Window<'a> {
    chunks: Chunks<'a>,
    held: Vec<u8>,
    /// Where the held bytes begin in the file.
    start: usize,
}

impl Window<'_> {
    /// The first byte from `from` on that most encodings read differently.
    fn telling(&mut self, from: usize) -> Result<Option<usize>, TextError> {
        let telling = |byte: &u8| *byte >= 0x80 || *byte == 0;
        let mut from = from;
        loop {
            let bytes = self.bytes(from..from + 1)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let held = &self.held[from - self.start..];
            if let Some(at) = held.iter().position(telling) {
                return Ok(Some(from + at));
            }
            from += held.len();
        }
    }

    /// The bytes of `range` that exist. Bytes more than a sample before it are dropped.
    fn bytes(&mut self, range: Range<usize>) -> Result<&[u8], TextError> {
        while self.start + self.held.len() < range.end {
            let forgotten = range.start.saturating_sub(self.start + SAMPLE).min(self.held.len());
            self.held.drain(..forgotten);
            self.start += forgotten;
            let Some(chunk) = self.chunks.next()? else { break };
            self.held.extend_from_slice(chunk);
        }
        let end = self.held.len();
        let inside = |at: usize| at.saturating_sub(self.start).min(end);
        Ok(&self.held[inside(range.start)..inside(range.end)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_a_large_file_are_spread_over_it_and_hold_what_tells() {
        // A line of 100 plain bytes; every 30th has one that is not.
        let line = |index: usize| {
            let mut line = vec![b'a'; 99];
            line[50] = if index.is_multiple_of(30) { 0xE9 } else { b'a' };
            [line, vec![b'\n']].concat()
        };
        let bytes: Vec<u8> = (0..20_000).flat_map(line).collect();
        let content = Content::new("x".into(), bytes.clone(), u64::MAX).unwrap();
        let survey = Survey::of(&content).unwrap();
        let samples = samples(&content, &survey).unwrap();
        // Nothing in the last kilobyte tells.
        assert_eq!(samples.len(), SAMPLES - 1);
        for sample in &samples {
            assert_eq!(sample.len(), SAMPLE);
            assert_eq!(sample.iter().position(|&byte| byte == 0xE9), Some(50));
        }
        let plain = Content::new("x".into(), vec![b'a'; 200_000], u64::MAX).unwrap();
        let survey = Survey::of(&plain).unwrap();
        assert_eq!(super::samples(&plain, &survey).unwrap(), [vec![b'a'; SAMPLES * SAMPLE]]);
    }
}
