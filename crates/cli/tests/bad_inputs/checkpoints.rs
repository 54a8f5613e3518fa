//! Checkpoints that are damaged, do not fit their run, or were made by another version.

use crate::row::{Row, check, row};
use crate::trained::checkpoint;
use std::path::Path;

/// Changes the bytes of a file of `runs/run`'s checkpoint of `step`.
fn change(step: u64, name: &'static str, how: fn(&mut Vec<u8>)) -> impl Fn(&Path) {
    move |at| {
        let path = checkpoint(at, step).join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        how(&mut bytes);
        std::fs::write(path, bytes).unwrap();
    }
}

/// A safetensors file with this header, and so many bytes of numbers.
fn tensors(header: &str, numbers: usize) -> Vec<u8> {
    let length = header.len() as u64;
    [&length.to_le_bytes(), header.as_bytes(), &vec![0; numbers][..]].concat()
}

/// A manifest of any format.
fn sealed(manifest: &str) -> String {
    let manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
    let blake3 = blake3::hash(manifest.to_string().as_bytes()).to_hex().to_string();
    serde_json::json!({ "manifest": manifest, "blake3": blake3 }).to_string()
}

/// The text of a manifest in the first format, which needs no checksum.
fn unsealed(bytes: &[u8]) -> String {
    let manifest: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let manifest = &manifest["manifest"];
    let first =
        serde_json::json!({ "format": 1, "step": manifest["step"], "files": manifest["files"] });
    first.to_string()
}

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    const WEIGHTS: &str = "model.safetensors";
    const WRITE: &str = "generate run --greedy --length 3";
    let older = |what: &str, name: &'static str, how: fn(&mut Vec<u8>)| {
        row(what).trained().made(change(12, name, how)).run(WRITE)
    };
    let warned = ["warning", "skipping the checkpoint", "step-00000012"];
    let weights = |what: &str, bytes: &[u8]| row(what).every_file(WEIGHTS, bytes).run(WRITE);
    let damaged = |row: Row| row.fails(5, &["model.safetensors"]);
    let one = |shape: &str, offsets: &str| {
        format!(r#"{{"embedding":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#)
    };
    let two = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#;
    vec![
        // 28
        older("weights truncated", WEIGHTS, |bytes| bytes.truncate(100)).works(&warned).works(&[]),
        older("an empty file of weights", WEIGHTS, Vec::clear).works(&warned),
        older("a manifest truncated", "MANIFEST.json", |bytes| bytes.truncate(50)).works(&warned),
        older("an empty manifest", "MANIFEST.json", Vec::clear).works(&warned),
        older("a manifest of a megabyte", "MANIFEST.json", |bytes| bytes.resize(1 << 20, b' ')).works(&warned).works(&[]),
        row("no manifest").trained().made(|at| std::fs::remove_file(checkpoint(at, 12).join("MANIFEST.json")).unwrap())
            .run(WRITE).works(&warned),
        row("missing weights").trained().made(|at| std::fs::remove_file(checkpoint(at, 12).join(WEIGHTS)).unwrap())
            .run(WRITE).works(&warned),
        row("a folder for the weights").trained().made(|at| {
            std::fs::remove_file(checkpoint(at, 12).join(WEIGHTS)).unwrap();
            std::fs::create_dir(checkpoint(at, 12).join(WEIGHTS)).unwrap();
        }).run(WRITE).works(&warned).works(&[]),
        row("a device for the weights").trained().made(|at| {
            std::fs::remove_file(checkpoint(at, 12).join(WEIGHTS)).unwrap();
            std::os::unix::fs::symlink("/dev/zero", checkpoint(at, 12).join(WEIGHTS)).unwrap();
        }).run(WRITE).works(&warned).works(&[]),
        row("a file for a checkpoint").trained().made(|at| {
            std::fs::remove_dir_all(checkpoint(at, 12)).unwrap();
            std::fs::write(checkpoint(at, 12), "").unwrap();
        }).run(WRITE).works(&warned),
        row("truncated weights, on resume").trained().made(change(12, WEIGHTS, |bytes| bytes.truncate(100)))
            .run("resume run").works(&warned).works(&[]),
        // 29
        older("one bit of the weights", WEIGHTS, |bytes| bytes[2000] ^= 1).works(&warned),
        older("one bit of the configuration", "config.toml", |bytes| bytes[30] ^= 1).works(&warned),
        older("one bit of the vocabulary", "vocab.json", |bytes| bytes[30] ^= 1).works(&warned),
        older("one bit of the progress", "progress.toml", |bytes| bytes[3] ^= 1).works(&warned),
        row("one bit of a checkpoint that was asked for").trained().made(change(10, WEIGHTS, |bytes| bytes[2000] ^= 1))
            .run(WRITE).run("--checkpoint 10").fails(5, &["step-00000010"]),
        row("one bit of every checkpoint").trained().made(|at| [5, 10, 12].iter().for_each(|&step| change(step, WEIGHTS, |bytes| bytes[2000] ^= 1)(at)))
            .run(WRITE).fails(5, &["step-00000012"]),
        row("one bit of every checkpoint, on resume").trained().made(|at| [5, 10, 12].iter().for_each(|&step| change(step, "progress.toml", |bytes| bytes[3] ^= 1)(at)))
            .run("resume run").fails(5, &["step-00000012"]),
        row("one bit of every checkpoint, for --init-from").trained().made(|at| [5, 10, 12].iter().for_each(|&step| change(step, "vocab.json", |bytes| bytes[30] ^= 1)(at)))
            .run("train novel.txt --device cpu --init-from run").fails(5, &["step-00000012"]),
        // 30
        row("the vocabulary of another run").every(|checkpoint| {
            let other = checkpoint.ancestors().nth(3).unwrap().join("other/vocab.json");
            std::fs::copy(other, checkpoint.join("vocab.json")).unwrap();
        }).run(WRITE).fails(5, &["model.safetensors"]),
        row("another width").every(|checkpoint| {
            let config = std::fs::read_to_string(checkpoint.join("config.toml")).unwrap();
            std::fs::write(checkpoint.join("config.toml"), config.replace("hidden_size = 8", "hidden_size = 9")).unwrap();
        }).run(WRITE).fails(5, &["model.safetensors"]),
        row("another cell").every(|checkpoint| {
            let config = std::fs::read_to_string(checkpoint.join("config.toml")).unwrap();
            std::fs::write(checkpoint.join("config.toml"), config.replace("cell = \"gru\"", "cell = \"lstm\"")).unwrap();
        }).run(WRITE).fails(5, &["model.safetensors"]),
        row("a vocabulary that is not sorted").every_file("vocab.json", r#"{"characters":["b","a"],"blake3":"0"}"#).run(WRITE)
            .fails(5, &["vocab.json"]),
        row("a vocabulary that is not JSON").every_file("vocab.json", "abc").run(WRITE).fails(5, &["vocab.json"]),
        row("a configuration that is not TOML").every_file("config.toml", "{}").run(WRITE).fails(5, &["config.toml"]),
        row("a configuration of absurd sizes").every(|checkpoint| {
            let config = std::fs::read_to_string(checkpoint.join("config.toml")).unwrap();
            std::fs::write(checkpoint.join("config.toml"), config.replace("hidden_size = 8", "hidden_size = 65536")).unwrap();
        }).run(WRITE).fails(5, &["model.safetensors"]),
        row("invalid progress").every_file("progress.toml", "step = -1").run("resume run").fails(5, &["progress.toml"]),
        row("progress of another step").newest(|newest| {
            let progress = std::fs::read_to_string(newest.join("progress.toml")).unwrap();
            std::fs::write(newest.join("progress.toml"), progress.replace("step = 12", "step = 11")).unwrap();
        }).run("resume run").works(&["progress.toml"]),
        row("a missing state").every(|checkpoint| std::fs::remove_file(checkpoint.join("carried.safetensors")).unwrap())
            .run("resume run").fails(5, &["carried.safetensors"]),
        row("missing moments").every(|checkpoint| std::fs::remove_file(checkpoint.join("optimizer.safetensors")).unwrap())
            .run("resume run").fails(5, &["optimizer.safetensors"]),
        // 31
        row("a checkpoint of a newer version").trained().made(|at| std::fs::write(
            checkpoint(at, 12).join("MANIFEST.json"), sealed(r#"{"format":7,"shards":[]}"#)).unwrap())
            .run(WRITE).fails(5, &["step-00000012"]),
        row("a checkpoint of a newer version, on resume").trained().made(|at| std::fs::write(
            checkpoint(at, 12).join("MANIFEST.json"), sealed(r#"{"format":3}"#)).unwrap())
            .run("resume run").fails(5, &[]),
        older("a manifest whose format has a changed bit", "MANIFEST.json", |bytes| {
            let at = bytes.windows(10).position(|part| part == br#""format":2"#).unwrap();
            bytes[at + 9] ^= 2;
        }).works(&warned).works(&[]),
        row("a checkpoint of format 0").trained().made(|at| [5, 10, 12].iter().for_each(|&step| std::fs::write(
            checkpoint(at, step).join("MANIFEST.json"), r#"{"format":0,"step":1,"files":{}}"#).unwrap()))
            .run(WRITE).fails(5, &[]),
        row("a configuration of a newer version, in a checkpoint").every_file("config.toml", "config_version = 3\n").run(WRITE)
            .fails(5, &["config_version"]),
        row("a manifest of another step").trained().made(|at| {
            std::fs::copy(checkpoint(at, 10).join("MANIFEST.json"), checkpoint(at, 12).join("MANIFEST.json")).unwrap();
        })
            .run(WRITE).works(&warned).works(&[]),
        // 32
        weights("a header longer than memory", &u64::MAX.to_le_bytes()).fails(5, &["model.safetensors"]),
        damaged(weights("a header longer than its file", &[&1_000_000_u64.to_le_bytes()[..], b"{}"].concat())),
        damaged(weights("a header that is not JSON", &tensors("hello, world", 0))),
        damaged(weights("a header that is not UTF-8", &[&4_u64.to_le_bytes()[..], &[0xFF; 4]].concat())),
        damaged(weights("a header of brackets", &tensors(&"[".repeat(100_000), 0))),
        damaged(weights("numbers beyond the end", &tensors(&one("[9999999]", "[0,39999996]"), 16))),
        damaged(weights("numbers that begin after they end", &tensors(&one("[1]", "[8,4]"), 16))),
        damaged(weights("numbers that overlap", &tensors(two, 12))),
        damaged(weights("numbers of another count than their shape's", &tensors(&one("[3,3]", "[0,16]"), 16))),
        damaged(weights("a shape that is larger than any number", &tensors(&one("[18446744073709551615,18446744073709551615]", "[0,16]"), 16))),
        damaged(weights("numbers without names", &tensors("{}", 64))),
        weights("a file without tensors", &tensors("{}", 0)).fails(5, &[]),
        weights("a tensor of another type", &tensors(&one("[2]", "[0,16]").replace("F32", "F64"), 16)).fails(5, &["F64"]),
        row("weights of a terabyte").every(|checkpoint| {
            std::fs::write(checkpoint.join(WEIGHTS), "").unwrap();
        }).made(|at| [5, 10, 12].iter().for_each(|&step| {
            let file = std::fs::File::options().write(true).open(checkpoint(at, step).join(WEIGHTS)).unwrap();
            file.set_len(1 << 40).unwrap();
            change(step, "MANIFEST.json", |bytes| {
                *bytes = unsealed(bytes).replace("\"bytes\":0", "\"bytes\":1099511627776").into_bytes();
            })(at);
        })).run(WRITE).fails(5, &[]),
        row("weights that are not finite").every(|checkpoint| {
            let path = checkpoint.join(WEIGHTS);
            let mut bytes = std::fs::read(&path).unwrap();
            let end = bytes.len();
            bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
            std::fs::write(path, bytes).unwrap();
        }).run(WRITE).fails(5, &[]),
        row("a file that no checkpoint has").newest(|newest| std::fs::write(newest.join("run-me.sh"), "rm -rf /").unwrap())
            .run(WRITE).works(&["run-me.sh"]),
        // 57
        row("a manifest that leads elsewhere").trained().made(|at| [5, 10, 12].iter().for_each(|&step| change(step, "MANIFEST.json", |bytes| {
            *bytes = unsealed(bytes).replace("vocab.json", "../../../../../../etc/passwd").into_bytes();
        })(at))).run(WRITE).fails(5, &[]),
    ]
}

#[test]
fn bad_checkpoints() {
    check(&rows());
}
