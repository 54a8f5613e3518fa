//! What generated texts and samples have in common with the training text.

use crate::program::{charnn, fails, stdout};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

/// A folder with a run. Its text has sixty times "a" side by side.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "a".repeat(60) + "\n" + &"Once upon a time there was a cat.\n".repeat(40);
    std::fs::write(folder.path().join("novel.txt"), text).unwrap();
    let train = "train novel.txt --name run --device cpu --quiet --set model.hidden_size=8 \
        --set model.embedding_dim=4 --set train.batch_size=4 --set train.seq_length=16 \
        --set train.epochs=1";
    stdout(charnn(folder.path(), train, &[]));
    folder
}

/// Writes nothing but "a".
const ONLY_A: &str =
    "generate run --prompt Once --length 100 --ban Onceupotimhrws.\\n\\u{20} --novelty";

/// Standard error of a command that succeeds.
fn told(folder: &Path, line: &str, more: &[&str]) -> String {
    let output = charnn(folder, line, more).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    told
}

#[test]
fn copied_passages_are_found_and_without_the_text_the_rest_still_works() {
    let folder = folder();
    let folder = folder.path();
    let json = |more: &[&str]| -> Vec<Value> {
        let written = stdout(charnn(folder, ONLY_A, more));
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let texts = json(&["--json", "--count", "3", "--seed", "5"]);
    assert_eq!(texts.len(), 3);
    for text in &texts {
        assert_eq!(text["text"], "a".repeat(100));
        let shares = json!({ "4": 1.0, "8": 1.0, "16": 1.0, "32": 1.0 });
        let expected =
            json!({ "copied": 1.0, "longest": 60, "passages": [[0, 100]], "ngrams": shares });
        assert_eq!(text["novelty"], expected);
    }
    let text = told(folder, ONLY_A, &["--color", "always"]);
    assert!(text.contains("100.0 % of 100 characters") && text.contains("60 characters"), "{text}");
    // The same text as without the flag, with marks where colors are shown.
    let plain = stdout(charnn(folder, &ONLY_A.replace("--novelty", "--seed 5"), &[]));
    let with = |more: &[&str]| stdout(charnn(folder, ONLY_A, more));
    assert_eq!(with(&["--seed", "5"]), plain);
    let marked = with(&["--seed", "5", "--color", "always"]);
    assert_eq!(marked, format!("Once\u{1b}[4m{}\u{1b}[24m\n", "a".repeat(100)));
    let many = told(folder, ONLY_A, &["--count", "2"]);
    assert!(many.contains("text 1: 100.0 % copied"), "{many}");
    let chinese = told(folder, ONLY_A, &["--lang", "zh"]);
    assert!(chinese.contains("照搬") && chinese.contains("100.0%"), "{chinese}");

    // The page marks the same passages in samples.
    std::fs::write(
        folder.join("runs/run/samples.jsonl"),
        format!("{{\"step\":1,\"prompt\":\"\",\"text\":\"Zzz {} xyz\"}}\n", "a".repeat(40)),
    )
    .unwrap();
    let page = stdout(charnn(folder, "report run -o -", &[]));
    let marked = format!("Zzz <mark>{}</mark> xyz", "a".repeat(40));
    assert!(page.contains(&marked), "{page}");

    // The text has changed, then it is gone.
    let path = folder.join("novel.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text + "More.\n").unwrap();
    for _ in 0..2 {
        let (written, told) = (json(&["--json", "--seed", "5"]), told(folder, ONLY_A, &[]));
        assert_eq!(written[0]["novelty"], Value::Null);
        assert_eq!(written[0]["text"], "a".repeat(100));
        assert!(told.contains("warning") && told.contains("novel.txt"), "{told}");
        let page = stdout(charnn(folder, "report run -o -", &[]));
        assert!(!page.contains("<mark>") && page.contains("are not compared"), "{page}");
        let _ = std::fs::remove_file(&path);
    }
    let file = "generate run.charnn.safetensors --length 50 --novelty";
    stdout(charnn(folder, "export run", &[]));
    let told_of_file = told(folder, file, &[]);
    assert!(told_of_file.contains("without its training text"), "{told_of_file}");
    // The network inside the program has its text there too.
    assert!(told(folder, "demo --length 50 --novelty", &[]).contains("of 50 characters"));
    fails(charnn(folder, "generate run --novelty --show-probs", &[]), 2, &["--show-probs"]);
}
