//! Texts in the languages and encodings of many countries, also in encodings that cannot be read:
//! each is read right or asked about, and none becomes another text in silence.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(clippy::print_stdout, reason = "a test says what it counted")]

use charnn_message::Describe;
use charnn_text::{Encoding, ReadOptions, TextError, read};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

#[path = "../src/encoding/codepages.rs"]
mod codepages;

/// The texts, and the encodings that people saved such texts in.
const SAVED: [(&str, &str); 23] = [
    ("icelandic", "windows-1252 iso-8859-10 CP850 CP861 MAC-IS"),
    ("danish", "windows-1252 CP850 CP865 macintosh"),
    ("norwegian", "windows-1252 CP850 CP865 macintosh"),
    ("estonian", "windows-1252 windows-1257 iso-8859-13 iso-8859-4 iso-8859-15 CP775"),
    ("gaelic", "windows-1252 iso-8859-14 CP850 macintosh"),
    (
        "polish",
        "windows-1250 iso-8859-2 windows-1257 iso-8859-13 iso-8859-16 CP852 MAC-CENTRALEUROPE",
    ),
    ("slovak", "windows-1250 iso-8859-2 CP852 MAC-CENTRALEUROPE"),
    ("hungarian", "windows-1250 iso-8859-2 iso-8859-16 CP852 MAC-CENTRALEUROPE"),
    // ISO-8859-16 is windows-1250 but for the comma below ș that is a cedilla there.
    ("romanian", "windows-1250 iso-8859-2 CP852"),
    ("croatian", "windows-1250 iso-8859-2 iso-8859-16 CP852"),
    ("turkish", "windows-1254 iso-8859-3 CP857 MacTurkish"),
    ("latvian", "windows-1257 iso-8859-13 iso-8859-4 CP775 MAC-CENTRALEUROPE"),
    ("lithuanian", "windows-1257 iso-8859-13 iso-8859-4 CP775 MAC-CENTRALEUROPE"),
    ("vietnamese", "windows-1258"),
    ("greek", "windows-1253 iso-8859-7 CP737 MacGreek"),
    ("hebrew", "windows-1255 iso-8859-8 CP862"),
    ("bulgarian", "windows-1251 koi8-r ibm866 iso-8859-5 x-mac-cyrillic CP855"),
    ("ukrainian", "windows-1251 koi8-u x-mac-cyrillic iso-8859-5 CP855"),
    ("kazakh", "RK1048"),
    ("russian", "windows-1251 ibm866 iso-8859-5 x-mac-cyrillic CP855"),
    ("french", "windows-1252 iso-8859-15 macintosh CP850 CP437 CP863"),
    ("german", "windows-1252 macintosh CP850 CP437"),
    ("spanish", "windows-1252 macintosh CP850 CP437"),
];
/// What a text of these is to be read as, whole.
const CANDIDATES: &str = "windows-1252 windows-1250 windows-1251 windows-1253 windows-1254 \
    windows-1255 windows-1257 windows-1258 iso-8859-2 iso-8859-7 koi8-r koi8-u ibm866 macintosh";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Right,
    Asks,
    Wrong,
}

/// `text` as `label` has it: what is read if all is well, and its bytes.
fn encoded(text: &str, label: &str) -> Option<(String, Vec<u8>)> {
    let text: String = text.chars().flat_map(|found| spelt(found, label)).collect();
    let page = codepages::CODE_PAGES.iter().find(|page| page.name == label);
    let bytes: Option<Vec<u8>> = if let Some(page) = page {
        text.chars().map(|found| byte(found, page.high)).collect()
    } else {
        let tables = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (bytes, _, unmappable) = tables.encode(&text);
        (!unmappable).then(|| bytes.into_owned())
    };
    bytes.map(|bytes| (text, bytes))
}

fn byte(found: char, high: &str) -> Option<u8> {
    let at = high.chars().position(|other| other == found);
    if found.is_ascii() { u8::try_from(found).ok() } else { u8::try_from(at? + 0x80).ok() }
}

/// `found` as people write it who have no other way.
fn spelt(found: char, label: &str) -> Vec<char> {
    let plain = !label.starts_with("windows") && !label.to_lowercase().starts_with("mac");
    match found {
        '„' | '“' | '”' | '«' | '»' if plain => vec!['"'],
        '–' | '—' if plain => vec!['-'],
        '’' if plain => vec!['\''],
        'ș' if label != "iso-8859-16" => vec!['ş'],
        'Ț' if label != "iso-8859-16" => vec!['Ţ'],
        'Ș' if label != "iso-8859-16" => vec!['Ş'],
        'ț' if label != "iso-8859-16" => vec!['ţ'],
        // It has five accents by themselves.
        _ if label == "windows-1258" => {
            let parts: Vec<char> = found.nfd().collect();
            let tone = |part: &char| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(*part);
            let letter = parts.iter().copied().filter(|part| !tone(part)).nfc();
            letter.chain(parts.iter().copied().filter(tone)).collect()
        }
        _ => vec![found],
    }
}

