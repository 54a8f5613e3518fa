//! Where texts end, the best of several, and the most probable ones.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::{Cell, Seed};
use charnn_infer::sampler::NoRepeat;
use charnn_infer::{
    EndFinder, Ending, Engine, Generator, Piece, Request, Sampling, best, most_probable,
    write_scored, write_texts,
};
use shared::{V, bundle};
use std::ops::ControlFlow;

fn request(engine: &Engine, window: usize) -> Request {
    let chain = Sampling::default().chain(engine.vocabulary());
    Request { context: vec![3], prompt: vec![4, 2, 9], window, chain, seed: Seed(3) }
}

fn texts(engine: &Engine, request: &Request, count: u64, ending: &Ending) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let _ = write_texts(engine, request, 0..count, ending, &mut |piece| {
        match piece {
            Piece::Begin(_) => texts.push(String::new()),
            Piece::Symbols(symbols) => texts.last_mut().unwrap().push_str(symbols),
            Piece::End => {}
        }
        ControlFlow::Continue(())
    });
    texts
}

fn until(length: usize, strings: &[&str]) -> Ending {
    Ending { length, until: strings.iter().map(ToString::to_string).collect(), lines: None }
}

#[test]
fn texts_end_where_they_would_have_been_cut() {
    let engine = Engine::new(&bundle(Cell::Gru, false, true));
    let request = request(&engine, 0);
    let whole = texts(&engine, &request, 300, &300.into());
    let ended = texts(&engine, &request, 300, &until(300, &["a", "bc"]));
    assert_eq!(ended[..5], texts(&engine, &request, 5, &until(300, &["a", "bc"])));
    for (whole, ended) in whole.iter().zip(&ended) {
        let a = whole.find('a').map_or(300, |at| at + 1);
        let bc = whole.find("bc").map_or(300, |at| at + 2);
        assert_eq!(ended, &whole[..a.min(bc)]);
    }
    assert!(ended.iter().any(|text| text.ends_with('a')));
    assert!(ended.iter().any(|text| text.ends_with("bc")));
    assert!(texts(&engine, &request, 2, &0.into()).iter().all(String::is_empty));
}

#[test]
fn the_score_of_a_text_is_the_networks_own() {
    let engine = Engine::new(&bundle(Cell::Lstm, false, false));
    let mut request = request(&engine, 0);
    request.chain =
        Sampling { temperature: 2.0, top_k: 5, ..Sampling::default() }.chain(engine.vocabulary());
    let ending = until(40, &["a"]);
    let scored =
        write_scored(Generator::new(&engine, &request, 0..20), engine.vocabulary(), &ending);
    let scored = scored.unwrap_or_else(|never| match never {});
    let plain = texts(&engine, &request, 20, &ending);
    for (scored, plain) in scored.iter().zip(&plain) {
        assert_eq!(&scored.text, plain);
        let ids = engine.vocabulary().encode(plain).unwrap();
        let all = [&[3, 4, 2, 9][..], &ids].concat();
        let losses = engine.score(&all);
        let expected: f64 =
            losses[3..].iter().copied().map(f64::from).sum::<f64>() / ids.len() as f64;
        assert!((scored.loss - expected).abs() < 1e-5, "{} {expected}", scored.loss);
    }
    let lowest = scored.iter().map(|scored| scored.loss).fold(f64::INFINITY, f64::min);
    assert_eq!(best(scored).unwrap().loss.to_bits(), lowest.to_bits());
    assert_eq!(best(Vec::new()), None);
}

/// Every text that ends, with its loss, by trying all.
fn all(engine: &Engine, request: &Request, ending: &Ending, banned: &[u16]) -> Vec<(String, f64)> {
    let mut open: Vec<(Vec<u16>, f64)> = vec![(Vec::new(), 0.0)];
    let mut done = Vec::new();
    while let Some((ids, loss)) = open.pop() {
        let text = engine.vocabulary().decode(&ids);
        let is_end = ending.until.iter().any(|end| text.ends_with(end));
        if is_end || ids.len() == ending.length {
            done.push((text, loss));
            continue;
        }
        let read = [&request.context[..], &request.prompt, &ids].concat();
        let start = if request.window > 0 { read.len().saturating_sub(request.window) } else { 0 };
        let mut state = engine.start();
        state.read(&read[start..]);
        let p = state.probabilities();
        for id in (0..V).filter(|id| !banned.contains(id)) {
            let loss = loss - f64::from(p[usize::from(id)]).ln();
            open.push(([&ids[..], &[id]].concat(), loss));
        }
    }
    done.sort_by(|a, b| a.1.total_cmp(&b.1));
    done
}

#[test]
fn the_most_probable_texts_are_those_of_all_texts() {
    for (cell, window) in [(Cell::Gru, 0), (Cell::Lstm, 0), (Cell::Gru, 3)] {
        let engine = Engine::new(&bundle(cell, false, false));
        let request = request(&engine, window);
        for (ending, banned) in [(until(4, &["a", "bc"]), &[][..]), (until(3, &[]), &[5, 0][..])] {
            let expected = all(&engine, &request, &ending, banned);
            assert!(expected.len() > 500);
            let found = most_probable(&engine, &request, &ending, banned, 200, usize::MAX);
            assert!(!found.is_cut);
            assert_eq!(found.texts.len(), 200);
            for (found, (text, loss)) in found.texts.iter().zip(&expected) {
                assert_eq!(&found.text, text);
                assert!((found.loss - loss).abs() < 1e-5);
            }
            let whole = most_probable(&engine, &request, &ending, banned, usize::MAX, usize::MAX);
            assert_eq!(whole.texts.len(), expected.len());
            if banned.is_empty() {
                let sum: f64 = whole.texts.iter().map(|text| (-text.loss).exp()).sum();
                assert!((sum - 1.0).abs() < 1e-4, "{sum}");
            }
            // What a search that gives up found is exact.
            let cut = most_probable(&engine, &request, &ending, banned, 200, 60);
            assert!(cut.is_cut && cut.texts.len() < 200);
            assert_eq!(cut.texts[..], found.texts[..cut.texts.len()]);
        }
    }
}

#[test]
fn a_long_text_repeats_no_sequence_of_its_recent_history() {
    let engine = Engine::new(&bundle(Cell::MinGru, false, false));
    let mut request = request(&engine, 0);
    request.chain = request.chain.then(NoRepeat { length: 6, window: 50 });
    let mut finder = EndFinder::default();
    let ending = until(1_000_000, &["kkkkkkkkkkkkkkkkkk"]);
    let mut last: Vec<u16> = Vec::new();
    for id in engine.stream(&request).take(100_000) {
        assert_eq!(finder.push(&ending, engine.vocabulary(), id).len(), 1);
        last.push(id);
        if last.len() > 51 {
            last.remove(0);
        }
        let (before, end) = last.split_at(last.len().saturating_sub(6));
        let repeated = last.windows(6).take(before.len()).any(|sequence| sequence == end);
        assert!(!repeated, "{last:?}");
    }
}
