//! Pages about runs, and curves in the terminal.

use crate::program::{charnn, fails, stdout};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a finished run.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runs/tests/fixtures/7459234/run");
    copy(&fixture, &folder.path().join("runs/old"));
    folder
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let name = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &name);
        } else {
            std::fs::copy(&path, &name).unwrap();
        }
    }
}

#[test]
fn a_page_is_written_and_replaced_but_nothing_else_is() {
    let folder = folder();
    let folder = folder.path();
    assert_eq!(stdout(charnn(folder, "report --quiet", &[])), "report.html\n");
    let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(page.contains("charnn train runs/old/config.toml --name old-again"), "{page}");
    // A page gives way to a page.
    assert_eq!(stdout(charnn(folder, "report old --lang zh --quiet", &[])), "report.html\n");
    let chinese = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(chinese.contains("lang=\"zh-Hans\""));
    assert_eq!(stdout(charnn(folder, "report old -o -", &[])), page);
    std::fs::write(folder.join("notes.html"), "<!doctype html>\nmine").unwrap();
    fails(charnn(folder, "report -o notes.html", &[]), 9, &["notes.html", "--force"]);
    fails(charnn(folder, "report -o runs", &[]), 8, &["runs"]);
    fails(charnn(folder, "report -o no/such.html", &[]), 8, &["no/such.html"]);
    assert_eq!(
        std::fs::read_to_string(folder.join("notes.html")).unwrap(),
        "<!doctype html>\nmine"
    );
    stdout(charnn(folder, "report -o notes.html --force", &[]));
    assert_eq!(std::fs::read_to_string(folder.join("notes.html")).unwrap(), page);
    fails(charnn(folder, "report nothing", &[]), 5, &["nothing", "old"]);
}

#[test]
fn damage_is_a_warning() {
    let folder = folder();
    let folder = folder.path();
    copy(&folder.join("runs/old"), &folder.join("runs/bad"));
    std::fs::write(folder.join("runs/bad/metrics.jsonl"), b"\xff\n{}\n").unwrap();
    std::fs::remove_file(folder.join("runs/bad/samples.jsonl")).unwrap();
    for line in ["report bad", "report old bad"] {
        let output = charnn(folder, line, &[]).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        for word in ["warning", "metrics.jsonl", "samples.jsonl", "bad"] {
            assert!(told.contains(word), "{told}");
        }
    }
}

#[test]
fn curves_are_ascii_where_nothing_else_is_shown() {
    let folder = folder();
    let folder = folder.path();
    let plot = |more: &[&str], locale: &str| {
        let mut command = charnn(folder, "runs plot old --height 6", more);
        command.env("LC_ALL", locale).env("COLUMNS", "50").env_remove("NO_COLOR");
        stdout(command)
    };
    assert!(plot(&[], "C").is_ascii());
    assert!(plot(&["--ascii"], "en_US.UTF-8").is_ascii());
    let usual = plot(&["--metric", "train_loss"], "en_US.UTF-8");
    assert!(usual.contains('┤') && !usual.contains('\u{1b}'), "{usual}");
    assert!(usual.lines().all(|line| line.chars().count() <= 50), "{usual}");
    let colored = plot(&["--color", "always"], "en_US.UTF-8");
    assert!(colored.contains("\u{1b}["), "{colored}");
    fails(charnn(folder, "runs plot old --metric loudness", &[]), 2, &["loudness", "train_loss"]);
    std::fs::write(folder.join("runs/old/metrics.jsonl"), "").unwrap();
    fails(charnn(folder, "runs plot old", &[]), 5, &["--metric"]);
}

#[test]
fn neurons_are_shown_on_a_text_or_on_what_the_network_writes() {
    let folder = folder();
    let folder = folder.path();
    let text = "the cat “sat” on 12 mats.\n".repeat(20);
    std::fs::write(folder.join("novel.txt"), text).unwrap();
    let line = "neurons old --text novel.txt --length 200 --quiet";
    assert_eq!(stdout(charnn(folder, line, &[])), "neurons.html\n");
    let page = std::fs::read_to_string(folder.join("neurons.html")).unwrap();
    assert!(page.contains("id=\"ranking\"") && page.contains("id=\"neurons-data\""));
    assert_eq!(stdout(charnn(folder, line, &["-o", "-"])), page);
    stdout(charnn(folder, "export old", &[]));
    let written = "neurons old.charnn.safetensors --length 100 --quiet -o written.html";
    assert_eq!(stdout(charnn(folder, written, &[])), "written.html\n");
    std::fs::write(folder.join("one.txt"), "a").unwrap();
    fails(charnn(folder, "neurons old --text one.txt", &[]), 4, &["one.txt"]);
    fails(charnn(folder, "neurons old --text missing.txt", &[]), 4, &["missing.txt"]);
}

#[test]
fn a_prediction_is_explained_as_text_json_and_page() {
    let folder = folder();
    let folder = folder.path();
    let at = ["--at", "Once upon a tim"];
    let text = stdout(charnn(folder, "explain builtin:tales --quiet", &at));
    assert!(text.contains("\"e\" rather than") && text.lines().all(|it| it.len() <= 80), "{text}");
    assert!(text.is_ascii(), "the locale is C: {text}");
    let json = stdout(charnn(folder, "explain builtin:tales --json", &at));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let units = json["units"].as_array().unwrap();
    let sum: f64 = units.iter().map(|unit| unit["effect"].as_f64().unwrap()).sum();
    let whole = json["difference"].as_f64().unwrap();
    assert!((json["bias"].as_f64().unwrap() + sum - whole).abs() < 1e-9, "{sum}, not {whole}");
    assert_eq!((&json["target"], json["characters"].as_array().unwrap().len()), (&"e".into(), 15));
    let page = "explain builtin:tales --quiet -o why.html --lang zh";
    assert_eq!(stdout(charnn(folder, page, &at)), "why.html\n");
    let page = std::fs::read_to_string(folder.join("why.html")).unwrap();
    assert!(page.contains("id=\"gates\"") && page.contains("lang=\"zh-Hans\""));
    let other = ["--at", "upon", "--target", "\\n", "--against", " ", "--json"];
    let other = stdout(charnn(folder, "explain builtin:tales", &other));
    assert!(other.contains("\"target\":\"\\n\"") && other.contains("\"against\":\" \""), "{other}");
    let wrong = |more: &[&str], code, words: &[&str]| {
        fails(charnn(folder, "explain builtin:tales", more), code, words);
    };
    wrong(&["--at", "a", "--target", "ab"], 2, &["--target", "ab"]);
    wrong(&["--at", "a", "--target", "e", "--against", "e"], 2, &["--target", "--against"]);
    wrong(&["--at", "a\\x"], 2, &["--at"]);
    wrong(&["--at", "书"], 4, &["书"]);
    wrong(&[], 2, &["--at"]);
}
