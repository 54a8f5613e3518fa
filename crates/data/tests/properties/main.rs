//! Properties of everything that is read: a few cases here, many more by the fuzzer (`scripts/fuzz.sh`),
//! which calls the same functions.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod decoding;
mod vocabulary;

use charnn_text::{BUILTIN, Encoding};
use proptest::prelude::*;

/// Bytes as files have them: text in some encoding, damaged here and there, or anything.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        "[a-z ,.的一是不了\r\n\t]{0,200}",
        "[\u{0}-\u{20}\u{a0}\u{3000}\u{feff}\u{fffd}\u{85}\u{e000}é\u{301}ﬁ①ｶﾞ´ ]{0,60}",
        (0..BUILTIN.len(), 0..4000_usize, 0..300_usize).prop_map(|(which, from, length)| {
            BUILTIN[which].1.chars().skip(from).take(length).collect::<String>()
        }),
    ];
    let damage = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
    let encoded =
        (text, 0..Encoding::CANDIDATES.len(), damage).prop_map(|(text, which, damage)| {
            let name = Encoding::CANDIDATES[which].name();
            let mut bytes: Vec<u8> = match name {
                "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                _ => encoding_rs::Encoding::for_label(name.as_bytes())
                    .unwrap()
                    .encode(&text)
                    .0
                    .into(),
            };
            for (at, byte) in damage.into_iter().filter(|_| !text.is_empty()) {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        });
    prop_oneof![encoded, proptest::collection::vec(any::<u8>(), 0..300)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn any_file_is_read_soundly_or_refused(
        encoding in prop_oneof![Just(0), any::<u8>()], settings in any::<u8>(), file in file(),
    ) {
        decoding::check(&[&[encoding, settings], &file[..]].concat());
    }

    #[test]
    fn any_vocabulary_reads_any_text(
        limits in any::<[u8; 2]>(), text in "[a-eA-E\u{fffd}愛爱]{0,40}|\\PC{0,40}",
        prompt in "[a-fA-F\u{fffd}愛爱“ ]{0,20}|\\PC{0,20}",
    ) {
        vocabulary::check(&[&limits, text.as_bytes(), &[0], prompt.as_bytes()].concat());
    }
}
