//! `charnn train --dry-run` and `--overfit`: what they say is so, and they leave nothing behind.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod program;

use program::{charnn, fails, stdout};

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
fn the_memory_it_foretells_is_what_training_takes() {
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
        let ratios = [(); 3].map(|()| {
            let mut command = charnn(folder.path(), "train novel.txt --dry-run --device cpu", &[]);
            for setting in settings.split(' ') {
                command.args(["--set", setting]);
            }
            let printed = stdout(command);
            mebibytes(&printed, "memory") / mebibytes(&printed, "measured")
        });
        println!("{ratios:.2?} {settings}");
        assert!(ratios.iter().any(|ratio| (0.8..1.2).contains(ratio)), "{settings}: {ratios:?}");
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
