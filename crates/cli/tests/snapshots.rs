//! What users read, in a file for each situation: help pages, messages and tables, in both languages, as
//! in a terminal of 80 columns. `scripts/update-snapshots.sh` writes all files again.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod program;

use program::{charnn, commands};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

const TRAIN: &str = "train novel.txt --name run --device cpu --set model.hidden_size=8 \
    --set model.embedding_dim=4 --set train.batch_size=4 --set train.seq_length=16 \
    --set train.max_steps=6 --set sample.length=20 --set eval.every_steps=3";

/// A folder with texts, good and bad, configurations, and a run.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let tale = "Once upon a time there was a cat.\n".repeat(40);
    let damaged = [&tale.as_bytes()[..500], b"\xFF", &tale.as_bytes()[500..]].concat();
    let binary = [7; 300];
    let other = tale.replace("cat", "Dog");
    let files: [(&str, &[u8]); 18] = [
        ("novel.txt", tale.as_bytes()),
        ("other.txt", other.as_bytes()),
        ("damaged.txt", &damaged),
        ("empty.txt", b""),
        ("one.txt", b"aaaa"),
        ("short.txt", b"abcdefgh"),
        ("book.pdf", b"%PDF-1.7\n%\xe2\xe3"),
        ("unclear.txt", b"some text\nand \xff more"),
        ("binary.txt", &binary),
        (
            "keys.toml",
            b"[data]\npath = \"novel.txt\"\n[model]\nhiden_size = 256\n[train]\nseed = -1\n",
        ),
        ("syntax.toml", b"[train]\nepochs = 3;\n"),
        ("types.toml", b"[data]\npath = \"novel.txt\"\n[train]\nepochs = \"many\"\n"),
        ("idle.toml", b"[data]\npath = \"novel.txt\"\n[train]\nmomentum = 0.9\n"),
        ("code.pt", include_bytes!("../../exchange/tests/goldens/code.pt")),
        ("rnn.pt", include_bytes!("../../exchange/tests/goldens/torch-rnn.pt")),
        ("gru.keras", include_bytes!("../../exchange/tests/goldens/reset-before.keras")),
        ("abc.json", b"[\"a\", \"b\", \"c\"]"),
        ("good.toml", b"[data]\npath = \"novel.txt\"\n"),
    ];
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    std::fs::create_dir(folder.path().join("nothing")).unwrap();
    assert!(charnn(folder.path(), TRAIN, &["--quiet"]).output().unwrap().status.success());
    several_runs(folder.path());
    folder
});

/// A folder `pair` of two runs that differ in their seed, a damaged one, and a folder that is not a run.
fn several_runs(folder: &Path) {
    for (name, seed, loss) in [("first", 1, 2.5), ("second", 2, 2.0)] {
        let line = TRAIN.replace("--name run", &format!("--name {name} --set train.seed={seed}"));
        let more = ["--quiet", "--set", "run.root=pair"];
        assert!(charnn(folder, &line, &more).output().unwrap().status.success());
        let row = |step| {
            let (loss, seconds) = (loss - f64::from(step) / 10.0, f64::from(step) / 2.0);
            format!(
                "{{\"schema\":2,\"step\":{step},\"train_loss\":{loss},\"seconds\":{seconds}}}\n\
                 {{\"schema\":2,\"step\":{step},\"val_loss\":{loss},\"seconds\":{seconds}}}\n"
            )
        };
        let rows: String = (1..=8).map(row).collect();
        std::fs::write(folder.join("pair").join(name).join("metrics.jsonl"), rows).unwrap();
    }
    let labels = r#"{"tags": ["paper"], "note": "the smallest one"}"#;
    std::fs::write(folder.join("pair/first/labels.json"), labels).unwrap();
    std::fs::create_dir_all(folder.join("pair/broken/checkpoints")).unwrap();
    std::fs::write(folder.join("pair/broken/config.toml"), "[").unwrap();
    std::fs::create_dir(folder.join("pair/pictures")).unwrap();
}

/// What `charnn` with the words of `line` says, in English and in Chinese.
fn told(folder: &Path, line: &str, more: &[&str]) -> String {
    told_at(folder, line, more, 80)
}

