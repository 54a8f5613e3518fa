//! The program killed, stopped and started again.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod program;

use program::{charnn, fails, stdout};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run of some hundred steps, with checkpoints, evaluations and samples all the time.
const TRAIN: &str = "train novel.txt --device cpu --set model.hidden_size=24 \
    --set model.embedding_dim=8 --set model.cell=lstm --set train.batch_size=4 \
    --set train.seq_length=16 --set train.max_steps=240 --set train.epochs=100 \
    --set sample.length=20 --set sample.every_steps=11 --set eval.every_steps=17";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "Once upon a time there was a cat.\n".repeat(200);
    std::fs::write(folder.path().join("novel.txt"), text).unwrap();
    folder
}

fn train(folder: &Path, name: &str) -> Command {
    charnn(folder, TRAIN, &["--set", "checkpoint.every=7 steps", "--name", name])
}

fn start(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

/// All that a run leaves: weights, moments, metrics without times, samples.
fn remains(folder: &Path, name: &str) -> Vec<Vec<u8>> {
    let run = folder.join("runs").join(name);
    let last = run.join("checkpoints/step-00000240");
    let mut all: Vec<_> = ["model.safetensors", "optimizer.safetensors", "carried.safetensors"]
        .iter()
        .map(|file| std::fs::read(last.join(file)).unwrap())
        .collect();
    let metrics = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    let untimed = metrics.lines().map(|line| {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["seconds"] = 0.into();
        line.to_string()
    });
    all.push(untimed.collect::<Vec<_>>().join("\n").into_bytes());
    all.push(std::fs::read(run.join("samples.jsonl")).unwrap());
    all
}

/// `CHARNN_KILLS` asks for more of them; `scripts/kill-test.sh` for a thousand.
#[test]
fn a_run_killed_at_any_moment_resumes_identically() {
    let kills: u32 = std::env::var("CHARNN_KILLS").map_or(100, |text| text.parse().unwrap());
    let folder = folder();
    let begun = Instant::now();
    stdout(train(folder.path(), "whole"));
    let whole_run = begun.elapsed();
    let whole = remains(folder.path(), "whole");

    let mut number = 2_u64;
    let mut random = || {
        number =
            number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (number >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (mut killed, mut runs) = (0, 0);
    while killed < kills {
        runs += 1;
        let name = format!("killed-{runs}");
        loop {
            // Start the run if it was killed before it existed, else resume it. Nothing is cleaned up.
            let there = folder.path().join("runs").join(&name).exists();
            let command = if there {
                charnn(folder.path(), &format!("resume {name}"), &[])
            } else {
                train(folder.path(), &name)
            };
            let mut child = start(command);
            // A third of a run on average: some kills come while the program starts.
            std::thread::sleep(whole_run.mul_f64(0.67 * random()));
            let ended = child.try_wait().unwrap();
            if ended.is_none() {
                child.kill().unwrap();
                killed += 1;
            }
            let output = child.wait_with_output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            if ended.is_some() {
                assert!(output.status.success(), "{name}: {stderr}");
                break;
            }
            assert!(!stderr.contains("error") && !stderr.contains("panicked"), "{name}: {stderr}");
        }
        let pairs = remains(folder.path(), &name).into_iter().zip(&whole);
        for (place, (actual, expected)) in pairs.enumerate() {
            assert!(actual == *expected, "{name}: file {place} is another one");
        }
    }
}

#[test]
fn signals_end_training_and_name_the_resume_command() {
    let folder = folder();
    stdout(train(folder.path(), "whole"));
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 143)] {
        let mut command = train(folder.path(), name);
        command.args(["--set", "train.max_steps=1000000", "--set", "train.epochs=1000000"]);
        let child = start(command);
        wait_for_steps(folder.path(), name);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {stderr}");
        assert!(stderr.contains(&format!("charnn resume runs/{name}")), "{name}: {stderr}");
        let more = charnn(folder.path(), &format!("resume {name} --set train.max_steps=1"), &[]);
        stdout(more);
    }
}

#[test]
fn a_second_signal_ends_the_process_in_the_middle_of_a_step() {
    let folder = folder();
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let text = "Once upon a time there was a cat.\n".repeat(20_000);
        std::fs::write(folder.path().join("novel.txt"), text).unwrap();
        let mut command = train(folder.path(), name);
        // One update of seconds.
        command.args(["--set", "train.batch_size=256", "--set", "train.seq_length=512"]);
        command.args(["--set", "model.hidden_size=512", "--set", "train.gradient_accumulation=4"]);
        let mut child = start(command);
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut until = |word: &str| {
            let found = lines.by_ref().find(|line| line.contains(word));
            found.unwrap_or_else(|| panic!("{name}: {word:?} was not written"));
        };
        // Signals are heard once training has started, and two that come at once are one.
        until("baselines");
        signal(&child, name);
        until("Stopping after this step");
        let asked = Instant::now();
        signal(&child, name);
        let stderr = lines.collect::<Vec<_>>().join("\n");
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(code), "{name}: {stderr}");
        assert!(!stderr.contains("charnn resume"), "it did not wait: {stderr}");
        assert!(asked.elapsed() < Duration::from_secs(1), "{name}: {:?}", asked.elapsed());
        let run = folder.path().join("runs").join(name);
        assert!(!run.join("checkpoints/step-00000001").exists());
    }
}

