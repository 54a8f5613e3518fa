//! How the program ends training before all steps are made, and how it goes back when the loss is not
//! finite.

#![cfg(unix)]
use crate::program::{charnn, fails};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TRAIN: &str = "train novel.txt --device cpu --name run --set model.hidden_size=24 \
    --set model.embedding_dim=8 --set train.batch_size=4 --set train.seq_length=16 \
    --set train.epochs=100000 --set sample.every_steps=1000000 --set sample.length=5";
/// Each update takes 10 times the weights from the weights: soon none is finite.
const HOT: &str = "--set train.optimizer=sgd --set train.weight_decay=1 --set train.learning_rate=10 \
    --set train.lr_schedule=constant --set train.warmup_steps=0 --set eval.every_steps=1000000";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "Once upon a time there was a cat.\n".repeat(200);
    std::fs::write(folder.path().join("novel.txt"), text).unwrap();
    folder
}

/// What a command that works says to people.
#[track_caller]
fn said(mut command: Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    stderr
}

/// The steps of a run's metrics, in order.
fn steps(folder: &Path) -> Vec<u64> {
    let text = std::fs::read_to_string(folder.join("runs/run/metrics.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let steps = lines.filter(|line| line.get("train_loss").is_some());
    steps.map(|line| line["step"].as_u64().unwrap()).collect()
}

fn hot(folder: &Path, steps: u64, more: &[&str]) -> Command {
    let mut command = charnn(folder, TRAIN, &["--set", "checkpoint.every=5 steps"]);
    command.args(HOT.split_whitespace()).args(["--set", &format!("train.max_steps={steps}")]);
    command.args(more);
    command
}

#[test]
fn a_resumed_run_stays_on_its_branch_after_a_rollback() {
    let folder = folder();
    let folder = folder.path();
    fails(hot(folder, 200, &[]), 7, &["not finite", "train.on_nonfinite=rollback"]);
    let left = steps(folder).len();
    let resume = charnn(folder, "resume run --set train.on_nonfinite=rollback", &[]);
    let stderr = said(resume);
    assert!(stderr.contains("with half the learning rate"), "{stderr}");
    assert!(!stderr.contains(&format!("continuing from step {left} ")), "{stderr}");
    assert_eq!(steps(folder), (1..=200).collect::<Vec<_>>());
}

#[test]
fn a_run_that_ends_worse_than_uniform_guessing_fails() {
    for val_fraction in ["0", "0.1"] {
        let folder = folder();
        let set = format!(
            "train.learning_rate=10 train.lr_schedule=constant train.max_steps=60 \
             train.warmup_steps=0 eval.every_steps=20 data.val_fraction={val_fraction}"
        );
        let set = set.split_whitespace().flat_map(|value| ["--set", value]).collect::<Vec<_>>();
        let output = charnn(folder.path(), TRAIN, &set).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(7), "{stderr}");
        assert!(
            stderr.contains("error: training failed") && stderr.contains("uniform"),
            "{stderr}"
        );
        assert!(!stderr.contains("charnn generate"), "{stderr}");
        assert_eq!(stderr.matches("worse than uniform").count(), 2, "a warning too: {stderr}");
        assert!(output.stdout.is_empty(), "no run to use");
        // With events, the last one has the outcome.
        let events = [&set[..], &["--json", "--name", "events"]].concat();
        let train = TRAIN.replace("--name run", "");
        let output = charnn(folder.path(), &train, &events).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let last: serde_json::Value =
            serde_json::from_str(stdout.lines().next_back().unwrap()).unwrap();
        assert_eq!((&last["event"], &last["outcome"]), (&"end".into(), &"failed".into()));
        assert_eq!(output.status.code(), Some(7), "{stdout}");
    }
}

#[test]
fn a_file_given_twice_is_pointed_out() {
    let folder = folder();
    let folder = folder.path();
    std::fs::copy(folder.join("novel.txt"), folder.join("copy.txt")).unwrap();
    let once = ["--set", "train.max_steps=2"];
    let told = |sources: &str| {
        let line = TRAIN.replacen("novel.txt", sources, 1).replace("--name run", "");
        said(charnn(folder, &line, &once))
    };
    assert!(told("novel.txt copy.txt").contains("has the same text as"));
    assert!(told("novel.txt novel.txt").contains("has the same text as"));
    assert!(!told("novel.txt").contains("has the same text as"));
}

#[test]
fn a_run_killed_after_a_rollback_resumes_identically() {
    let folder = folder();
    let folder = folder.path();
    let rollback = ["--set", "train.on_nonfinite=rollback"];
    let mut child = hot(folder, 1_000_000, &rollback);
    let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let metrics = folder.join("runs/run/metrics.jsonl");
    let begun = Instant::now();
    // At that rate it runs for a long time.
    while !std::fs::read_to_string(&metrics)
        .is_ok_and(|text| text.contains("\"learning_rate\":1.25,"))
    {
        assert!(begun.elapsed() < Duration::from_mins(1), "it was not sent back in a minute");
        assert!(child.try_wait().unwrap().is_none(), "it has ended");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let child = charnn(folder, "resume run", &[])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(!stderr.contains("continuing from"), "it knows its rate: {stderr}");
    let steps = steps(folder);
    assert_eq!(steps, (1..=steps.len() as u64).collect::<Vec<_>>());
}

#[test]
fn the_steps_of_an_abandoned_branch_are_counted_too() {
    let folder = folder();
    let folder = folder.path();
    fails(hot(folder, 60, &[]), 7, &["not finite"]);
    let left = steps(folder).len();
    // It ends before the step that it had stopped at.
    let steps = format!("train.max_steps={}", left + 1);
    let resume = charnn(folder, "resume run --set train.on_nonfinite=rollback --set", &[&steps]);
    let mut resume = resume;
    let stderr = String::from_utf8(resume.output().unwrap().stderr).unwrap();
    assert!(stderr.contains(" steps in 0:0") && !stderr.contains("446,744"), "{stderr}");
}

#[test]
fn a_time_limit_and_early_stopping_are_good_ends() {
    for (set, words) in [
        ("train.max_time=1s", "train.max_time"),
        ("train.early_stop_patience=2", "no longer improves"),
    ] {
        let folder = folder();
        // The weights stay as they are, and so does the validation loss.
        let rate =
            ["--set", set, "--set", "train.learning_rate=1e-30", "--set", "eval.every_steps=5"];
        let stderr = said(charnn(folder.path(), TRAIN, &rate));
        assert!(stderr.contains(words), "{stderr}");
        let resumed = said(charnn(folder.path(), "resume run", &[]));
        assert!(resumed.contains(words), "{resumed}");
    }
}

#[test]
fn a_text_may_move_but_not_change() {
    let folder = folder();
    let folder = folder.path();
    said(charnn(folder, TRAIN, &["--set", "train.max_steps=12"]));
    let moved = folder.join("moved.txt");
    std::fs::rename(folder.join("novel.txt"), &moved).unwrap();
    let resume = |more: &[&str]| charnn(folder, "resume run --set train.max_steps=14", more);
    fails(resume(&[]), 4, &["no such file", "charnn resume runs/run --set data.path=FILE"]);
    said(resume(&["--set", "data.path=moved.txt"]));
    assert_eq!(steps(folder).len(), 14);
    said(charnn(folder, "evaluate run", &[]));
    let text = std::fs::read_to_string(&moved).unwrap().replace("cat", "dog");
    std::fs::write(&moved, text).unwrap();
    fails(charnn(folder, "evaluate run", &[]), 4, &["moved.txt has changed since the run began"]);
    fails(resume(&[]), 4, &["moved.txt has changed since the run began"]);
}

/// Files that training leaves in the folder of the texts are not texts.
#[test]
fn a_run_beside_its_texts_resumes_and_is_not_training_text() {
    let folder = folder();
    let folder = folder.path();
    std::fs::write(folder.join("other.txt"), "There was a dog.\n".repeat(200)).unwrap();
    let train = TRAIN.replacen("novel.txt", ".", 1) + " --set train.max_steps=12";
    let first = said(charnn(folder, &train, &[]));
    assert!(first.contains("other.txt") && first.contains("novel.txt"), "{first}");
    said(charnn(folder, "resume run --set train.max_steps=14", &[]));
    assert_eq!(steps(folder).len(), 14);
    said(charnn(folder, "evaluate run", &[]));
    for sources in [".", "*/*/*/*", "runs"] {
        let again = train.replacen("train .", &format!("train {sources}"), 1);
        let output = charnn(folder, &again.replace("--name run", "--name again"), &[]).output();
        let told = String::from_utf8(output.unwrap().stderr).unwrap();
        assert!(!told.contains("metrics.jsonl") && !told.contains("config.toml"), "{told}");
    }
    // A command that fails does not make another run the latest.
    said(charnn(folder, &train.replace("--name run", "--name later"), &["--set", "train.seed=2"]));
    fails(charnn(folder, "resume run --set data.path=none.txt", &[]), 4, &["none.txt"]);
    let latest = said(charnn(folder, "evaluate latest", &[]));
    assert!(latest.contains("run later"), "{latest}");
}