/// The same on a terminal of `width` columns.
fn told_at(folder: &Path, line: &str, more: &[&str], width: usize) -> String {
    let mut out = String::new();
    for language in ["en", "zh"] {
        let mut command = charnn(folder, line, more);
        command
            .args(["--lang", language])
            .env("COLUMNS", width.to_string())
            .env_remove("RAYON_NUM_THREADS");
        let output = command.output().unwrap();
        let shown = [line].iter().chain(more).copied().collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "$ charnn {shown} --lang {language}");
        out += &String::from_utf8(output.stdout).unwrap();
        out += &String::from_utf8(output.stderr).unwrap();
        let _ = writeln!(out, "[exit {}]\n", output.status.code().unwrap());
    }
    out.replace(&*folder.canonicalize().unwrap().to_string_lossy(), "[FOLDER]")
        .replace(&*folder.to_string_lossy(), "[FOLDER]")
}

/// Compares `text` with the file `name` of `folder`.
fn compare(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn help_pages() {
    let folder = tempfile::tempdir().unwrap();
    for command in &commands() {
        let name = if command.is_empty() { "charnn" } else { command }.replace(' ', "-");
        let pages =
            [told(folder.path(), command, &["-h"]), told(folder.path(), command, &["--help"])];
        compare("help", &name, &pages.concat());
    }
}

/// Messages, each with the command that shows it.
#[rustfmt::skip]
const MESSAGES: &[(&str, &str)] = &[
    // Usage.
    ("usage-no-command", ""),
    ("usage-misspelt-command", "trian novel.txt"),
    ("usage-command-of-another-program", "sample run"),
    ("usage-text-as-command", "novel.txt"),
    ("usage-misspelt-flag", "train --devize cpu"),
    ("usage-key-as-flag", "train novel.txt --epochs 3"),
    ("usage-many-wrong-flags", "train novel.txt --epochs 3 --gpu --out here --frobnicate --dry_run"),
    ("usage-unknown-flag", "train --frobnicate"),
    ("usage-one-dash", "generate run -length 20 -primetext Once"),
    ("usage-chinese-dash", "train novel.txt —set train.epochs=3"),
    ("usage-invalid-choice", "generate run --on-unknown drop"),
    ("usage-invalid-number", "generate run --temperature hot"),
    ("usage-invalid-size", "train novel.txt --max-bytes 10XB"),
    ("usage-invalid-encoding", "train novel.txt --encoding utf-9"),
    ("usage-missing-value", "generate run --length"),
    ("usage-conflict", "generate run --greedy --temperature 2"),
    ("usage-missing-argument", "data inspect"),
    ("usage-text-for-init", "init novel.txt"),
    ("usage-surplus-argument", "resume run other"),
    ("usage-cuda", "train novel.txt --device cuda"),
    ("usage-json", "train novel.txt --json --frobnicate"),
    ("usage-generate-stop", "generate run --stop END"),
    ("usage-generate-beams", "generate run --num-beams 4"),
    ("usage-generate-penalty", "generate run --repetition-penalty 0"),
    ("usage-generate-max-tokens", "generate run --max-tokens 20"),
    ("usage-generate-interactive", "generate run --interactive"),
    ("usage-generate-out", "generate run --out text.txt"),
    ("usage-generate-n", "generate run -n 20"),
    ("usage-generate-prefix", "generate run --prefix Once"),
    ("usage-generate-start", "generate run --start Once"),
    ("usage-train-resume", "train --resume run"),
    ("usage-evaluate-file", "evaluate run other.txt"),
    ("usage-set-list", "train novel.txt -s train.learning_rate=0.1,0.2"),
    ("usage-url", "train https://www.gutenberg.org/files/11/11-0.txt"),
    // Texts.
    ("text-missing", "train missing.txt"),
    ("text-nearly-named", "train novle.txt"),
    ("text-empty", "train empty.txt"),
    ("text-one-character", "train one.txt"),
    ("text-short", "train short.txt"),
    ("text-pdf", "train book.pdf"),
    ("text-binary", "train binary.txt"),
    ("text-unclear-encoding", "train unclear.txt"),
    ("text-malformed", "train damaged.txt --on-malformed error"),
    ("text-too-large", "train novel.txt --max-bytes 1000"),
    ("text-folder-without-texts", "train nothing"),
    ("text-pattern-without-match", "train *.text"),
    ("text-builtin-unknown", "train builtin:nosuch"),
    ("text-device", "train /dev/null"),
    ("text-two-sources", "train good.toml novel.txt"),
    // Configurations.
    ("config-two-problems", "train keys.toml"),
    ("config-syntax", "config check syntax.toml"),
    ("config-types", "config check types.toml"),
    ("config-idle", "config check idle.toml"),
    ("config-valid", "config check good.toml"),
    ("config-many-files", "config check keys.toml types.toml good.toml"),
    ("config-missing", "train exp.toml"),
    ("config-set-misspelt", "train novel.txt --set train.epoch=3"),
    ("config-set-value", "train novel.txt --set train.epochs=many"),
    ("config-json", "config check keys.toml --json"),
    ("config-explain-unknown", "config explain train.batchsize"),
    ("config-init-exists", "init good.toml --data novel.txt"),
    // Runs.
    ("run-missing", "generate nothing"),
    ("run-missing-json", "generate nothing --json"),
    ("run-prompt-for-run", "generate 从前"),
    ("run-exists", "train novel.txt --name run --device cpu --set train.max_steps=1"),
    ("run-checkpoint-missing", "generate run --checkpoint 7"),
    ("run-as-text", "train runs/run"),
    ("run-fixed-key", "resume run --set train.seed=3"),
    ("run-no-text-to-evaluate", "evaluate run --data missing.txt"),
    ("runs-unknown-metric", "runs list --sort vall_loss"),
    ("runs-unknown-key", "runs list --where model.hiden_size=3"),
    ("runs-unknown-field", "runs list --show xyzzy"),
    ("runs-ambiguous-key", "runs list --show every_steps"),
    ("runs-bad-value", "runs list --where model.cell=gruu"),
    ("runs-bad-number", "runs list --where step>many"),
    ("runs-no-comparison", "runs list --where val_loss"),
    ("runs-no-folder", "runs list --runs nowhere"),
    ("runs-compare-alone", "runs compare first"),
    ("report-exists", "report run -o novel.txt"),
    ("report-missing", "report nothing"),
    ("runs-no-match", "runs list --where step>1000000"),
    ("runs-no-best", "runs best --where step>1000000"),
    ("runs-compare-one", "runs compare run runs/run"),
    ("runs-tag", "runs tag run paper"),
    ("runs-bad-tag", "runs tag run a,b"),
    ("runs-note", "runs note run twice"),
    ("runs-note-missing", "runs note nothing"),
    ("runs-misspelt", "runs lsit"),
    ("runs-other-program", "runs delete first"),
    // Generation.
    ("generate-unknown-character", "generate run --prompt On老ce"),
    ("generate-unknown-skipped", "generate run --seed 1 --length 0 --prompt On老ce --on-unknown skip"),
    ("generate-equal-texts", "generate run --greedy --count 3"),
    ("generate-equal-candidates", "generate run --greedy --best-of 3"),
    ("generate-cpu-only", "generate run --show-probs --device gpu"),
    ("generate-unwritable-end", "generate run --until 完"),
    ("generate-until-escape", "generate run --until \\x"),
    ("generate-all-banned", "generate run --ban Oonceupatimhrws.\\n\\u{20}"),
    ("generate-banned-initial", "generate run --acrostic cat --ban a"),
    ("generate-enumerate-conflict", "generate run --enumerate 3 --temperature 1"),
    ("generate-no-records", "generate run --records 3"),
    ("train-records-regex", "train novel.txt --set data.records={regex='('}"),
    ("train-records-windows", "train novel.txt --set data.records=line --set train.predict=last"),
    ("train-few-records", "train novel.txt --set data.records=blank-line"),
    ("generate-search-ended", "generate run --prompt O --enumerate 3 --length 60 --until OOOOOOOOOO"),
    ("generate-precision", "generate run --precision bf16 --device gpu"),
    ("evaluate-other-characters", "evaluate run --data other.txt --device cpu"),
    // Exchange.
    ("export-exists", "export run -o novel.txt"),
    ("import-other-format", "import novel.txt --from torch --vocab novel.txt"),
    ("import-no-program", "import novel.txt"),
    ("import-code", "import code.pt --from torch --vocab abc.json"),
    ("import-not-keras", "import code.pt --from keras --vocab abc.json"),
    ("import-reset-before", "import gru.keras --from keras --vocab abc.json"),
    ("import-other-vocabulary", "import rnn.pt --from torch --vocab abc.json"),
    ("device-not-built", "train novel.txt --device ndarray"),
];

#[test]
fn messages() {
    for (name, line) in MESSAGES {
        let told = told(FOLDER.path(), line, &[]);
        compare("messages", name, &without_seconds(&told));
    }
}

/// Tables and reports, with `#` for figures that a clock or the machine decides.
#[test]
fn tables() {
    for (name, line) in [
        ("data-inspect", "data inspect novel.txt"),
        ("data-inspect-damaged", "data inspect damaged.txt"),
        ("evaluate", "evaluate run --device cpu"),
        ("runs-list", "runs list --runs pair --sort name --show model.hidden_size"),
        ("runs-best", "runs best --runs pair"),
        ("runs-compare", "runs compare first second --runs pair"),
        ("runs-verify", "runs verify --runs pair"),
        ("runs-rm", "runs rm first second --runs pair"),
        ("runs-gc", "runs gc --runs pair --keep-last 1 --dry-run"),
        ("doctor", "doctor"),
        ("train-dry-run", "train novel.txt --device cpu --dry-run --set train.max_steps=6"),
    ] {
        // Figures of any length fit on a wide line.
        let told = told_at(FOLDER.path(), line, &[], 200);
        // The rows that are compared were written above.
        let is_exact = name == "runs-compare";
        compare("tables", name, &if is_exact { told } else { without_figures(&told) });
    }
}

/// A run from its first line to its last.
#[test]
fn training() {
    let folder = tempfile::tempdir().unwrap();
    let tale = "Once upon a time there was a cat.\n".repeat(40);
    std::fs::write(folder.path().join("novel.txt"), tale).unwrap();
    let line = TRAIN.replace("--name run", "--progress lines");
    let mut told = told_at(folder.path(), &line, &[], 200);
    // The name of a run is the time.
    let names = std::fs::read_dir(folder.path().join("runs")).unwrap();
    let mut names: Vec<_> = names.map(|name| name.unwrap().file_name()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len())); // one may begin with another
    for name in names {
        told = told.replace(&*name.to_string_lossy(), "[RUN]");
    }
    compare("tables", "train", &without_figures(&without_samples(&told)));
}

