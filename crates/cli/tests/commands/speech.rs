//! How the program speaks: to people, to programs, to shells, and when asked how it is.

use crate::program::{charnn, stdout};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const TRAIN: &str = "train novel.txt --name run --device cpu --set model.hidden_size=8 \
    --set model.embedding_dim=4 --set train.batch_size=4 --set train.seq_length=16 \
    --set train.max_steps=12 --set sample.length=20 --set eval.every_steps=5";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "Once upon a time there was a cat.\n".repeat(40);
    std::fs::write(folder.path().join("novel.txt"), text).unwrap();
    folder
}

#[test]
fn programs_read_every_event_as_a_line_of_json() {
    let folder = folder();
    let printed = stdout(charnn(folder.path(), TRAIN, &["--json"]));
    let events: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.iter().all(|event| event["schema"] == 2 && event["seconds"].is_f64()));
    let of = |kind: &str| -> Vec<&Value> {
        events.iter().filter(|event| event["event"] == kind).collect()
    };
    let (read, last) = (&events[0], &events[events.len() - 1]);
    assert_eq!((&read["event"], &read["encoding"]), (&"read".into(), &"utf-8".into()));
    assert!(
        of("warning")[0]["message"].as_str().unwrap().contains("1,360 characters"),
        "{events:?}"
    );
    let start = of("start")[0];
    assert_eq!((&start["steps"], &start["characters"]), (&12.into(), &1360.into()));
    assert_eq!((&start["validation"], &start["distinct"]), (&136.into(), &18.into()));
    assert_eq!(start["device"]["kind"], "cpu", "{start}");
    assert!(start["baselines"]["trigram"].as_f64().unwrap() < 1.0, "{start}");
    assert_eq!((&last["event"], &last["outcome"]), (&"end".into(), &"completed".into()));
    assert_eq!(last["run"], "runs/run");
    assert_eq!(of("step").len(), 12);
    assert_eq!(of("step")[11]["step"], 12);
    assert!(of("step")[0]["train_loss"].as_f64().unwrap() > 1.0);
    assert_eq!(of("evaluation").len(), 3);
    assert_eq!(of("sample")[0]["text"].as_str().unwrap().chars().count(), 20);
    assert!(of("checkpoint").iter().any(|event| event["step"] == 12));

    let failed = charnn(folder.path(), TRAIN, &["--json"]).output().unwrap();
    assert_eq!(failed.status.code(), Some(9));
    // It has read the text, and then the run is there already.
    let told = String::from_utf8(failed.stdout).unwrap();
    let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(told.iter().all(|told| told["event"] == "read" || told["event"] == "warning"));
    let stderr = String::from_utf8(failed.stderr).unwrap();
    let error: Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    assert_eq!((&error["event"], &error["exit_code"]), (&"error".into(), &9.into()));
    assert!(error["message"].as_str().unwrap().contains("runs/run"), "{error}");
}

/// The fields of each event and of the output of each other command, as `docs/json.md` lists them.
fn documented() -> [BTreeMap<String, BTreeSet<String>>; 2] {
    let page = include_str!("../../../../docs/json.md");
    let (events, commands) = page.split_once("\nOther commands").unwrap();
    let row = |line: &str, column: usize| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let event = cells.get(1)?.strip_prefix('`')?.strip_suffix('`')?.to_owned();
        // Text in brackets explains.
        let outside = cells.get(column)?.split('(').map(|part| part.rsplit(')').next().unwrap());
        let fields = outside.collect::<String>();
        Some((event, fields.split('`').skip(1).step_by(2).map(str::to_owned).collect()))
    };
    [(events, 3), (commands, 2)]
        .map(|(part, column)| part.lines().filter_map(|line| row(line, column)).collect())
}

