//! What must hold of any bytes that are read as a text, in any encoding and by any settings.
//!
//! The tests beside this file and the fuzzer (`fuzz/`) hold the program to the same.

use charnn_data::{Corpus, DataError, Inspection};
use charnn_text::{
    Counts, Decision, Encoding, Normalization, OnMalformed, OnMixed, ReadOptions, TextError,
    Whitespace,
};

/// Encodings that are read when they are named, and not tried.
const OTHERS: [&str; 2] = ["iso-8859-8-i", "gbk"];
/// Unpacked, a few bytes could be gigabytes.
const MOST_BYTES: u64 = 1 << 20;

/// The first byte names the encoding, the second the settings; the rest is the file.
///
/// # Panics
/// Where something does not hold.
pub(crate) fn check(input: &[u8]) {
    let [encoding, settings, file @ ..] = input else { return };
    let options = options(*encoding, *settings);
    let corpus = Corpus::from_bytes_with("any".into(), file, &options);
    match &corpus {
        Ok(corpus) => sound(corpus, file, &options),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    match Inspection::of_bytes("any", file, &options) {
        Ok(look) => {
            assert_eq!(look.reading.name, "any");
            assert!((0.0..=1.0).contains(&look.repeated), "{}", look.repeated);
            let by_script: u64 = look.scripts.iter().map(|share| share.characters).sum();
            assert_eq!(by_script, look.reading.characters);
            assert_eq!(look.problem.is_none(), corpus.is_ok());
            if let Ok(corpus) = &corpus {
                assert_eq!(look.reading, corpus.documents()[0].reading);
                assert_eq!(look.distinct, corpus.counts().distinct());
            }
        }
        Err(error) => assert_eq!(Some(error.to_string()), corpus.err().map(|it| it.to_string())),
    }
}

/// Settings for every value of two bytes.
fn options(encoding: u8, settings: u8) -> ReadOptions {
    let named = usize::from(encoding)
        .checked_sub(1)
        .map(|at| at % (Encoding::CANDIDATES.len() + OTHERS.len()));
    let encoding = named.map(|at| {
        let other = || OTHERS[at - Encoding::CANDIDATES.len()].parse().expect("a known label");
        Encoding::CANDIDATES.get(at).copied().unwrap_or_else(other)
    });
    let on_malformed = [OnMalformed::Replace, OnMalformed::Skip, OnMalformed::Error];
    let normalize = [Normalization::None, Normalization::Nfc, Normalization::Nfkc];
    let whitespace = [Whitespace::Keep, Whitespace::Collapse];
    let settings = usize::from(settings);
    ReadOptions {
        encoding,
        on_malformed: on_malformed[settings % 3],
        on_mixed: [OnMixed::Warn, OnMixed::Decode][settings / 18 % 2],
        normalize: normalize[settings / 3 % 3],
        whitespace: whitespace[settings / 9 % 2],
        max_bytes: MOST_BYTES,
    }
}

/// What holds of a text that was read.
fn sound(corpus: &Corpus, file: &[u8], options: &ReadOptions) {
    let text = corpus.text().expect("it is held");
    let [document] = corpus.documents() else { panic!("one file is one document") };
    let reading = &document.reading;

    // Counts add up.
    assert!(!text.is_empty());
    assert_eq!((document.start, document.characters), (0, corpus.characters()));
    assert_eq!(corpus.characters(), text.chars().count());
    assert_eq!(*corpus.counts(), Counts::of(&text));
    assert_eq!(corpus.counts().total(), reading.characters);
    assert!(reading.unpacked || reading.bytes == file.len() as u64);
    assert!(reading.bytes <= MOST_BYTES);
    let changes = &reading.changes;
    let (malformed, places) = (changes.malformed.bytes, &changes.malformed.places);
    assert!(malformed + changes.nul + changes.control <= reading.bytes);
    assert_eq!(places.len() as u64, malformed.min(5));
    assert!(places.is_sorted_by(|a, b| a.byte < b.byte && a.line <= b.line));
    assert!(places.last().is_none_or(|last| last.byte < reading.bytes));
    assert!(malformed == 0 || options.on_malformed != OnMalformed::Error);

    // Nothing is in it that must not be.
    let forbidden =
        |found: char| found == '\u{FEFF}' || (found.is_control() && !"\t\n".contains(found));
    assert!(!text.contains(forbidden), "{text:?}");
    if options.on_malformed != OnMalformed::Replace && changes.replaced_before == 0 {
        assert!(!text.contains(char::REPLACEMENT_CHARACTER), "{text:?}");
    }
    if options.whitespace == Whitespace::Collapse {
        assert!(
            !text.contains("  ") && !text.contains("\n\n\n") && !text.contains(" \n"),
            "{text:?}"
        );
    }

    // What was read once is read as it is.
    let as_utf8 = ReadOptions { encoding: Some(Encoding::UTF_8), ..options.clone() };
    let strict = ReadOptions { encoding: Some(Encoding::UTF_8), ..ReadOptions::default() };
    let found_out = ReadOptions::default();
    for options in [as_utf8, strict, found_out] {
        match Corpus::from_bytes_with("again".into(), text.as_bytes(), &options) {
            Ok(again) => {
                let decision = &again.documents()[0].reading.decision;
                // A few characters may look like another encoding, which is reported.
                if !matches!(decision, Decision::Contest { .. }) {
                    assert_eq!(again.text().expect("it is held"), text, "{options:?}");
                    assert_eq!(again.fingerprint(), corpus.fingerprint());
                }
            }
            // It may begin as a file of another kind does.
            Err(error) => assert!(
                matches!(
                    error,
                    DataError::Text(TextError::NotText { .. } | TextError::UnclearEncoding { .. })
                ),
                "{error}"
            ),
        }
    }
}
