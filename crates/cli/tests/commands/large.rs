//! A text that is too large for memory, which may be a small one here: the same run comes of it.

use crate::program::{charnn, fails, stdout};
use std::path::Path;

const SMALL: &str = "--device cpu --set model.hidden_size=16 --set model.embedding_dim=8 \
    --set train.batch_size=4 --set train.seq_length=16 --set train.max_steps=12 \
    --set sample.length=5 --set eval.every_steps=5";
const LARGE: &[&str] = &["--set", "data.in_memory_bytes=1000"];

/// A folder with a corpus of three documents.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let texts = folder.path().join("texts");
    std::fs::create_dir(&texts).unwrap();
    for (name, line) in
        [("1.txt", "The cat sat.\r\n"), ("2.txt", "A dog ran.\n"), ("3.txt", "老狗叫。\n")]
    {
        std::fs::write(texts.join(name), line.repeat(60)).unwrap();
    }
    folder
}

fn weights(folder: &Path, run: &str, step: u32) -> Vec<u8> {
    let path = format!("runs/{run}/checkpoints/step-{step:08}/model.safetensors");
    std::fs::read(folder.join(path)).unwrap()
}

#[test]
fn a_text_from_the_cache_gives_the_run_that_it_gives_from_memory() {
    let folder = folder();
    let folder = folder.path();
    let train = |name, more: &[&str]| {
        let rest = [&["--name", name], more].concat();
        stdout(charnn(folder, &format!("train texts {SMALL}"), &rest));
    };
    let cached = || std::fs::read_dir(folder.join("runs/.cache")).unwrap().count();
    train("small", &[]);
    assert!(!folder.join("runs/.cache").exists());
    for name in ["large", "again"] {
        train(name, LARGE);
        assert_eq!(weights(folder, name, 12), weights(folder, "small", 12));
        assert_eq!(cached(), 2, "the text and its ids");
    }
    let longer = "--set train.max_steps=20 --device cpu";
    stdout(charnn(folder, &format!("resume small {longer}"), &[]));
    stdout(charnn(folder, &format!("resume large {longer}"), &[]));
    assert_eq!(weights(folder, "large", 20), weights(folder, "small", 20));
    let figures = |run| stdout(charnn(folder, &format!("evaluate {run} --device cpu"), &[]));
    assert_eq!(figures("large"), figures("small"));
    assert_eq!(cached(), 2);
    // Characters that are new make other ids of the same text.
    train("more", &[LARGE, &["--init-from", "small"]].concat());
    assert_eq!(cached(), 2, "nothing is new in it");
    std::fs::write(folder.join("texts/4.txt"), "Ein Fuß.\n".repeat(30)).unwrap();
    train("new", &[LARGE, &["--init-from", "small"]].concat());
    assert_eq!(cached(), 4);
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("runs")).unwrap();
    std::fs::write(folder.path().join("runs/.cache"), "in the way").unwrap();
    let command = charnn(folder.path(), &format!("train texts {SMALL}"), LARGE);
    fails(command, 8, &["runs/.cache", "in the way", "data.in_memory_bytes"]);
    assert_eq!(std::fs::read_dir(folder.path().join("runs")).unwrap().count(), 1);
}

/// A disk that is full half way, as the system's limit on the length of a file shows it.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_leaves_nothing_half_written() {
    let folder = folder();
    let text = "The cat sat on the mat and the dog sat on the log.\n".repeat(2000);
    std::fs::write(folder.path().join("texts/4.txt"), text).unwrap();
    let program = env!("CARGO_BIN_EXE_charnn");
    let line = format!("trap '' XFSZ; ulimit -f 100; exec {program} train texts {SMALL}");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("{line} {}", LARGE.join(" "))]).current_dir(folder.path());
    crate::program::alone(&mut shell);
    fails(shell, 8, &["runs/.cache", "free some space", "run.root"]);
    let left = std::fs::read_dir(folder.path().join("runs/.cache")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().path()).collect();
    assert!(left.len() == 1 && left[0].extension().unwrap() == "text", "{left:?}");
    assert_eq!(std::fs::read_dir(folder.path().join("runs")).unwrap().count(), 1, "no run");
}
