//! `charnn sweep`: a run for each point, a table, and going on after a kill.

use crate::program::{charnn, fails, stdout};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SMALL: &str = "--set model.hidden_size=[2,12] --set model.embedding_dim=4 \
    --set train.batch_size=2 --set train.seq_length=8 --set sample.length=0 --device cpu";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "Once upon a time there was a cat.\n".repeat(40);
    std::fs::write(folder.path().join("novel.txt"), text).unwrap();
    folder
}

fn points(folder: &Path, flags: &str) -> Vec<Value> {
    let out = stdout(charnn(folder, &format!("sweep novel.txt --json {flags}"), &[]));
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_point_is_a_run_and_the_best_comes_first() {
    let folder = folder();
    let found =
        points(folder.path(), &format!("{SMALL} --set train.max_steps=20 --seeds 2 --jobs 2"));
    assert_eq!(found.len(), 2);
    let losses: Vec<f64> = found.iter().map(|it| it["val_loss"].as_f64().unwrap()).collect();
    assert!(losses[0] < losses[1], "{losses:?}");
    assert_eq!(found[0]["settings"]["model.hidden_size"], "12");
    for (point, hidden) in [(1, 2), (2, 12)] {
        for seed in [1, 2] {
            let run = folder.path().join(format!("runs/sweep-{point}-seed{seed}/config.toml"));
            let config = std::fs::read_to_string(run).unwrap();
            assert!(config.contains(&format!("hidden_size = {hidden}")), "{config}");
            assert!(config.contains(&format!("seed = {seed}")), "{config}");
        }
    }
    // The same command repeats nothing and shows the same.
    let again = Instant::now();
    let same =
        points(folder.path(), &format!("{SMALL} --set train.max_steps=20 --seeds 2 --jobs 2"));
    assert_eq!(found, same);
    assert!(again.elapsed() < Duration::from_secs(5));
    let other = charnn(folder.path(), &format!("sweep novel.txt {SMALL} --seeds 2"), &[]);
    fails(other, 9, &["other settings"]);
}

#[test]
fn a_killed_sweep_ends_like_an_unbroken_one() {
    let (broken, unbroken) = (folder(), folder());
    let flags = format!("{SMALL} --set train.max_steps=600 --set checkpoint.every=50steps");
    let expected = points(unbroken.path(), &flags);
    let mut command = charnn(broken.path(), &format!("sweep novel.txt {flags}"), &[]);
    let mut sweep = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let first = broken.path().join("runs/sweep-1/checkpoints");
    let until = Instant::now() + Duration::from_mins(1);
    while first.read_dir().map_or(0, Iterator::count) < 2 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    sweep.kill().unwrap();
    sweep.wait().unwrap();
    // The training that it made is a process of its own and may still hold its run.
    let found = points(broken.path(), &flags);
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found["val_loss"], expected["val_loss"]);
    }
}

