//! The samples of a file in every encoding that is tried, and in code pages that are only known.
//!
//! Code pages win nothing, but what reads as well in one of them must not be taken for anything else.

use crate::Encoding;
use crate::detect::evidence::Evidence;
use crate::detect::hypothesis::Hypothesis;
use crate::encoding::codec::Codec;
use crate::encoding::table::{PAGES, TABLE};
use crate::language::Language;
use crate::language::char_cost::BIT;

/// The encodings of the West.
const WESTERN: [Encoding; 3] =
    [Encoding::UTF_8, Encoding::WINDOWS_1252, Encoding::of_tables(encoding_rs::ISO_8859_15)];
/// Where little stands out, other encodings than those of the West must be better by so much.
const STANDS_OUT: u32 = 16 * BIT;
/// Other encodings than the declared one must be better by so much.
const DECLARED: u32 = 48 * BIT;
/// What is behind by more after the first part of the evidence does not catch up.
const BEHIND: u32 = 400 * BIT;
/// So many bits ahead of damaged UTF-8 are needed to read odd bytes as letters.
const ODD_BYTE: f64 = 6.0;

/// All readings of the samples, the likeliest first.
pub(crate) struct Candidates {
    pub(crate) decoded: Vec<Hypothesis>,
    /// In encodings that charnn does not decode.
    pub(crate) pages: Vec<Hypothesis>,
}

/// One encoding to try.
struct Try {
    codec: Codec,
    languages: &'static [Language],
    prior: u32,
    page: Option<&'static str>,
}

impl Try {
    fn read(&self, evidence: &Evidence, all: bool) -> Hypothesis {
        let mut reading = Hypothesis::new(evidence, &self.codec, self.languages, all);
        reading.page = self.page;
        reading.assume(self.prior);
        reading
    }
}

impl Candidates {
    /// Reads the evidence in all encodings.
    pub(crate) fn new(evidence: &Evidence) -> Self {
        let almost_ascii = evidence.is_almost_ascii();
        let prior = |encoding: Option<Encoding>, bits: u32| {
            let is_western = encoding.is_some_and(|it| WESTERN.contains(&it));
            let stands_out = almost_ascii && !is_western;
            let declared = evidence.declared.is_some() && evidence.declared != encoding;
            bits * BIT + u32::from(stands_out) * STANDS_OUT + u32::from(declared) * DECLARED
        };
        let possible = |encoding: Encoding| {
            !encoding.is_utf16() || evidence.may_be_utf16(encoding == Encoding::UTF_16LE)
        };
        let rows = TABLE.iter().filter(|row| possible(row.encoding)).map(|row| Try {
            codec: Codec::new(row.encoding),
            languages: row.languages,
            prior: prior(Some(row.encoding), row.prior),
            page: None,
        });
        let pages = PAGES.iter().map(|row| Try {
            codec: Codec::of_page(row.page()),
            languages: row.languages,
            prior: prior(None, row.prior),
            page: Some(row.name),
        });
        let readings = read(evidence, &rows.chain(pages).collect::<Vec<_>>());
        let (pages, decoded) = readings.into_iter().partition(|reading| reading.page.is_some());
        Self { decoded: first_utf8(decoded), pages }
    }
}

/// All readings, the likeliest first. What is far behind after the first part of the evidence is not read
/// to the end, and comes last.
fn read(evidence: &Evidence, tries: &[Try]) -> Vec<Hypothesis> {
    let mut readings: Vec<Hypothesis> =
        tries.iter().map(|it| it.read(evidence, evidence.rest.is_empty())).collect();
    let narrow = readings.iter().filter(|it| !it.encoding.is_utf16() && it.page.is_none());
    let best = narrow.map(|reading| reading.cost).min().unwrap_or(0);
    let mut behind = Vec::new();
    if !evidence.rest.is_empty() {
        let all = std::mem::take(&mut readings);
        for (reading, it) in all.into_iter().zip(tries) {
            if reading.encoding.is_utf16() {
                readings.push(reading);
            } else if reading.cost > best.saturating_add(BEHIND) {
                behind.push(reading);
            } else {
                readings.push(it.read(evidence, true));
            }
        }
    }
    readings.sort_by_key(|reading| reading.cost); // stable: equals stay in order
    behind.sort_by(|a, b| a.rate().total_cmp(&b.rate()));
    readings.extend(behind);
    readings
}

/// One or two odd bytes in plain ASCII are damage, not an encoding.
fn first_utf8(mut readings: Vec<Hypothesis>) -> Vec<Hypothesis> {
    let utf8 = readings.iter().position(|reading| reading.encoding == Encoding::UTF_8);
    if let Some(at) = utf8.filter(|&at| {
        let lead = readings[at].bits() - readings[0].bits();
        lead < ODD_BYTE && readings[0].says_the_same(&readings[at])
    }) {
        readings[..=at].rotate_right(1);
    }
    readings
}
