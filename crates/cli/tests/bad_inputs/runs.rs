//! Runs that are not there, in use, or not what was meant.

use crate::row::{Row, check, row, train};
use std::fs::File;
use std::path::Path;

/// With this run locked, as by a process that trains it.
fn locked(row: Row) -> Row {
    row.trained().made(|at| {
        let path = at.join("runs/run/.lock");
        std::fs::write(&path, "process 4711 since yesterday\n").unwrap();
        let file = File::open(path).unwrap();
        file.lock().unwrap();
        std::mem::forget(file); // until these tests end
    })
}

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let novel = train("novel.txt");
    let other = train("other.txt");
    let text = "Once upon a time there was a Dog!\n".repeat(40);
    let remove = |name: &'static str| move |at: &Path| std::fs::remove_file(at.join(name)).unwrap();
    vec![
        // no such run
        row("generate without any run").run("generate").fails(5, &[]),
        row("an unknown run").trained().run("generate novel").fails(5, &[]),
        row("no folder of runs").trained().run("generate run --runs elsewhere").fails(5, &[]),
        row("a run without a name").trained().run("resume").with("").fails(5, &[]),
        row("an unknown run to evaluate").trained().run("evaluate novel").fails(5, &[]),
        row("an unknown run for --init-from").trained().run(&novel).run("--init-from nothing").fails(5, &[]),
        row("a run's name that contains terminal escapes").run("generate").with("\u{1b}[31m\u{202e}").fails(5, &["u{1b}"]),
        row("the folder of all runs").trained().run("generate runs").fails(5, &["config.toml"]),
        row("a checkpoint for a run").trained().run("generate runs/run/checkpoints/step-00000012")
            .fails(5, &["runs/run", "--checkpoint"]),
        row("a file of a run for a run").trained().run("resume runs/run/config.toml").fails(5, &["runs/run"]),
        row("a missing checkpoint").trained().run("generate run --checkpoint 7").fails(5, &[]),
        row("a run as a text").trained().run(&train("runs/run")).fails(4, &["runs/run"]),
        row("a run without its configuration").trained().made(remove("runs/run/config.toml")).run("generate run --greedy")
            .works(&[]),
        row("a run without its vocabulary").trained().made(remove("runs/run/vocab.json")).run("resume run -s train.max_steps=13")
            .works(&["runs/run"]),
        row("a folder with a part of a run").trained().made(remove("runs/run/vocab.json")).made(|at| std::fs::remove_dir_all(at.join("runs/run/checkpoints")).unwrap())
            .run("generate run").fails(5, &["vocab.json"]),
        row("a run without checkpoints").trained().made(|at| std::fs::remove_dir_all(at.join("runs/run/checkpoints")).unwrap())
            .run("generate run").fails(5, &["runs/run"]),
        row("a file for the folder of checkpoints").trained().made(|at| {
            std::fs::remove_dir_all(at.join("runs/run/checkpoints")).unwrap();
            std::fs::write(at.join("runs/run/checkpoints"), "").unwrap();
        }).run("generate run").fails(5, &["runs/run"]),
        row("a run with rubbish beside its files").trained().file("runs/run/checkpoints/.tmp-step-1/x", "x").file("runs/run/notes.txt", "mine")
            .run("generate run --greedy").works(&[]),
        row("invalid lines of metrics").trained().file("runs/run/metrics.jsonl", "\0\0{").run("resume run").works(&["runs/run"]),
        // 17
        row("a text that was changed").at_home().file("novel.txt", &text).run("resume run -s train.max_steps=13")
            .fails(4, &["novel.txt", "--init-from"]),
        row("the text of a run is missing").at_home().made(remove("novel.txt")).run("resume run")
            .fails(4, &["novel.txt"]),
        row("the text of a run is empty").at_home().file("novel.txt", "").run("resume run").fails(4, &["novel.txt"]),
        // 30
        row("a text of other characters").trained().file("other.txt", &text).run("evaluate run --data other.txt --device cpu")
            .fails(4, &["other.txt", "--init-from"]),
        row("--init-from with a text of other characters").trained().file("other.txt", &text).run(&other).run("--init-from run --name new")
            .works(&["runs/new"]),
        row("another cell for --init-from").trained().run("train novel.txt --device cpu --init-from run -s model.cell=lstm")
            .fails(3, &["model.cell"]),
        row("other sizes for --init-from, in a file").trained()
            .file("exp.toml", "[data]\npath = \"novel.txt\"\n[model]\nnum_layers = 2\nlayer_norm = true\n")
            .run("train exp.toml --device cpu --init-from run").fails(3, &["exp.toml:4:14", "exp.toml:5:14"]),
        row("--init-from with equal sizes and other dropout").trained().run(&novel)
            .run("--init-from run --name new -s model.cell=gru -s model.num_layers=1 -s model.dropout=0.2")
            .works(&["runs/new"]),
        row("a short text to evaluate on").trained().file("short.txt", "a").run("evaluate run --data short.txt --device cpu")
            .fails(4, &["short.txt"]),
        row("a missing text to evaluate on").trained().run("evaluate run --data none.txt --device cpu").fails(4, &["none.txt"]),
        row("evaluate without a validation text").trained().run("evaluate run --device cpu").fails(4, &["--data"]),
        // 45
        locked(row("a run that another process trains")).run("resume run").fails(9, &[]),
        locked(row("a run that another process trains, with --json")).run("resume run --json").fails(9, &[]),
        locked(row("a run that another process trains, to generate with")).run("generate run --greedy").works(&[]),
        row("a run's name that is taken").trained().run(&novel).run("--name run").fails(9, &["runs/run"]),
        row("a run's name that a file has").file("runs/run", "mine").run(&novel).run("--name run").fails(9, &["runs/run"]),
        // 47
        row("a run that was moved").trained().made(|at| std::fs::rename(at.join("runs/run"), at.join("moved")).unwrap())
            .run("generate moved --greedy").works(&[]),
        row("a run that was moved, to resume").trained().made(|at| std::fs::rename(at.join("runs/run"), at.join("moved")).unwrap())
            .run("resume moved -s train.max_steps=13").works(&[]),
        row("a run named in Chinese, with a cat").run(&novel).run("--name").with("猫 🐈").works(&["runs/猫"]),
        row("a text with the longest name").file(format!("{}.txt", "书".repeat(83)), &text).run(&train(&format!("{}.txt", "书".repeat(83))))
            .works(&["runs/书书"]),
        row("a text whose name contains terminal escapes").file("a\u{1b}[31m\u{202e}.txt", &text).run("train --device cpu -s train.max_steps=1 -s model.hidden_size=8 -s train.batch_size=4 -s train.seq_length=16")
            .with("a\u{1b}[31m\u{202e}.txt").works(&["u{1b}", "runs/a-"]),
        // 60
        row("another device on resume").trained().run("resume run --device auto").works(&[]),
        row("a finished run").trained().run("resume run").works(&["train.epochs"]),
    ]
}

#[test]
fn bad_runs() {
    check(&rows());
}
