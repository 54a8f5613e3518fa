//! `charnn bench` as a person and as a script meet it. The figures are the machine's; that they are
//! there, and of which work, is the program's.

use crate::program::{charnn, fails, stdout};
use serde_json::Value;
use std::process::Command;

/// `charnn bench` with the words of `line`, on the CPU.
fn bench(line: &str) -> Command {
    let folder = std::env::temp_dir();
    charnn(&folder, "bench --device cpu", &line.split_whitespace().collect::<Vec<_>>())
}

/// The keys of an object, in the order of the alphabet.
fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn each_work_is_a_line_for_people() {
    let text = stdout(bench("gen-novel novel --steps 1"));
    let [written, trained] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    let words: Vec<&str> = written.split_whitespace().collect();
    assert_eq!(words[0], "gen-novel");
    assert!(words[1].replace(',', "").parse::<u64>().unwrap() > 0, "{text}");
    assert!(trained.starts_with("novel ") && trained.contains(" ms "), "{text}");
}

#[test]
fn each_work_is_a_line_of_json_for_scripts() {
    let text = stdout(bench("novel gen-novel --json --steps 1"));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [trained, written] = &lines[..] else { panic!("{text}") };

    assert_eq!(keys(trained), ["device", "median_ms", "min_ms", "peer", "schema", "steps", "work"]);
    assert_eq!((&trained["work"], &trained["steps"]), (&"novel".into(), &1.into()));
    assert!(trained["median_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(trained["median_ms"], trained["min_ms"], "of one step");

    assert_eq!(keys(written), ["chars_per_s", "device", "peer", "schema", "work"]);
    assert_eq!(written["work"], "gen-novel");
    assert!(written["chars_per_s"].as_u64().unwrap() > 0);

    for line in &lines {
        assert_eq!(line["peer"], concat!("charnn ", env!("CARGO_PKG_VERSION")));
        assert_eq!(line["device"]["kind"], "cpu", "{text}");
    }
}

#[test]
fn what_cannot_be_timed_is_refused_before_anything_is() {
    let choices = "novel, lstm, gru, prose, records, novel-records, gen-novel, gen-lstm, gen-novel-bf16, gen-lstm-bf16";
    fails(bench("novel nosuch"), 2, &["nosuch", choices]);
    fails(bench("novel --steps 0"), 2, &["--steps", "1000000"]);
}
