//! Networks of bytes, graphemes and matches of a regular expression, from a text to new texts and their scores.

use crate::program::{charnn, fails, stdout};
use serde_json::Value;
use std::path::Path;

const TRAIN: &str = "train text.txt --device cpu --quiet --set model.hidden_size=32 \
    --set model.embedding_dim=8 --set train.batch_size=8 --set train.seq_length=16 --set train.max_steps=120 \
    --set train.learning_rate=0.02 --set train.epochs=1000 --set eval.every_steps=40 --set sample.length=20";

const BYTE: &str = "data.unit=byte";
const GRAPHEME: &str = "data.unit=grapheme";
const REGEX: &str = r#"data.unit={ regex = "Cl|Br|\\[[^\\]]+\\]" }"#;

/// Lines with characters of several bytes, marks, and symbols of several characters.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let lines = ["CClé猫", "[nH]Bre\u{301}", "猫CBr[nH]", "ClC👨‍👩‍👧é"];
    let text: Vec<String> =
        (0..60).map(|at| format!("{}{}\n", lines[at % 4], lines[at / 4 % 4])).collect();
    std::fs::write(folder.path().join("text.txt"), text.concat()).unwrap();
    folder
}

fn trained(folder: &Path, unit: &str, more: &[&str]) {
    let _ = std::fs::remove_dir_all(folder.join("runs"));
    let arguments = [&["--name", "run", "--set", unit], more].concat();
    stdout(charnn(folder, TRAIN, &arguments));
}

fn json(folder: &Path, line: &str) -> Value {
    serde_json::from_str(&stdout(charnn(folder, line, &[]))).unwrap()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("no {key} in {value}"))
}

#[test]
fn texts_are_written_and_measured_in_any_unit() {
    let folder = folder();
    let folder = folder.path();
    let text = std::fs::read_to_string(folder.join("text.txt")).unwrap();
    for unit in [BYTE, GRAPHEME, REGEX] {
        trained(folder, unit, &[]);
        let written =
            stdout(charnn(folder, "generate run --length 200 --seed 1 --temperature 1.5", &[]));
        assert!(!written.contains('\u{FFFD}') && written.len() > 100, "{unit}: {written}");
        // Every symbol of a text that the network knows is written whole.
        assert!(written.chars().all(|it| unit == BYTE || text.contains(it)), "{unit}: {written}");
        let prompted =
            stdout(charnn(folder, "generate run --length 9 --seed 1 --prompt 猫CBr", &[]));
        assert!(prompted.starts_with("猫CBr"), "{unit}: {prompted}");
        let until = stdout(charnn(folder, "generate run --length 500 --seed 2 --until 猫", &[]));
        assert!(until.trim_end().ends_with('猫'), "{unit}: {until}");

        let all = json(folder, "evaluate run --device cpu --data text.txt --json");
        let characters = text.chars().count() as f64 - 1.0;
        assert!((number(&all, "characters") - characters).abs() < 1.5, "{unit}: {all}");
        let nats = number(&all, "loss") * number(&all, "symbols");
        for (key, length) in [
            ("bits_per_symbol", number(&all, "symbols")),
            ("bits_per_char", number(&all, "characters")),
        ] {
            let bits = nats / std::f64::consts::LN_2 / length;
            assert!((number(&all, key) - bits).abs() < 1e-6, "{unit}: {key} in {all}");
        }
        assert!(number(&all, "bits_per_byte") < number(&all, "bits_per_char"), "{unit}: {all}");
        // The validation loss of the run is found again.
        let metrics = std::fs::read_to_string(folder.join("runs/run/metrics.jsonl")).unwrap();
        let rows = metrics.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let best = rows.filter(|row| row["val_loss"].is_f64());
        let best = best.min_by(|a, b| number(a, "val_loss").total_cmp(&number(b, "val_loss")));
        let (best, found) = (best.unwrap(), json(folder, "evaluate run --device cpu --json"));
        for (ours, theirs) in [("loss", "val_loss"), ("bits_per_byte", "val_bits_per_byte")] {
            let difference = number(&found, ours) - number(&best, theirs);
            assert!(difference.abs() < 1e-4, "{unit}: {found} and {best}");
        }
        let shown =
            stdout(charnn(folder, "generate run --length 3 --seed 1 --show-probs --json", &[]));
        assert!(serde_json::from_str::<Value>(&shown).is_ok(), "{shown}");
        stdout(charnn(folder, "explain run --at C", &[]));
    }
}

