//! The Chinese interface, and that programs read the same in every language.

use crate::program::charnn;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const TRAIN: &str = "train novel.txt --name run --device cpu --progress lines \
    --set model.hidden_size=8 --set model.embedding_dim=4 --set train.batch_size=4 \
    --set train.seq_length=16 --set train.max_steps=6 --set sample.length=20";

/// A folder with a text in GB18030 of which two bytes are broken.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let line =
        "从前有一只猫，住在山脚下的小屋里。它每天清晨都到河边去喝水，看鱼儿在水里游来游去。\n";
    std::fs::write(folder.path().join("utf-8.txt"), line.repeat(40)).unwrap();
    let convert = "data convert utf-8.txt novel.txt --to gb18030";
    assert!(charnn(folder.path(), convert, &[]).output().unwrap().status.success());
    std::fs::remove_file(folder.path().join("utf-8.txt")).unwrap();
    let mut bytes = std::fs::read(folder.path().join("novel.txt")).unwrap();
    (bytes[401], bytes[2001]) = (0xFF, 0xFF);
    for (name, content) in [
        ("novel.txt", &bytes[..]),
        ("empty.txt", b""),
        ("book.pdf", b"%PDF-1.7\n\0"),
        ("cat.txt", "猫".as_bytes()),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// `charnn` where the machine speaks the language of `locale`.
fn spoken(folder: &Path, locale: &str, line: &str, more: &[&str]) -> Command {
    let mut command = charnn(folder, line, more);
    command.env("LC_ALL", locale);
    command
}

#[track_caller]
fn stderr(output: Output) -> String {
    String::from_utf8(output.stderr).unwrap()
}

fn is_chinese(text: &str) -> bool {
    text.contains(|character| matches!(character, '\u{4E00}'..='\u{9FFF}'))
}

/// Words that are English, and neither names nor what a person types.
const ENGLISH: [&str; 20] = [
    " the ",
    " is ",
    " are ",
    " of ",
    " to ",
    " with ",
    " and ",
    " not ",
    " no ",
    " in ",
    "error:",
    "warning:",
    "hint:",
    " step ",
    " steps ",
    " loss ",
    "\nread ",
    "\ntext ",
    "Usage",
    " characters",
];

/// A command that speaks Chinese speaks no English, but for names and for what a person types.
#[test]
fn no_command_mixes_languages() {
    let folder = folder();
    assert!(charnn(folder.path(), TRAIN, &["--quiet"]).output().unwrap().status.success());
    let again = TRAIN.replace("--name run", "--name again");
    // What could be GBK as well as UTF-8, alone and in a folder.
    std::fs::create_dir(folder.path().join("odd")).unwrap();
    for unclear in ["unclear.txt", "odd/unclear.txt"] {
        std::fs::write(folder.path().join(unclear), [0xC1, 0xAA, 0xCD, 0xA8]).unwrap();
    }
    for (line, code) in [
        (&*again, 0),
        (&TRAIN.replace("--name run", "--dry-run"), 0),
        (&TRAIN.replace("--name run", "--overfit 1"), 0),
        ("resume run", 0),
        ("generate run --length 4 --prompt 猫☃ --on-unknown skip", 0),
        ("generate run --top-k 9999 --length 3", 0),
        ("generate run --prompt 貓", 4),
        ("generate run --count 2 --greedy", 2),
        ("generate nothing", 5),
        ("generate 从前", 5),
        ("evaluate run --device cpu", 0),
        ("evaluate run --data cat.txt", 4),
        ("data convert novel.txt new.txt", 0),
        ("data convert novel.txt new.txt", 9),
        ("data inspect novel.txt", 0),
        ("data inspect unclear.txt", 0),
        ("data inspect odd", 0),
        ("train novel.txt new.txt --dry-run", 0),
        ("train --dry-run", 0),
        ("runs compare run again", 0),
        ("runs verify run", 0),
        ("runs tag run 猫", 0),
        ("score run novel.txt --quiet", 0),
        ("export run -o run.charnn.safetensors", 0),
        ("export run --to web -o web", 0),
        ("report run -o report.html", 0),
        ("neurons run -o neurons.html", 0),
        ("explain run --at 猫", 0),
        ("sweep novel.txt --set model.hidden_size=[4,8] --dry-run", 0),
        ("import nothing.pt --from torch", 5),
        ("serve --port 99999999", 2),
        ("play run", 2),
        ("init exp.toml --data new.txt", 0),
        ("init exp.toml --data new.txt", 9),
        ("init no/exp.toml --data new.txt", 8),
        ("config check exp.toml", 0),
        ("train empty.txt", 4),
        ("train novle.txt", 4),
        ("train book.pdf", 4),
        ("train novel.txt --set train.epoch=3", 3),
        ("train novel.txt --set train.epochs=many", 3),
        (TRAIN, 9),
        ("devices", 0),
        ("doctor", 0),
        ("bench gen-lstm --steps 1", 0),
        ("train --epochs 3 --out x --frobnicate", 2),
        ("generate run --temperature hot", 2),
        ("data inspect", 2),
        ("trian", 2),
        ("", 2),
    ] {
        let output = spoken(folder.path(), "zh_CN.UTF-8", line, &[]).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{line}: {}", stderr(output));
        let output = spoken(folder.path(), "C", line, &["--lang", "zh"]).output().unwrap();
        let said = without_code(&(printed + &stderr(output)));
        assert!(is_chinese(&said), "{line}: {said}");
        for word in ENGLISH {
            assert!(!said.contains(word), "{word:?} in {line}: {said}");
        }
    }
}

/// The output without the parts in backticks.
fn without_code(said: &str) -> String {
    said.split('`').step_by(2).collect::<Vec<_>>().join("")
}

#[test]
fn the_flag_comes_before_the_variables_and_those_in_the_order_of_posix() {
    let folder = folder();
    let chinese = |variables: &[(&str, &str)], more: &[&str]| {
        let mut command = charnn(folder.path(), "generate nothing", more);
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANG");
        command.env("LC_CTYPE", "zh_CN.UTF-8").envs(variables.iter().copied());
        is_chinese(&stderr(command.output().unwrap()))
    };
    let zh = "zh_CN.UTF-8";
    assert!(!chinese(&[], &[]));
    assert!(chinese(&[("LANG", zh)], &[]));
    assert!(chinese(&[("LANG", "zh_TW")], &[]));
    assert!(!chinese(&[("LANG", zh), ("LC_MESSAGES", "en_US.UTF-8")], &[]));
    assert!(chinese(&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", zh)], &[]));
    assert!(!chinese(&[("LC_ALL", "C"), ("LC_MESSAGES", zh), ("LANG", zh)], &[]));
    assert!(chinese(&[("LC_ALL", ""), ("LANG", zh)], &[]), "an empty one says nothing");
    assert!(!chinese(&[("LC_ALL", zh)], &["--lang", "en"]));
    assert!(chinese(&[("LC_ALL", "C")], &["--lang=zh"]));
    assert!(!chinese(&[("LANG", "zh_CN.GBK")], &[]), "the terminal could not show it");
    assert!(chinese(&[("LANG", "zh_CN.GBK")], &["--lang", "zh"]));
    assert!(chinese(&[("LANG", "C")], &["--lang", "zh_CN"]));
    assert!(chinese(&[("LANG", "C")], &["--lang", "zh-CN"]));

    let wrong = charnn(folder.path(), "train --lang klingon", &[]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(wrong).contains("klingon"));
}

#[test]
fn json_is_the_same_in_every_language() {
    let events = |locale: &str| -> Vec<Value> {
        let folder = folder();
        let told = |line: &str| {
            let output = spoken(folder.path(), locale, line, &["--json"]).output().unwrap();
            let error = stderr(Output { stderr: output.stderr.clone(), ..output.clone() });
            let error: Vec<&str> = error.lines().filter(|line| line.starts_with('{')).collect();
            String::from_utf8(output.stdout).unwrap() + &error.join("\n") + "\n"
        };
        let missing = "train novel.txt --name run --device cpu";
        let told = told(TRAIN) + &told(missing) + &told("generate run --seed 1 --length 5");
        let told = told.replace(folder.path().to_str().unwrap(), "FOLDER");
        let lines = told.lines().filter(|line| !line.is_empty());
        let mut events: Vec<Value> =
            lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        for event in &mut events {
            event.as_object_mut().unwrap().remove("seconds");
        }
        events
    };
    let english = events("C");
    assert!(english.iter().any(|event| event["event"] == "error"), "{english:?}");
    assert!(english.iter().any(|event| event["text"].is_string()));
    assert_eq!(events("zh_CN.UTF-8"), english);
}