#[test]
fn every_field_of_every_event_is_in_the_documentation() {
    let folder = folder();
    let texts = folder.path().join("texts");
    std::fs::create_dir(&texts).unwrap();
    std::fs::rename(folder.path().join("novel.txt"), texts.join("novel.txt")).unwrap();
    std::fs::write(texts.join("book.pdf"), "%PDF-1.7\n").unwrap();
    let train = TRAIN.replace("novel.txt", "texts");
    let benchmark =
        |flags| stdout(charnn(folder.path(), &train.replace("--name run ", flags), &["--json"]));
    let failed = |line: &str| {
        let failed = charnn(folder.path(), line, &["--json"]).output().unwrap();
        String::from_utf8(failed.stderr).unwrap().lines().last().unwrap().to_owned() + "\n"
    };
    let mut printed = stdout(charnn(folder.path(), &train, &["--json"]));
    // Long enough for a preview.
    let slow = train
        .replace("--name run", "--name slow --set train.max_time=6s --set train.epochs=10000000")
        .replace("max_steps=12", "max_steps=0")
        + " --set sample.every_steps=100000000 --set eval.every_steps=100000000";
    printed += &stdout(charnn(folder.path(), &slow, &["--json"]));
    let samples = std::fs::read_to_string(folder.path().join("runs/slow/samples.jsonl")).unwrap();
    assert_eq!(samples.lines().count(), 1, "previews are not recorded");
    printed += &benchmark("--dry-run ");
    printed += &benchmark("--overfit 1 ");
    let wrong = failed("train texts --set train.epochs=many");
    printed += &[wrong.clone(), failed(&train), failed("train --epochs 3")].concat();
    let mut seen = BTreeSet::new();
    let [documented, _] = documented();
    for line in printed.lines() {
        let event: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
        let kind = event["event"].as_str().unwrap().to_owned();
        assert!(event["schema"] == 2 && event["seconds"].as_f64().unwrap() < 600.0, "{line}");
        let common = ["schema", "event", "seconds"];
        let fields = event.keys().filter(|name| !common.contains(&name.as_str())).cloned();
        assert_eq!(fields.collect::<BTreeSet<_>>(), documented[&kind], "{kind}: {line}");
        seen.insert(kind);
    }
    assert_eq!(seen, documented.keys().cloned().collect());
    let wrong: Value = serde_json::from_str(&wrong).unwrap();
    assert_eq!(wrong["exit_code"], 3, "{wrong}");
}

#[test]
fn results_are_json_objects() {
    let folder = folder();
    stdout(charnn(folder.path(), TRAIN, &[]));
    std::fs::write(folder.path().join("exp.toml"), "[data]\npath = \"novel.txt\"\n").unwrap();
    for (line, names) in [
        ("data inspect novel.txt", &["encoding", "characters", "distinct", "malformed"][..]),
        ("evaluate run --device cpu", &["loss", "perplexity", "characters", "step", "text"]),
        ("generate run --seed 1 --length 3", &["text", "prompt", "seed", "index"]),
        ("config check exp.toml", &["files"]),
        ("devices", &["cpu", "adapters", "auto"]),
        ("bench gen-lstm --steps 1", &["peer", "work", "device", "chars_per_s"]),
        ("doctor", &["failed", "checks"]),
        (
            &format!("{} --dry-run", TRAIN.replace("--name run ", "")),
            &[
                "memory_bytes",
                "memory_measured",
                "largest_tensor_bytes",
                "checkpoint_bytes",
                "total_seconds",
            ],
        ),
        (
            &format!("{} --overfit 1", TRAIN.replace("--name run ", "")),
            &["first_loss", "last_loss", "rounds"],
        ),
    ] {
        let printed = stdout(charnn(folder.path(), line, &["--json"]));
        assert_eq!(printed.lines().count(), 1, "{line}: {printed}");
        let told: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(told["schema"], 2, "{line}: {printed}");
        for name in names {
            assert!(!told[name].is_null(), "{line}: {name} in {printed}");
        }
        let [events, commands] = documented();
        let Some((_, fields)) = commands.iter().find(|(command, _)| line.starts_with(*command))
        else {
            continue;
        };
        for name in told.as_object().unwrap().keys().filter(|name| *name != "schema") {
            let as_in_read = fields.contains("read") && events["read"].contains(name);
            assert!(fields.contains(name) || as_in_read, "{line}: docs/json.md lacks {name}");
        }
    }
}

