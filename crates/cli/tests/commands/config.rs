//! Configurations as a person meets them: written, shown, checked, explained and overruled.

use crate::program::{charnn, fails, stdout};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// An empty folder with `novel.txt` and these files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tale = "Once upon a time there was a cat.\n".repeat(40);
    std::fs::write(folder.path().join("novel.txt"), tale).unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// `command` with an environment variable.
fn with(mut command: Command, name: &str, value: &str) -> Command {
    command.env(name, value);
    command
}

#[test]
fn a_configuration_is_written_for_a_text_and_trains_at_once() {
    let folder = folder(&[]);
    let at = folder.path();
    assert_eq!(stdout(charnn(at, "init --data novel.txt", &[])), "charnn.toml\n");
    let text = std::fs::read_to_string(at.join("charnn.toml")).unwrap();
    assert!(
        text.contains("\npath = \"novel.txt\"\n") && text.contains("1,360 characters"),
        "{text}"
    );
    stdout(charnn(at, "config check charnn.toml", &[]));
    let short = ["--set", "train.max_steps=3", "--set", "sample.length=5", "--device", "cpu"];
    stdout(charnn(at, "train charnn.toml --name first", &short));

    fails(charnn(at, "init --data novel.txt", &[]), 9, &["charnn.toml", "--force"]);
    stdout(charnn(at, "init --data novel.txt --force --preset tiny", &[]));
    let shown = stdout(charnn(at, "config show charnn.toml", &[]));
    assert!(shown.contains("hidden_size = 128"), "{shown}");
}

#[test]
fn a_configuration_is_shown_with_the_origin_of_each_value() {
    let exp = "[data]\npath = \"novel.txt\"\n[train]\nseed = 2\nepochs = 2\nbatch_size = 2\n";
    let folder = folder(&[("exp.toml", exp)]);
    let show = |line: &str| {
        let command = charnn(folder.path(), &format!("config show {line}"), &[]);
        let command = with(command, "CHARNN_TRAIN__SEED", "3");
        stdout(with(command, "CHARNN_TRAIN__EPOCHS", "3"))
    };
    let shown = show("exp.toml --set train.seed=4 --origin --diff-defaults");
    let lines: Vec<Vec<&str>> =
        shown.lines().map(|line| line.split_whitespace().collect()).collect();
    for expected in [
        vec!["batch_size", "=", "2", "#", "exp.toml:6"],
        vec!["epochs", "=", "3", "#", "CHARNN_TRAIN__EPOCHS"],
        vec!["seed", "=", "4", "#", "--set"],
    ] {
        assert!(lines.contains(&expected), "{expected:?} in {shown}");
    }
    assert!(!shown.contains("hidden_size"), "{shown}");
    let again = show("exp.toml");
    std::fs::write(folder.path().join("again.toml"), &again).unwrap();
    assert_eq!(show("again.toml"), again);
    assert!(show("").contains("path = \"builtin:tales\""));
    assert!(show("novel.txt").contains("novel.txt\""));
}

#[test]
fn the_environment_is_overruled_by_set_and_set_by_named_flags() {
    let folder = folder(&[]);
    let line = "train novel.txt --set model.hidden_size=8 --set train.batch_size=4 \
        --set train.max_steps=1 --set run.name=set --set sample.length=5";
    let command =
        with(charnn(folder.path(), line, &["--device", "cpu"]), "CHARNN_RUN__NAME", "env");
    let command = with(command, "CHARNN_TRAIN__DEVICE", "software");
    assert!(stdout(command).ends_with("set\n"));
    let config = std::fs::read_to_string(folder.path().join("runs/set/config.toml")).unwrap();
    assert!(config.contains("device = \"cpu\"") && config.contains("max_steps = 1"), "{config}");
    let misspelt = with(charnn(folder.path(), line, &[]), "CHARNN_TRAIN__BATCHSIZE", "4");
    fails(misspelt, 3, &["CHARNN_TRAIN__BATCHSIZE=4", "did you mean CHARNN_TRAIN__BATCH_SIZE?"]);
}

