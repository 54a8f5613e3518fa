//! A network of records, from a list of names to new names and their scores.

use crate::program::{charnn, fails, stdout};
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;

const TRAIN: &str = "train names.txt --device cpu --name run --quiet --set data.records=line \
    --set data.split=records --set model.hidden_size=32 --set model.embedding_dim=8 --set model.cell=gru \
    --set train.batch_size=8 --set train.seq_length=16 --set train.max_steps=150 --set train.epochs=1000 \
    --set eval.every_steps=50 --set sample.every_steps=75 --set sample.length=60";

/// A folder with a list of syllables in pairs, a blank line among them.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let syllables = ["an", "be", "cor", "do", "el", "fi", "gu", "ha", "io", "ka"];
    let mut names = String::new();
    for first in syllables {
        for second in &syllables[..7] {
            names.extend([first, second, "\n"]);
        }
        names.push('\n');
    }
    std::fs::write(folder.path().join("names.txt"), names).unwrap();
    folder
}

fn trained() -> tempfile::TempDir {
    let folder = folder();
    stdout(charnn(folder.path(), TRAIN, &[]));
    folder
}

fn lines(folder: &Path, command: &str) -> Vec<String> {
    stdout(charnn(folder, command, &[])).lines().map(str::to_owned).collect()
}

/// What a command says on standard error.
fn said(folder: &Path, command: &str) -> String {
    String::from_utf8(charnn(folder, command, &[]).output().unwrap().stderr).unwrap()
}

#[test]
fn a_network_of_names_writes_whole_ones() {
    let folder = trained();
    let folder = folder.path();
    let samples = std::fs::read_to_string(folder.join("runs/run/samples.jsonl")).unwrap();
    assert!(samples.contains("\\n") && !samples.contains("\\u001e"), "{samples}");

    let names = lines(folder, "generate run --records 30 --seed 3");
    assert_eq!(names.len(), 30);
    assert!(names.iter().all(|name| !name.is_empty() && !name.contains('\u{1E}')), "{names:?}");
    // The first ones are the same for any number, and text 0 is record 0.
    assert_eq!(lines(folder, "generate run --records 7 --seed 3"), names[..7]);
    assert_eq!(lines(folder, "generate run --seed 3"), names[..1]);
    let several = lines(folder, "generate run --seed 3 --count 3 --separator =");
    assert_eq!(several, [&*names[0], "=", &names[1], "=", &names[2]]);

    let known = std::fs::read_to_string(folder.join("names.txt")).unwrap();
    let known: HashSet<&str> = known.lines().collect();
    let new =
        lines(folder, "generate run --records 10 --unique --novel --seed 3 --temperature 1.5");
    assert!(new.iter().all(|name| !known.contains(&**name)), "{new:?}");
    assert_eq!(new.iter().collect::<HashSet<_>>().len(), 10);
    let tally =
        said(folder, "generate run --records 10 --unique --novel --seed 3 --temperature 1.5");
    assert!(
        tally.contains("records: 10 written of") && tally.contains("% of these novel"),
        "{tally}"
    );

    for name in lines(folder, "generate run --records 5 --prompt be --seed 1") {
        assert!(name.starts_with("be"), "{name}");
    }
    for (index, line) in
        lines(folder, "generate run --records 9 --seed 3 --json").iter().enumerate()
    {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["index"], index);
        assert_eq!(line["text"], names[index]);
        assert!(line["unique"].is_boolean() && line["seed"] == 3, "{line}");
    }
    let probabilities = stdout(charnn(folder, "generate run --show-probs --seed 3", &[]));
    assert!(!probabilities.contains("u{1e}"), "{probabilities}");
    let likely = lines(folder, "generate run --enumerate 5");
    assert!(likely.len() == 5 && likely.iter().all(|line| !line.contains('\u{1E}')), "{likely:?}");
}

