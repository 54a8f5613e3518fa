//! Networks of records: each begins at its symbol from a state of zeros, and ends at it.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::{Bundle, Cell, Provenance, Vocabulary};
use charnn_infer::{
    Ending, Engine, Generator, LineScorer, OnUnknown, Piece, Prompt, Request, Sampling, Seed, Text,
    most_probable, write_records, write_texts,
};
use shared::{V, bundle};
use std::ops::ControlFlow;

/// A network whose first symbol, U+001E, begins and ends records. Its others are "b" to "k".
fn engine(cell: Cell) -> Engine {
    let bundle = bundle(cell, false, false);
    let symbols = ('b'..).take(usize::from(V) - 1).chain([Vocabulary::RECORD]);
    let vocabulary = Vocabulary::of_characters(symbols, false).unwrap().with_records().unwrap();
    let (architecture, tensors) = (bundle.architecture(), bundle.tensors().to_vec());
    Engine::new(&Bundle::new(architecture, vocabulary, tensors, Provenance::default()).unwrap())
}

fn request(engine: &Engine, prompt: &str) -> Request {
    let prompt = Prompt::new(engine.vocabulary(), prompt, OnUnknown::Error, &[], 0).unwrap();
    Request {
        context: prompt.context,
        prompt: prompt.ids,
        window: 0,
        chain: Sampling::default().chain(engine.vocabulary()),
        seed: Seed(5),
    }
}

#[test]
fn a_record_is_the_same_alone_and_among_others() {
    for (cell, prompt) in [(Cell::Gru, ""), (Cell::Lstm, "bcd")] {
        let engine = engine(cell);
        let request = request(&engine, prompt);
        let all = write_records(&engine, &request, 0..300, 12);
        assert!(all.iter().zip(0..).all(|(record, number)| record.number == number));
        let finished = all.iter().filter(|record| record.is_finished).count();
        assert!((100..300).contains(&finished), "{finished}");
        for record in &all {
            let length = record.text.chars().count();
            assert!(if record.is_finished { length < 12 } else { length == 12 }, "{record:?}");
            assert!(!record.text.contains(Vocabulary::RECORD));
        }
        assert!(all[7..9] == write_records(&engine, &request, 7..9, 12)[..]);
        // As texts that end at the record symbol.
        let mut texts = vec![String::new(); 300];
        let mut at = 0;
        let _ = write_texts(&engine, &request, 0..300, &Ending::from(12), &mut |piece| {
            match piece {
                Piece::Begin(index) => at = usize::try_from(index).unwrap(),
                Piece::Symbols(symbols) => texts[at] += symbols,
                Piece::End => {}
            }
            ControlFlow::Continue(())
        });
        assert!(texts.iter().zip(&all).all(|(text, record)| *text == record.text));
        let first = Generator::new(&engine, &request, [0]).write(12).concat();
        let end = first.iter().position(|&id| engine.vocabulary().record() == Some(id));
        assert_eq!(all[0].is_finished, end.is_some());
        assert_eq!(engine.write(&request, 12), all[0].text);
    }
    assert!(
        write_records(&engine(Cell::Gru), &request(&engine(Cell::Gru), ""), 0..0, 9).is_empty()
    );
}

/// All texts of exactly `length` of the symbols `1..V`.
fn texts(length: u32) -> Vec<Vec<u16>> {
    let symbols = V - 1;
    let digit = |number: u64, place: u32| {
        let digit = number / u64::from(symbols).pow(place) % u64::from(symbols);
        1 + u16::try_from(digit).unwrap()
    };
    let text = |number| (0..length).map(|place| digit(number, place)).collect();
    (0..u64::from(symbols).pow(length)).map(text).collect()
}

