//! The targets of detection, with the generated texts of `examples/measure_detection`, and how much of a
//! text that mixes encodings reads right before and after its stretches are decoded separately.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(clippy::print_stdout, reason = "a test says what it counted")]

#[path = "../examples/measure_detection/corpus.rs"]
mod corpus;

use charnn_text::{Encoding, OnMixed, ReadOptions, Reading, TextError, TextWarning, read};
use corpus::{encoded, language, text};
use std::collections::BTreeMap;
use std::num::NonZero;

/// Bytes whose text is known.
#[expect(dead_code, reason = "the measurement has more columns")]
pub(crate) struct Sample {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) size: usize,
    pub(crate) bytes: Vec<u8>,
    pub(crate) truth: String,
    pub(crate) suspicious: bool,
}

/// Whether `sample` is read, and what is wrong with it otherwise.
fn judge(sample: &Sample) -> (bool, Option<String>) {
    match read("text", &sample.bytes, &ReadOptions::default()) {
        Ok((text, reading)) if text == sample.truth && reading.warnings.is_empty() => (true, None),
        Ok((text, reading)) if text == sample.truth => {
            (true, Some(format!("false warning: {:?}", reading.warnings)))
        }
        Ok((_, reading)) if reading.changes.malformed.bytes > 0 => (false, None),
        Ok((_, reading)) => (false, Some(format!("silently wrong: {reading}"))),
        Err(TextError::UnclearEncoding { .. } | TextError::TooManyMalformed { .. }) => {
            (false, None)
        }
        Err(error) => (false, Some(error.to_string())),
    }
}

