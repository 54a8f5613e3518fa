//! After any disk error an intact checkpoint remains, and damaged ones are detected.

use crate::small_run::{
    Kept, Warnings, after, assert_same, begin, begin_watched, damage, folder, go_on, newest_whole,
    plan, steps,
};
use burn::tensor::Device;
use charnn_train::{
    CheckpointSelector, Disk, OptimizerKind, Outcome, Run, RunDir, RunError, RunWarning, SaveError,
    TrainError, Warning, start, train,
};
use std::io::ErrorKind;
use std::path::Path;

#[test]
fn whatever_operation_fails_a_checkpoint_stays_whole() {
    let root = tempfile::tempdir().unwrap();
    let short = |name: &str| {
        plan(root.path(), name, |config| {
            config.train.max_steps = 5;
            config.checkpoint.every = "2 steps".parse().unwrap();
        })
    };
    let whole = short("whole");
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let mut faults = 0;
    for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
        for forever in [false, true] {
            for at in 0.. {
                let name = format!("{kind:?}-{forever}-{at}");
                let broken = short(&name);
                let disk = Disk::failing(at, kind, forever);
                let mut kept = Kept::default();
                let device = Device::flex();
                let outcome = begin_watched(&device, &broken, disk.clone(), &mut kept, &|| false);
                if !disk.has_failed() {
                    break;
                }
                faults += 1;
                if RunDir::find(&name, root.path()).is_err() {
                    // The run never came to be, and that was said.
                    assert!(
                        matches!(outcome, Err(TrainError::Unsaved { .. })),
                        "{name}: {outcome:?}"
                    );
                    continue;
                }
                match outcome {
                    Ok(outcome) => assert_eq!(outcome, Outcome::Completed, "{name}"),
                    Err(TrainError::Unsaved { source: SaveError::Run(_), elsewhere: kept }) => {
                        // The failure was at the end; or while the folder was given its name.
                        if let Some(folder) = kept {
                            let run = RunDir::find(&folder.display().to_string(), root.path());
                            let (_, saved) =
                                Run::resume(run.unwrap(), Disk::quick(), &mut |_| ()).unwrap();
                            assert_eq!(saved.progress.step, 5, "{name}");
                            std::fs::remove_dir_all(folder).unwrap();
                        }
                    }
                    Err(error) => panic!("{name}: {error}"),
                }
                let newest = newest_whole(&broken);
                assert!(
                    kept.0.iter().all(|step| *step <= newest),
                    "{name}: {:?}, {newest}",
                    kept.0
                );
                assert_eq!(go_on(&broken, &|| false), Outcome::Completed, "{name}");
                assert_same(&name, &broken, &whole);
            }
        }
    }
    assert!(faults > 300, "{faults} faults");
}

#[test]
fn every_changed_bit_and_every_missing_byte_is_found() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |config| config.train.max_steps = 1);
    begin(&plan, Disk::quick(), &|| false).unwrap();
    let run = RunDir::find("run", root.path()).unwrap();
    let checkpoint = run.path().join("checkpoints/step-00000001");
    let files: Vec<_> = std::fs::read_dir(&checkpoint)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    assert_eq!(files.len(), 7);
    let is_found = || run.load(CheckpointSelector::Step(1), &mut |_| ()).is_err();
    assert!(!is_found());
    let mut number = 1_u64; // numbers that look random (Knuth's MMIX)
    let mut next = |below: usize| {
        number =
            number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(number >> 33).unwrap() % below
    };
    for round in 0..10_000 {
        let (path, bytes) = &files[round % files.len()];
        let mut changed = bytes.clone();
        let at = next(bytes.len());
        let what = if round % 5 == 4 {
            changed.truncate(at);
            format!("{} cut at {at}", path.display())
        } else {
            let bit = next(8);
            changed[at] ^= 1 << bit;
            format!("{}: bit {bit} of byte {at}", path.display())
        };
        std::fs::write(path, changed).unwrap();
        assert!(is_found(), "{what}");
        if path.ends_with("MANIFEST.json") {
            assert_eq!(newest_whole(&plan), 0, "{what}");
        }
        std::fs::write(path, bytes).unwrap();
    }
    assert!(!is_found());
    // The format is a digit, and most bits of it make a newer one.
    let path = checkpoint.join("MANIFEST.json");
    let bytes = std::fs::read(&path).unwrap();
    for bit in 0..8 * 24 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&path, changed).unwrap();
        assert!(is_found() && newest_whole(&plan) == 0, "bit {bit}");
    }
}