#[test]
fn a_score_is_that_of_a_whole_record_and_an_evaluation_that_of_all() {
    let folder = trained();
    let folder = folder.path();
    let scored = lines(folder, "score run names.txt --json");
    let scored: Vec<Value> =
        scored.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let records = scored.iter().filter(|line| line["text"] != "");
    let nats: f64 = records.clone().map(|line| line["nats"].as_f64().unwrap()).sum();
    let symbols: u64 = records.map(|line| line["characters"].as_u64().unwrap()).sum();
    let all = stdout(charnn(folder, "evaluate run --data names.txt --json", &[]));
    let all: Value = serde_json::from_str(&all).unwrap();
    assert_eq!(all["characters"], symbols);
    let loss = all["loss"].as_f64().unwrap();
    assert!((loss * symbols as f64 - nats).abs() < 1e-3, "{loss} and {nats}");
    // The validation loss of the run is found again.
    let metrics = std::fs::read_to_string(folder.join("runs/run/metrics.jsonl")).unwrap();
    let rows = metrics.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let best = rows.filter_map(|row| row["val_loss"].as_f64()).fold(f64::INFINITY, f64::min);
    let found = stdout(charnn(folder, "evaluate run --json", &[]));
    let found: Value = serde_json::from_str(&found).unwrap();
    assert!((found["loss"].as_f64().unwrap() - best).abs() < 1e-4, "{found} and {best}");
    fails(charnn(folder, "score run names.txt --carry", &[]), 2, &["--carry"]);
    // More probable records need fewer guesses.
    let guesses = lines(folder, "score run names.txt --guesses 2000 --json");
    let guesses: Vec<Value> =
        guesses.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |line: &Value| (line["nats"].as_f64().unwrap(), line["guesses"].as_f64().unwrap());
    let mut pairs: Vec<(f64, f64)> = guesses.iter().map(of).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(pairs.is_sorted_by_key(|pair| pair.1) && pairs[40].1 > 1.0, "{pairs:?}");
    let by_record = lines(folder, "score run names.txt --by record");
    assert!(
        by_record.len() == 71 && by_record[0].starts_with("record\tcharacters"),
        "{by_record:?}"
    );
    fails(charnn(folder, "score builtin:tales names.txt --by record", &[]), 2, &["--by record"]);
}

#[test]
fn a_network_file_keeps_its_records_but_not_the_text() {
    let folder = trained();
    let folder = folder.path();
    stdout(charnn(folder, "export run -o names.charnn.safetensors", &[]));
    let of = |network: &str| {
        lines(folder, &format!("generate {network} --records 5 --seed 3 --temperature 1"))
    };
    assert_eq!(of("names.charnn.safetensors"), of("run"));
    let novel = "generate names.charnn.safetensors --records 5 --novel";
    fails(charnn(folder, novel, &[]), 2, &["--novel", "names.charnn.safetensors"]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = trained();
    let folder = folder.path();
    fails(
        charnn(folder, "generate builtin:tales --records 3", &[]),
        2,
        &["--records", "data.records=line"],
    );
    fails(charnn(folder, "generate run --unique", &[]), 2, &["--records"]);
    fails(charnn(folder, "generate run --records 3 --count 3", &[]), 2, &["--count"]);
    fails(charnn(folder, "generate run --records 3 --greedy", &[]), 2, &["--records 3"]);
    fails(charnn(folder, "generate run --window 9", &[]), 2, &["--window"]);
    fails(charnn(folder, "generate run --records 3 --device software", &[]), 2, &["--records"]);
    let train = |more: &str| charnn(folder, &format!("train names.txt --set {more}"), &[]);
    fails(train("data.records=lines"), 3, &["data.records", "did you mean \"line\"?"]);
    fails(train("data.records={regex=\"(\"}"), 3, &["data.records", "regular expression"]);
    fails(train("data.records={regex=\"@\"}"), 4, &["names.txt", "occurs nowhere"]);
    fails(train("data.records={regex=\"(?s).+\"}"), 4, &["names.txt", "no record"]);
    fails(train("data.records=file"), 4, &["names.txt", "only one record"]);
    fails(
        train("data.records=line --set train.predict=last"),
        3,
        &["train.predict", "data.records"],
    );
    fails(train("data.split=records"), 3, &["data.split", "data.records"]);
    // The text has changed, and then it is gone.
    let novel = "generate run --records 3 --novel";
    std::fs::write(folder.join("names.txt"), "Anna\nBo\n").unwrap();
    fails(charnn(folder, novel, &[]), 4, &["names.txt", "has changed"]);
    std::fs::remove_file(folder.join("names.txt")).unwrap();
    fails(charnn(folder, novel, &[]), 4, &["names.txt"]);
}

#[test]
fn records_are_counted_before_training() {
    let folder = folder();
    let folder = folder.path();
    let text = stdout(charnn(folder, "data inspect names.txt --records line", &[]));
    assert!(
        text.contains("records: 70, of 4 to 6 characters, 4.2 on average; 10 empty ones skipped"),
        "{text}"
    );
    let json = stdout(charnn(folder, "data inspect names.txt --records blank-line --json", &[]));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["records"]["count"], 10);
    assert_eq!(json["records"]["empty"], 0);
    fails(charnn(folder, "data inspect names.txt --records word", &[]), 2, &["blank-line"]);
}