#[test]
fn a_point_that_fails_does_not_stop_the_others() {
    let folder = folder();
    // The second point needs more text than there is.
    let line = "sweep novel.txt --set train.seq_length=[8,60000] --set model.hidden_size=8 \
        --set train.batch_size=2 --set train.max_steps=5 --set sample.length=0 --device cpu --json";
    let output = charnn(folder.path(), line, &[]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let found: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(found[0]["val_loss"].is_f64() && found[1]["val_loss"].is_null(), "{found:?}");
}

/// The last of nine learning rates is by far the best.
const HALVING: &str = "--set train.learning_rate=[1e-8,2e-8,3e-8,4e-8,5e-8,6e-8,7e-8,8e-8,0.02] \
    --set model.hidden_size=8 --set model.embedding_dim=4 --set train.batch_size=2 \
    --set train.seq_length=8 --set sample.length=0 --device cpu --set train.max_steps=90 --halving 10";

fn steps(points: &[Value]) -> Vec<u64> {
    points.iter().map(|it| it["steps"].as_u64().unwrap()).collect()
}

#[test]
fn halving_trains_the_best_point_to_its_end_and_pauses_the_others() {
    let folder = folder();
    let found = points(folder.path(), HALVING);
    assert_eq!(found[0]["settings"]["train.learning_rate"], "0.02");
    // All nine made 10 steps, three of them 30 and one of these 90, or one more each: a training may be promoted
    // before a better one has come.
    let made = steps(&found);
    assert_eq!((made.len(), made[0]), (9, 90));
    assert!(made.iter().all(|it| [10, 30, 90].contains(it)), "{made:?}");
    assert!((3..6).contains(&made.iter().filter(|&&it| it > 10).count()), "{made:?}");
    // The same command repeats nothing.
    assert_eq!(points(folder.path(), HALVING), found);
    // A paused run is an ordinary run.
    let paused = found.last().unwrap()["runs"][0].as_str().unwrap();
    stdout(charnn(folder.path(), &format!("resume {paused}"), &[]));
}

#[test]
fn halving_that_was_killed_ends_like_an_unbroken_one() {
    let (broken, unbroken) = (folder(), folder());
    let flags =
        HALVING.replace("max_steps=90", "max_steps=2700").replace("halving 10", "halving 300");
    let expected = points(unbroken.path(), &flags);
    let mut command = charnn(broken.path(), &format!("sweep novel.txt {flags}"), &[]);
    let mut sweep = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    while !broken.path().join("runs/sweep-4/checkpoints").exists() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    sweep.kill().unwrap();
    sweep.wait().unwrap();
    // The training that it made is a process of its own and may still hold its run.
    let found = points(broken.path(), &flags);
    assert_eq!(found.len(), 9);
    for (found, expected) in found.iter().zip(&expected) {
        for what in ["settings", "steps", "val_loss"] {
            assert_eq!(found[what], expected[what], "{what}");
        }
    }
}

#[test]
fn a_sweep_file_is_what_its_flags_are() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("plans")).unwrap();
    let text = "sources = [\"../novel.txt\"]\nname = \"file\"\ndevice = \"cpu\"\n[set]\n\
        model.hidden_size = [2, 12]\nmodel.embedding_dim = 4\nsample.length = 0\n\
        train = { batch_size = 2, seq_length = 8, max_steps = 20 }\n";
    std::fs::write(folder.path().join("plans/small.toml"), text).unwrap();
    let sweep = |flags: &str| -> Vec<Value> {
        let out =
            stdout(charnn(folder.path(), &format!("sweep plans/small.toml --json {flags}"), &[]));
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let from_file = sweep("");
    let from_flags = points(folder.path(), &format!("{SMALL} --set train.max_steps=20"));
    let losses =
        |points: &[Value]| points.iter().map(|it| it["val_loss"].clone()).collect::<Vec<_>>();
    assert_eq!(losses(&from_file), losses(&from_flags));
    assert_eq!(from_file[0]["runs"][0], "file-2");
    // A flag wins.
    let one = sweep("--name other --set model.hidden_size=12");
    assert_eq!(losses(&one), losses(&from_file[..1]));
    std::fs::write(folder.path().join("plans/small.toml"), "job = 2\n".to_owned() + text).unwrap();
    fails(charnn(folder.path(), "sweep plans/small.toml", &[]), 3, &["line 1", "job"]);
}

#[test]
fn random_points_are_listed_before_they_are_trained() {
    let folder = folder();
    let flags = "--set train.learning_rate=log(0.001,0.01) --points 2 --dry-run --device cpu \
        --set train.batch_size=2 --set train.seq_length=8 --set train.max_steps=70 --set sample.length=0 --seeds 2";
    let list = |more: &str| {
        let mut found = points(folder.path(), &format!("{flags} {more}"));
        (found.pop().unwrap(), found)
    };
    let (cost, found) = list("");
    assert_eq!(found.len(), 2);
    assert_eq!((&cost["trainings"], &cost["total_steps"]), (&4.into(), &280.into()));
    assert!(cost["total_seconds"].as_f64().unwrap() > 0.0, "{cost}");
    assert!(cost["disk_bytes"].as_f64().unwrap() > 1e5, "{cost}");
    assert_eq!(found, list("").1);
    assert_ne!(found, list("--seed 2").1);
    assert_ne!(found, list("--sobol").1);
    assert!(!folder.path().join("runs").exists());
}

