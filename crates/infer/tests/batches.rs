//! Texts of different requests in one batch.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::{Cell, Seed};
use charnn_infer::{Batch, Engine, Generator, Newcomer, Request, Sampling};
use shared::bundle;
use std::collections::BTreeMap;

/// Requests that differ in everything.
fn request(engine: &Engine, number: u64) -> Request {
    let short = u16::try_from(number % 5).unwrap();
    let sampling = Sampling {
        temperature: 0.5 + number as f64 / 7.0,
        top_k: usize::try_from(number % 3).unwrap() * 4,
        frequency_penalty: if number.is_multiple_of(2) { 0.5 } else { 0.0 },
        ..Sampling::default()
    };
    Request {
        context: (0..short).collect(),
        prompt: (short..9).collect(),
        window: 0,
        chain: sampling.chain(engine.vocabulary()),
        seed: Seed(number % 4),
    }
}

#[test]
fn a_text_is_the_same_whatever_comes_and_goes_beside_it() {
    for (cell, norm) in [(Cell::Lstm, true), (Cell::Gru, false), (Cell::Rnn, false)] {
        let engine = Engine::new(&bundle(cell, false, norm));
        let length = |number: u64| 5 + usize::try_from(number * 7 % 40).unwrap();
        let mut batch = Batch::new(&engine);
        let mut written: BTreeMap<u64, Vec<u16>> = BTreeMap::new();
        let mut next = 0;
        let mut largest = 0;
        while next < 40 || !batch.is_empty() {
            // One or two join at a time, with their prompts read in pieces.
            for _ in 0..=next % 2 {
                if next < 40 {
                    let mut newcomer = Newcomer::new(&engine, &request(&engine, next), next % 6);
                    if next % 3 > 0 {
                        while !newcomer.read(2) {}
                    }
                    batch.join(next, newcomer);
                    next += 1;
                }
            }
            largest = largest.max(batch.len());
            batch.step(|key, logits, id| {
                assert_eq!(logits.len(), engine.vocabulary().len());
                let text = written.entry(key).or_default();
                text.push(id);
                text.len() < length(key)
            });
        }
        assert!(largest > 10, "{largest}");
        for (key, text) in written {
            let request = request(&engine, key);
            let alone = Generator::new(&engine, &request, [key % 6]).write(length(key));
            assert_eq!(text, alone.concat(), "{cell}: text {key}");
        }
    }
}

#[test]
fn a_prompt_that_was_read_before_is_not_read_again() {
    let engine = Engine::new(&bundle(Cell::Gru, false, false));
    let read = |number: u64, symbols: usize| {
        let mut newcomer = Newcomer::new(&engine, &request(&engine, number), 0);
        for _ in 0..symbols {
            newcomer.read(1);
        }
        newcomer
    };
    // All of them read the symbols 0 to 8 and differ in the rest.
    let others = [read(1, 3), read(2, 6), read(3, 4)];
    let mut newcomer = Newcomer::new(&engine, &request(&engine, 9), 2);
    newcomer.skip(&others);
    assert!(!newcomer.read(1) && newcomer.read(1), "two of eight were left");
    let mut primed = Newcomer::new(&engine, &request(&engine, 4), 0);
    assert!(!primed.read(8) && primed.has_read_context() && primed.read(8), "a stop after four");
    let other = Request { prompt: vec![3, 3, 3, 3, 3, 3], ..request(&engine, 4) };
    let mut stranger = Newcomer::new(&engine, &other, 0);
    stranger.skip(&others);
    assert!(!stranger.read(4) && stranger.read(1), "four of nine were known");
    let mut batch = Batch::new(&engine);
    batch.join(9, newcomer);
    let mut text = Vec::new();
    for _ in 0..30 {
        batch.step(|_, _, id| {
            text.push(id);
            true
        });
    }
    let alone = Generator::new(&engine, &request(&engine, 9), [2]).write(30);
    assert_eq!(text, alone.concat());
}

#[test]
fn an_empty_batch_writes_nothing() {
    let engine = Engine::new(&bundle(Cell::Gru, false, false));
    let mut batch = Batch::new(&engine);
    batch.step(|_, _, _| unreachable!("there is no text"));
    assert_eq!((batch.len(), batch.is_empty()), (0, true));
}