#[test]
fn every_text_is_inspected_despite_errors_in_others() {
    let folder = folder();
    let looked = charnn(folder.path(), "data inspect none.txt novel.txt neither.txt", &[]).output();
    let looked = looked.unwrap();
    assert_eq!(looked.status.code(), Some(4));
    assert!(String::from_utf8(looked.stdout).unwrap().starts_with("novel.txt: UTF-8"));
    let stderr = String::from_utf8(looked.stderr).unwrap();
    assert!(stderr.contains("none.txt") && stderr.contains("neither.txt"), "{stderr}");
}

#[test]
fn colour_and_quiet_are_as_asked() {
    let folder = folder();
    let stderr = |more: &[&str], variables: &[(&str, &str)]| {
        let mut command = charnn(folder.path(), "generate nothing", more);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(variables.iter().copied());
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let plain = stderr(&[], &[]);
    assert!(plain.starts_with("error: "), "{plain}");
    let coloured = stderr(&["--color", "always"], &[]);
    assert!(coloured.starts_with("\u{1b}[") && coloured.contains("error:"), "{coloured:?}");
    assert_eq!(stderr(&[], &[("CLICOLOR_FORCE", "1")]), coloured);
    assert_eq!(stderr(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]), plain);

    // Before the words are understood, too.
    let help = |more: &[&str]| {
        let mut command = charnn(folder.path(), "--help", more);
        stdout({
            command.env("CLICOLOR_FORCE", "1");
            command
        })
    };
    assert!(help(&["--color", "always"]).contains("\u{1b}["));
    assert!(!help(&["--color", "never"]).contains("\u{1b}["));

    let said = |more: &[&str]| {
        let output =
            charnn(folder.path(), &TRAIN.replace("--name run", ""), more).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let warned = said(&["--quiet", "--name", "a"]);
    assert!(warned.starts_with("warning: "), "{warned}");
    let hints = warned.lines().skip(1).filter(|line| !line.starts_with("  "));
    assert_eq!(hints.count(), 0, "one warning, and nothing else: {warned}");
    let shown = said(&["--progress", "none", "--name", "b"]);
    assert!(shown.contains("validation loss") && !shown.contains("step 12/12"), "{shown}");
    assert!(said(&["--progress", "lines", "--name", "c"]).contains("step 12/12"));
}

#[test]
fn completions_and_manual_pages_have_every_command() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(charnn(folder.path(), &format!("completions {shell}"), &[]));
        assert!(script.contains("resume") && script.contains("init-from"), "{shell}: {script}");
    }
    assert!(stdout(charnn(folder.path(), "man", &[])).contains(".TH charnn 1"));
    assert_eq!(stdout(charnn(folder.path(), "man pages", &[])), "pages\n");
    for page in ["charnn.1", "charnn-train.1", "charnn-data-inspect.1"] {
        let text = std::fs::read_to_string(folder.path().join("pages").join(page)).unwrap();
        assert!(text.contains(".SH NAME"), "{page}");
    }
}

#[test]
fn doctor_checks_everything_and_leaves_no_file() {
    let folder = folder();
    let told = stdout(charnn(folder.path(), "doctor", &[]));
    for word in ["ok    program   charnn", "ok    machine", "ok    CPU", "ok    disk", "GPU"] {
        assert!(told.contains(word), "{word} in {told}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "only the novel");
    let timed = stdout(charnn(folder.path(), "devices --bench", &[]));
    let line = timed.lines().find(|line| line.starts_with("cpu") && line.contains(" ms ")).unwrap();
    assert!(line.contains("CPU with"), "{timed}");
}

/// No user can write there, not even root.
#[cfg(target_os = "linux")]
#[test]
fn the_doctor_names_a_disk_that_cannot_be_written() {
    let output = charnn(std::path::Path::new("/proc"), "doctor", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("fail  disk"), "{told}");
    assert!(!told.contains("--set") && !told.contains("charnn-doctor-"), "{told}");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("error: 1 check failed"), "{stderr}");
}
