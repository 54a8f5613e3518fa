//! `charnn generate`: samplers, rules, ends, and texts with the network's own judgement.

use crate::program::{charnn, fails, stdout};
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

/// A folder with a run.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let text = "Once upon a time there was a cat.\n".repeat(40);
    std::fs::write(folder.path().join("novel.txt"), text).unwrap();
    let train = "train novel.txt --name run --device cpu --set model.hidden_size=8 \
        --set model.embedding_dim=4 --set train.batch_size=4 --set train.seq_length=16 \
        --set train.epochs=1";
    stdout(charnn(folder.path(), train, &[]));
    folder
});

/// What `charnn generate` writes, without the line break at its end.
#[track_caller]
fn write(line: &str) -> String {
    let written = stdout(charnn(FOLDER.path(), &format!("generate run --seed 7 {line}"), &[]));
    written.strip_suffix('\n').unwrap().to_owned()
}

/// Its texts.
#[track_caller]
fn texts(line: &str) -> Vec<String> {
    write(line).split("\n====================\n").map(ToOwned::to_owned).collect()
}

#[test]
fn samplers_that_do_nothing_change_no_text() {
    let plain = write("--prompt Once --length 400");
    let neutral = "--min-p 0 --typical 1 --no-repeat 0 --repetition-penalty 1 --presence-penalty 0 \
        --frequency-penalty 0 --penalty-window 5 --ban # --best-of 1";
    assert_eq!(write(&format!("--prompt Once --length 400 {neutral}")), plain);
    for other in [
        "--min-p 0.5",
        "--typical 0.3",
        "--no-repeat 3",
        "--repetition-penalty 1.5",
        "--presence-penalty 2",
        "--frequency-penalty 1",
        "--best-of 3",
    ] {
        let changed = write(&format!("--prompt Once --length 400 {other}"));
        assert_ne!(changed, plain, "{other}");
        assert_eq!(changed, write(&format!("--prompt Once --length 400 {other}")), "{other}");
    }
}

#[test]
fn texts_keep_the_rules() {
    let banned = write("--prompt Once --length 400 --ban ae\\n");
    assert!(!banned["Once".len()..].contains(['a', 'e', '\n']), "{banned}");
    let text = write("--prompt Once --length 400 --no-repeat 4");
    let characters: Vec<char> = text.chars().collect();
    let mut seen = std::collections::BTreeSet::new();
    assert!(characters.windows(4).all(|passage| seen.insert(passage)), "{text}");
    for text in texts("--prompt Once --length 4000 --count 3 --until a --until ca") {
        assert_eq!(text.find('a'), Some(text.len() - 1), "{text}");
    }
    let lines = texts("--prompt \\n --length 4000 --count 3 --lines 2");
    assert!(lines.iter().all(|text| text.matches('\n').count() == 2), "{lines:?}");
    for (prompt, before) in [("Once", 1), ("\\n", 1)] {
        let text = write(&format!("--prompt {prompt} --length 9000 --acrostic cat"));
        let initials: String =
            text.lines().skip(before).filter_map(|line| line.chars().next()).collect();
        assert_eq!(initials, "cat", "{text}");
    }
}

#[test]
fn rules_that_no_text_can_keep_are_refused() {
    let refused = |line: &str, words: &[&str]| {
        fails(charnn(FOLDER.path(), &format!("generate run {line}"), &[]), 2, words);
    };
    refused("--until xyz", &["--until", "xyz"]);
    refused("--acrostic Zoo", &["--acrostic", "Z"]);
    refused("--acrostic cat --ban c", &["--acrostic", "--ban", "c"]);
    refused("--until \\q", &["--until", "\\q"]);
    refused("--greedy --best-of 2", &["--best-of 2"]);
    refused("--enumerate 2 --device auto", &["--enumerate", "--device auto"]);
    refused("--show-probs --best-of 2", &["--show-probs", "--best-of"]);
}

#[test]
fn text_i_is_the_same_for_any_count() {
    for line in ["--best-of 4", "--until a --no-repeat 5", "--typical 0.5 --min-p 0.1"] {
        let many = texts(&format!("--prompt Once --length 60 --count 5 {line}"));
        let few = texts(&format!("--prompt Once --length 60 --count 2 {line}"));
        assert_eq!((many.len(), &many[..2]), (5, &few[..]), "{line}");
    }
}

