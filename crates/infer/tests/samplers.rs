//! Samplers: exact distributions on a small vocabulary, against definitions written out in full.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_bundle::{Purpose, Seed, Vocabulary};
use charnn_infer::sampler::{
    Acrostic, Frequency, MinP, NoRepeat, Presence, Repetition, Temperature, Typical,
};
use charnn_infer::{Chain, Overrides, Past, Sampler, Sampling};
use rand::RngExt;

const V: usize = 7;

/// Rows of logits, some with equal values.
fn rows() -> Vec<[f32; V]> {
    let mut rng = Seed(9).rng(Purpose::Sample, 0);
    let mut rows: Vec<[f32; V]> =
        (0..200).map(|_| std::array::from_fn(|_| rng.random::<f32>() * 8.0 - 4.0)).collect();
    rows.push([0.0; V]);
    rows.push([1.0, 1.0, 3.0, 3.0, -2.0, -2.0, 0.0]);
    rows.push([50.0, 0.0, -50.0, 50.0, 0.0, 1.0, 2.0]);
    rows
}

fn softmax(logits: &[f64]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// `p` where `keep`, renormalized.
fn kept(p: &[f64], keep: impl Fn(usize) -> bool) -> Vec<f64> {
    let sum: f64 = (0..p.len()).filter(|&id| keep(id)).map(|id| p[id]).sum();
    (0..p.len()).map(|id| if keep(id) { p[id] / sum } else { 0.0 }).collect()
}

/// The distribution of a chain, by id.
fn distribution(chain: &Chain, logits: &[f32], past: &Past<'_>) -> Vec<f64> {
    let mut p = vec![0.0; logits.len()];
    for (id, probability) in chain.distribution(logits, past) {
        p[usize::from(id)] = probability;
    }
    assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    p
}

#[track_caller]
fn close(found: &[f64], expected: &[f64], what: &str) {
    for (found_one, expected_one) in found.iter().zip(expected) {
        assert!((found_one - expected_one).abs() < 1e-6, "{what}: {found:?}, not {expected:?}");
    }
}

/// Checks a sampler alone on every row, against a function of the logits.
fn check(
    sampler: impl Sampler + Copy + 'static,
    past: &[u16],
    expected: impl Fn(&[f64]) -> Vec<f64>,
) {
    let chain = Chain::new().then(sampler);
    let past = Past { symbols: past, ..Past::default() };
    for logits in rows() {
        let exact: Vec<f64> = logits.iter().copied().map(f64::from).collect();
        let found = distribution(&chain, &logits, &past);
        close(&found, &expected(&exact), &format!("{sampler:?} on {logits:?}"));
    }
}

#[test]
fn min_p_keeps_what_is_near_the_likeliest() {
    for share in [0.0, 0.05, 0.3, 1.0] {
        check(MinP(share), &[], |logits| {
            let p = softmax(logits);
            let most = p.iter().copied().fold(0.0, f64::max);
            kept(&p, |id| p[id] >= share * most)
        });
    }
}

#[test]
fn min_p_acts_at_the_temperature() {
    let chain = Chain::new().then(Temperature(2.0)).then(MinP(0.3));
    for logits in rows() {
        let p = softmax(&logits.map(|logit| f64::from(logit) / 2.0));
        let most = p.iter().copied().fold(0.0, f64::max);
        let found = distribution(&chain, &logits, &Past::default());
        close(&found, &kept(&p, |id| p[id] >= 0.3 * most), "min-p at temperature 2");
    }
}

#[test]
fn typical_keeps_what_is_about_as_surprising_as_expected() {
    for share in [0.01, 0.2, 0.5, 0.9, 1.0] {
        check(Typical(share), &[], |logits| {
            let p = softmax(logits);
            let entropy: f64 = p.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum();
            let distance = |id: usize| (-p[id].ln() - entropy).abs();
            // A symbol is kept unless those before it in the order reach the share.
            let before = |a: usize, b: usize| {
                let (nearer, likelier) =
                    (distance(a).total_cmp(&distance(b)), p[b].total_cmp(&p[a]));
                nearer.then(likelier).then(a.cmp(&b)).is_lt()
            };
            kept(&p, |id| {
                let mass: f64 =
                    (0..V).filter(|&other| before(other, id)).map(|other| p[other]).sum();
                share >= 1.0 || mass < share
            })
        });
    }
}

#[test]
fn typical_may_remove_the_likeliest() {
    // The entropy is 2.2: the others, at 3.0, are nearer to it than the likeliest, at 0.9.
    let logits: Vec<f32> = std::iter::once(0.4).chain([0.05; 12]).map(f32::ln).collect();
    let found = distribution(&Chain::new().then(Typical(0.48)), &logits, &Past::default());
    assert!(found[0] == 0.0 && found.iter().filter(|p| **p > 0.0).count() == 10, "{found:?}");
}

#[test]
fn penalties_count_the_last_symbols_only() {
    let past = [6, 6, 1, 2, 1, 5];
    let count = |id: usize| past[2..].iter().filter(|&&seen| usize::from(seen) == id).count();
    let changed = |change: fn(f64, usize) -> f64| {
        move |logits: &[f64]| {
            let logits: Vec<f64> = (0..V).map(|id| change(logits[id], count(id))).collect();
            softmax(&logits)
        }
    };
    let window = 4;
    check(
        Repetition { penalty: 1.5, window },
        &past,
        changed(|logit, count| match count {
            0 => logit,
            _ if logit > 0.0 => logit / 1.5,
            _ => logit * 1.5,
        }),
    );
    check(
        Presence { penalty: 0.75, window },
        &past,
        changed(|logit, count| if count > 0 { logit - 0.75 } else { logit }),
    );
    check(
        Frequency { penalty: 0.75, window },
        &past,
        changed(|logit, count| logit - 0.75 * count as f64),
    );
}

#[test]
fn no_repeat_removes_what_would_repeat_a_sequence() {
    // After 1 2 came 3 and 5; the text ends with 1 2.
    let past = [1, 2, 3, 1, 2, 5, 1, 2];
    let without = |removed: &'static [usize]| {
        move |logits: &[f64]| kept(&softmax(logits), |id| !removed.contains(&id))
    };
    check(NoRepeat { length: 3, window: 100 }, &past, without(&[3, 5]));
    check(NoRepeat { length: 3, window: 7 }, &past, without(&[5]));
    check(NoRepeat { length: 4, window: 100 }, &past, without(&[]));
    check(NoRepeat { length: 1, window: 100 }, &past, without(&[1, 2, 3, 5]));
    check(NoRepeat { length: 3, window: 100 }, &past[..1], without(&[]));
    check(NoRepeat { length: 3, window: 100 }, &[], without(&[]));
    // Where nothing else is left, everything is.
    check(NoRepeat { length: 1, window: 100 }, &[0, 1, 2, 3, 4, 5, 6], without(&[]));
}