#[test]
fn every_problem_of_every_file_is_reported() {
    let good = "[data]\npath = \"novel.txt\"\n";
    let bad = "[data]\npath = \"novel.txt\"\n[model]\nhiden_size = 3\n[train]\nepochs = 0\n";
    let files =
        [("good.toml", good), ("bad.toml", bad), ("worse.toml", "a: 1\n"), ("exp.yaml", "a: 1\n")];
    let folder = folder(&files);
    let at = folder.path();
    let output = charnn(at, "config check good.toml good.toml", &[]).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("2 files"));
    let words =
        ["bad.toml:4:1", "`hidden_size`", "bad.toml:6:10", "worse.toml:1:", "none.toml", "3 of 4"];
    fails(charnn(at, "config check good.toml bad.toml worse.toml none.toml", &[]), 3, &words);
    fails(charnn(at, "train bad.toml", &[]), 3, &words[..3]);
    fails(charnn(at, "train exp.yaml", &[]), 3, &["exp.yaml", "TOML"]);
    fails(charnn(at, "train novel.txt --encoding gbx", &[]), 2, &["--encoding", "gbx"]);
    assert!(!at.join("runs").exists(), "a run was begun");
}

#[test]
fn keys_are_explained_and_described_for_editors() {
    let folder = folder(&[]);
    let at = folder.path();
    assert!(stdout(charnn(at, "config explain train.batch_size", &[])).contains("from 1 to 65536"));
    assert!(stdout(charnn(at, "config explain model", &[])).contains("\nhidden_size = 256\n"));
    let schema = stdout(charnn(at, "config schema", &[]));
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["properties"]["sample"]["properties"]["top_p"]["default"], 1.0);
}

/// What makes a training of [`folder`]'s text take a moment.
const SHORT: &str = "--device cpu -s model.hidden_size=8 -s model.embedding_dim=4 \
    -s train.batch_size=4 -s train.seq_length=16 -s train.max_steps=1 -s sample.length=5";

#[test]
fn run_root_is_relative_to_its_file_or_to_the_working_directory() {
    let folder = folder(&[]);
    let at = folder.path();
    std::fs::create_dir_all(at.join("sub")).unwrap();
    let data = "[data]\npath = \"../novel.txt\"\n";
    std::fs::write(at.join("sub/plain.toml"), data).unwrap();
    let own = format!("{data}[run]\nroot = \"mine\"\n");
    std::fs::write(at.join("sub/own.toml"), own).unwrap();
    let train = |inside: &Path, file: &str, name: &str| {
        stdout(charnn(inside, &format!("train {file} --name {name} {SHORT}"), &[]))
    };
    let is_run = |path: &str| assert!(at.join(path).join("vocab.json").is_file(), "{path}");

    assert_eq!(train(at, "sub/plain.toml", "first"), "runs/first\n");
    is_run("runs/first");
    train(at, "sub/own.toml", "first");
    is_run("sub/mine/first");
    // A run's own configuration makes its neighbor, wherever it is called from.
    train(at, "sub/mine/first/config.toml", "second");
    is_run("sub/mine/second");
    train(&at.join("sub"), "mine/first/config.toml", "third");
    is_run("sub/mine/third");
    train(at, "runs/first/config.toml", "second");
    is_run("runs/second");
    // What is shown can be kept anywhere.
    let shown = stdout(charnn(at, "config show sub/plain.toml", &[]));
    std::fs::write(at.join("sub/shown.toml"), shown).unwrap();
    train(at, "sub/shown.toml", "third");
    is_run("runs/third");
    assert!(!at.join("sub/runs").exists() && !at.join("runs/first/runs").exists());
}

