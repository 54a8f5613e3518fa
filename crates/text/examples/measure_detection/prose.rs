//! Long ordinary prose: nothing in it deserves a warning.
//!
//! The sentences of a language are few and repeat. Here their letters follow each other as they do there, in
//! ever new combinations, so that whatever may happen by chance does happen.

use crate::Sample;
use crate::corpus::{Language, Random, encoded, sentences, spelt};
use crate::natural::{self, Natural};
use std::collections::BTreeMap;

/// Characters of each text.
const LENGTH: usize = 150_000;
const UNICODE: [&str; 3] = ["utf-8", "utf-16le", "utf-16be"];

/// A long text in every language and encoding, and the built-in tales.
pub(crate) fn all() -> Vec<Sample> {
    let mut samples = Vec::new();
    for language in sentences() {
        let text = prose(&source(&language), LENGTH);
        for encoding in language.encodings.iter().copied().chain(UNICODE) {
            samples.extend(sample(language.name, encoding, &text));
        }
    }
    let tales = charnn_text::BUILTIN.into_iter().filter(|(name, _)| name.starts_with("tales"));
    for (name, text) in tales {
        let own = if name.ends_with("zh") { "gb18030" } else { "windows-1252" };
        for encoding in [own].into_iter().chain(UNICODE) {
            samples.extend(sample(name, encoding, text));
        }
    }
    let rare = rare_characters();
    for encoding in ["gb18030", "utf-8", "utf-16le", "utf-16be"] {
        samples.extend(sample("chinese with rare characters", encoding, &rare));
    }
    let (natural, skipped) = natural::texts();
    for why in skipped {
        println!("skipped: {why}");
    }
    for Natural { name, encoding, truth, bytes } in natural {
        let (group, name) = ("natural text".to_owned(), format!("natural text: {name} {encoding}"));
        samples.push(Sample { group, name, size: LENGTH, bytes, truth, suspicious: false });
    }
    samples
}

fn sample(name: &str, encoding: &str, text: &str) -> Option<Sample> {
    let truth = spelt(text, encoding);
    let bytes = encoded(&truth, encoding)?;
    let (group, name) = ("long prose".to_owned(), format!("long prose: {name} {encoding}"));
    Some(Sample { group, name, size: LENGTH, bytes, truth, suspicious: false })
}

/// All that there is in a language.
fn source(language: &Language) -> String {
    let tales = |name: &str| {
        let found = charnn_text::BUILTIN.into_iter().find(|(tales, _)| *tales == name);
        found.map_or(String::new(), |(_, text)| text.to_owned())
    };
    let more = match language.name {
        "english" => tales("tales"),
        "chinese" => tales("tales-zh"),
        _ => String::new(),
    };
    language.sentences.join("\n") + "\n" + &more
}

/// `length` characters, each of which follows the two before it somewhere in `source`.
fn prose(source: &str, length: usize) -> String {
    let characters: Vec<char> = source.chars().collect();
    // Chinese has so many characters that two of them have one successor.
    let order = if source.contains(|it: char| it >= '\u{2E80}') { 1 } else { 2 };
    let mut next: BTreeMap<&[char], Vec<char>> = BTreeMap::new();
    for window in characters.windows(order + 1) {
        next.entry(&window[..order]).or_default().push(window[order]);
    }
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut text = characters[..order].to_vec();
    while text.len() < length {
        match next.get(&text[text.len() - order..]) {
            Some(choices) => text.push(choices[random.below(choices.len())]),
            None => text.extend(&characters[..order]),
        }
    }
    text.into_iter().collect::<String>().trim_end().to_owned() + "\n"
}

/// Chinese prose in which every twentieth character is any of the 6,763 of GB 2312, as in old books.
fn rare_characters() -> String {
    let all: Vec<char> = ('\u{4E00}'..='\u{9FA5}')
        .filter(|found| {
            let bytes = encoded(&found.to_string(), "gb18030").unwrap_or_default();
            matches!(bytes[..], [0xB0..=0xF7, 0xA1..=0xFE])
        })
        .collect();
    let mut random = Random(0x0BAD_5EED);
    let text = prose(charnn_text::BUILTIN[1].1, LENGTH);
    let change = |found: char| match found {
        '\u{4E00}'..='\u{9FA5}' if random.below(20) == 0 => all[random.below(all.len())],
        _ => found,
    };
    text.chars().map(change).collect()
}
