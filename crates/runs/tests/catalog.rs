//! The list of runs: what it shows, what it reads, and that no folder stops it.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod small;

use charnn_message::Describe;
use charnn_runs::{
    Disk, Entry, Field, Filter, Labels, MetricRow, QueryError, RunDir, RunWriter, State, Value,
    catalog, sort,
};
use small::{checkpoint, content, create, finished, save};
use std::path::Path;
use std::time::Instant;

fn value(entry: &Entry, field: &str) -> Option<String> {
    Field::parse(field).unwrap().value(entry).map(|value| value.to_string())
}

fn named<'a>(entries: &'a [Entry], name: &str) -> &'a Entry {
    entries.iter().find(|entry| entry.name == name).unwrap()
}

fn names(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.name.as_str()).collect()
}

#[test]
fn metrics_come_from_the_last_rows_and_the_newest_checkpoint() {
    let root = tempfile::tempdir().unwrap();
    let mut run = create(root.path(), "a");
    save(&mut run, 10, Some((5, 1.5)), 2).unwrap();
    let entry = |run: &RunWriter| run.dir().entry();
    assert_eq!(value(&entry(&run), "val_loss").as_deref(), Some("1.5"));
    assert_eq!(value(&entry(&run), "best_step").as_deref(), Some("5"));
    assert_eq!(value(&entry(&run), "last_val_loss"), None);
    // Rows that are newer than the checkpoint, many more than the end that is always read.
    run.metric(&MetricRow::validation(11, 1.25).after(30.0)).unwrap();
    for step in 12..2000 {
        run.metric(&MetricRow::training(step, 3, 2.0, 0.5, 0.1).after(31.0)).unwrap();
    }
    run.metric(&MetricRow::validation(2000, 1.75).after(32.5)).unwrap();
    let entry = entry(&run);
    let expected = [
        ("name", "a"),
        ("state", "training"),
        ("step", "2000"),
        ("epoch", "3"),
        ("seconds", "32.5"),
        ("train_loss", "2"),
        ("gradient_norm", "0.5"),
        ("val_loss", "1.25"),
        ("best_step", "11"),
        ("last_val_loss", "1.75"),
        ("model.cell", "gru"),
        ("hidden_size", "3"),
        ("data.path", "novel.txt"),
    ];
    for (field, text) in expected {
        assert_eq!(value(&entry, field).as_deref(), Some(text), "{field}");
    }
    let train = &entry.config.as_ref().unwrap().train;
    let characters = 2000 * train.batch_size * train.seq_length;
    assert_eq!(value(&entry, "characters"), Some(characters.to_string()));
    drop(run);
    assert_eq!(RunDir::find("a", root.path()).unwrap().entry().state, State::Idle);
}

/// What happens to a run.
type Change = fn(&RunDir);

