//! Passages that generated texts share with a training text, against a search for every passage.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_bundle::{Purpose, Seed};
use charnn_infer::{Novelty, NoveltyMeter};
use rand::Rng as _;
use std::time::Instant;

/// A text of `length` characters of an alphabet, with passages that return.
fn random(seed: u64, length: usize, alphabet: &[char]) -> String {
    let mut rng = Seed(seed).rng(Purpose::Sample, 0);
    let mut text: Vec<char> = Vec::new();
    while text.len() < length {
        let more = rng.next_u32() as usize;
        if more.is_multiple_of(5) && text.len() > 9 {
            let from = more % (text.len() - 8);
            text.extend_from_within(from..from + 8);
        } else {
            text.push(alphabet[more % alphabet.len()]);
        }
    }
    text[..length].iter().collect()
}

/// The longest passage that ends with each character of `text` and is inside a document, by searching for all.
fn slow(text: &str, documents: &[String]) -> Vec<usize> {
    let all: Vec<char> = text.chars().collect();
    let is_there = |passage: &[char]| {
        let passage = String::from_iter(passage);
        documents.iter().any(|document| document.contains(&passage))
    };
    let longest = |end: usize| (0..=end).find(|from| is_there(&all[*from..end])).unwrap();
    (1..=all.len()).map(|end| end - longest(end)).collect()
}

#[test]
fn every_passage_is_found_and_none_that_is_not_there() {
    for (seed, alphabet) in [(1, "ab"), (2, "abc d"), (3, "一二三四五六，。"), (4, "aab")] {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let documents: Vec<String> =
            (0..4).map(|at| random(seed * 100 + at, 150, &alphabet)).collect();
        let mut texts: Vec<String> =
            (0..5).map(|at| random(seed * 1000 + at, 120, &alphabet)).collect();
        texts.push(texts[0][..texts[0].char_indices().nth(60).unwrap().0].to_owned());
        texts.push(texts[1].clone() + "!" + &documents[2]);
        texts.push(String::new());
        let mut meter = NoveltyMeter::new(&texts);
        for document in &documents {
            // Pieces are read like the whole.
            let at = document.char_indices().nth(70).unwrap().0;
            meter.read(document[..at].chars());
            meter.read(document[at..].chars());
            meter.end_document();
        }
        for (text, novelty) in texts.iter().zip(meter.finish()) {
            let expected = slow(text, &documents);
            for n in 1..40 {
                let share = expected.get(n - 1..).filter(|it| !it.is_empty()).map(|all| {
                    all.iter().filter(|length| **length >= n).count() as f64 / all.len() as f64
                });
                let found = novelty.ngram_share(n);
                assert_eq!(found.map(f64::to_bits), share.map(f64::to_bits), "{n} of {text}");
            }
            assert_eq!(novelty.longest().len(), expected.iter().copied().max().unwrap_or(0));
            assert_eq!(novelty.characters(), text.chars().count());
            for passage in novelty.passages(6) {
                assert!(passage.len() >= 6);
                assert_eq!(expected[passage.end - 1], passage.len());
                let next = expected.get(passage.end).copied().unwrap_or(0);
                assert!(next <= passage.len(), "{passage:?} can be made longer");
            }
            let inside = (0..expected.len())
                .filter(|at| {
                    (*at..expected.len()).any(|end| expected[end] >= 6 && expected[end] > end - at)
                })
                .count();
            let share = inside as f64 / expected.len().max(1) as f64;
            assert!((novelty.copied_share(6) - share).abs() < 1e-12, "{text}");
        }
    }
}

#[test]
fn no_passage_reaches_across_documents() {
    let measure = |ends: bool| {
        let mut meter = NoveltyMeter::new(["xx one two yy"]);
        meter.read("an one".chars());
        if ends {
            meter.end_document();
        }
        meter.read(" twoa".chars());
        meter.finish().remove(0)
    };
    assert_eq!(measure(false).longest(), 2..10);
    assert_eq!(measure(true).longest(), 2..6);
    let marked = measure(true).marked(4);
    assert!(marked.iter().eq([&(2..10)]), "two copies side by side are marked as one: {marked:?}");
    assert_eq!(measure(true).passages(4), [2..6, 6..10]);
    assert_eq!(Novelty::LEAST, 20);
}

/// A text of a million characters is read in well under a second; the limit is for busy machines.
#[test]
fn a_training_text_is_read_soon() {
    let alphabet: Vec<char> = "abcdefghijklmnopqrstuvwxyz .,\n".chars().collect();
    let (training, text) = (random(1, 1_000_000, &alphabet), random(2, 80_000, &alphabet));
    let start = Instant::now();
    let mut meter = NoveltyMeter::new([text]);
    let built = start.elapsed();
    meter.read(training.chars());
    let read = start.elapsed();
    let novelty = meter.finish().remove(0);
    println!("built {built:?}, read {read:?}, {:?}", start.elapsed());
    assert!(novelty.longest().len() >= 4);
    let slack = if cfg!(debug_assertions) { 20 } else { 1 };
    assert!(start.elapsed().as_secs() < 5 * slack, "{:?}", start.elapsed());
}