/// Reads `bytes` and compares: all characters in their order, but for `spoilt` ones.
fn judge(truth: &str, bytes: &[u8], spoilt: usize) -> (Outcome, String) {
    match read("text", bytes, &ReadOptions::default()) {
        Ok((text, reading)) => {
            let (read, truth): (Vec<char>, Vec<char>) =
                (text.chars().collect(), truth.chars().collect());
            let same = |pair: &(&char, &char)| pair.0 == pair.1;
            let before = read.iter().zip(&truth).take_while(same).count();
            let after = read.iter().rev().zip(truth.iter().rev()).take_while(same).count();
            let wrong = truth.len().max(read.len()).saturating_sub(before + after);
            let right = wrong <= spoilt;
            let outcome = if right { Outcome::Right } else { Outcome::Wrong };
            let shown: String = text.chars().take(60).collect();
            (outcome, format!("{reading}: {wrong} wrong: {shown:?}"))
        }
        Err(
            error @ (TextError::UnclearEncoding { .. }
            | TextError::TooManyMalformed { .. }
            | TextError::NotText { .. }),
        ) => (Outcome::Asks, error.describe().in_full().english),
        Err(error) => (Outcome::Wrong, error.describe().in_full().english),
    }
}

/// Parts of a text by name: short ones, all of it, and all of it many times.
fn parts(text: &str) -> Vec<(String, String)> {
    let length = text.chars().count();
    let part = |start: usize, count: usize| text.chars().skip(start).take(count).collect();
    let mut parts = vec![("whole".into(), text.to_owned()), ("six times".into(), text.repeat(6))];
    for count in [40, 80, 200] {
        for start in [0, length / 3, length / 2] {
            parts.push((format!("{count} from {start}"), part(start, count)));
        }
    }
    parts
}

fn verbose() -> bool {
    std::env::var_os("CHARNN_VERBOSE").is_some()
}

#[test]
fn texts_of_many_countries_are_read_right_or_asked_about() {
    let (mut all, mut whole) = (BTreeMap::new(), BTreeMap::new());
    let mut count = |name: &str, label: &str, part: &str, (outcome, said): (Outcome, String)| {
        *all.entry(outcome).or_insert(0) += 1;
        let long = matches!(part, "whole" | "six times" | "bad byte");
        if long && CANDIDATES.split(' ').any(|candidate| candidate == label) {
            *whole.entry(outcome).or_insert(0) += 1;
        }
        if outcome == Outcome::Wrong || verbose() && outcome == Outcome::Asks {
            println!("{outcome:?}: {name} {label} {part}: {said}");
        }
    };
    for (name, labels) in SAVED {
        let path = format!("tests/texts/{name}.txt");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        for label in labels.split(' ') {
            let (truth, bytes) = encoded(&text, label).unwrap_or_else(|| panic!("{name} {label}"));
            for (part, text) in parts(&text) {
                let (truth, bytes) = encoded(&text, label).unwrap();
                if !bytes.is_ascii() {
                    count(name, label, &part, judge(&truth, &bytes, 0));
                }
            }
            for (at, bad) in
                [(bytes.len() / 2, 0x81), (bytes.len() / 3, 0xFF), (bytes.len() / 4, 0xB7)]
            {
                let mut bytes = bytes.clone();
                bytes[at] = bad;
                count(name, label, "bad byte", judge(&truth, &bytes, 2));
            }
        }
    }
    println!("{all:?}; whole, in encodings that are read: {whole:?}");
    assert_eq!(all.get(&Outcome::Wrong), None, "silent mojibake");
    let right = f64::from(whole[&Outcome::Right]);
    assert!(right >= 0.9 * f64::from(whole.values().sum::<i32>()), "{whole:?}");
}

#[test]
fn words_of_other_encodings_in_english_are_read_right_or_asked_about() {
    let line = "The old man walked down to the harbour and asked the captain for a ship.";
    let mut silent = Vec::new();
    for (labels, words) in [
        ("windows-1252 macintosh CP850 CP437", "café|naïve|señor|Müller|crème brûlée|El Niño|Zoë"),
        ("windows-1251 koi8-r ibm866 CP855", "да|нет|Москва|Чехов"),
        ("windows-1250 iso-8859-2 CP852", "Łódź|Dvořák|Čapek|Wałęsa|Nagyvárad"),
        ("windows-1254 CP857", "İstanbul|Erdoğan|Beşiktaş"),
        ("windows-1253 CP737", "λόγος|και"),
    ] {
        for (label, word) in
            labels.split(' ').flat_map(|label| words.split('|').map(move |word| (label, word)))
        {
            for (every, lines) in [(1, 1), (2, 30), (20, 400), (200, 1_000)] {
                let line = |at: usize| {
                    if at % every == every / 2 {
                        format!("{line} {word}.\n")
                    } else {
                        format!("{line}\n")
                    }
                };
                let text: String = (0..lines).map(line).collect();
                let (truth, bytes) = encoded(&text, label).unwrap();
                let (outcome, said) = judge(&truth, &bytes, 0);
                if outcome == Outcome::Wrong {
                    silent.push(format!("{label}: {word} every {every} of {lines}: {said}"));
                } else if verbose() {
                    println!("{outcome:?}: {label}: {word} every {every} of {lines}: {said}");
                }
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn code_pages_have_a_character_for_each_byte() {
    for page in codepages::CODE_PAGES {
        assert_eq!(page.high.chars().count(), 128, "{}", page.name);
        let known = Encoding::CANDIDATES.iter().any(|candidate| candidate.name() == page.name);
        assert!(!known, "{}", page.name);
    }
}