#[test]
fn damaged_and_foreign_folders_are_marked() {
    let changes: [(&str, Change, &str); 8] = [
        (
            "config",
            |run| std::fs::write(run.path().join("config.toml"), "[").unwrap(),
            "config.toml",
        ),
        (
            "no-config",
            |run| std::fs::remove_file(run.path().join("config.toml")).unwrap(),
            "config.toml",
        ),
        (
            "no-checkpoint",
            |run| std::fs::remove_dir_all(run.checkpoints().join("step-00000000")).unwrap(),
            "no checkpoint",
        ),
        (
            "progress",
            |run| std::fs::write(checkpoint(run, 0).join("progress.toml"), "x").unwrap(),
            "progress.toml",
        ),
        (
            "rows",
            |run| std::fs::write(run.path().join("metrics.jsonl"), "{\n").unwrap(),
            "metrics.jsonl",
        ),
        (
            "bytes",
            |run| std::fs::write(run.path().join("metrics.jsonl"), [255, 10]).unwrap(),
            "metrics.jsonl",
        ),
        (
            "labels",
            |run| std::fs::write(run.path().join("labels.json"), "{\"tags\": 1}").unwrap(),
            "labels.json",
        ),
        (
            "a-folder",
            |run| {
                std::fs::remove_file(run.path().join("config.toml")).unwrap();
                std::fs::create_dir(run.path().join("config.toml")).unwrap();
            },
            "config.toml",
        ),
    ];
    let root = tempfile::tempdir().unwrap();
    for (name, change, _) in changes {
        change(create(root.path(), name).dir());
    }
    create(root.path(), "whole");
    std::fs::create_dir(root.path().join("pictures")).unwrap();
    std::fs::create_dir(root.path().join(".hidden")).unwrap();
    std::fs::write(root.path().join("file"), "").unwrap();
    let entries = catalog(root.path()).unwrap();
    assert_eq!(entries.len(), changes.len() + 2, "{:?}", names(&entries));
    assert_eq!(named(&entries, "whole").state, State::Idle);
    assert_eq!(named(&entries, "pictures").state, State::Foreign);
    for (name, _, problem) in changes {
        let State::Damaged(text) = &named(&entries, name).state else {
            panic!("{name} is not marked")
        };
        assert!(text.english.contains(problem), "{name}: {}", text.english);
        assert!(text.chinese != text.english, "{name}");
    }
    assert!(catalog(&root.path().join("missing")).is_err());
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_is_not_waited_for() {
    let root = tempfile::tempdir().unwrap();
    for name in ["config.toml", "metrics.jsonl", "labels.json", ".lock"] {
        let run = create(root.path(), name.trim_start_matches('.')).dir().clone();
        let path = run.path().join(name);
        let _ = std::fs::remove_file(&path);
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    }
    assert_eq!(catalog(root.path()).unwrap().len(), 4);
}

#[test]
fn runs_are_filtered_and_sorted() {
    let root = tempfile::tempdir().unwrap();
    for (name, loss) in [("a", Some(2.0)), ("b", None), ("c", Some(1.0)), ("d", Some(3.0))] {
        let mut run = create(root.path(), name);
        save(&mut run, 10, loss.map(|loss| (10, loss)), 2).unwrap();
    }
    let tags = ["best".to_owned(), "paper".to_owned()].into();
    let labels = Labels { tags, note: "larger batch".into() };
    RunDir::find("c", root.path()).unwrap().set_labels(&labels).unwrap();
    let entries = catalog(root.path()).unwrap();
    let that = |filter: &str| {
        let filter = Filter::parse(filter).unwrap();
        let kept: Vec<Entry> = entries.iter().filter(|it| filter.holds(it)).cloned().collect();
        names(&kept).join("")
    };
    let cases = [
        ("val_loss<2", "c"),
        ("val_loss <= 2.0", "ac"),
        ("val_loss>=2", "ad"),
        ("val_loss>2", "d"),
        ("val_loss=2", "a"),
        ("val_loss!=2", "bcd"),
        ("name=b", "b"),
        ("name~B", "b"),
        ("name>b", "cd"),
        ("model.cell=gru", "abcd"),
        ("cell==lstm", ""),
        ("tags~paper", "c"),
        ("note~BATCH", "c"),
        ("state=idle", "abcd"),
        ("train.seed=1", "abcd"),
        ("seed>1", ""),
        ("data.max_bytes>1GiB", "abcd"),
    ];
    for (filter, expected) in cases {
        assert_eq!(that(filter), expected, "{filter}");
    }
    let sorted = |field: &str, reverse| {
        let mut entries = entries.clone();
        sort(&mut entries, Field::parse(field).unwrap(), reverse);
        names(&entries).join("")
    };
    assert_eq!(sorted("val_loss", false), "cadb", "without a value last");
    assert_eq!(sorted("val_loss", true), "dacb", "in both directions");
    assert_eq!(sorted("name", true), "dcba");
}

#[test]
fn unknown_fields_lead_to_known_ones() {
    let near = |name: &str| match Field::parse(name) {
        Err(QueryError::UnknownField { near, .. }) => near.join(" "),
        Err(QueryError::Ambiguous { keys, .. }) => keys.join("|"),
        other => panic!("{other:?}"),
    };
    assert_eq!(near("vall_loss"), "val_loss");
    assert_eq!(near("lr"), "train.learning_rate");
    assert_eq!(near("model.hiden_size"), "model.hidden_size");
    assert_eq!(near("every_steps"), "eval.every_steps|sample.every_steps");
    assert!(near("xyzzy").is_empty());
    for bad in ["val_loss", "", "<3", "val_loss<", "=", "val_loss!1"] {
        let error = Filter::parse(bad).unwrap_err();
        assert!(matches!(error, QueryError::NoComparison { .. }), "{bad}: {error:?}");
    }
    for bad in ["val_loss<low", "model.cell=gruu", "tie_weights=yes", "step=nan"] {
        let error = Filter::parse(bad).unwrap_err();
        assert!(matches!(error, QueryError::BadValue { .. }), "{bad}: {error:?}");
        assert!(!error.describe().message.chinese.is_empty());
    }
    assert_eq!(Filter::parse("step<0").unwrap(), Filter::parse(" step < 0 ").unwrap());
}

#[test]
fn labels_are_kept_and_bad_tags_refused() {
    let root = tempfile::tempdir().unwrap();
    let run = finished(root.path(), "a", 1);
    assert_eq!(run.labels().unwrap(), Labels::default());
    let labels = Labels { tags: ["标签".to_owned()].into(), note: "两行\n\"note\"".into() };
    run.set_labels(&labels).unwrap();
    assert_eq!(run.labels().unwrap(), labels);
    assert_eq!(run.entry().labels, labels);
    for bad in ["", "a b", "a,b", "a\u{1b}[2J", &"x".repeat(65)] {
        let labels = Labels { tags: [bad.to_owned()].into(), ..Labels::default() };
        assert!(run.set_labels(&labels).is_err(), "{bad:?}");
    }
    assert_eq!(run.labels().unwrap(), labels, "nothing has changed");
}

#[test]
fn numbers_come_before_texts_and_are_compared_by_size() {
    let mut values =
        [Value::Text("a".into()), Value::Number(10.5), Value::Whole(9), Value::Whole(-1)];
    values.sort_by(Value::compare);
    assert_eq!(values.map(|value| value.to_string()), ["-1", "9", "10.5", "a"]);
}

/// Makes a folder of links to the files in `from`: copies would be of gigabytes.
fn link(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { link(&from, &to) } else { std::fs::hard_link(from, to).unwrap() }
    }
}

