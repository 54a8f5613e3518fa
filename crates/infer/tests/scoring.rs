//! The loss of a text: rows, documents, windows, threads.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::Cell;
use charnn_infer::{Engine, Text, evaluation_rows};
use shared::{bundle, ids};

fn sum(losses: &[f32]) -> f64 {
    losses.iter().copied().map(f64::from).sum()
}

#[test]
fn documents_are_scored_as_if_they_stood_alone() {
    for cell in Cell::ALL {
        let engine = Engine::new(&bundle(cell, false, true));
        let ids = ids(500);
        let starts = [0, 1, 200, 201, 330];
        let loss = engine.evaluate(Text::new(&ids, &starts), &|| false).unwrap();
        let parts = [0..1, 1..200, 200..201, 201..330, 330..500];
        let expected: Vec<f32> =
            parts.into_iter().flat_map(|part| engine.score(&ids[part])).collect();
        assert_eq!(loss.characters, expected.len() as u64);
        assert!((loss.sum - sum(&expected)).abs() < 1e-6, "{cell}");
        let losses = engine.losses(Text::new(&ids, &starts), &|| false).unwrap();
        assert!(starts.iter().all(|&start| losses[start] == 0.0));
        assert!((sum(&losses) - loss.sum).abs() < 1e-6);
    }
}

#[test]
fn a_long_text_is_cut_into_rows_that_start_from_zeros() {
    let engine = Engine::new(&bundle(Cell::Gru, false, false));
    let ids = ids(3 * 2048 + 100);
    let rows = evaluation_rows(ids.len());
    assert_eq!((rows, evaluation_rows(5), evaluation_rows(10_000_000)), (3, 1, 64));
    let targets = ids.len() - 1;
    let start = |row: usize| row * (targets / rows) + row.min(targets % rows);
    let expected: Vec<f32> =
        (0..rows).flat_map(|row| engine.score(&ids[start(row)..=start(row + 1)])).collect();
    let losses = engine.losses(Text::from(&ids[..]), &|| false).unwrap();
    assert_eq!(losses[1..], expected[..]);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| engine.evaluate(Text::from(&ids[..]), &|| false)).unwrap()
    };
    assert_eq!(on(1), on(5));
    assert_eq!(on(1).characters, targets as u64);
    assert!((on(1).sum - sum(&expected)).abs() < 1e-6);
}

#[test]
fn every_window_predicts_the_symbol_after_it() {
    let engine = Engine::new(&bundle(Cell::Lstm, false, false));
    let ids = ids(300);
    let starts = [0, 100, 105, 120];
    let loss = engine.evaluate_windows(Text::new(&ids, &starts), 10, &|| false).unwrap();
    let mut expected = Vec::new();
    for part in [0..100, 100..105, 105..120, 120..300] {
        for window in ids[part].windows(11) {
            expected.push(*engine.score(window).last().unwrap());
        }
    }
    assert_eq!(loss.characters, expected.len() as u64);
    assert!((loss.sum - sum(&expected)).abs() < 1e-6);
}

#[test]
fn scoring_stops_when_it_is_asked_to() {
    let engine = Engine::new(&bundle(Cell::Gru, false, false));
    let ids = ids(5000);
    assert_eq!(engine.evaluate(Text::from(&ids[..]), &|| true), None);
    assert_eq!(engine.losses(Text::from(&ids[..]), &|| true), None);
    assert_eq!(engine.evaluate_windows(Text::from(&ids[..]), 3, &|| true), None);
    let empty = engine.evaluate(Text::from(&[][..]), &|| true).unwrap();
    assert!(empty.characters == 0 && empty.mean().is_nan());
}
