//! The program speaks Chinese to those who want that, and to programs as ever.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod program;

use program::charnn;
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

/// What is said without what a clock or a folder decides.
fn timeless(said: &str) -> String {
    let lines = said.lines().filter(|line| !line.contains("剩余") && !line.contains("用时"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn training_is_told_in_chinese() {
    let (first, second) = (folder(), folder());
    let output = spoken(first.path(), "zh_CN.UTF-8", TRAIN, &[]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "runs/run\n");
    let said = stderr(output);
    for words in [
        "读取  ",
        "GB18030（每字节 ",
        "个无效字节已替换为 U+FFFD（首个在字节偏移 400，第 5 行）",
        "个留作验证",
        "网络  gru 1×8，嵌入 4：共 ",
        "计划  共 6 步，每步 4×16 个字符",
        "警告：文本只有 1,6",
        "设备  CPU，",
        "个线程（您指定的设备）",
        "目录  runs/run",
        "第 6/6 步（100.0%），第 1/1 轮，损失 ",
        "个验证字符上，每字符 ",
        "--- 第 6 步的样本 ---",
        "完成 6 步，用时 ",
        "\n生成文本：charnn generate runs/run --prompt \"...\"",
    ] {
        assert!(said.contains(words), "{words} is not in: {said}");
    }
    for word in ["step", "read ", "text ", "warning", "characters"] {
        assert!(!said.contains(word), "{word} in {said}");
    }
    let flagged = spoken(second.path(), "C", TRAIN, &["--lang", "zh"]).output().unwrap();
    let here = |said: &str, folder: &TempDir| {
        timeless(&said.replace(&*folder.path().canonicalize().unwrap().to_string_lossy(), ""))
            .replace(&*folder.path().to_string_lossy(), "")
    };
    assert_eq!(here(&stderr(flagged), &second), here(&said, &first));

    let line = "generate run --length 4 --prompt 猫☃ --on-unknown skip";
    let output = spoken(first.path(), "zh_CN.UTF-8", line, &[]).output().unwrap();
    let said = stderr(output);
    assert!(said.contains("网络不认识的字符没有读入：“☃”"), "{said}");
    assert!(said.contains("运行 run，第 6 步，随机种子 "), "{said}");
    let output = spoken(first.path(), "zh_CN.UTF-8", "resume run", &[]).output().unwrap();
    let said = stderr(output);
    assert!(said.contains("续训  已完成 6 步，共 6 步\n所有步都已完成。"), "{said}");
}

#[test]
fn what_goes_wrong_is_said_in_chinese() {
    let folder = folder();
    assert!(charnn(folder.path(), TRAIN, &["--quiet"]).output().unwrap().status.success());
    let cases = [
        ("generate run --prompt 貓", 4, "中没有“貓”（U+8C93，文本的第 1 个字符）"),
        ("train empty.txt", 4, "empty.txt 是空的，没有任何字符\n  提示：请换一个有内容的文本文件"),
        ("train novle.txt", 4, "novle.txt：没有这个文件或文件夹。您要找的是不是 novel.txt？"),
        (
            "train book.pdf",
            4,
            "book.pdf 是 PDF 文件，不是文本文件\n  提示：请提取其中的文字：pdftotext",
        ),
        (
            "evaluate run --data cat.txt",
            4,
            "cat.txt 只有 1 个字符，而评估至少需要 2 个。请用 --data",
        ),
        (
            "generate nothing",
            5,
            "没有名为“nothing”的运行：它不是运行文件夹，runs 下也没有这个名字。已有的运行：run",
        ),
        (TRAIN, 9, "runs/run 已存在。请换一个 --name，或接着它训练：charnn resume runs/run"),
        ("generate run --count 2 --greedy", 2, "就没有随机性了"),
    ];
    for (line, code, words) in cases {
        for (locale, more) in [("zh_CN.UTF-8", &[][..]), ("C", &["--lang", "zh"])] {
            let output = spoken(folder.path(), locale, line, more).output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{line}");
            assert!(output.stdout.is_empty(), "{line}");
            let said = stderr(output);
            let error = said.split("错误：").nth(1).unwrap_or_else(|| panic!("{line}: {said}"));
            assert!(error.contains(words), "{line}: {said}");
            assert!(!error.contains(" the "), "{line}: {said}");
        }
        let english = stderr(charnn(folder.path(), line, &[]).output().unwrap());
        assert!(english.contains("error: ") && !english.contains("错误"), "{line}: {english}");
    }
    // What has no Chinese is English as a whole.
    let line = "train novel.txt --set train.epoch=3";
    let said = stderr(spoken(folder.path(), "zh_CN.UTF-8", line, &[]).output().unwrap());
    assert!(said.starts_with("error: unknown key") && !is_chinese(&said), "{said}");
}

/// What is Chinese is Chinese as a whole, but for the words that are the same in every language.
#[test]
fn no_command_mixes_languages() {
    let folder = folder();
    assert!(charnn(folder.path(), TRAIN, &["--quiet"]).output().unwrap().status.success());
    let said = |line: &str| {
        let output = spoken(folder.path(), "zh_CN.UTF-8", line, &[]).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        stderr(output) + &printed
    };
    for (line, words) in [
        ("data convert novel.txt new.txt", "\n写入  new.txt：UTF-8"),
        ("data convert novel.txt new.txt", "new.txt 已存在\n  提示：请换一个文件名"),
        ("init exp.toml --data new.txt", "\n训练：charnn train exp.toml"),
        (
            "init exp.toml --data new.txt",
            "错误：exp.toml 已存在。请换一个文件名，或用 --force 覆盖",
        ),
        (
            "init no/exp.toml --data new.txt",
            "错误：无法写入配置 no/exp.toml：没有这个文件或文件夹。",
        ),
        ("evaluate run --device cpu", "\n运行 run，第 6 步，评估 "),
        ("evaluate run --device cpu", "\n困惑度 "),
        (&TRAIN.replace("--name run", "--dry-run"), "\n总计      6 步，用时 "),
        (&TRAIN.replace("--name run", "--overfit 1"), "\n已经背下来了："),
        ("generate run --top-k 9999 --length 3", "--top-k 9999 就是全部"),
    ] {
        let said = said(line);
        assert!(said.contains(words), "{line}: {said}");
        for word in ["read ", "text ", "network ", "written", " the ", "Train it", "error", "step "]
        {
            assert!(!said.contains(word), "{word:?} in {line}: {said}");
        }
    }
    for page in ["evaluate -h", "data --help", "init -h", "help bench", "data inspect -h"] {
        let said = said(page);
        assert!(!is_chinese(&said) && said.contains("Usage: charnn"), "{page}: {said}");
        let english = charnn(folder.path(), page, &[]).output().unwrap().stdout;
        assert_eq!(said, String::from_utf8_lossy(&english), "{page}");
    }
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
    assert!(stderr(wrong).contains("[possible values: en, zh]"));
}

#[test]
fn programs_hear_the_same_in_every_language() {
    let events = |locale: &str| -> Vec<Value> {
        let folder = folder();
        let told = |line: &str| {
            let output = spoken(folder.path(), locale, line, &["--json"]).output().unwrap();
            let error = stderr(Output { stderr: output.stderr.clone(), ..output.clone() });
            let error = error.lines().filter(|line| line.starts_with('{')).collect::<String>();
            String::from_utf8(output.stdout).unwrap() + &error + "\n"
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

/// The lines of help that say what a command or a flag does, in two parts.
fn rows(help: &str) -> Vec<(String, String)> {
    let rows = help.lines().filter(|line| line.starts_with("  "));
    rows.filter_map(|row| row.rsplit_once("  "))
        .map(|(left, right)| (left.to_owned(), right.to_owned()))
        .collect()
}

#[test]
fn help_in_chinese_has_the_same_flags_in_the_same_columns() {
    let folder = folder();
    for page in ["-h", "train -h", "generate -h", "resume -h", "help"] {
        let help = |locale| {
            let output = spoken(folder.path(), locale, page, &[]).output().unwrap();
            assert!(output.status.success());
            String::from_utf8(output.stdout).unwrap()
        };
        let (english, chinese) = (rows(&help("C")), rows(&help("zh_CN.UTF-8")));
        assert!(english.len() > 5);
        assert_eq!(chinese.len(), english.len(), "{page}");
        for ((in_english, _), (flag, said)) in english.iter().zip(&chinese) {
            let example = flag.trim_start().starts_with("charnn ");
            assert!(flag == in_english, "{page}: {flag:?} is not {in_english:?}");
            assert!(example || is_chinese(said), "{page}: {flag}  {said}");
        }
    }
    for question in [&[][..], &["--lang", "zh"], &["--color", "never"]] {
        let output = spoken(folder.path(), "zh_CN.UTF-8", "", question).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(output).contains("用法：charnn [OPTIONS] <COMMAND>"), "{question:?}");
    }
}