/// JSON without the time.
fn without_seconds(told: &str) -> String {
    let line = |line: &str| match line.split_once("\"seconds\":") {
        Some((before, after)) => {
            let rest = after.find([',', '}']).map_or("", |end| &after[end..]);
            format!("{before}\"seconds\":#{rest}\n")
        }
        None => format!("{line}\n"),
    };
    told.lines().map(line).collect()
}

/// Lines that depend on the machine are left out, and numbers become `#`.
fn without_figures(told: &str) -> String {
    let depends = ["graphics  ", "GPU  ", "图形  ", "locale", "区域设置", "program", "程序  "];
    let lines = told.lines().filter(|line| !depends.iter().any(|word| line.contains(word)));
    let mut out = String::new();
    for line in lines {
        if line.starts_with("$ ") || line.starts_with("[exit ") {
            out += line;
        } else {
            // A number with its separators.
            let mut inside = false;
            for character in line.chars() {
                let digit = character.is_ascii_digit();
                inside = digit || (inside && ".,:".contains(character));
                if !inside {
                    out.push(character);
                } else if !out.ends_with('#') {
                    out.push('#');
                }
            }
        }
        out.push('\n');
    }
    out
}

/// The text of samples is that of one kind of CPU.
fn without_samples(told: &str) -> String {
    let mut inside = false;
    let mut kept = |line: &&str| {
        let (begins, ends) = (line.starts_with("--- "), *line == "---");
        let keep = !inside || ends;
        inside = (inside || begins) && !ends;
        keep
    };
    told.lines().filter(|line| kept(line)).flat_map(|line| [line, "\n"]).collect()
}
