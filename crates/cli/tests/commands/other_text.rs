//! Evaluating another text: the result does not depend on its encoding, and the encoding of an unclear text
//! can be named.

use crate::program::{charnn, fails, stdout};
use std::path::Path;

const TRAIN: &str = "train --device cpu --set model.hidden_size=8 --set model.embedding_dim=4 \
    --set train.batch_size=4 --set train.seq_length=16 --set train.max_steps=20 \
    --set sample.prompt= --set sample.length=5 --set data.min_count=2";

/// The built-in tales in UTF-8 and in GB18030, and a run that was trained on one of them, its encoding
/// named.
fn trained_on(folder: &Path, text: &str, encoding: &str) {
    stdout(charnn(folder, "data convert builtin:tales-zh utf8.txt", &[]));
    stdout(charnn(folder, "data convert builtin:tales-zh gbk.txt --to gb18030", &[]));
    stdout(charnn(folder, TRAIN, &[text, "--name", "run", "--encoding", encoding]));
}

#[test]
fn a_text_in_another_encoding_than_that_of_the_run_gives_the_same_figure() {
    for (own, encoding) in [("gbk.txt", "gb18030"), ("utf8.txt", "utf-8")] {
        let folder = tempfile::tempdir().unwrap();
        trained_on(folder.path(), own, encoding);
        let measured = |text| {
            let line = "evaluate run --device cpu --data";
            let output = charnn(folder.path(), line, &[text]).output().unwrap();
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(told.contains(&format!("read     {text}: ")), "{told}");
            String::from_utf8(output.stdout).unwrap()
        };
        let figures = measured("utf8.txt");
        assert!(figures.contains("perplexity"), "{figures}");
        assert_eq!(measured("gbk.txt"), figures, "trained on {own}");
    }
}

/// The run's vocabulary leaves out what occurs once, and so has an unknown symbol.
#[test]
fn the_share_of_unknown_characters_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    trained_on(at, "utf8.txt", "utf-8");
    std::fs::write(at.join("cat.txt"), "一只猫 cat 一只猫 cat\n".repeat(10)).unwrap();
    let evaluate = charnn(at, "evaluate run --device cpu --data cat.txt", &[]).output().unwrap();
    let said = String::from_utf8(evaluate.stderr).unwrap();
    let share = |said: &str| {
        let found = said.lines().find(|line| line.contains("characters (") && line.contains(" %)"));
        found.unwrap_or_else(|| panic!("no share in {said}")).to_owned()
    };
    assert!(share(&said).contains("unknown symbol"), "{said}");
    let line = "evaluate run --device cpu --data cat.txt --on-unknown";
    let skipping = charnn(at, line, &["skip"]).output().unwrap();
    let said = String::from_utf8(skipping.stderr).unwrap();
    assert!(share(&said).contains("skipped"), "{said}");
    // Without " cat": fewer characters are measured.
    let measured = |output: &[u8]| {
        let text = String::from_utf8(output.to_vec()).unwrap();
        let line = text.lines().find(|line| line.starts_with("characters")).unwrap().to_owned();
        line.split_whitespace().last().unwrap().parse::<u32>().unwrap()
    };
    assert_eq!(measured(&evaluate.stdout), 159);
    assert!(measured(&skipping.stdout) < 130);
    fails(charnn(at, line, &["error"]), 4, &["cat.txt", "--on-unknown skip"]);
}

#[test]
fn a_text_of_unclear_encoding_can_be_named_wherever_one_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    trained_on(at, "utf8.txt", "utf-8");
    let unclear: Vec<u8> = std::fs::read(at.join("gbk.txt")).unwrap().into_iter().take(6).collect();
    let unclear = [&b"The cat sat on the mat.\n".repeat(100)[..], &unclear].concat();
    std::fs::write(at.join("unclear.txt"), unclear).unwrap();
    fails(charnn(at, "init --data unclear.txt", &[]), 4, &["--encoding"]);
    let written = stdout(charnn(at, "init --data unclear.txt --encoding gb18030", &[]));
    assert_eq!(written, "charnn.toml\n");
    let file = std::fs::read_to_string(at.join("charnn.toml")).unwrap();
    assert!(file.contains("\nencoding = \"gb18030\"\n"), "{file}");
    let shown = stdout(charnn(at, "config show charnn.toml --diff-defaults", &[]));
    assert!(shown.contains("encoding = \"gb18030\""), "{shown}");
    let evaluate = "evaluate run --device cpu --data unclear.txt";
    fails(charnn(at, evaluate, &[]), 4, &["--encoding"]);
    // Named, it is read; that the network was not trained on English is another matter.
    let output = charnn(at, evaluate, &["--encoding", "gb18030"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("read     unclear.txt: GB18030"), "{told}");
    // Without another text there is nothing to name.
    fails(charnn(at, "evaluate run --encoding gb18030", &[]), 2, &["--data <FILE>"]);
}

#[test]
fn a_text_that_mixes_encodings_is_decoded_in_parts_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    trained_on(at, "utf8.txt", "utf-8");
    let (gbk, utf8) = (std::fs::read(at.join("gbk.txt")), std::fs::read(at.join("utf8.txt")));
    let (gbk, utf8) = (gbk.unwrap(), utf8.unwrap());
    let lines: Vec<&[u8]> = utf8.split_inclusive(|byte| *byte == b'\n').take(3).collect();
    std::fs::write(at.join("mixed.txt"), [&gbk[..], &lines.concat()].concat()).unwrap();
    let unknown = |how: &str| {
        let line = format!(
            "evaluate run --device cpu --json --data mixed.txt --encoding gb18030 --on-mixed {how}"
        );
        let out: serde_json::Value = serde_json::from_str(&stdout(charnn(at, &line, &[]))).unwrap();
        out["unknown"].as_u64().unwrap()
    };
    let plain: serde_json::Value = serde_json::from_str(&stdout(charnn(
        at,
        "evaluate run --device cpu --json --data gbk.txt",
        &[],
    )))
    .unwrap();
    let (warned, decoded) = (unknown("warn"), unknown("decode"));
    assert!(warned > decoded + 20, "{warned}, {decoded}");
    assert!(decoded >= plain["unknown"].as_u64().unwrap());
}

/// A system that decomposes letters with accents gives the same figure, and the same text after a prompt.
#[test]
fn accents_may_be_characters_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let composed = "L'\u{e9}t\u{e9} passa, et l'hiver vint.\n".repeat(40);
    std::fs::write(folder.join("composed.txt"), &composed).unwrap();
    std::fs::write(folder.join("apart.txt"), composed.replace('\u{e9}', "e\u{301}")).unwrap();
    stdout(charnn(folder, TRAIN, &["composed.txt", "--name", "run"]));
    let evaluated = |text| stdout(charnn(folder, "evaluate run --device cpu --data", &[text]));
    assert_eq!(evaluated("apart.txt"), evaluated("composed.txt"));
    let written =
        |prompt| stdout(charnn(folder, "generate run --seed 1 --length 20 --prompt", &[prompt]));
    assert_eq!(written("L'e\u{301}te\u{301}"), written("L'\u{e9}t\u{e9}"));
}