#[test]
fn the_scores_of_records_sum_to_their_evaluation_in_any_unit() {
    let folder = folder();
    let folder = folder.path();
    std::fs::write(folder.join("other.txt"), "CCl猫\n猫é[nH]\n").unwrap();
    for unit in [BYTE, GRAPHEME, REGEX] {
        trained(folder, unit, &["--set", "data.records=line", "--set", "data.split=records"]);
        let names = stdout(charnn(
            folder,
            "generate run --records 20 --unique --novel --seed 1 --temperature 1.3",
            &[],
        ));
        let text = std::fs::read_to_string(folder.join("text.txt")).unwrap();
        assert!(names.lines().count() == 20 && !names.contains('\u{1E}'), "{unit}: {names}");
        assert!(names.lines().all(|name| text.lines().all(|line| line != name)), "{unit}: {names}");
        for file in ["text.txt", "other.txt"] {
            let scored = stdout(charnn(folder, &format!("score run {file} --json"), &[]));
            let scored: Vec<Value> =
                scored.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let sum = |key| scored.iter().map(|line| number(line, key)).sum::<f64>();
            let all = json(folder, &format!("evaluate run --device cpu --data {file} --json"));
            for count in ["symbols", "characters"] {
                assert!((sum(count) - number(&all, count)).abs() < 0.5, "{unit} {file}: {count}");
            }
            let nats = number(&all, "loss") * number(&all, "symbols");
            assert!((sum("nats") - nats).abs() < 1e-3, "{unit} {file}: {} and {nats}", sum("nats"));
            let bytes = nats / std::f64::consts::LN_2 / number(&all, "bits_per_byte");
            assert!((sum("bytes") - bytes).abs() < 1e-3, "{unit} {file}: {bytes}");
        }
        let table = stdout(charnn(folder, "score run other.txt", &[]));
        assert!(table.starts_with("line\tsymbols\tcharacters\tbytes\t"), "{table}");
        let by_symbol = stdout(charnn(folder, "score run other.txt --by char", &[]));
        assert_eq!(by_symbol.contains("\\\\xE7"), unit == BYTE, "{by_symbol}");
    }
}

#[test]
fn a_unit_that_does_not_fit_is_refused() {
    let folder = folder();
    let folder = folder.path();
    for (unit, code, words) in [
        (r#"data.unit={ regex = "(" }"#, 3, &["data.unit", "("][..]),
        (r#"data.unit={ regex = "x*" }"#, 3, &["data.unit", "empty"]),
        (r#"data.unit={ regex = "xyz" }"#, 4, &["data.unit", "text.txt"]),
        ("data.unit=graphem", 3, &["grapheme"]),
    ] {
        fails(charnn(folder, TRAIN, &["--set", unit]), code, words);
    }
    let lines: Vec<String> = (0..1200).map(|at| format!("line {at} of many\n")).collect();
    std::fs::write(folder.join("lines.txt"), lines.concat()).unwrap();
    let everything = ["--set", r#"data.unit={ regex = ".+" }"#];
    fails(charnn(folder, "train lines.txt --device cpu", &everything), 4, &["data.unit", "once"]);

    trained(folder, GRAPHEME, &[]);
    fails(charnn(folder, "generate run --prompt 狗C", &[]), 4, &["狗"]);
    fails(
        charnn(folder, TRAIN, &["--init-from", "run", "--name", "other"]),
        4,
        &["data.unit", "grapheme"],
    );
    stdout(charnn(folder, TRAIN, &["--init-from", "run", "--name", "same", "--set", GRAPHEME]));
    // The unit goes with the network.
    let file = stdout(charnn(folder, "export run", &[]));
    let scored = stdout(charnn(folder, &format!("score {} text.txt --json", file.trim()), &[]));
    assert!(scored.contains("bits_per_byte"), "{scored}");
    fails(charnn(folder, "export run --to web", &[]), 5, &["data.unit", "grapheme"]);
    let torch = stdout(charnn(folder, "export run --to torch", &[]));
    let vocabulary = std::fs::read_to_string(folder.join(torch.trim()).join("vocab.json")).unwrap();
    assert!(
        vocabulary.contains("\"unit\": \"grapheme\"") && vocabulary.contains("👨‍👩‍👧"),
        "{vocabulary}"
    );
    let back = stdout(charnn(
        folder,
        &format!("import {}", torch.trim()),
        &["--from", "torch", "--output", "back.charnn.safetensors"],
    ));
    let again = stdout(charnn(folder, &format!("score {} text.txt --json", back.trim()), &[]));
    assert_eq!(again.lines().next(), scored.lines().next());
}
