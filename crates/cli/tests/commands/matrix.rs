//! Every cell and every objective through every command that has to do with a network.

use crate::program::{charnn, fails, stdout};
use std::path::Path;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "Once upon a time there was a cat.\n".repeat(100);
    std::fs::write(folder.path().join("novel.txt"), text).unwrap();
    folder
}

/// The number after `word` in what `charnn evaluate` prints.
fn figure(printed: &str, word: &str) -> f64 {
    let line = printed.lines().find(|line| line.starts_with(word)).unwrap();
    line[word.len()..].trim().replace(',', "").parse().unwrap()
}

fn metrics(folder: &Path, run: &str) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(folder.join("runs").join(run).join("metrics.jsonl"));
    text.unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_cell_and_objective_trains_resumes_evaluates_and_writes() {
    let folder = folder();
    for cell in ["rnn", "gru", "lstm"] {
        for objective in ["all", "last"] {
            let name = format!("{cell}-{objective}");
            let settings = format!(
                "--name {name} --device cpu --set model.cell={cell} \
                 --set train.predict={objective} --set model.hidden_size=24 \
                 --set model.embedding_dim=8 --set train.batch_size=8 --set train.seq_length=12 \
                 --set train.learning_rate=2e-2 --set sample.length=10"
            );
            let train = format!("train novel.txt {settings} --set train.max_steps=30");
            let printed = stdout(charnn(folder.path(), &train, &[]));
            assert_eq!(printed, format!("runs/{name}\n"));

            let resume = format!("resume {name} --set train.epochs=100 --set train.max_steps=150");
            assert_eq!(stdout(charnn(folder.path(), &resume, &[])), printed);
            let metrics = metrics(folder.path(), &name);
            let steps = metrics.iter().filter(|line| line["train_loss"].is_f64());
            let steps: Vec<_> = steps.map(|line| line["step"].as_u64().unwrap()).collect();
            assert_eq!(steps, (1..=150).collect::<Vec<_>>(), "{name}");
            let valid = metrics.iter().rev().find_map(|line| line["val_loss"].as_f64()).unwrap();

            let evaluate = format!("evaluate {name} --checkpoint last --device cpu");
            let evaluated = stdout(charnn(folder.path(), &evaluate, &[]));
            let nats = figure(&evaluated, "nats per character");
            assert!((nats - valid).abs() < 1e-4, "{name}: {nats}, {valid} while training");
            // The text repeats itself, so a network that learns comes far below the 2.7 nats of
            // knowing only how often each character is there.
            assert!(nats < 1.0, "{name}: {nats}");

            let generate =
                format!("generate {name} --checkpoint last --greedy --length 25 --prompt Once");
            let written = stdout(charnn(folder.path(), &generate, &[]));
            assert!(written.starts_with("Once"), "{name}: {written}");
            assert_eq!(written.trim_end_matches('\n').chars().count(), 29, "{name}: {written}");
        }
    }
}

/// A step whose tensors no adapter makes room for, on the adapter that every machine can have.
#[test]
fn a_device_without_room_is_an_error_that_names_the_checkpoint() {
    let folder = folder();
    let devices = stdout(charnn(folder.path(), "devices", &[]));
    if !devices.lines().any(|line| line.trim_start().starts_with("software")) {
        assert!(std::env::var_os("CHARNN_REQUIRE_SOFTWARE").is_none(), "{devices}");
        eprintln!("skipped: no software graphics adapter on this machine");
        return;
    }
    let train = "train novel.txt --device software --name run --set train.max_steps=1 \
        --set model.cell=rnn --set model.hidden_size=512 --set data.val_fraction=0 \
        --set train.predict=last --set train.batch_size=3000 --set train.seq_length=300";
    let words = [
        "the memory of the device is too small",
        "step 0 is good",
        "charnn resume",
        "train.batch_size",
    ];
    fails(charnn(folder.path(), train, &[]), 6, &words);
    stdout(charnn(folder.path(), "evaluate run --device cpu --data novel.txt", &[]));
}