#[test]
fn a_damaged_checkpoint_is_passed_over_with_a_warning() {
    let root = tempfile::tempdir().unwrap();
    let whole = plan(root.path(), "whole", |_| ());
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let broken = plan(root.path(), "broken", |_| ());
    begin(&broken, Disk::quick(), &after(15)).unwrap();
    let run = RunDir::find("broken", root.path()).unwrap();
    let newest = newest(&run);
    std::fs::write(newest.join("optimizer.safetensors"), "nothing").unwrap();
    let mut warnings = Vec::new();
    let tell = &mut |warning| warnings.push(format!("{warning:?}"));
    let (loaded, _) = run.load(CheckpointSelector::Last, tell).unwrap();
    assert!(!newest.ends_with(format!("step-{:08}", loaded.progress.step)));
    let named = warnings[0].contains("optimizer.safetensors") && warnings[0].contains("Changed");
    assert!(warnings.len() == 1 && named, "{warnings:?}");
    assert_eq!(go_on(&broken, &|| false), Outcome::Completed);
    assert_same("broken", &broken, &whole);
}

/// A file of a checkpoint, and what happens to it.
type Change<'a> = (&'a str, &'a dyn Fn(&Path));

/// A manifest says only that files are as they were written, not that they fit each other.
#[test]
fn a_checkpoint_of_files_that_do_not_fit_is_passed_over_too() {
    let root = tempfile::tempdir().unwrap();
    let whole = plan(root.path(), "whole", |_| ());
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let other = plan(root.path(), "other", |config| config.train.optimizer = OptimizerKind::Sgd);
    begin(&other, Disk::quick(), &|| false).unwrap();
    let changes: [Change<'_>; 3] = [
        ("optimizer.safetensors", &|to| {
            let from = root.path().join("other/checkpoints/step-00000019/optimizer.safetensors");
            std::fs::copy(from, to).unwrap();
        }),
        ("carried.safetensors", &|to| std::fs::remove_file(to).unwrap()),
        ("progress.toml", &|to| {
            let text = std::fs::read_to_string(to).unwrap();
            std::fs::write(to, text.replacen("step = ", "step = 1", 1)).unwrap();
        }),
    ];
    for (name, change) in changes {
        let broken = plan(root.path(), name, |_| ());
        begin(&broken, Disk::quick(), &after(15)).unwrap();
        let run = RunDir::find(name, root.path()).unwrap();
        let newest = newest(&run);
        change(&newest.join(name));
        write_manifest(&newest);
        let mut warnings = Vec::new();
        let tell = &mut |warning: Warning| warnings.push(format!("{warning:?}"));
        let (mut run, saved) = Run::resume(run, Disk::quick(), tell).unwrap();
        let from = run.restore(saved, &Device::flex(), tell).unwrap();
        let heard = &mut Warnings::default();
        train(&broken, &Device::flex(), &mut run, from, &mut [heard], &|| false).unwrap();
        let word = name.split('.').next().unwrap();
        assert!(warnings.len() == 1 && warnings[0].contains(word), "{name}: {warnings:?}");
        assert_same(name, &broken, &whole);
    }
}

/// A file that says it is huge is refused before it is read.
#[test]
fn a_file_larger_than_the_network_can_have_is_not_read() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |config| config.train.max_steps = 1);
    begin(&plan, Disk::quick(), &|| false).unwrap();
    let run = RunDir::find("run", root.path()).unwrap();
    for name in ["model.safetensors", "vocab.json"] {
        let newest = newest(&run);
        let file = std::fs::File::options().write(true).open(newest.join(name)).unwrap();
        file.set_len(60 << 30).unwrap(); // a hole: it takes no room on the disk
        let manifest = newest.join("MANIFEST.json");
        let mut value = first_format(&manifest);
        value["files"][name]["bytes"] = (60_u64 << 30).into();
        std::fs::write(manifest, value.to_string()).unwrap();
        let error = run.load(CheckpointSelector::Step(1), &mut |_| ()).unwrap_err();
        assert!(error.to_string().contains("64424509440 bytes"), "{error}");
    }
}

/// The folder of the newest checkpoint.
fn newest(run: &RunDir) -> std::path::PathBuf {
    let folders = std::fs::read_dir(run.checkpoints()).unwrap().map(|it| it.unwrap().path());
    folders.max().unwrap()
}

/// A manifest in the first format, which needs no checksum.
fn first_format(path: &Path) -> serde_json::Value {
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let manifest = manifest.get("manifest").unwrap_or(&manifest);
    serde_json::json!({ "format": 1, "step": manifest["step"], "files": manifest["files"] })
}

/// Rewrites the manifest of a checkpoint for the files that are there.
fn write_manifest(checkpoint: &Path) {
    let path = checkpoint.join("MANIFEST.json");
    let mut manifest = first_format(&path);
    let files = manifest["files"].as_object_mut().unwrap();
    files.retain(|name, _| checkpoint.join(name).exists());
    for (name, digest) in files {
        let bytes = std::fs::read(checkpoint.join(name)).unwrap();
        digest["bytes"] = bytes.len().into();
        digest["blake3"] = blake3::hash(&bytes).to_hex().as_str().into();
    }
    std::fs::write(path, manifest.to_string()).unwrap();
}

