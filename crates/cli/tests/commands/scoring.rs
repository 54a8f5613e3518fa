//! `charnn score`: a row per line or character, in order.

use crate::program::{charnn, fails, stdout};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;

const LINES: [&str; 4] = ["Once upon a time", "", "emit a nopu ecnO", "a\tb 鱼 c"];

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lines.txt"), LINES.join("\n") + "\n").unwrap();
    folder
}

#[track_caller]
fn score(folder: &Path, flags: &str) -> Vec<String> {
    let out = stdout(charnn(folder, &format!("score builtin:tales lines.txt {flags}"), &[]));
    out.lines().map(ToOwned::to_owned).collect()
}

/// The numbers of a column.
fn column(rows: &[String], name: &str) -> Vec<f64> {
    let at = rows[0].split('\t').position(|column| column == name).unwrap();
    rows[1..].iter().map(|row| row.split('\t').nth(at).unwrap().parse().unwrap()).collect()
}

#[test]
fn every_line_has_a_row_in_order() {
    let folder = folder();
    let rows = score(folder.path(), "");
    assert_eq!(rows.len(), 5, "{rows:?}");
    assert!(rows[1].ends_with("\tOnce upon a time"), "{rows:?}");
    assert!(rows[4].ends_with("\ta\\tb 鱼 c"), "{rows:?}");
    assert_eq!(column(&rows, "line"), [1.0, 2.0, 3.0, 4.0]);
    // With the line break.
    assert_eq!(column(&rows, "characters")[..3], [17.0, 1.0, 17.0]);
    assert_eq!(column(&rows, "unknown")[..3], [0.0; 3]);
    assert!(column(&rows, "unknown")[3] >= 1.0);
    let losses = column(&rows, "loss");
    assert!(losses[0] < 1.5 && losses[2] > 3.0, "{losses:?}");
}

#[test]
fn the_characters_of_a_line_sum_to_it() {
    let folder = folder();
    let (lines, characters) = (score(folder.path(), ""), score(folder.path(), "--by char"));
    let (of, losses) = (column(&characters, "line"), column(&characters, "loss"));
    for (line, nats) in (1..).map(f64::from).zip(column(&lines, "nats")) {
        let sum: f64 = of
            .iter()
            .zip(&losses)
            .filter(|&(&of, _)| (of - line).abs() < 0.5)
            .map(|(_, loss)| loss)
            .sum();
        assert!((sum - nats).abs() < 0.01, "line {line}: {sum}, {nats}");
    }
    assert!(column(&characters, "rank").iter().all(|&rank| rank >= 1.0));
}

#[test]
fn a_pipe_gets_the_scores_of_a_file() {
    let folder = folder();
    for flags in ["", "--json", "--by char", "--by char --json", "--carry"] {
        let expected = score(folder.path(), flags).join("\n") + "\n";
        let mut command = charnn(folder.path(), &format!("score builtin:tales - {flags}"), &[]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let text = std::fs::read(folder.path().join("lines.txt")).unwrap();
        child.stdin.take().unwrap().write_all(&text).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{flags}");
    }
}

#[test]
fn carrying_changes_what_comes_before_a_line() {
    let folder = folder();
    let (alone, carried) = (score(folder.path(), ""), score(folder.path(), "--carry"));
    let (alone, carried) = (column(&alone, "nats"), column(&carried, "nats"));
    assert_eq!(alone[..1], carried[..1]);
    assert_ne!(alone[1..], carried[1..]);
}

#[test]
fn likelier_lines_need_fewer_guesses() {
    let folder = folder();
    let guesses = column(&score(folder.path(), "--guesses 200"), "guesses");
    assert!(guesses[0] < guesses[2], "{guesses:?}");
    // The last line has a character that the network never writes.
    assert!(guesses[3].is_infinite(), "{guesses:?}");
}

#[test]
fn bad_input_is_refused() {
    let folder = folder();
    fails(charnn(folder.path(), "score builtin:tales none.txt", &[]), 4, &["none.txt"]);
    fails(charnn(folder.path(), "score nothing lines.txt", &[]), 5, &["nothing"]);
    fails(
        charnn(folder.path(), "score builtin:tales lines.txt --carry --guesses 100", &[]),
        2,
        &["--carry"],
    );
}