#[test]
fn probabilities_are_shown_beside_every_character() {
    let plain = write("--prompt Once --length 30");
    let lines = write("--prompt Once --length 30 --show-probs");
    assert_eq!(lines.lines().count(), 30);
    let json = write("--prompt Once --length 30 --show-probs --json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(format!("Once{}", json["text"].as_str().unwrap()), plain);
    let characters = json["characters"].as_array().unwrap();
    assert_eq!(characters.len(), 30);
    for (character, line) in characters.iter().zip(lines.lines()) {
        let symbol = character["character"].as_str().unwrap();
        assert!(line.starts_with(&format!("{symbol:?}")), "{line}");
        let likeliest: Vec<f64> = character["likeliest"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| pair[1].as_f64().unwrap())
            .collect();
        assert!(likeliest.len() == 5 && likeliest.is_sorted_by(|a, b| a >= b));
        let p = character["probability"].as_f64().unwrap();
        assert!(p > 0.0 && p <= likeliest[0]);
    }
}

#[test]
fn the_most_probable_texts_come_first() {
    let generate = "generate run --prompt Once --enumerate 20 --json";
    let short = stdout(charnn(FOLDER.path(), &format!("{generate} --length 3"), &[]));
    let texts: Vec<serde_json::Value> =
        short.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(texts.len(), 20);
    let p: Vec<f64> = texts.iter().map(|text| text["probability"].as_f64().unwrap()).collect();
    assert!(p.is_sorted_by(|a, b| a >= b) && p.iter().sum::<f64>() < 1.0, "{p:?}");
    let loss = texts[0]["loss"].as_f64().unwrap();
    assert!(((-loss).exp() - p[0]).abs() < 1e-9);
    let line = "generate run --prompt Once --enumerate 20 --length 3";
    let plain = stdout(charnn(FOLDER.path(), line, &[]));
    for (line, text) in plain.lines().zip(&texts) {
        let text = text["text"].as_str().unwrap().replace('\n', "\\n");
        assert!(line.ends_with(&format!("  Once{text}")), "{line}");
    }
    let banned = stdout(charnn(FOLDER.path(), &format!("{line} --ban e"), &[]));
    assert!(banned.lines().all(|line| !line.split_once("Once").unwrap().1.contains('e')));
}

#[test]
fn a_text_that_goes_in_circles_gets_advice() {
    let stderr = |line: &str| {
        let mut command = charnn(Path::new(FOLDER.path()), line, &["--quiet"]);
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let greedy = stderr("generate run --prompt Once --greedy --length 2000");
    assert!(greedy.contains("goes in circles") && greedy.contains("--no-repeat"), "{greedy}");
    assert_eq!(stderr("generate run --prompt Once --greedy --length 2000 --no-repeat 10"), "");
}

#[test]
fn the_demo_needs_no_training() {
    let folder = tempfile::tempdir().unwrap();
    for (lang, name, prompt) in
        [("en", "builtin:tales", "Once upon a time"), ("zh", "builtin:tales-zh", "从前")]
    {
        let demo = |flags: &str| {
            stdout(charnn(folder.path(), &format!("demo --lang {lang} --seed 3 {flags}"), &[]))
        };
        let text = demo("");
        assert!(text.starts_with(prompt) && text.chars().count() > 300, "{text}");
        let named = format!("generate {name} --lang {lang} --seed 3");
        assert_eq!(stdout(charnn(folder.path(), &named, &[])), text);
        assert_eq!(demo("--count 2").split('=').next().unwrap(), text);
        assert!(demo("--json --length 5").contains("\"seed\": 3"));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let unknown = charnn(folder.path(), "generate builtin:x", &[]);
    fails(unknown, 5, &["builtin:tales, builtin:tales-zh"]);
}

/// Each datagram is one call of `write`.
#[cfg(unix)]
#[test]
fn texts_are_written_in_large_pieces() {
    let (ours, theirs) = std::os::unix::net::UnixDatagram::pair().unwrap();
    let mut command = charnn(FOLDER.path(), "generate run --seed 7 --length 30000", &[]);
    command.stdout(std::process::Stdio::from(std::os::fd::OwnedFd::from(theirs)));
    let mut child = command.spawn().unwrap();
    drop(command); // and with it our copy of the other end
    let (mut bytes, mut writes) = (0, 0);
    let mut piece = vec![0; 1 << 16];
    ours.set_read_timeout(Some(std::time::Duration::from_mins(1))).unwrap();
    while bytes < 30_001 {
        bytes += ours.recv(&mut piece).unwrap();
        writes += 1;
    }
    assert!(child.wait().unwrap().success());
    // A slow machine flushes what waits every 50 ms, or every 16 KiB.
    assert!(writes < 1000, "{bytes} bytes in {writes} writes");
}
