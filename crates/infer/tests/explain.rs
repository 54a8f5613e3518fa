//! An explanation adds up to what the engine computes.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::{Bundle, Cell};
use charnn_infer::{Engine, Explanation, Origin, Passage, Question, explain};
use shared::{bundle, ids};

fn difference(engine: &Engine, ids: &[u16], target: u16, against: u16) -> f64 {
    let mut state = engine.start();
    state.read(ids);
    let logits = state.logits();
    f64::from(logits[usize::from(target)]) - f64::from(logits[usize::from(against)])
}

/// Calls `check` for every cell, with and without tied weights and a norm.
fn for_all(check: impl Fn(&Bundle, &Engine, &str)) {
    for cell in Cell::ALL {
        for (tied, normed) in [(false, false), (true, false), (false, true), (true, true)] {
            let bundle = bundle(cell, tied, normed);
            check(&bundle, &Engine::new(&bundle), &format!("{cell}, tied {tied}, normed {normed}"));
        }
    }
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() < tolerance, "{what}: {found}, not {expected}");
}

#[test]
fn units_and_bias_sum_to_the_difference() {
    for_all(|bundle, engine, what| {
        let ids = ids(40);
        let (context, text) = ids.split_at(10);
        let passage = Passage { context, text };
        let question = Question { target: Some(3), against: Some(7), ..Question::default() };
        let why = explain(bundle, engine, passage, question);
        assert_eq!((why.target, why.against, why.units.len()), (3, 7, 21));
        let sum = why.bias + why.units.iter().map(|unit| unit.effect).sum::<f64>();
        close(sum, why.difference, 1e-12, what);
        close(sum, difference(engine, &ids, 3, 7), 1e-4, what);
        let [target, against] = why.probabilities;
        close((target / against).ln(), why.difference, 1e-9, what);
        assert!(why.units.is_sorted_by(|a, b| a.effect.abs() >= b.effect.abs()), "{what}");
        let mut units: Vec<usize> = why.units.iter().map(|unit| unit.unit).collect();
        units.sort_unstable();
        assert!(units.into_iter().eq(0..21), "{what}: every unit once");
    });
}

#[test]
fn gates_are_those_of_the_engine_and_the_sum_of_their_parts() {
    for_all(|bundle, engine, what| {
        let ids = ids(30);
        let question = Question { units: 21, ..Question::default() };
        let why = explain(bundle, engine, Passage { context: &[], text: &ids }, question);
        let mut state = engine.start();
        state.record_gates();
        state.read(&ids[..29]);
        let before = state.clone();
        state.read(&ids[29..]);
        assert_eq!(why.details.len(), 21, "{what}");
        for detail in &why.details {
            let at = |values: &[f32]| f64::from(values[detail.unit]);
            close(detail.hidden[0], at(before.hidden(1)), 2e-5, what);
            close(detail.hidden[1], at(state.hidden(1)), 2e-5, what);
            assert_eq!(detail.cell.is_some(), state.cell(1).is_some(), "{what}");
            if let (Some(cell), Some(after)) = (detail.cell, state.cell(1)) {
                close(cell[1], at(after), 2e-5, what);
            }
            for gate in &detail.gates {
                close(gate.value, at(state.gate(1, gate.name).unwrap()), 2e-5, what);
                let sum = gate.input + gate.recurrent + gate.bias;
                let is_candidate = matches!(gate.name, "h" | "n" | "g");
                let active = match bundle.architecture().cell {
                    Cell::MinGru if gate.name == "n" => sum,
                    _ if is_candidate => sum.tanh(),
                    _ => 1.0 / (1.0 + (-sum).exp()),
                };
                close(active, gate.value, 1e-9, &format!("{what}, gate {}", gate.name));
                assert!(gate.sources.is_sorted_by(|a, b| a.effect.abs() >= b.effect.abs()));
                for source in &gate.sources {
                    close(source.value * source.weight, source.effect, 1e-12, what);
                    let value = match source.origin {
                        Origin::Symbol => panic!("{what}: the second layer reads the first"),
                        Origin::Before(unit) => before.hidden(1)[unit],
                        Origin::Below(_) if bundle.architecture().layer_norm => continue,
                        Origin::Below(unit) => state.hidden(0)[unit],
                    };
                    close(source.value, f64::from(value), 2e-5, what);
                }
            }
        }
    });
}

#[test]
fn removals_are_those_of_texts_without_the_symbol() {
    for_all(|bundle, engine, what| {
        let all = ids(30);
        let (context, text) = all.split_at(12);
        let question = Question { symbols: 9, ..Question::default() };
        let why = explain(bundle, engine, Passage { context, text }, question);
        let of = |ids: &[u16]| difference(engine, ids, why.target, why.against);
        let effects: Vec<f64> = why.symbols.iter().map(|it| it.removal).collect();
        assert_eq!(effects.len(), 9, "{what}");
        for (at, removal) in effects.iter().enumerate() {
            let mut without = all.clone();
            assert_eq!(without.remove(21 + at), why.symbols[at].id, "{what}");
            close(*removal, of(&all) - of(&without), 1e-5, what);
        }
        close(why.earlier.unwrap(), of(&all) - of(&all[21..]), 1e-5, what);
        assert!(effects.iter().any(|it| it.abs() > 1e-2), "{what}: {effects:?}");
    });
}

#[test]
fn the_likeliest_symbols_are_compared_by_default() {
    let bundle = bundle(Cell::Gru, false, false);
    let engine = Engine::new(&bundle);
    let text = ids(9);
    let ask = |target, against| -> Explanation {
        let passage = Passage { context: &[], text: &text };
        explain(&bundle, &engine, passage, Question { target, against, ..Question::default() })
    };
    let why = ask(None, None);
    let order: Vec<u16> = why.likeliest.iter().map(|it| it.0).collect();
    assert_eq!([why.target, why.against], order[..2]);
    assert!(why.likeliest.is_sorted_by(|a, b| a.1 >= b.1));
    assert_eq!(why.earlier, None, "nothing is before the text");
    // The other one of two is chosen, whichever is named.
    assert_eq!(ask(Some(order[1]), None).against, order[0]);
    assert_eq!(ask(None, Some(order[0])).target, order[1]);
    // The context alone.
    let passage = Passage { context: &text, text: &[] };
    let alone = explain(&bundle, &engine, passage, Question::default());
    assert!(alone.symbols.is_empty());
    close(alone.difference, why.difference, 1e-5, "the same symbols, as a context");
}
