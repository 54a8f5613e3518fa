//! The samples of a file in every encoding that is tried, and in those that are only known.
//!
//! The second kind wins nothing, but what reads as well in one of them must not be taken for anything
//! else.

use crate::Encoding;
use crate::detect::hypothesis::{EXTINCT, Hypothesis, UNUSUAL};
use crate::encoding::codec::Codec;
use crate::encoding::codepages::CODE_PAGES;

/// The encodings after this many of the candidates are hardly met.
const USUAL: usize = 11;
/// After so many, hardly anybody ever used them.
const KNOWN: usize = 27;
/// One byte in so many that is not ASCII is little.
const ALMOST_ASCII: usize = 25;
/// In fewer bytes than this, it is too early to say that it is.
pub(crate) const ENOUGH: usize = 100;
/// So many bits ahead of damaged UTF-8 are needed to read odd bytes as letters.
const ODD_BYTE: f64 = 6.0;

/// Whether little stands out: that is most likely a sign or an accent of the West.
pub(crate) fn is_almost_ascii(samples: &[Vec<u8>]) -> bool {
    let high = samples.iter().flatten().filter(|&&byte| byte >= 0x80).count();
    let all = samples.iter().map(Vec::len).sum();
    all >= ENOUGH && high * ALMOST_ASCII <= all
}

/// The samples as every candidate reads them, the likeliest first.
pub(crate) fn candidates(samples: &[Vec<u8>]) -> Vec<Hypothesis> {
    let mut readings: Vec<Hypothesis> = Encoding::CANDIDATES
        .iter()
        .map(|&encoding| Hypothesis::samples(encoding, samples))
        .collect();
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

/// A reading of the samples, and the name of its encoding.
pub(crate) struct Foreign {
    pub(crate) name: &'static str,
    pub(crate) reading: Hypothesis,
}

/// The samples in every encoding that is not read, the likeliest first.
pub(crate) fn foreign(samples: &[Vec<u8>]) -> Vec<Foreign> {
    let unusual = if is_almost_ascii(samples) { UNUSUAL } else { 0 };
    let read = |page| {
        let mut reading = Hypothesis::with(&Codec::of_page(page), samples);
        reading.assume(EXTINCT + unusual);
        Foreign { name: page.name, reading }
    };
    let mut readings: Vec<Foreign> = CODE_PAGES.iter().map(read).collect();
    readings.sort_by_key(|foreign| foreign.reading.cost);
    readings
}
