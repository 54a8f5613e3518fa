//! The program as a person meets it: real commands in an empty folder.

use crate::program::{charnn, fails, stdout};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// An empty folder with `novel.txt` in it.
fn folder(text: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("novel.txt"), text).unwrap();
    folder
}

fn tale() -> TempDir {
    folder("Once upon a time there was a cat.\n".repeat(40).as_bytes())
}

/// A training command that is done in a moment.
const SMALL: &str = "train novel.txt --device cpu --set model.hidden_size=8 \
    --set model.embedding_dim=4 --set train.batch_size=4 --set train.seq_length=16 \
    --set train.epochs=1 --set sample.length=20";

#[test]
fn a_text_becomes_a_run_that_generates_and_evaluates() {
    let folder = tale();
    let trained = stdout(charnn(folder.path(), SMALL, &["--name", "first"]));
    let run = Path::new("runs").join("first");
    assert_eq!(trained, format!("{}\n", run.display()));
    for file in ["config.toml", "vocab.json", "metrics.jsonl", "samples.jsonl"] {
        assert!(folder.path().join(&run).join(file).is_file(), "{file}");
    }

    let write = |more: &[&str]| stdout(charnn(folder.path(), "generate latest --length 30", more));
    let greedy = write(&["--prompt", "Once upon a time", "--greedy"]);
    assert!(greedy.starts_with("Once upon a time"), "{greedy}");
    assert_eq!(greedy.chars().count(), 16 + 30 + 1);
    assert_eq!(greedy, write(&["--prompt", "Once upon a time", "--temperature", "0"]));
    assert_eq!(write(&["--seed", "7"]), write(&["--seed", "7"]));
    assert_ne!(write(&["--seed", "7"]), write(&["--seed", "8"]));
    let by_path = stdout(charnn(folder.path(), "generate runs/first --greedy --length 3", &[]));
    assert_eq!(by_path, stdout(charnn(folder.path(), "generate first --greedy --length 3", &[])));

    let half = ["--precision", "bf16", "--greedy", "--prompt", "Once upon a time"];
    assert_eq!(write(&half).chars().count(), 16 + 30 + 1);
    let by =
        |how| stdout(charnn(folder.path(), "generate --seed 7 --length 5000 --precision", &[how]));
    assert_ne!(by("f32"), by("bf16"), "rounded weights have other probabilities");

    let measured = stdout(charnn(folder.path(), "evaluate latest --device cpu", &[]));
    assert!(measured.contains("characters          135\n"), "{measured}"); // 136 held out
    let whole = stdout(charnn(folder.path(), "evaluate --data novel.txt --device cpu", &[]));
    assert!(whole.contains("characters          1,359\n"), "{whole}");
}

#[test]
fn unknown_characters_are_rejected_skipped_or_read_as_unknown() {
    let text = "Once upon a time there was a cat.\n".repeat(40) + "A rare line: &%\n";
    let folder = folder(text.as_bytes());
    let limits = ["--set", "data.min_count=20", "--name", "run"];
    let said = charnn(folder.path(), SMALL, &limits).output().unwrap().stderr;
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("warning: ") && said.contains("1,376"), "{said}");
    let write =
        |more: &[&str]| charnn(folder.path(), "generate --greedy --length 40 --prompt", more);
    fails(write(&["On老ce"]), 4, &["'老' (U+8001, position 3", "--on-unknown skip"]);
    fails(write(&["老", "--on-unknown", "skip"]), 4, &["no character of the prompt \"老\""]);
    fails(write(&["a", "--on-unknown", "drop"]), 2, &["error", "skip", "unk"]);
    let written = |more: &[&str]| stdout(write(more));
    let skipped = written(&["On老ce", "--on-unknown", "skip"]);
    assert_eq!(skipped.replacen('老', "", 1), written(&["Once"]));
    let unknown = written(&["On老ce", "--on-unknown", "unk"]);
    assert!(unknown.starts_with("On老ce"), "{unknown}");
    // The unknown symbol is never written, however likely.
    let line = "generate --length 3000 --temperature 100 --seed 1 --prompt a";
    let wild = stdout(charnn(folder.path(), line, &[]));
    assert!(wild.chars().count() > 3000 && !wild.contains('\u{FFFD}'));
}

