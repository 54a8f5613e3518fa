//! What the compressor of `xz` makes of a text: a yardstick that people know.

use charnn_bundle::Vocabulary;
use lzma_rust2::{Lzma2Options, Lzma2Writer};
use std::io::Write as _;

/// The compressor reads at most this many characters before those that are measured.
const MOST_LEARNED: usize = 600_000;
/// At most this many characters are measured. Both together take about half a second.
const MOST_MEASURED: usize = 100_000;

/// The bits that LZMA2 at level 6 needs for `measured` after `learned`, in nats per character.
pub(crate) fn loss(vocabulary: &Vocabulary, learned: &[u16], measured: &[u16]) -> f64 {
    let learned = &learned[learned.len().saturating_sub(MOST_LEARNED)..];
    let measured = &measured[..measured.len().min(MOST_MEASURED)];
    let before = vocabulary.decode(learned);
    let all = [&before[..], &vocabulary.decode(measured)].concat();
    let bytes = compressed(&all).saturating_sub(compressed(&before)) as f64;
    bytes * 8.0 * std::f64::consts::LN_2 / measured.len() as f64
}

/// The length of `text` when it is compressed.
fn compressed(text: &str) -> usize {
    let mut writer = Lzma2Writer::new(Vec::new(), Lzma2Options::with_preset(6));
    let written = writer.write_all(text.as_bytes()).and_then(|()| writer.finish());
    written.map_or(0, |bytes| bytes.len()) // memory takes everything
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn what_was_seen_costs_little_and_noise_costs_its_entropy() {
        let vocabulary = Vocabulary::of_characters('a'..='p', false).unwrap();
        let mut state = 1_u32;
        let noise: Vec<u16> = (0..20_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                u16::try_from(state >> 28).unwrap()
            })
            .collect();
        let (first, second) = noise.split_at(10_000);
        assert!(loss(&vocabulary, first, first) < 0.1);
        // 16 symbols, equally likely.
        let nats = loss(&vocabulary, first, second);
        assert!((16.0_f64.ln()..1.1 * 16.0_f64.ln()).contains(&nats), "{nats}");
    }
}