#[test]
fn the_best_and_the_newest_are_kept() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |config| {
        config.train.learning_rate = 1.0; // soon worse than at the start
        config.train.lr_schedule = charnn_train::Schedule::Constant;
        config.train.warmup_steps = 15;
        config.train.grad_clip = 0.0;
        config.eval.every_steps = 1;
        config.train.max_steps = 30;
    });
    begin(&plan, Disk::quick(), &|| false).unwrap();
    let run = RunDir::find("run", root.path()).unwrap();
    let mut kept: Vec<String> = std::fs::read_dir(run.checkpoints())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    kept.sort();
    let load = |choice| run.load(choice, &mut |_| ()).unwrap().0.progress.step;
    let best = load(CheckpointSelector::Best);
    assert_eq!(load(CheckpointSelector::Last), 30);
    assert!(best < 28, "{best}");
    let step = |step| format!("step-{step:08}");
    assert_eq!(kept, [step(best), step(27), step(30)]);
    let error = run.load(CheckpointSelector::Step(5), &mut |_| ());
    let Err(RunError::NoSuchStep { step: 5, known, .. }) = error else { panic!("{error:?}") };
    assert_eq!(known, [best, 27, 30]);
}

/// Every evaluation finds a better network here; written are those of the interval, the best before each
/// of them, and the last.
#[test]
fn a_better_network_waits_for_the_next_checkpoint() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |config| {
        config.train.max_steps = 29;
        config.train.learning_rate = 0.02;
        config.eval.every_steps = 4;
        config.checkpoint.every = "10 steps".parse().unwrap();
        config.checkpoint.keep_last = 100;
    });
    begin(&plan, Disk::quick(), &|| false).unwrap();
    assert_eq!(steps(&plan), [0, 8, 10, 16, 20, 28, 29]);
    let (best, _) = folder(&plan).load(CheckpointSelector::Best, &mut |_| ()).unwrap();
    assert_eq!(best.progress.step, 29);
}

/// The best network of all was lost; of those that are left, one is known to be better than others.
#[test]
fn the_best_of_those_that_are_left_stands_in_for_the_best() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |config| {
        config.train.max_steps = 12;
        config.train.learning_rate = 0.02;
        config.eval.every_steps = 2;
        config.checkpoint.every = "2 steps".parse().unwrap();
        config.checkpoint.keep_last = 100;
    });
    begin(&plan, Disk::quick(), &|| false).unwrap();
    let load = |choice| {
        let mut warnings = Vec::new();
        let tell = &mut |warning: RunWarning| warnings.push(warning.to_string());
        let (loaded, _) = folder(&plan).load(choice, tell).unwrap();
        (loaded.progress.step, warnings)
    };
    let all = steps(&plan);
    let (best, warnings) = load(CheckpointSelector::Best);
    assert!(warnings.is_empty() && best > 4, "{best} of {all:?}");
    // Not the newest of those before it, but the best one.
    let second = *all.iter().rev().find(|step| **step < best).unwrap();
    let checkpoint = |step| folder(&plan).checkpoints().join(format!("step-{step:08}"));
    if best < 12 {
        damage(&plan, best, "model.safetensors");
        let (step, warnings) = load(CheckpointSelector::Best);
        assert_eq!((step, warnings.len()), (second, 2), "{warnings:?}");
    }
    // The newest knows of a best one that is not there.
    let newest = checkpoint(12);
    let path = newest.join("progress.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let said = format!("[best]\nstep = {best}\n");
    assert!(text.contains(&said), "{text}");
    std::fs::write(&path, text.replace(&said, "[best]\nstep = 11\n")).unwrap();
    write_manifest(&newest);
    if best < 12 {
        std::fs::remove_dir_all(checkpoint(best)).unwrap();
    }
    let (step, warnings) = load(CheckpointSelector::Best);
    assert_eq!((step, warnings.len()), (second, 1), "{warnings:?}");
    assert!(warnings[0].contains("step 11"), "{warnings:?}");
    assert!(warnings[0].contains(&format!("step {second}")), "{warnings:?}");
}

#[test]
fn one_process_writes_to_a_run() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |_| ());
    let first = Run::create(&plan, "test", &start(&plan, &Device::flex()), Disk::quick()).unwrap();
    let resume = || Run::resume(first.folder().clone(), Disk::quick(), &mut |_| ());
    let error = resume().unwrap_err().to_string();
    let process = format!("process {} since ", std::process::id());
    assert!(error.contains(&process), "{error}");
    let folder = first.folder().clone();
    drop(first);
    assert!(Run::resume(folder, Disk::quick(), &mut |_| ()).is_ok());
}