#[test]
fn json_problems_have_line_column_and_hint() {
    let bad = "[data]\npath = \"novel.txt\"\n[train]\nepochs = \"3\"\n";
    let folder = folder(&[("bad.toml", bad), ("none.toml", ""), ("x. y; z.toml", bad)]);
    let at = folder.path();
    let error = |line: &str, more: &[&str]| -> Value {
        let output = charnn(at, line, more).output().unwrap();
        assert!(!output.status.success());
        let stderr = String::from_utf8(output.stderr).unwrap();
        serde_json::from_str(stderr.lines().last().unwrap()).unwrap()
    };
    let told = error("config check bad.toml --json", &[]);
    assert_eq!(told["place"]["source"], "bad.toml", "{told}");
    assert_eq!((&told["place"]["line"], &told["place"]["column"]), (&json!(4), &json!(10)));
    assert!(told["hints"][0].is_string(), "{told}");
    let told = error("config check --json", &["x. y; z.toml"]);
    assert_eq!(told["place"]["source"], "x. y; z.toml", "{told}");
    let told = error("train bad.toml -s train.epochs=0 --json", &[]);
    assert_eq!(told["place"]["source"], "--set", "{told}");
    for (line, name, hint) in [
        ("config check none.toml --json", "", "novel.txt"),
        ("config check nnoe.toml --json", "", "none.toml"),
        ("config check --json", "no. such; file.toml", "charnn init"),
        ("evaluate --json", "x. y; z", "charnn train"),
    ] {
        let more = if name.is_empty() { vec![] } else { vec![name] };
        let told = error(line, &more);
        assert!(told["hints"].to_string().contains(hint), "{line}: {told}");
    }
}

#[test]
fn configurations_inside_the_program_are_found_by_name() {
    let folder = folder(&[]);
    let at = folder.path();
    let shown = stdout(charnn(at, "config show builtin:shakespeare-5s", &[]));
    assert!(shown.contains("hidden_size = 96"), "{shown}");
    fails(
        charnn(at, "train builtin:shakespeare-5s", &[]),
        4,
        &["fetch-data.sh", "tinyshakespeare"],
    );
    std::fs::create_dir(at.join("data")).unwrap();
    let text = std::fs::read_to_string(at.join("novel.txt")).unwrap() + "ROMEO:\n";
    std::fs::write(at.join("data/tinyshakespeare.txt"), text).unwrap();
    let name =
        stdout(charnn(at, &format!("train builtin:shakespeare-5s --name five {SHORT}"), &[]));
    assert_eq!(name, "runs/five\n");
}

#[test]
fn several_texts_are_read_in_order_whatever_they_are_called() {
    let folder = folder(&[("a,b.txt", "ab ab ab.\n"), ("{c}.txt", "cd cd cd.\n")]);
    let at = folder.path();
    let line = format!("train --name several {SHORT}");
    let several = charnn(at, &line, &["novel.txt", "a,b.txt", "{c}.txt", "builtin:tales"]);
    assert_eq!(stdout(several), "runs/several\n");
    let config = std::fs::read_to_string(at.join("runs/several/config.toml")).unwrap();
    assert!(config.contains("a,b.txt\", \"") && config.contains("\"builtin:tales\"]"), "{config}");
    stdout(charnn(at, "resume several --set train.max_steps=2 --device cpu", &[]));
    fails(charnn(at, "train novel.txt -", &[]), 2, &["-"]);
}

#[test]
fn one_default_network_whatever_the_command() {
    let folder = folder(&[]);
    let model = |shown: String| {
        let (_, rest) = shown.split_once("[model]").unwrap();
        rest.split_once("\n[").unwrap().0.to_owned()
    };
    let of_text = model(stdout(charnn(folder.path(), "config show novel.txt", &[])));
    assert!(of_text.contains("hidden_size = 256"), "{of_text}");
    stdout(charnn(folder.path(), "init --data novel.txt", &[]));
    assert_eq!(model(stdout(charnn(folder.path(), "config show charnn.toml", &[]))), of_text);
}