/// A thousand runs with ten thousand rows each.
#[test]
fn a_thousand_runs_are_listed_quickly() {
    const RUNS: u64 = 1000;
    let root = tempfile::tempdir().unwrap();
    let rows: String = (1..=10_000)
        .map(|step| {
            let row = MetricRow::training(step, 0, 2.0, 0.5, 0.1).after(step as f64);
            serde_json::to_string(&row).unwrap() + "\n"
        })
        .collect();
    let mut start = content(0, Some((7, 1.0)));
    start.progress.step = 9_990;
    start.progress.metrics_bytes = rows.len() as u64 - 1000;
    let elsewhere = tempfile::tempdir().unwrap();
    let writer = RunWriter::create(elsewhere.path(), "run", "", &start, Disk::quick()).unwrap();
    let run = writer.dir().path().to_owned();
    drop(writer);
    std::fs::write(run.join("metrics.jsonl"), &rows).unwrap();
    for number in 0..RUNS {
        link(&run, &root.path().join(format!("run-{number:04}")));
    }
    let fastest = (0..3)
        .map(|_| {
            let began = Instant::now();
            let entries = catalog(root.path()).unwrap();
            assert_eq!(entries.len() as u64, RUNS);
            assert!(entries.iter().all(|it| it.state == State::Idle && it.measured.step == 10_000));
            began.elapsed()
        })
        .min();
    println!("{RUNS} runs: {fastest:?}");
    // A third of a second; several times that beside other tests.
    assert!(fastest.unwrap().as_secs_f64() < 4.0, "{fastest:?}");
}

#[test]
fn runs_of_the_first_version_are_listed() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/7459234");
    let entries = catalog(&fixtures).unwrap();
    let run = named(&entries, "run");
    assert_eq!(run.state, State::Idle, "{:?}", run.state);
    assert!(run.measured.best.is_some() && run.measured.training.is_some());
}
