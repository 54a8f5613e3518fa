//! Texts in many languages, in the encodings that people saved such texts in.

use crate::Sample;
use charnn_text::Encoding;
use unicode_normalization::UnicodeNormalization as _;

/// Sizes in bytes, and how many texts of each.
pub(crate) const SIZES: [(usize, usize); 4] = [(100, 6), (1_000, 4), (10_000, 2), (100_000, 1)];

/// A language with its encodings and sentences.
pub(crate) struct Language {
    pub(crate) name: &'static str,
    pub(crate) encodings: Vec<&'static str>,
    pub(crate) sentences: Vec<&'static str>,
}

/// Numbers without pattern, the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % limit
    }
}

pub(crate) fn sentences() -> Vec<Language> {
    let mut languages: Vec<Language> = Vec::new();
    for line in include_str!("sentences.txt").lines() {
        if let Some(head) = line.strip_prefix("# ") {
            let (name, encodings) = head.split_once(": ").unwrap();
            let encodings = encodings.split(' ').collect();
            languages.push(Language { name, encodings, sentences: Vec::new() });
        } else {
            languages.last_mut().unwrap().sentences.push(line);
        }
    }
    languages
}

/// The language of that name.
pub(crate) fn language(name: &str) -> Language {
    sentences().into_iter().find(|language| language.name == name).unwrap()
}

/// About `size` bytes of the language in `encoding`: sentences in any order, some to a line.
pub(crate) fn text(language: &Language, encoding: &str, size: usize, seed: u64) -> String {
    let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ (seed + 1) << 20);
    let (mut text, mut bytes) = (String::new(), 0);
    while bytes < size {
        let sentence = language.sentences[random.below(language.sentences.len())];
        let end = if random.below(3) == 0 { "\n" } else { " " };
        let part = spelt(sentence, encoding) + end;
        bytes += encoded(&part, encoding).map_or(part.len(), |bytes| bytes.len());
        text.push_str(&part);
    }
    // The last sentence is cut where the size is reached.
    while text.chars().count() > 20
        && encoded(&text, encoding).map_or(text.len(), |it| it.len()) > size
    {
        let excess = encoded(&text, encoding).map_or(text.len(), |it| it.len()) - size;
        for _ in 0..excess.div_ceil(4) {
            text.pop();
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The bytes of `text`, or none where the encoding lacks a character.
pub(crate) fn encoded(text: &str, label: &str) -> Option<Vec<u8>> {
    let encoding: Encoding = label.parse().unwrap();
    let lacks =
        !encoding.is_utf16() && text.chars().any(|found| !found.is_ascii() && !encoding.has(found));
    (!lacks).then(|| encoding.encode(text))
}

/// `text` as people write it who have no other way.
pub(crate) fn spelt(text: &str, label: &str) -> String {
    let encoding: Encoding = label.parse().unwrap();
    let has = |found: char| encoding.is_utf16() || encoding.has(found);
    let mut out = String::new();
    for found in text.chars() {
        match found {
            // It has five tones as characters of their own.
            _ if label == "windows-1258" => {
                let parts: Vec<char> = found.nfd().collect();
                let tone = |part: &char| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(*part);
                out.extend(parts.iter().copied().filter(|part| !tone(part)).nfc());
                out.extend(parts.iter().copied().filter(tone));
            }
            _ if has(found) => out.push(found),
            '„' | '“' | '”' | '«' | '»' => out.push('"'),
            '–' | '—' => out.push('-'),
            '’' | '‘' => out.push('\''),
            '…' => out.push_str("..."),
            '\u{A0}' => out.push(' '),
            '€' => out.push_str("EUR"),
            'œ' => out.push_str("oe"),
            'ی' => out.push('ي'),
            'ک' => out.push('ك'),
            other => out.push(other),
        }
    }
    out
}

/// Every language in each of its encodings, and in UTF-8 and UTF-16 without a mark.
pub(crate) fn languages() -> Vec<Sample> {
    let mut samples = Vec::new();
    for language in sentences() {
        let unicode = ["utf-8", "utf-16le", "utf-16be"];
        for encoding in language.encodings.iter().copied().chain(unicode) {
            for (size, count) in SIZES {
                for index in 0..count as u64 {
                    let truth = text(&language, encoding, size, index);
                    let bytes = encoded(&truth, encoding)
                        .unwrap_or_else(|| panic!("{} has no {encoding}: {truth}", language.name));
                    let (name, group) =
                        (format!("{} {encoding} #{index}", language.name), encoding.to_owned());
                    samples.push(Sample { group, name, size, bytes, truth, suspicious: false });
                }
            }
        }
    }
    samples
}