#[test]
fn a_run_started_with_nohup_outlives_its_terminal() {
    let folder = folder();
    let program = env!("CARGO_BIN_EXE_charnn");
    let mut shell = Command::new("sh");
    let line = format!("trap '' HUP; LC_ALL=C exec {program} {TRAIN} --name run");
    shell
        .args(["-c", &line.replace("=240", "=1000000").replace("=100 ", "=1000000 ")])
        .current_dir(folder.path());
    program::alone(&mut shell);
    let child = start(shell);
    wait_for_steps(folder.path(), "run");
    signal(&child, "HUP");
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(143));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr.matches("Stopping after this step").count(), 1, "{stderr}");
}

/// Waits until a run has made some steps.
fn wait_for_steps(folder: &Path, name: &str) {
    let metrics = folder.join("runs").join(name).join("metrics.jsonl");
    let begun = Instant::now();
    while !metrics.metadata().is_ok_and(|file| file.len() > 0) {
        assert!(begun.elapsed() < Duration::from_mins(1), "no step in a minute");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn resuming_changes_only_where_a_run_ends() {
    let folder = folder();
    stdout(train(folder.path(), "run"));
    let resume = |more: &[&str]| charnn(folder.path(), "resume run", more);
    // Nothing is left to do, and that is no error.
    assert_eq!(stdout(resume(&[])), "runs/run\n");
    stdout(resume(&["--set", "train.max_steps=250"]));
    assert!(folder.path().join("runs/run/checkpoints/step-00000250").is_dir());
    let refused = ["--set", "train.learning_rate=1"];
    fails(resume(&refused), 2, &["train.learning_rate=1", "train.epochs", "--init-from"]);
    fails(charnn(folder.path(), "resume other", &[]), 5, &["\"other\"", "run"]);
    std::fs::write(folder.path().join("novel.txt"), "Another text it is.\n".repeat(300)).unwrap();
    fails(resume(&["--set", "train.max_steps=260"]), 4, &["has changed", "--init-from"]);
}

#[test]
fn two_processes_do_not_write_to_one_run() {
    let folder = folder();
    let mut command = train(folder.path(), "run");
    command.args(["--set", "train.max_steps=1000000", "--set", "train.epochs=1000000"]);
    let mut child = start(command);
    let run = folder.path().join("runs/run/metrics.jsonl");
    let begun = Instant::now();
    while !run.exists() {
        assert!(begun.elapsed() < Duration::from_mins(1), "no run in a minute");
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = format!("process {}", child.id());
    fails(charnn(folder.path(), "resume run", &[]), 9, &["in use by", &id]);
    fails(train(folder.path(), "run"), 9, &["exists", "charnn resume"]);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A write beyond the limit fails; the signal for it does not end the process.
#[test]
fn a_limit_on_file_sizes_is_an_error_with_a_message() {
    let folder = folder();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 2; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_charnn")]);
    command.args(TRAIN.split_whitespace()).args(["--name", "run"]);
    program::alone(&mut command);
    command.env("LC_ALL", "C").current_dir(folder.path());
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(8), "{stderr}");
    assert!(stderr.contains("error: ") && stderr.contains("run"), "{stderr}");
}

#[test]
fn more_threads_than_a_machine_can_use_are_not_started() {
    let folder = folder();
    let mut command = charnn(folder.path(), "devices --json", &[]);
    let output = command.env("RAYON_NUM_THREADS", "100000").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && stderr.contains("RAYON_NUM_THREADS"), "{stderr}");
}

/// As `nobody` if the test runs as root, for whom the limit does not hold. The program is executed through its file
/// descriptor, because its folder may be closed to others.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the standard library sets no limits")]
#[test]
fn a_limit_on_processes_is_an_error_with_a_message() {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let folder = folder();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let program = std::fs::File::open(env!("CARGO_BIN_EXE_charnn")).unwrap();
    let mut refused = 0;
    for limit in 1..6 {
        let mut command = Command::new(format!("/proc/self/fd/{}", program.as_raw_fd()));
        command.args(TRAIN.split_whitespace()).arg("--name").arg(limit.to_string());
        program::alone(&mut command);
        command.env("LC_ALL", "C").env("RAYON_NUM_THREADS", "2").current_dir(folder.path());
        // SAFETY: `geteuid` has no preconditions.
        if unsafe { libc::geteuid() } == 0 {
            command.uid(65_534);
        }
        let set = move || {
            let limit = libc::rlimit { rlim_cur: limit, rlim_max: limit };
            // SAFETY: the limit is readable, and `setrlimit` allocates nothing.
            match unsafe { libc::setrlimit(libc::RLIMIT_NPROC, &raw const limit) } {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        };
        // SAFETY: between fork and exec, `set` may be called.
        unsafe { command.pre_exec(set) };
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{limit}: {stderr}");
        if output.status.code() == Some(6) {
            assert!(
                stderr.contains("cannot start threads") && stderr.contains("ulimit -u"),
                "{stderr}"
            );
            refused += 1;
        } else {
            assert!(output.status.success(), "{limit}: {stderr}");
        }
    }
    // A process of its own can only start none; other processes of the user may use up the rest.
    assert!(refused > 0);
}

/// Without `/sys`, gemm asks `lscpu` for the sizes of caches. Needs the right to change what is mounted.
#[cfg(target_os = "linux")]
#[test]
fn odd_output_of_lscpu_stops_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("lscpu");
    let odd = "#!/bin/sh\necho TYPE LEVEL WAYS COHERENCY-SIZE ONE-SIZE\necho Data 1 - 64 32768\n";
    std::fs::write(&path, odd).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    let hidden = "mount -t tmpfs none /sys";
    let may = Command::new("unshare").args(["-m", "sh", "-c", hidden]).output();
    if !may.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: /sys cannot be hidden here");
        return;
    }
    let mut command = Command::new("unshare");
    let line = format!("{hidden} && PATH=$PWD:$PATH && lscpu && exec \"$0\" \"$@\"");
    command.args(["-m", "sh", "-c", &line, env!("CARGO_BIN_EXE_charnn")]);
    command.args(TRAIN.split_whitespace()).args(["--name", "run"]);
    program::alone(&mut command);
    command.env("LC_ALL", "C").current_dir(folder.path());
    let printed = stdout(command);
    assert!(printed.contains("Data 1 - 64") && printed.ends_with("runs/run\n"), "{printed}");
}