#[test]
fn bad_sweeps_are_refused_before_training() {
    let folder = folder();
    for (flags, code, word) in [
        ("--set train.learning_rate=log(0.1,0.01) --points 2", 2, "log(0.001, 0.01)"),
        ("--set train.learning_rate=log(0.01,0.1)", 2, "--points"),
        ("--set train.seed=[1,2] --seeds 2", 2, "--seeds"),
        ("--set model.hidden_size=[8,9] --seeds 2 --halving 5", 2, "--halving"),
        ("", 2, "--set"),
        ("--set model.hidden_size=[8,9] --reduction 2", 2, "--halving"),
        ("--set eval.every_steps=[8,9] --halving 5", 2, "eval.every_steps"),
        ("--set data.val_fraction=0 --halving 5", 2, "data.val_fraction"),
        ("--set model.hidden=[1,2]", 3, "hidden_size"),
        ("--set model.hidden_size=[8,0]", 3, "hidden_size"),
        ("--set model.hidden_size=[8,9] --sobol", 2, "--points"),
        ("--set model.hidden_size=[8,9] --slurm --halving 5", 2, "--halving"),
        ("--set model.hidden_size=[8] --name ../x", 3, "run.name"),
    ] {
        fails(charnn(folder.path(), &format!("sweep novel.txt {flags}"), &[]), code, &[word]);
    }
    assert!(!folder.path().join("runs").exists());
}

#[test]
fn what_failed_is_tried_again_and_what_diverged_is_not() {
    let folder = folder();
    let flags = format!("{SMALL} --set train.max_steps=20");
    let expected = points(folder.path(), &flags);
    let ledger = folder.path().join("runs/.sweeps/sweep.json");
    let complete = std::fs::read_to_string(&ledger).unwrap();
    let failed = |code: i32| {
        std::fs::remove_dir_all(folder.path().join("runs/sweep-1")).unwrap();
        let failed = complete.replacen("\"completed\"", &format!("{{\"failed\": {code}}}"), 1);
        assert_ne!(failed, complete);
        std::fs::write(&ledger, failed).unwrap();
        points(folder.path(), &flags)
    };
    assert_eq!(failed(8)[1]["val_loss"], expected[1]["val_loss"]);
    assert!(failed(7)[1]["val_loss"].is_null());
}

#[test]
fn runs_of_another_sweep_are_not_taken_for_its_own() {
    let folder = folder();
    let flags = format!("{SMALL} --set train.max_steps=20");
    let expected = points(folder.path(), &flags);
    std::fs::remove_dir_all(folder.path().join("runs/.sweeps")).unwrap();
    assert_eq!(points(folder.path(), &flags), expected);
    std::fs::remove_dir_all(folder.path().join("runs/.sweeps")).unwrap();
    let other = format!("sweep novel.txt {SMALL} --set train.max_steps=30");
    fails(charnn(folder.path(), &other, &[]), 9, &["sweep-1", "--name"]);
}

#[cfg(unix)]
#[test]
fn jobs_of_an_array_make_the_trainings_of_the_sweep() {
    let folder = folder();
    let folder = folder.path();
    let flags = format!("{SMALL} --set train.max_steps=20 --seeds 2");
    let expected = points(folder, &format!("{flags} --name here"));
    let script = stdout(charnn(folder, &format!("sweep novel.txt {flags} --slurm"), &[]));
    assert!(script.contains("#SBATCH --array=1-4\n"), "{script}");
    std::fs::write(folder.join("job.sh"), &script).unwrap();
    let collect = format!("collect novel.txt --json {flags}");
    let collected = |code: i32| -> Vec<Value> {
        let output = charnn(folder, &format!("sweep {collect}"), &[]).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let run = |task: &str| {
        let mut job = std::process::Command::new("bash");
        crate::program::alone(&mut job);
        job.arg(folder.join("job.sh")).current_dir("/").env("SLURM_ARRAY_TASK_ID", task);
        job.output().unwrap()
    };
    for task in ["1", "2", "4"] {
        let output = run(task);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(collected(1)[0]["val_loss"].is_f64(), "one is left");
    assert!(run("3").status.success());
    assert!(run("3").status.success(), "again");
    assert_eq!(run("5").status.code(), Some(2), "there are four");
    let found = collected(0);
    let losses = |points: &[Value]| -> Vec<Value> {
        points.iter().map(|it| it["val_loss"].clone()).collect()
    };
    assert_eq!(losses(&found), losses(&expected));
    // The sweep itself repeats nothing.
    let again = charnn(folder, &format!("sweep novel.txt --json {flags}"), &[]).output().unwrap();
    assert!(String::from_utf8_lossy(&again.stderr).contains("4 of them have ended before"));
}