#[test]
fn many_texts_are_each_what_they_would_be_alone() {
    let folder = tale();
    stdout(charnn(folder.path(), SMALL, &[]));
    let write = |more: &str, threads: &str| {
        let line = format!("generate --seed 7 --length 30 --prompt Once {more}");
        let mut command = charnn(folder.path(), &line, &[]);
        command.env("RAYON_NUM_THREADS", threads);
        stdout(command)
    };
    let three = write("--count 3", "1");
    let texts: Vec<&str> =
        three.strip_suffix('\n').unwrap().split("\n====================\n").collect();
    assert_eq!(texts.len(), 3, "{three}");
    assert!(texts.iter().all(|text| text.starts_with("Once") && text.chars().count() == 34));
    assert!(texts[0] != texts[1] && texts[1] != texts[2] && texts[2] != texts[0], "{three}");
    assert_eq!(write("", "1"), format!("{}\n", texts[0]));

    // More than are written side by side, on more threads, and each form of output.
    let many = write("--count 260 --separator --", "3");
    let many: Vec<&str> = many.strip_suffix('\n').unwrap().split("\n--\n").collect();
    assert_eq!((many.len(), &many[..3]), (260, &texts[..]));
    assert_eq!(many.iter().collect::<BTreeSet<_>>().len(), 260, "texts are written twice");
    let lines = write("--count 260 --json", "2");
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 260);
    for (index, (line, text)) in lines.iter().zip(many).enumerate() {
        assert_eq!((&line["index"], &line["seed"]), (&index.into(), &7.into()));
        let (prompt, written) = (line["prompt"].as_str().unwrap(), line["text"].as_str().unwrap());
        assert_eq!([prompt, written].concat(), text, "text {index}");
    }
    let greedy = charnn(folder.path(), "generate --count 5 --greedy", &[]);
    fails(greedy, 2, &["--count 5", "same text", "--temperature"]);
}

#[test]
fn the_configuration_of_a_run_repeats_it() {
    let folder = tale();
    stdout(charnn(folder.path(), SMALL, &["--name", "first"]));
    let config = "train runs/first/config.toml --name second";
    stdout(charnn(folder.path(), config, &[]));
    let weights = |run: &str| {
        let checkpoints = folder.path().join("runs").join(run).join("checkpoints");
        let steps = std::fs::read_dir(checkpoints).unwrap().map(|entry| entry.unwrap().path());
        std::fs::read(steps.max().unwrap().join("model.safetensors")).unwrap()
    };
    assert_eq!(weights("first"), weights("second"));
}

#[test]
fn a_run_begins_with_the_network_of_another_and_learns_new_characters() {
    let folder = tale();
    let long = ["--set", "train.epochs=40", "--set", "train.learning_rate=0.02"];
    stdout(charnn(folder.path(), SMALL, &[&long[..], &["--name", "first"]].concat()));
    let other = "Once upon a time there was a Dog!\n".repeat(40);
    std::fs::write(folder.path().join("other.txt"), other).unwrap();
    let line = SMALL.replace("novel.txt", "other.txt");
    let still = ["--set", "train.learning_rate=1e-9", "--set", "train.warmup_steps=0"];
    let more = [&still[..], &["--init-from", "first", "--name", "second"]].concat();
    let output = charnn(folder.path(), &line, &more).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    for words in ["from     first, step ", "new      3 characters: \"!Dg\""] {
        assert!(stderr.contains(words), "{words:?} in {stderr}");
    }
    // It writes on as the first one did, since it has learned nothing yet.
    let write = |run: &str| {
        // Long enough to be read without the primer, which is another one.
        let line = format!("generate {run} --greedy --length 14 --prompt");
        stdout(charnn(folder.path(), &line, &["Once upon a time"]))
    };
    assert!(write("first").starts_with("Once upon a time there"), "{}", write("first"));
    assert_eq!(write("second"), write("first"));
    stdout(charnn(folder.path(), "resume second --set train.epochs=2", &[]));
    fails(charnn(folder.path(), &line, &["--init-from", "third"]), 5, &["\"third\"", "first"]);
}

#[test]
fn the_tutorial_network_trains_and_generates() {
    let folder = tale();
    let last =
        ["--set", "train.predict=last", "--set", "data.val_fraction=0", "--set", "model.cell=rnn"];
    stdout(charnn(folder.path(), SMALL, &[&last[..], &["--set", "sample.window=16"]].concat()));
    let text = stdout(charnn(folder.path(), "generate --greedy --length 5 --prompt Once", &[]));
    assert_eq!(text.chars().count(), 4 + 5 + 1);
    fails(charnn(folder.path(), "evaluate --device cpu", &[]), 4, &["0 characters", "--data"]);
}

#[test]
fn chinese_goes_in_and_comes_out() {
    let folder = folder("从前有一只猫，它住在山上。\n".repeat(60).as_bytes());
    stdout(charnn(folder.path(), SMALL, &["--set", "sample.prompt=从前"]));
    let text = stdout(charnn(folder.path(), "generate --greedy --length 4", &[]));
    assert!(text.starts_with("从前") && text.chars().count() == 7, "{text}");
}