#[test]
fn an_acrostic_forces_the_first_symbols_of_lines() {
    let acrostic = |begins_line| {
        Chain::new().then(Acrostic { initials: vec![4, 2], line_break: 0, begins_line })
    };
    let logits = [1.0; V];
    let forced = |begins_line, symbols: &[u16], written, count| {
        let past = Past { symbols, written, count };
        let found = acrostic(begins_line).distribution(&logits, &past);
        (found.len() == 1).then(|| found[0].0)
    };
    assert_eq!(forced(true, &[3], 0, 0), Some(4));
    assert_eq!(forced(true, &[4], 1, 0), None);
    assert_eq!(forced(true, &[0], 5, 1), Some(2));
    assert_eq!(forced(true, &[0], 9, 2), None);
    assert_eq!(forced(false, &[0], 0, 0), None);
    assert_eq!(forced(false, &[0], 5, 1), Some(4));
    assert_eq!(forced(false, &[0], 9, 2), Some(2));
}

#[test]
fn settings_that_change_nothing_add_no_sampler() {
    let vocabulary = Vocabulary::of_characters("abcdefg".chars(), false).unwrap();
    let chain = Sampling::default().chain(&vocabulary);
    assert_eq!(chain.reach(), 0, "nothing looks back");
    let all = Sampling {
        temperature: 0.8,
        top_k: 6,
        top_p: 0.9,
        min_p: 0.02,
        typical: 0.95,
        repetition_penalty: 1.2,
        presence_penalty: 0.1,
        frequency_penalty: 0.2,
        penalty_window: 9,
        no_repeat: 3,
    };
    assert_eq!(all.chain(&vocabulary).reach(), Sampling::NO_REPEAT_WINDOW);
    assert_eq!(Sampling { no_repeat: 0, ..all }.chain(&vocabulary).reach(), 9);
}

#[test]
fn greedy_keeps_penalties() {
    let overrides =
        Overrides { greedy: true, no_repeat: Some(3), min_p: Some(0.5), ..Overrides::default() };
    let sampling = Sampling { top_p: 0.3, ..Sampling::default() }.with(&overrides);
    assert_eq!(sampling, Sampling { no_repeat: 3, ..Sampling::GREEDY });
    let vocabulary = Vocabulary::of_characters("abcdefg".chars(), false).unwrap();
    let chain = sampling.chain(&vocabulary);
    let past = Past { symbols: &[1, 2, 3, 1, 2], ..Past::default() };
    let logits = [0.0, 0.0, 0.0, 9.0, 0.0, 5.0, 0.0];
    assert_eq!(chain.distribution(&logits, &past), [(5, 1.0)]);
}

#[test]
fn draws_follow_the_distribution() {
    let chain = Chain::new().then(Repetition { penalty: 2.0, window: 3 }).then(Typical(0.8));
    let past = Past { symbols: &[1, 1, 4], ..Past::default() };
    let logits = [0.1, 2.0, 1.0, 0.5, -1.0, 0.3, 0.2];
    let expected = distribution(&chain, &logits, &past);
    let mut counts = [0_u32; V];
    let mut rng = Seed(4).rng(Purpose::Sample, 0);
    for _ in 0..20_000 {
        counts[usize::from(chain.choose(&logits, &past, &mut rng))] += 1;
    }
    for (count, expected) in counts.iter().zip(expected) {
        assert!((f64::from(*count) / 20_000.0 - expected).abs() < 0.015, "{counts:?}");
    }
}
