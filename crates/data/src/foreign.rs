//! Readings in encodings that are known and not read: they win nothing, but what reads as well in
//! one of them must not be taken for anything else.

use crate::codec::Codec;
use crate::codepages::CODE_PAGES;
use crate::detect::is_almost_ascii;
use crate::trial::{EXTINCT, Trial, UNUSUAL};

/// A reading of the samples, and the name of its encoding.
pub(crate) struct Foreign {
    pub(crate) name: &'static str,
    pub(crate) reading: Trial,
}

/// The samples in every encoding that is not read, the likeliest first.
pub(crate) fn foreign(samples: &[Vec<u8>]) -> Vec<Foreign> {
    let unusual = if is_almost_ascii(samples) { UNUSUAL } else { 0 };
    let read = |page| {
        let mut reading = Trial::with(&Codec::of_page(page), samples);
        reading.assume(EXTINCT + unusual);
        Foreign { name: page.name, reading }
    };
    let mut readings: Vec<Foreign> = CODE_PAGES.iter().map(read).collect();
    readings.sort_by_key(|foreign| foreign.reading.cost);
    readings
}
