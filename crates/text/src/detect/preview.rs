//! How a text begins in a candidate encoding, or where two candidates differ.

use crate::decode::byte_decoder::{ByteDecoder, Unit};
use crate::detect::evidence::Evidence;
use crate::encoding::codec::Codec;
use crate::{Encoding, Script};

/// Characters of a preview.
const LENGTH: usize = 48;
/// Characters before the first that tells.
const BEFORE: usize = 8;
/// Bytes after the line of the first difference that a preview may show.
const AFTER: usize = 400;

/// The first characters of a text on one line, with invisible characters shown.
pub(crate) fn preview(characters: impl Iterator<Item = char>) -> String {
    let shown = characters.take(LENGTH).map(|character| match character {
        '\n' => '⏎',
        _ if Script::of(character) == Script::Space => ' ',
        _ if Script::of(character) == Script::Bad => '▯',
        _ => character,
    });
    shown.collect()
}

/// A preview of `text` from a little before its character at `at` on.
pub(crate) fn preview_from(text: &str, at: usize) -> String {
    preview(text.chars().skip(at.saturating_sub(BEFORE)))
}

/// Previews of a text in two encodings, from a little before the first character in which they differ. None if they
/// differ nowhere, or in UTF-16, where they differ from the start.
pub(crate) fn previews_of_both(evidence: &Evidence, both: [Encoding; 2]) -> Option<[String; 2]> {
    if both.iter().any(|it| it.is_utf16()) {
        return None;
    }
    let codecs = both.map(Codec::new);
    evidence.whole.iter().find_map(|sample| {
        let mut start = 0;
        for line in sample.split_inclusive(|&byte| byte == b'\n') {
            let end = start + line.len();
            if !line.is_ascii() {
                let [first, second] = [0, 1].map(|index| read(&codecs[index], line));
                if first != second {
                    let same = first.chars().zip(second.chars()).take_while(|(a, b)| a == b);
                    let (at, more) = (same.count(), &sample[start..sample.len().min(end + AFTER)]);
                    return Some([0, 1].map(|it| preview_from(&read(&codecs[it], more), at)));
                }
            }
            start = end;
        }
        None
    })
}

/// `bytes` as text, with U+FFFD for malformed ones.
pub(crate) fn read(codec: &Codec, bytes: &[u8]) -> String {
    let mut text = String::new();
    ByteDecoder::new(codec.clone()).push(bytes, true, |unit| {
        text.push(match unit {
            Unit::Character(character) => character,
            Unit::Malformed(_) => '\u{FFFD}',
        });
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previews_start_a_little_before_the_first_difference() {
        let both = [Encoding::WINDOWS_1252, Encoding::of_tables(encoding_rs::ISO_8859_15)];
        let text =
            [&b"L'\xE9t\xE9, le moulin.\n".repeat(30)[..], b"Et puis une \xBDuvre."].concat();
        let evidence = Evidence::new(std::slice::from_ref(&text), None);
        let found = previews_of_both(&evidence, both).unwrap();
        assert_eq!(found, ["uis une ½uvre.", "uis une œuvre."]);
        assert_eq!(previews_of_both(&Evidence::new(&[text[..20].to_vec()], None), both), None);
    }
}