#[test]
fn quickstart_needs_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let line = "train --device cpu --set train.max_steps=2 --set sample.length=5";
    stdout(charnn(folder.path(), line, &[]));
    let text =
        stdout(charnn(folder.path(), "generate --length 3", &["--prompt", "Once upon a time"]));
    assert_eq!(text.chars().count(), 16 + 3 + 1);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = tale();
    stdout(charnn(folder.path(), SMALL, &[]));
    for texts in ["--greedy", "--seed 1 --count 100000", "--seed 1 --count 100000 --json"] {
        let line = format!("generate --length 100000 {texts}");
        let mut command = charnn(folder.path(), &line, &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("error"), "{output:?}");
    }
}

#[test]
fn log_lines_begin_with_the_elapsed_time() {
    let folder = tale();
    let output = charnn(folder.path(), SMALL, &["--name", "timed"]).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let is_timed = |line: &str| {
        let time = line.strip_prefix('[').and_then(|line| line.split_once("] "));
        time.is_some_and(|(time, _)| {
            time.contains(':') && time.chars().all(|it| it == ':' || it.is_ascii_digit())
        })
    };
    for kind in ["baselines: ", "step ", "validation loss "] {
        let lines: Vec<&str> =
            stderr.lines().filter(|line| is_timed(line) && line.contains(kind)).collect();
        assert!(!lines.is_empty(), "no timed line with {kind:?}: {stderr}");
    }
}

#[test]
fn training_continues_when_nothing_reads_its_output() {
    let folder = tale();
    let mut command = charnn(folder.path(), SMALL, &["--name", "quiet"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(folder.path().join("runs/quiet/checkpoints").is_dir());
}

#[cfg(unix)]
#[test]
fn ctrl_c_saves_progress() {
    let folder = tale();
    let forever = ["train.epochs=100000", "eval.every_steps=1000000", "sample.every_steps=1000000"];
    let mut command = charnn(folder.path(), SMALL, &forever.map(|key| ["--set", key]).concat());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let metrics = || {
        let runs = std::fs::read_dir(folder.path().join("runs")).ok()?;
        let run = runs.flatten().next()?.path();
        std::fs::metadata(run.join("metrics.jsonl")).ok().filter(|file| file.len() > 0)
    };
    let started = std::time::Instant::now();
    while metrics().is_none() {
        assert!(started.elapsed().as_secs() < 60, "no step was made");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let kill = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    stdout(charnn(folder.path(), "generate --length 3", &[]));
}

#[test]
fn devices_are_listed_and_a_missing_gpu_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let listing = stdout(charnn(folder.path(), "devices", &[]));
    assert!(listing.starts_with("cpu ") && listing.contains("`--device auto`"), "{listing}");
    if !listing.contains("\ngpu ") {
        fails(charnn(folder.path(), "train --device gpu", &[]), 6, &["GPU", "--device cpu"]);
        assert!(!folder.path().join("runs").exists(), "a run was begun");
    }
}

/// The lengths of the records of a TFRecord file.
fn records(bytes: &[u8]) -> Vec<u64> {
    let mut rest = bytes;
    let mut lengths = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<8>() {
        let length = u64::from_le_bytes(*length);
        lengths.push(length);
        rest = &after[4 + usize::try_from(length).unwrap() + 4..];
    }
    lengths
}

/// `scripts/check-tensorboard.py` reads such files with TensorBoard itself.
#[test]
fn event_files_for_tensorboard_are_written_by_each_process() {
    let folder = tale();
    let keys = ["--name", "board", "--set", "log.tensorboard=true", "--set", "train.max_steps=8"];
    let paused = ["--set", "eval.every_steps=2", "--pause-at", "4"];
    let output = charnn(folder.path(), SMALL, &[&keys[..], &paused].concat()).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("charnn resume"), "{output:?}");
    let boards = || {
        let files = std::fs::read_dir(folder.path().join("runs/board/tensorboard")).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        files
    };
    let [first] = &boards()[..] else { panic!("{:?}", boards()) };
    // Version, start, configuration; four steps with three numbers each; two evaluations with two.
    assert_eq!(records(&std::fs::read(first).unwrap()).len(), 3 + 4 * 3 + 2 * 2);
    stdout(charnn(folder.path(), "resume board", &[]));
    assert_eq!(boards().len(), 2);
    // The same weights as without a pause and without the files.
    stdout(charnn(
        folder.path(),
        SMALL,
        &["--name", "plain", "--set", "train.max_steps=8", "--set", "eval.every_steps=2"],
    ));
    let weights = |run: &str| {
        let last = format!("runs/{run}/checkpoints/step-00000008/model.safetensors");
        std::fs::read(folder.path().join(last)).unwrap()
    };
    assert!(weights("board") == weights("plain"), "other weights");
}
