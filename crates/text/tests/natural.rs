//! Natural texts, long ones among them: each is read in its encoding, without any warning.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped")]

#[path = "../examples/measure_detection/natural.rs"]
mod natural;

use charnn_text::{Encoding, ReadOptions, Whitespace, read};

/// Encodings that differ in nothing that a text contains are one.
fn check(name: &str, label: &str, truth: &str, bytes: &[u8]) {
    let options = ReadOptions { whitespace: Whitespace::Keep, ..ReadOptions::default() };
    let (text, reading) =
        read("text", bytes, &options).unwrap_or_else(|error| panic!("{name} {label}: {error}"));
    assert_eq!(reading.warnings, [], "{name} {label}: {reading}");
    assert_eq!(reading.changes.malformed.bytes, 0, "{name} {label}: {reading}");
    assert!(text == truth, "{name} {label}: {reading}");
    let encoding: Encoding = label.parse().unwrap();
    let same = encoding.encode(&text) == reading.encoding.encode(&text);
    assert!(same, "{name} {label}: {reading}");
}

#[test]
fn natural_texts_are_read_right_and_without_a_warning() {
    let (texts, skipped) = natural::texts();
    for why in skipped {
        println!("skipped: {why}");
    }
    assert!(texts.len() >= 10, "{} texts", texts.len());
    for natural::Natural { name, encoding, truth, bytes } in texts {
        check(&name, encoding, &truth, &bytes);
    }
}
