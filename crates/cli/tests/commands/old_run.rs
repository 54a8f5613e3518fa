//! A run that commit 7459234 wrote is read, continued and used as that version did.

use crate::program::{charnn, fails, stdout};
use std::path::Path;
use std::process::Command;

/// What 7459234 printed for the commands in the fixture's README.
const SAMPLED: &str = "the cllhd\nend g\ns lota\n s edcssgcenme\nl\nsnngt.na  tmmcslcdo.hglgc\nhmcs.\n\
    haoao.sce lc\n";
const GREEDY: &str = "the cttttttttttttttttttootttttttttttotttttttt\n";
const EVALUATED: f64 = 2.703_533_122_676_829_3;
/// The training losses of steps 13 to 20.
const RESUMED: [f64; 8] = [
    2.705_518_086_751_302_2,
    2.699_384_562_174_479,
    2.706_482_498_734_086,
    2.699_212_392_171_224,
    2.696_235_911_051_432_2,
    2.702_205_149_332_682_4,
    2.693_579_864_501_953_3,
    2.703_840_382_893_88,
];

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (from, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}

/// A folder with the run in `runs/run` and its text.
fn folder() -> tempfile::TempDir {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runs/tests/fixtures/7459234");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("runs")).unwrap();
    copy(&fixture.join("run"), &folder.path().join("runs/run"));
    std::fs::copy(fixture.join("text.txt"), folder.path().join("text.txt")).unwrap();
    folder
}

/// The standard output of a command that works without a warning.
#[track_caller]
fn clean(mut command: Command) -> String {
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !told.contains("warning"), "{told}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn it_generates_the_same_text() {
    let folder = folder();
    for checkpoint in ["best", "last", "12"] {
        let sampled = charnn(
            folder.path(),
            "generate run --seed 7 --length 80",
            &["--prompt", "the ", "--checkpoint", checkpoint],
        );
        assert_eq!(clean(sampled), SAMPLED);
    }
    let greedy = charnn(folder.path(), "generate run --greedy --length 40", &["--prompt", "the c"]);
    assert_eq!(clean(greedy), GREEDY);
}

/// `scripts/check-slim.sh` runs the same commands without training.
#[test]
fn every_sampler_chooses_the_same_text() {
    let folder = folder();
    let golden = include_str!("../../../runs/tests/fixtures/7459234/generated.txt");
    let mut found = String::new();
    for line in golden.lines().filter(|line| line.starts_with("$ charnn ")) {
        let command = charnn(folder.path(), line.trim_start_matches("$ charnn "), &[]);
        found.extend([line, "\n", &clean(command)]);
    }
    assert_eq!(found, golden);
}

#[test]
fn a_network_in_a_file_of_its_own_generates() {
    let folder = folder();
    let network = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infer/examples");
    std::fs::copy(
        network.join("tales.charnn.safetensors"),
        folder.path().join("tales.charnn.safetensors"),
    )
    .unwrap();
    let command = "generate tales.charnn.safetensors --seed 7 --temperature 0.5 --length 7";
    // As in the documentation of charnn_infer.
    let text = clean(charnn(folder.path(), command, &["--prompt", "Once upon"]));
    assert_eq!(text, "Once upon the wi\n");
    std::fs::write(folder.path().join("bad.charnn.safetensors"), "{}").unwrap();
    fails(
        charnn(folder.path(), "generate bad.charnn.safetensors", &[]),
        5,
        &["bad.charnn.safetensors"],
    );
}

#[test]
fn it_has_the_same_loss() {
    let folder = folder();
    let text = std::fs::read_to_string(folder.path().join("text.txt")).unwrap();
    // The last tenth, which 7459234 held out.
    std::fs::write(folder.path().join("valid.txt"), &text[text.len() - 192..]).unwrap();
    let command = charnn(folder.path(), "evaluate run --data valid.txt --device cpu --json", &[]);
    let line: serde_json::Value = serde_json::from_str(&clean(command)).unwrap();
    let loss = ["loss", "val_loss", "nats"].iter().find_map(|key| line[key].as_f64()).unwrap();
    assert!((loss - EVALUATED).abs() < 1e-6, "{loss}");
}

#[test]
fn it_resumes_identically() {
    let folder = folder();
    // The numbers of a safetensors file. Its header, which is longer today, stands before them.
    let old = |name: &str| {
        let path = folder.path().join("runs/run/checkpoints/step-00000012").join(name);
        let bytes = std::fs::read(path).unwrap();
        let header = u64::from_le_bytes(bytes[..8].try_into().unwrap());
        bytes[8 + usize::try_from(header).unwrap()..].to_vec()
    };
    let tensors = ["model.safetensors", "optimizer.safetensors", "carried.safetensors"];
    let before = tensors.map(old);
    // Nothing to do, but another place of the text: its checkpoint is written again.
    let resume = |steps: &str| {
        let set = ["--set", "data.path=text.txt", "--set", steps];
        charnn(folder.path(), "resume run", &set)
    };
    stdout(resume("train.max_steps=12"));
    assert!(tensors.map(old) == before, "bit-identical");
    stdout(resume("train.max_steps=20"));
    let rows = std::fs::read_to_string(folder.path().join("runs/run/metrics.jsonl")).unwrap();
    let rows = rows.lines().map(|row| serde_json::from_str::<serde_json::Value>(row).unwrap());
    let losses: Vec<f64> = rows.filter_map(|row| row["train_loss"].as_f64()).collect();
    assert_eq!(losses.len(), RESUMED.len());
    for (loss, expected) in losses.iter().zip(RESUMED) {
        assert!((loss - expected).abs() < 1e-6, "{losses:?}");
    }
}
