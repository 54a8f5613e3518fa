//! `charnn train --dry-run` and `--overfit`: what they say is so, and they leave nothing behind.

use crate::program::{charnn, fails, stdout};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "Once upon a time there was a cat, and it sat on the mat.\n".repeat(4000);
    std::fs::write(folder.path().join("novel.txt"), text).unwrap();
    // As many kinds of characters as a novel in Chinese has.
    let text: String =
        (0..500_000).filter_map(|at: u32| char::from_u32(0x4e00 + at % 4001)).collect();
    std::fs::write(folder.path().join("chinese.txt"), text).unwrap();
    folder
}

/// The MiB that stand after `word` in what was printed.
fn mebibytes(printed: &str, word: &str) -> f64 {
    let line = printed.lines().find(|line| line.starts_with(word)).unwrap();
    let mut words = line[word.len()..].split_whitespace().filter(|word| *word != "about");
    let value: f64 = words.next().unwrap().parse().unwrap();
    match words.next() {
        Some("MiB") => value,
        Some("GiB") => value * 1024.0,
        unit => panic!("{unit:?} in {line}"),
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_estimated_memory_is_what_training_takes() {
    let folder = folder();
    for settings in [
        "model.cell=rnn model.hidden_size=256 train.batch_size=128 train.seq_length=100",
        "model.cell=rnn model.hidden_size=256 model.num_layers=3 train.batch_size=64 train.seq_length=100",
        "model.cell=gru model.hidden_size=16 train.batch_size=2 train.seq_length=8",
        "model.cell=gru model.hidden_size=256 train.batch_size=64 train.seq_length=64",
        "model.cell=gru model.hidden_size=512 model.num_layers=2 train.batch_size=50 train.seq_length=50",
        "model.cell=lstm model.hidden_size=256 train.batch_size=64 train.seq_length=64",
        "model.cell=lstm model.hidden_size=512 model.num_layers=2 train.batch_size=50 train.seq_length=50",
        "model.cell=lstm model.hidden_size=256 train.predict=last train.batch_size=128 train.seq_length=100",
        "model.cell=gru model.hidden_size=256 model.dropout=0.3 train.optimizer=sgd train.batch_size=96",
        "data.path=chinese.txt model.cell=rnn model.hidden_size=256",
        "data.path=chinese.txt model.cell=rnn model.hidden_size=256 train.optimizer=sgd",
        "data.path=chinese.txt model.cell=gru model.hidden_size=384 train.batch_size=32 train.seq_length=64",
        "data.path=chinese.txt model.cell=gru model.hidden_size=384 train.batch_size=2 train.seq_length=8",
        "data.path=chinese.txt model.cell=lstm model.hidden_size=512 model.num_layers=2 train.batch_size=50 train.seq_length=50",
    ] {
        // How much the allocator holds back differs from run to run, with who else uses the machine.
        let mut ratios = (0..6).map(|_| {
            let mut command = charnn(folder.path(), "train novel.txt --dry-run --device cpu", &[]);
            for setting in settings.split(' ') {
                command.args(["--set", setting]);
            }
            let printed = stdout(command);
            mebibytes(&printed, "memory") / mebibytes(&printed, "peak memory")
        });
        assert!(ratios.any(|ratio| (0.8..1.2).contains(&ratio)), "{settings}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "only the texts");
}

#[test]
fn every_cell_passes_the_overfit_check_or_fails_it() {
    let folder = folder();
    for cell in ["rnn", "gru", "lstm"] {
        for objective in ["all", "last"] {
            let line = format!(
                "train novel.txt --overfit 1 --device cpu --set model.cell={cell} \
                 --set train.predict={objective} --set model.hidden_size=48 \
                 --set train.batch_size=4 --set train.seq_length=16 --set model.dropout=0.5"
            );
            let printed = stdout(charnn(folder.path(), &line, &[]));
            assert!(printed.starts_with("overfit check passed: "), "{printed}");
            let slow = format!("{line} --set train.learning_rate=1e-6");
            fails(
                charnn(folder.path(), &slow, &[]),
                1,
                &["overfit check failed", "train.learning_rate"],
            );
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "only the texts");
}

/// The training losses of a run.
fn losses(folder: &std::path::Path, run: &str) -> Vec<serde_json::Value> {
    let metrics = std::fs::read_to_string(folder.join("runs").join(run).join("metrics.jsonl"));
    let rows = metrics.unwrap();
    let rows = rows.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    rows.filter_map(|row| row.get("train_loss").cloned()).collect()
}

#[test]
fn initial_weights_can_be_saved_and_trained_later() {
    const SMALL: &str = "--device cpu --set model.hidden_size=8 --set train.batch_size=4 \
        --set train.seq_length=16 --set train.max_steps=5 --set sample.length=5";
    let folder = folder();
    let folder = folder.path();
    let printed =
        stdout(charnn(folder, &format!("train novel.txt --init-only --name a {SMALL}"), &[]));
    assert_eq!(printed, "runs/a\n");
    assert!(losses(folder, "a").is_empty(), "nothing is trained");
    let output = charnn(folder, "generate a --length 5", &[]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && told.contains("step 0"), "{told}");
    assert!(told.contains("warning: the network is untrained"), "{told}");
    stdout(charnn(folder, "resume a", &[]));
    stdout(charnn(folder, &format!("train novel.txt --name b {SMALL}"), &[]));
    assert_eq!(losses(folder, "a").len(), 5);
    assert_eq!(losses(folder, "a"), losses(folder, "b"));
    // A dry run of a run with its weights.
    let dry = format!("train novel.txt --dry-run --init-from a {SMALL}");
    let dry = dry.replace("--set model.hidden_size=8", "");
    assert!(stdout(charnn(folder, &dry, &[])).contains("whole run"));
    assert_eq!(std::fs::read_dir(folder.join("runs")).unwrap().count(), 2, "no other run");
}

#[cfg(target_os = "linux")]
#[test]
fn the_limit_of_the_shell_is_the_limit_of_the_estimate() {
    let folder = folder();
    let program = env!("CARGO_BIN_EXE_charnn");
    let line = format!(
        "ulimit -v 6000000; exec {program} train novel.txt --dry-run --json --device cpu --set model.hidden_size=8"
    );
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &line]).current_dir(folder.path());
    crate::program::alone(&mut command);
    let printed: serde_json::Value = serde_json::from_str(&stdout(command)).unwrap();
    let limit = printed["memory_limit"].as_u64().unwrap();
    assert!(limit < 6_000_000 * 1024, "{printed}");
    assert!(
        ["ulimit", "cgroup", "machine"].contains(&printed["memory_limited_by"].as_str().unwrap())
    );
}

/// Other programs disturb both, so the test allows more than the 20 % that an idle machine keeps.
#[test]
fn the_time_of_a_run_is_estimated() {
    const RUN: &str = "train novel.txt --device cpu --set train.batch_size=8 --set train.seq_length=32 \
        --set model.hidden_size=64 --set train.epochs=4 --set eval.every_steps=50";
    let folder = folder();
    let ratios = [(); 3].map(|()| {
        let printed = stdout(charnn(folder.path(), &format!("{RUN} --dry-run --json"), &[]));
        let printed: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let begun = std::time::Instant::now();
        stdout(charnn(folder.path(), RUN, &["--quiet"]));
        printed["total_seconds"].as_f64().unwrap() / begun.elapsed().as_secs_f64()
    });
    println!("{ratios:.2?}");
    assert!(ratios.iter().any(|ratio| (0.6..1.5).contains(ratio)), "{ratios:?}");
}

#[test]
fn a_step_on_several_machines_is_estimated() {
    let folder = folder();
    let line = "train novel.txt --dry-run --device cpu --json --set model.hidden_size=32";
    let event = |more: &str| -> serde_json::Value {
        let printed = stdout(charnn(folder.path(), &format!("{line} {more}"), &[]));
        serde_json::from_str(printed.lines().last().unwrap()).unwrap()
    };
    let slow = event("--ranks 4 --network 1gbe");
    let (ranks, alone) = (&slow["ranks"], slow["step_seconds"].as_f64().unwrap());
    let sent = ranks["bytes"].as_f64().unwrap();
    // Gradients twice, of which a quarter stays, and the states of 16 rows.
    let parameters = slow["parameters"].as_f64().unwrap();
    assert!(
        sent > 1.5 * 4.0 * parameters && sent < 1.7 * 4.0 * (parameters + 16.0 * 32.0),
        "{slow}"
    );
    let exchange = ranks["exchange_seconds"].as_f64().unwrap();
    let step = ranks["step_seconds"].as_f64().unwrap();
    assert!((step - alone / 4.0 - exchange).abs() < 1e-6, "{slow}");
    assert!(event("")["ranks"].is_null());
    let printed =
        stdout(charnn(folder.path(), &format!("{line} --ranks 8").replace("--json", ""), &[]));
    assert!(printed.contains("8 ranks, 10gbe"), "{printed}");
    fails(charnn(folder.path(), "train novel.txt --ranks 8", &[]), 2, &["--dry-run"]);
}
