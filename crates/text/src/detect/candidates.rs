//! The samples of a file in every encoding that is tried, and in code pages that are only known.
//!
//! Code pages win nothing, but what reads as well in one of them must not be taken for anything else.

use crate::Encoding;
use crate::detect::evidence::Evidence;
use crate::detect::hypothesis::{Hypothesis, Texts};
use crate::detect::latin9;
use crate::encoding::codec::Codec;
use crate::encoding::table::{PAGES, TABLE};
use crate::language::Language;
use crate::language::char_cost::BIT;
use std::sync::OnceLock;

/// The encodings of the West.
const WESTERN: [Encoding; 3] =
    [Encoding::UTF_8, Encoding::WINDOWS_1252, Encoding::of_tables(encoding_rs::ISO_8859_15)];
/// In a text that is almost ASCII, other encodings than the Western ones must be better by this much.
const STANDS_OUT: u32 = 16 * BIT;
/// Other encodings than the declared one must be better by this much.
const DECLARED: u32 = 48 * BIT;
/// A reading that is behind by more after the first part of the evidence cannot catch up.
const BEHIND: u32 = 400 * BIT;
/// The encodings with letters and the euro sign in the place of eight signs.
const LATIN9: [Encoding; 2] =
    [Encoding::of_tables(encoding_rs::ISO_8859_15), Encoding::of_tables(encoding_rs::ISO_8859_16)];
/// For each letter or euro sign of these where none stands: it is a sign of windows-1252.
const NO_SENSE: u32 = 64 * BIT;
/// To read odd bytes as letters, an encoding must be this many bits ahead of damaged UTF-8.
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
    fn read(&self, evidence: &Evidence, all: bool, texts: &Texts) -> Hypothesis {
        let mut reading = Hypothesis::new(evidence, &self.codec, self.languages, all, texts);
        reading.page = self.page;
        if self.page.is_none() && LATIN9.contains(&self.codec.encoding()) {
            reading.charge(NO_SENSE.saturating_mul(latin9::senseless(&evidence.whole)));
        }
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
        let pages = PAGES.iter().zip(page_codecs()).map(|(row, codec)| Try {
            codec: codec.clone(),
            languages: row.languages,
            prior: prior(None, row.prior),
            page: Some(row.name),
        });
        let readings = read(evidence, &rows.chain(pages).collect::<Vec<_>>());
        let (pages, decoded) = readings.into_iter().partition(|reading| reading.page.is_some());
        Self { decoded: first_utf8(decoded), pages }
    }
}

/// The codecs of all code pages, in the order of the table.
fn page_codecs() -> &'static [Codec] {
    static CODECS: OnceLock<Vec<Codec>> = OnceLock::new();
    CODECS.get_or_init(|| PAGES.iter().map(|row| Codec::of_page(row.page())).collect())
}

/// All readings, the likeliest first. Those far behind after the first part of the evidence are not read to the
/// end, and come last.
fn read(evidence: &Evidence, tries: &[Try]) -> Vec<Hypothesis> {
    let (first, whole) = (Texts::default(), Texts::default());
    let mut readings: Vec<Hypothesis> =
        tries.iter().map(|it| it.read(evidence, evidence.rest.is_empty(), &first)).collect();
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
                readings.push(it.read(evidence, true, &whole));
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