#[test]
fn the_probabilities_of_all_records_and_of_unfinished_ones_sum_to_one() {
    const MOST: u32 = 3;
    let engine = engine(Cell::Gru);
    let mut scorer = LineScorer::new(&engine, &[0], false);
    let mut mass = |texts: Vec<Vec<u16>>| -> f64 {
        let scored = scorer.score(&texts);
        let losses =
            scored.iter().map(|text| text.iter().map(|it| f64::from(it.loss)).sum::<f64>());
        losses.map(|loss| (-loss).exp()).sum()
    };
    let ended = |length| texts(length).into_iter().map(|text| [&text[..], &[0]].concat()).collect();
    let finished: f64 = (0..=MOST).map(|length| mass(ended(length))).sum();
    let unfinished = mass(texts(MOST + 1));
    assert!(finished > 0.2 && unfinished > 0.2, "{finished} {unfinished}");
    assert!((finished + unfinished - 1.0).abs() < 1e-5, "{finished} + {unfinished}");
}

#[test]
fn the_most_probable_records_are_those_of_all_but_the_empty_one() {
    let engine = engine(Cell::Gru);
    let ending = Ending::from(3);
    let mut expected: Vec<(Vec<u16>, f64)> = Vec::new();
    let mut scorer = LineScorer::new(&engine, &[0], false);
    let ended = |length| texts(length).into_iter().map(|text| [&text[..], &[0]].concat());
    for records in [ended(1).collect::<Vec<_>>(), ended(2).collect(), texts(3)] {
        let losses = scorer.score(&records);
        let losses = losses.iter().map(|text| text.iter().map(|it| f64::from(it.loss)).sum());
        expected.extend(records.into_iter().zip(losses));
    }
    expected.sort_by(|a, b| a.1.total_cmp(&b.1));
    let found = most_probable(&engine, &request(&engine, ""), &ending, &[], 100, usize::MAX);
    assert_eq!(found.texts.len(), 100);
    for (found, (ids, loss)) in found.texts.iter().zip(&expected) {
        let record = engine.vocabulary().decode(ids);
        assert_eq!(found.text, record.trim_end_matches(Vocabulary::RECORD));
        assert!((found.loss - loss).abs() < 1e-5, "{found:?} {loss}");
    }
    // After a prompt the record may end at once.
    let after = |count| {
        let request = request(&engine, "b");
        most_probable(&engine, &request, &ending, &[], count, usize::MAX).texts
    };
    assert!(after(usize::MAX).iter().any(|it| it.text.is_empty()));
}

#[test]
fn the_scores_of_records_sum_to_their_evaluation() {
    let engine = engine(Cell::Lstm);
    let records: Vec<Vec<u16>> = (0..900_u16)
        .map(|at| {
            (0..at % 13).map(|place| 1 + (at * 7 + place * place) % (V - 1)).chain([0]).collect()
        })
        .collect();
    let scored = LineScorer::new(&engine, &[0], false).score(&records);
    let sum: f64 = scored.concat().iter().map(|it| f64::from(it.loss)).sum();
    let ids = [&[0][..], &records.concat()].concat();
    let starts: Vec<usize> = (0..ids.len()).filter(|&at| ids[at] == 0).collect();
    let loss = engine.evaluate(Text::of_records(&ids, &starts), &|| false).unwrap();
    assert_eq!(loss.characters, ids.len() as u64 - 1);
    // Rows start at records, so none is read from the middle.
    assert!((loss.sum - sum).abs() < 1e-3, "{} and {sum}", loss.sum);
    let losses = engine.losses(Text::of_records(&ids, &starts), &|| false).unwrap();
    let found = scored.concat();
    assert!(losses[1..].iter().zip(&found).all(|(loss, it)| (loss - it.loss).abs() < 1e-5));
}

#[test]
fn the_symbol_is_never_written_where_it_ends_nothing() {
    let bundle = bundle(Cell::Gru, false, false);
    let symbols = ('b'..).take(usize::from(V) - 1).chain([Vocabulary::RECORD]);
    let vocabulary = Vocabulary::of_characters(symbols, false).unwrap();
    let (architecture, tensors) = (bundle.architecture(), bundle.tensors().to_vec());
    let engine = Engine::new(
        &Bundle::new(architecture, vocabulary, tensors, Provenance::default()).unwrap(),
    );
    let text = engine.write(&request(&engine, "b"), 2000);
    assert_eq!(text.chars().count(), 2000);
    assert!(!text.contains(Vocabulary::RECORD));
}
