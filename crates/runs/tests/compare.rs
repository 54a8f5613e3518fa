//! Runs side by side: which settings differ, and what is equal when losses are compared.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod small;

use charnn_runs::{Axis, Comparison, Cut, Disk, Mean, MetricRow, RunDir, RunWriter, compare};
use small::content;
use std::path::Path;

/// A run with this seed and batch size. Row `n` has `n` steps, `n × pace` seconds, training loss `loss - n`,
/// and as validation loss a tenth of that.
fn run(
    root: &Path,
    name: &str,
    seed: u64,
    batch_size: usize,
    (rows, pace, loss): (u64, f64, f64),
) -> RunDir {
    let mut start = content(0, None);
    let mut config = small::config(seed);
    config.train.batch_size = batch_size;
    start.config = config.to_run_file().into_bytes();
    let mut run = RunWriter::create(root, name, "", &start, Disk::quick()).unwrap();
    for step in 1..=rows {
        let (seconds, loss) = (step as f64 * pace, loss - step as f64);
        run.metric(&MetricRow::training(step, 0, loss, 1.0, 0.1).after(seconds)).unwrap();
        run.metric(&MetricRow::validation(step, loss / 10.0).after(seconds)).unwrap();
    }
    run.dir().clone()
}

fn cuts(all: &Comparison, axis: Axis) -> Vec<&Cut> {
    all.cuts.iter().filter(|cut| cut.axis == axis).collect()
}

fn close(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() < 1e-9)
}

#[test]
fn losses_are_those_after_equal_steps_characters_and_seconds() {
    let root = tempfile::tempdir().unwrap();
    // The second is twice as slow, reads twice the characters a step, and is half as long.
    let first = run(root.path(), "a", 1, 10, (80, 1.0, 100.0));
    let second = run(root.path(), "b", 1, 20, (40, 2.0, 100.0));
    let all = compare(&[first, second]).unwrap();
    assert_eq!(all.runs, ["a", "b"]);
    let keys: Vec<&str> = all.differences.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["train.batch_size"]);
    assert!(!all.different_texts);
    let steps = cuts(&all, Axis::Steps);
    let at: Vec<f64> = steps.iter().map(|cut| cut.at).collect();
    assert_eq!(at, [10.0, 20.0, 30.0, 40.0], "up to where the shorter one ends");
    for cut in &steps {
        for point in &cut.points {
            assert!(close(point.val_loss, (100.0 - cut.at) / 10.0), "{cut:?}");
            // The mean over all steps up to here.
            assert!(close(point.train_loss, 100.0 - f64::midpoint(1.0, cut.at)), "{cut:?}");
        }
    }
    for axis in [Axis::Characters, Axis::Seconds] {
        let last = *cuts(&all, axis).last().unwrap();
        assert!(close(last.points[0].val_loss, 2.0), "{last:?}");
        assert!(close(last.points[1].val_loss, 6.0), "{last:?}");
    }
    let characters = cuts(&all, Axis::Characters).last().unwrap().at;
    let seq_length = small::config(1).train.seq_length;
    assert!((characters - (80 * 10 * seq_length) as f64).abs() < 0.5, "{characters}");
    assert!(close(all.best[0], 2.0) && close(all.best[1], 6.0), "{:?}", all.best);
    assert!(all.groups.iter().all(|group| group.members.len() == 1), "{:?}", all.groups);
}

#[test]
fn seeds_are_averaged_and_other_settings_are_not() {
    let root = tempfile::tempdir().unwrap();
    let make = |name, seed, batch, loss| run(root.path(), name, seed, batch, (10, 1.0, loss));
    let runs = [
        make("a", 1, 10, 50.0),
        make("b", 1, 20, 70.0),
        make("c", 2, 10, 60.0),
        make("d", 3, 10, 64.0),
    ];
    let all = compare(&runs).unwrap();
    let keys: Vec<&str> = all.differences.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["train.batch_size", "train.seed"]);
    let [first, second] = &all.groups[..] else { panic!("{:?}", all.groups) };
    assert_eq!((&first.members[..], &second.members[..]), (&[0, 2, 3][..], &[1][..]));
    // 4, 5 and 5.4: the standard deviation is √(0.52), divided by √3.
    let best = first.best.unwrap();
    assert!(close(Some(best.mean), 4.8), "{best:?}");
    assert!(close(best.standard_error, (0.52_f64 / 3.0).sqrt()), "{best:?}");
    assert_eq!(best.count, 3);
    assert_eq!(second.best.unwrap().standard_error, None);
    let end = all.cuts.iter().rposition(|cut| cut.axis == Axis::Steps).unwrap();
    assert!(close(first.cuts[end].map(|it| it.mean), 4.8), "{first:?}");
    assert_eq!(Mean::of(&[]), None);
}

#[test]
fn runs_without_a_step_have_only_settings() {
    let root = tempfile::tempdir().unwrap();
    let runs =
        [run(root.path(), "a", 1, 10, (0, 1.0, 1.0)), run(root.path(), "b", 2, 10, (5, 1.0, 1.0))];
    let all = compare(&runs).unwrap();
    assert!(all.cuts.is_empty() && all.differences.len() == 1, "{all:?}");
    std::fs::write(runs[1].path().join("metrics.jsonl"), "{}\n").unwrap();
    assert!(compare(&runs).is_err(), "a damaged file is not compared");
}
