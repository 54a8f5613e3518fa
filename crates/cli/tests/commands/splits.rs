//! Validation and test texts of their own, and lines and documents held out at random.

use crate::program::{charnn, fails, stdout};
use serde_json::Value;
use std::path::Path;

const TRAIN: &str = "train names.txt --device cpu --set model.hidden_size=16 \
    --set model.embedding_dim=8 --set train.batch_size=8 --set train.seq_length=16 --set train.max_steps=20 \
    --set eval.every_steps=10 --set sample.length=5";

/// A sorted list of names, and others with characters that it lacks.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let syllables = ["an", "be", "cor", "do", "el", "fi", "gu", "ha", "io", "ka", "lu", "mo"];
    let pairs = syllables.iter().flat_map(|a| syllables.iter().map(move |b| format!("{a}{b}\n")));
    let names: Vec<String> = pairs.collect();
    std::fs::write(folder.path().join("names.txt"), names.concat()).unwrap();
    let valid = format!("{}xyz\n", names[..9].concat());
    std::fs::write(folder.path().join("valid.txt"), valid).unwrap();
    std::fs::write(folder.path().join("test.txt"), names[50..70].concat()).unwrap();
    folder
}

fn said(folder: &Path, line: &str, more: &[&str]) -> String {
    let output = charnn(folder, line, more).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    said
}

fn trained(folder: &Path, more: &[&str]) -> String {
    said(folder, TRAIN, &[&["--name", "run"], more].concat())
}

fn evaluated(folder: &Path, more: &[&str]) -> Value {
    serde_json::from_str(&stdout(charnn(folder, "evaluate run --device cpu --json", more))).unwrap()
}

/// The last validation loss of the run.
fn last_loss(folder: &Path) -> f64 {
    let metrics = std::fs::read_to_string(folder.join("runs/run/metrics.jsonl")).unwrap();
    let rows = metrics.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.filter_map(|row| row["val_loss"].as_f64()).next_back().unwrap()
}

#[test]
fn files_of_their_own_are_measured_and_resumed() {
    let folder = folder();
    let folder = folder.path();
    let files = ["--set", "data.valid_path=valid.txt", "--set", "data.test_path=test.txt"];
    let told = trained(folder, &files);
    let line = |start: &str| told.lines().find(|it| it.starts_with(start)).unwrap_or_default();
    let expected = "valid.txt: 50 characters, 3 (6.0 %) not in the training text: skipped";
    assert!(line("valid    ").ends_with(expected), "{told}");
    assert!(line("test     ").ends_with("test.txt: 102 characters"), "{told}");
    let valid = evaluated(folder, &["--checkpoint", "last"]);
    assert_eq!((&valid["split"], &valid["unknown"]), (&"valid".into(), &3.into()));
    assert!(valid["text"].as_str().unwrap().ends_with("valid.txt"), "{valid}");
    assert!((valid["loss"].as_f64().unwrap() - last_loss(folder)).abs() < 1e-4, "{valid}");
    let test = evaluated(folder, &["--split", "test"]);
    let other = evaluated(folder, &["--data", "test.txt"]);
    assert_eq!((&test["loss"], &test["characters"]), (&other["loss"], &other["characters"]));
    assert_eq!((&test["split"], &other["split"]), (&"test".into(), &Value::Null));
    let train = evaluated(folder, &["--split", "train"]);
    let names = std::fs::read_to_string(folder.join("names.txt")).unwrap();
    assert_eq!(train["characters"], names.len() - 1, "all of the training text");

    // Training does not need the test text, but a changed validation text is an error.
    std::fs::remove_file(folder.join("test.txt")).unwrap();
    let resume = "resume run --device cpu --set train.max_steps=30";
    stdout(charnn(folder, resume, &[]));
    fails(charnn(folder, "evaluate run --split test", &[]), 4, &["test.txt"]);
    std::fs::write(folder.join("test.txt"), names).unwrap();
    fails(charnn(folder, "evaluate run --split test", &[]), 4, &["test.txt", "changed"]);
    std::fs::write(folder.join("valid.txt"), "anbe\nbean\n").unwrap();
    fails(charnn(folder, resume, &[]), 4, &["valid.txt", "changed"]);
    fails(charnn(folder, "evaluate run", &[]), 4, &["valid.txt", "changed"]);
    std::fs::remove_file(folder.join("valid.txt")).unwrap();
    fails(charnn(folder, resume, &[]), 4, &["valid.txt", "data.valid_path=FILE"]);
    fails(charnn(folder, resume, &["--set", "data.valid_path="]), 2, &["data.valid_path"]);
    fails(charnn(folder, "evaluate run --split train --data test.txt", &[]), 2, &["--split"]);
}

#[test]
fn lines_and_files_are_held_out_at_random() {
    let folder = folder();
    let folder = folder.path();
    let told = trained(folder, &[]);
    assert!(told.contains("sorted") && told.contains("data.split"), "{told}");
    let sorted = last_loss(folder);
    std::fs::remove_dir_all(folder.join("runs")).unwrap();
    let told = trained(folder, &["--set", "data.split=lines"]);
    assert!(!told.contains("are sorted"), "{told}");
    let lines = last_loss(folder);
    assert!(lines < sorted, "{lines} and {sorted}");
    let (valid, train) = (evaluated(folder, &[]), evaluated(folder, &["--split", "train"]));
    let both =
        ["characters"].map(|key| valid[key].as_u64().unwrap() + train[key].as_u64().unwrap());
    let names = std::fs::read_to_string(folder.join("names.txt")).unwrap();
    assert_eq!(both, [names.len() as u64 - 2], "all but the first of each part");
    fails(charnn(folder, "evaluate run --split test", &[]), 2, &["data.test_path"]);

    let one = ["--set", "data.split=documents"];
    fails(charnn(folder, TRAIN, &one), 4, &["names.txt", "data.split"]);
    let files = "train names.txt valid.txt test.txt --dry-run --device cpu --set data.split=documents \
        --set train.batch_size=2 --set train.seq_length=8 --set data.val_fraction=0.12";
    let told = said(folder, files, &[]);
    let shorter = ["valid.txt", "test.txt"]
        .map(|name| std::fs::read_to_string(folder.join(name)).unwrap().len())
        .map(|length| told.contains(&format!("{length} for validation")));
    assert!(shorter.contains(&true), "{told}");
    let with_records = ["--set", "data.records=line", "--set", "data.split=lines"];
    fails(charnn(folder, TRAIN, &with_records), 3, &["data.split", "data.records"]);
}