#[test]
fn every_language_reads_right_from_1000_bytes_on_and_nothing_is_silently_wrong() {
    let samples = corpus::languages();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let part = samples.len().div_ceil(threads);
    let judged: Vec<(bool, Option<String>)> = std::thread::scope(|scope| {
        let judge_all = |part: &[Sample]| part.iter().map(judge).collect::<Vec<_>>();
        let parts = samples.chunks(part).map(|part| scope.spawn(move || judge_all(part)));
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    let mut languages: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for (sample, (is_read, wrong)) in samples.iter().zip(&judged) {
        assert_eq!(*wrong, None, "{}", sample.name);
        if sample.size >= 1000 {
            let name = sample.name.rsplitn(3, ' ').nth(2).unwrap();
            let (read, all) = languages.entry(name).or_default();
            (*read, *all) = (*read + u32::from(*is_read), *all + 1);
        }
    }
    assert!(languages.len() >= 44, "{}", languages.len());
    println!("{languages:?}");
    let asked: Vec<_> = languages.iter().filter(|(_, (read, all))| read * 100 < all * 97).collect();
    assert!(asked.is_empty(), "less than 97 % of the texts are read: {asked:?}");
}

/// The characters of `truth` that stand in `text` in the same order, from both ends up to the first that
/// differs, line by line.
fn right(truth: &str, text: &str) -> usize {
    let same = |(a, b): (&str, &str)| {
        let alike = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
        if a == b { a.chars().count() } else { alike.min(a.chars().count()) }
    };
    truth.lines().zip(text.lines()).map(same).sum()
}

/// A text of lines in two encodings, its bytes, and the share of characters that are read right with each
/// setting.
struct Score {
    truth: String,
    before: Result<(String, Reading), TextError>,
    after: Result<(String, Reading), TextError>,
}

fn score(parts: &[(&str, &str)]) -> Score {
    let truth: String = parts.iter().map(|(text, _)| *text).collect();
    let bytes: Vec<u8> =
        parts.iter().flat_map(|(text, encoding)| encoded(text, encoding).unwrap()).collect();
    let with = |on_mixed| read("text", &bytes, &ReadOptions { on_mixed, ..ReadOptions::default() });
    Score { before: with(OnMixed::Warn), after: with(OnMixed::Decode), truth }
}

/// Samples of a large text start inside its long paragraphs, and may start inside a character.
#[test]
fn long_paragraphs_are_in_one_encoding() {
    let tales: String =
        charnn_text::BUILTIN[1].1.chars().filter(|&character| character != '\n').collect();
    let characters: Vec<char> = tales.chars().collect();
    let mut paragraphs: Vec<String> = characters.chunks(1499).map(String::from_iter).collect();
    paragraphs.extend_from_within(..);
    for indent in ["", " ", "    "] {
        let text: String =
            paragraphs.iter().flat_map(|paragraph| [indent, paragraph, "\r\n"]).collect();
        let mut bytes = encoded(&text, "gb18030").unwrap();
        // A byte is lost, and each one after it belongs to another character.
        let lost = bytes.len() / 2;
        let end = lost + bytes[lost..].iter().position(|&byte| byte == b'\r').unwrap();
        bytes.splice(lost..end, bytes[lost + 1..end].to_vec());
        let (_, reading) = read("text", &bytes, &ReadOptions::default()).unwrap();
        assert_eq!(reading.encoding, Encoding::GB18030);
        assert_eq!(reading.warnings, [], "{indent:?}");
    }
}

#[test]
fn stretches_of_a_mixed_text_are_decoded_by_their_own_encodings() {
    let (mut before, mut after, mut all) = (0, 0, 0);
    for (first, one, second, other) in [
        ("french", "utf-8", "french", "windows-1252"),
        ("german", "windows-1252", "german", "utf-8"),
        ("russian", "windows-1251", "russian", "koi8-r"),
        ("russian", "koi8-r", "russian", "utf-8"),
        ("russian", "ibm866", "russian", "windows-1251"),
        ("ukrainian", "utf-8", "ukrainian", "windows-1251"),
        ("traditional chinese", "big5", "chinese", "gb18030"),
        ("chinese", "gb18030", "traditional chinese", "big5"),
        ("chinese", "gb18030", "chinese", "utf-8"),
        ("chinese", "utf-8", "chinese", "gb18030"),
        ("japanese", "shift_jis", "japanese", "euc-jp"),
        ("korean", "euc-kr", "korean", "utf-8"),
        ("polish", "windows-1250", "polish", "utf-8"),
        ("greek", "utf-8", "greek", "windows-1253"),
    ] {
        for seed in 0..3 {
            let lines = |name, encoding, size| text(&language(name), encoding, size, seed);
            let (start, end) = (lines(first, one, 1500), lines(first, one, 1000));
            let (here, there) = (lines(second, other, 500), lines(second, other, 300));
            let parts = [(&*start, one), (&*here, other), (&*end, one), (&*there, other)];
            let Score { truth, before: warned, after: decoded } = score(&parts);
            let name = format!("{first} {one} with {other} #{seed}");
            let (text, reading) = decoded.unwrap_or_else(|error| panic!("{name}: {error}"));
            let length: usize = truth.lines().map(|line| line.chars().count()).sum();
            let found = right(&truth, &text);
            all += length;
            after += found;
            before += warned.as_ref().map_or(0, |(text, _)| right(&truth, text));
            println!("{name}: {found} of {length}; {reading}");
            // Either of the two may be the main one.
            let both = [one, other].map(|it| it.parse::<Encoding>().unwrap());
            let [separate] = &reading.separate[..] else { panic!("{name}: {reading}") };
            assert!(both.contains(&reading.encoding), "{name}: {reading}");
            assert!(both.contains(&separate.encoding), "{name}: {reading}");
            assert_eq!(reading.warnings, [], "{name}");
            let odd = truth.lines().zip(text.lines()).find(|(a, b)| a != b);
            assert!(found * 100 >= length * 97, "{name}: {found} of {length}: {odd:?}");
            // The warning, or the error, says how.
            let said: String = match &warned {
                Ok((_, reading)) => reading.warnings().map(|it| it.in_full().english).collect(),
                Err(error) => charnn_message::Describe::describe(error).in_full().english,
            };
            assert!(said.contains("data.on_mixed = \"decode\""), "{name}: {said}");
        }
    }
    println!("right: {before} before and {after} after, of {all} characters");
    assert!(after * 1000 >= all * 990 && after > before, "{before} {after} {all}");
}

#[test]
fn words_of_utf8_in_a_chinese_text_are_decoded_separately() {
    let gbk = "小满没有爹娘，跟着爷爷过日子。爷爷耳朵不好，别人说话要喊三遍他才听得见。";
    let mut parts = Vec::new();
    for _ in 0..20 {
        parts.extend([
            (gbk, "gb18030"),
            ("青云山下的羊", "utf-8"),
            (gbk, "gb18030"),
            ("\n", "utf-8"),
        ]);
    }
    let Score { truth, before, after } = score(&parts);
    let (_, reading) = before.unwrap();
    assert!(
        matches!(reading.warnings[..], [TextWarning::Mixed { other, lines: 20, .. }] if other == Encoding::UTF_8),
        "{:?}",
        reading.warnings
    );
    let (text, reading) = after.unwrap();
    assert!(text == truth);
    assert_eq!(reading.separate.len(), 1);
    assert_eq!((reading.separate[0].stretches, reading.separate[0].first.line), (20, 1));
    let (at, said) = (2 * gbk.chars().count(), reading.summary());
    let english = format!("20 stretches decoded as UTF-8 (first at byte {at}, line 1)");
    let chinese = format!("20 处按 UTF-8 解码（首个在字节偏移 {at}，第 1 行）");
    assert!(said.english.contains(&english) && said.chinese.contains(&chinese), "{said:?}");
}

/// A lost byte puts the next characters out of step, where pairs of bytes may be valid UTF-8.
#[test]
fn chinese_out_of_step_is_no_utf8() {
    let line = encoded(
        "平儿袭人拦着劝他。他嫂子脸上下不来，因说道：“愿意不愿意，你也好说，犯不着拉三扯四的。俗语说的好：\n",
        "gb18030",
    )
    .unwrap();
    let shifted = [&line[..18], b"?", &line[19..60], b"?", &line[61..]].concat();
    let bytes = [line.repeat(9), shifted].concat();
    let (_, reading) = read("text", &bytes, &ReadOptions::default()).unwrap();
    assert_eq!((reading.encoding, &reading.warnings[..]), (Encoding::GB18030, &[][..]));
}

#[test]
fn texts_in_one_encoding_stay_as_they_are() {
    for (name, encoding) in [
        ("french", "windows-1252"),
        ("russian", "windows-1251"),
        ("chinese", "gb18030"),
        ("traditional chinese", "big5"),
        ("japanese", "shift_jis"),
        ("german", "utf-8"),
        ("polish", "iso-8859-2"),
    ] {
        let clean = text(&language(name), encoding, 20_000, 1);
        let mut clean = corpus::spelt(&clean, encoding);
        if encoding == "windows-1251" {
            clean += "ГЛАВА ПЕРВАЯ\nНОВЫЙ ГОД, НОВЫЙ ГОД\n";
        }
        let Score { truth, after, .. } = score(&[(&clean, encoding)]);
        let (text, reading) = after.unwrap();
        assert!(text == truth, "{name}");
        assert_eq!(reading.separate, [], "{name}");
    }
}
