//! Which checkpoint is used, and that no damaged one is skipped in silence.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod small;

use charnn_runs::{CheckpointSelector, Damage, RunDir, RunError, RunWarning};
use small::{checkpoint, create, finished, load, resume, save, skipped, steps};
use std::path::Path;

/// What happens to a folder.
type Change = Box<dyn Fn(&Path)>;

/// Every way to damage a checkpoint in `folder`.
fn damages() -> Vec<(String, Change)> {
    let mut all: Vec<(String, Change)> = Vec::new();
    for name in ["config.toml", "vocab.json", "model.safetensors", "progress.toml", "MANIFEST.json"]
    {
        let change = |change: fn(&mut Vec<u8>)| {
            move |folder: &Path| {
                let mut bytes = std::fs::read(folder.join(name)).unwrap();
                change(&mut bytes);
                std::fs::write(folder.join(name), bytes).unwrap();
            }
        };
        let flip = change(|bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        });
        all.push((format!("flip a bit of {name}"), Box::new(flip)));
        let truncate = change(|bytes| bytes.truncate(bytes.len() / 2));
        all.push((format!("truncate {name}"), Box::new(truncate)));
        all.push((format!("empty {name}"), Box::new(change(Vec::clear))));
        let remove = move |folder: &Path| std::fs::remove_file(folder.join(name)).unwrap();
        all.push((format!("remove {name}"), Box::new(remove)));
    }
    let to_file = |folder: &Path| {
        std::fs::remove_dir_all(folder).unwrap();
        std::fs::write(folder, "").unwrap();
    };
    all.push(("a file for the checkpoint".into(), Box::new(to_file)));
    all
}

#[test]
fn a_damaged_newest_checkpoint_that_was_the_best_is_reported_once() {
    for (what, damage) in damages() {
        let root = tempfile::tempdir().unwrap();
        let run = finished(root.path(), "run", 4);
        let (step, warnings) = load(&run, CheckpointSelector::Best);
        assert_eq!((step.unwrap(), warnings), (4, vec![]));
        let newest = checkpoint(&run, 4);
        damage(&newest);
        for selector in [CheckpointSelector::Best, CheckpointSelector::Last] {
            let (step, warnings) = load(&run, selector);
            assert_eq!(step.unwrap(), 3, "{what}");
            assert_eq!(skipped(&warnings), std::slice::from_ref(&newest), "{what}");
            assert_eq!(warnings.len(), 1, "{what}: {warnings:?}");
            assert!(warnings[0].to_string().contains("step-00000004"), "{what}: {warnings:?}");
        }
        let (_, step, warnings) = resume(&run);
        assert_eq!((step, skipped(&warnings)), (3, vec![newest]), "{what}");
    }
}

#[test]
fn every_damaged_checkpoint_on_the_way_is_reported_once() {
    let root = tempfile::tempdir().unwrap();
    let run = finished(root.path(), "run", 5);
    for step in [5, 4, 3] {
        std::fs::remove_file(checkpoint(&run, step).join("model.safetensors")).unwrap();
    }
    let expected = [5, 4, 3].map(|step| checkpoint(&run, step));
    let (step, warnings) = load(&run, CheckpointSelector::Best);
    assert_eq!(step.unwrap(), 2);
    assert_eq!(skipped(&warnings), expected);
    assert_eq!(warnings.len(), 3, "{warnings:?}");
}

#[test]
fn the_best_checkpoint_is_used_and_a_damaged_one_has_the_best_stand_in() {
    let root = tempfile::tempdir().unwrap();
    let mut run = create(root.path(), "run");
    // The third is the best; of the others the second, and not the newest.
    for (step, best) in [(1, (1, 5.0)), (2, (2, 4.0)), (3, (3, 3.0)), (4, (3, 3.0)), (5, (3, 3.0))]
    {
        save(&mut run, step, Some(best), 100).unwrap();
    }
    let run = run.dir().clone();
    let (step, warnings) = load(&run, CheckpointSelector::Best);
    assert_eq!((step.unwrap(), warnings), (3, vec![]));
    let best = checkpoint(&run, 3);
    std::fs::write(best.join("config.toml"), "x").unwrap();
    let (step, warnings) = load(&run, CheckpointSelector::Best);
    assert_eq!(step.unwrap(), 2);
    assert_eq!(skipped(&warnings), std::slice::from_ref(&best));
    assert_eq!(warnings[1..], [RunWarning::BestLost { step: 3, instead: 2 }]);
    std::fs::remove_dir_all(&best).unwrap();
    let (step, warnings) = load(&run, CheckpointSelector::Best);
    assert_eq!(step.unwrap(), 2);
    assert_eq!(warnings, [RunWarning::BestLost { step: 3, instead: 2 }]);
    // An older damaged one that is not needed is not mentioned.
    std::fs::write(checkpoint(&run, 4).join("config.toml"), "x").unwrap();
    let (step, warnings) = load(&run, CheckpointSelector::Last);
    assert_eq!((step.unwrap(), warnings), (5, vec![]));
}

#[test]
fn what_the_reader_refuses_is_skipped_like_damage() {
    let root = tempfile::tempdir().unwrap();
    let run = finished(root.path(), "run", 3);
    for selector in [CheckpointSelector::Best, CheckpointSelector::Last] {
        let mut warnings = Vec::new();
        let parse = |it: charnn_runs::LoadedCheckpoint| match it.progress.step {
            3 => Err(Damage::content("model.safetensors", "it is of another network")),
            step => Ok(step),
        };
        let step = run.load_with(selector, parse, &mut |it| warnings.push(it)).unwrap();
        assert_eq!((step, skipped(&warnings)), (2, vec![checkpoint(&run, 3)]));
    }
}

#[test]
fn a_step_is_used_or_the_error_says_why_not() {
    let root = tempfile::tempdir().unwrap();
    let run = finished(root.path(), "run", 3);
    assert_eq!(load(&run, CheckpointSelector::Step(2)).0.unwrap(), 2);
    let error = load(&run, CheckpointSelector::Step(9)).0.unwrap_err();
    assert!(matches!(&error, RunError::NoSuchStep { known, .. } if known == &[0, 1, 2, 3]));
    std::fs::write(checkpoint(&run, 2).join("config.toml"), "x").unwrap();
    let error = load(&run, CheckpointSelector::Step(2)).0.unwrap_err();
    let is_named =
        matches!(&error, RunError::Damaged { path, .. } if path.ends_with("step-00000002"));
    assert!(is_named, "{error}");
}

#[test]
fn a_checkpoint_of_another_run_is_skipped() {
    let root = tempfile::tempdir().unwrap();
    let run = finished(root.path(), "run", 2);
    let other = finished(root.path(), "other", 5);
    std::fs::rename(checkpoint(&other, 5), checkpoint(&run, 5)).unwrap();
    let (step, warnings) = load(&run, CheckpointSelector::Best);
    assert_eq!(step.unwrap(), 2);
    let foreign = RunWarning::BadCheckpoint { path: checkpoint(&run, 5), damage: Damage::OtherRun };
    assert_eq!(warnings, [foreign]);
    // A folder without an id accepts it, as it does checkpoints of older versions, and then has one.
    std::fs::remove_file(run.path().join("run.json")).unwrap();
    let (writer, step, warnings) = resume(&run);
    assert_eq!((step, skipped(&warnings)), (5, vec![]));
    drop(writer);
    let (step, warnings) = load(&run, CheckpointSelector::Step(2));
    assert!(matches!(step, Err(RunError::Damaged { damage: Damage::OtherRun, .. })));
    assert_eq!(skipped(&warnings), [checkpoint(&run, 2)]);
}

#[test]
fn an_edited_configuration_is_reported_and_one_of_an_older_checkpoint_is_not() {
    let root = tempfile::tempdir().unwrap();
    let run = finished(root.path(), "run", 2);
    let path = run.path().join("config.toml");
    let mut edited = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    edited = edited.replace("seed = 1\n", "seed = 2\nextra = 1\n");
    std::fs::write(&path, edited).unwrap();
    let keys = vec!["train.extra".to_owned(), "train.seed".to_owned()];
    let expected = RunWarning::EditedConfig { path: path.clone(), keys };
    assert_eq!(load(&run, CheckpointSelector::Best).1, std::slice::from_ref(&expected));
    assert_eq!(resume(&run).2, [expected]);
    std::fs::write(&path, "not TOML").unwrap();
    let expected = RunWarning::EditedConfig { path: path.clone(), keys: vec![] };
    assert_eq!(load(&run, CheckpointSelector::Last).1, [expected]);
    // A process that dies after a checkpoint with another configuration leaves the older file.
    std::fs::copy(checkpoint(&run, 1).join("config.toml"), &path).unwrap();
    let (mut writer, ..) = resume(&run);
    let mut changed = small::content(3, Some((3, 1.0)));
    changed.config = small::config(2).to_run_file().into_bytes();
    writer.mark(&mut changed.progress);
    writer.save(&changed, 100, &mut |_| ()).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), changed.config);
    std::fs::copy(checkpoint(&run, 1).join("config.toml"), &path).unwrap();
    assert_eq!(load(&run, CheckpointSelector::Last).1, []);
}

/// A trainer that keeps one checkpoint removes it while others read.
#[test]
fn reading_beside_a_trainer_that_prunes_always_works() {
    let root = tempfile::tempdir().unwrap();
    let mut run = create(root.path(), "run");
    let dir = run.dir().clone();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut loads = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                for selector in [CheckpointSelector::Best, CheckpointSelector::Last] {
                    let (step, warnings) = load(&dir, selector);
                    assert!(step.is_ok() && warnings.is_empty(), "{step:?} {warnings:?}");
                    loads += 1;
                }
            }
            loads
        });
        for step in 1..=600 {
            save(&mut run, step, Some((step, 1.0 / step as f64)), 1).unwrap();
            if reader.is_finished() {
                break;
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(reader.join().unwrap() > 30);
    });
    assert_eq!(steps(&dir), [600]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_not_called_empty() {
    let root = tempfile::tempdir().unwrap();
    let run = finished(root.path(), "run", 2);
    std::fs::remove_dir_all(run.checkpoints()).unwrap();
    // A link to itself: the system refuses to read it, also for root.
    std::os::unix::fs::symlink("checkpoints", run.checkpoints()).unwrap();
    let error = load(&run, CheckpointSelector::Best).0.unwrap_err();
    assert!(
        matches!(&error, RunError::Read { path, .. } if path.ends_with("checkpoints")),
        "{error}"
    );
    std::fs::remove_file(run.path().join("vocab.json")).unwrap();
    let error = RunDir::find("run", root.path()).unwrap_err();
    assert!(
        matches!(&error, RunError::Read { path, .. } if path.ends_with("checkpoints")),
        "{error}"
    );
    std::fs::remove_file(run.checkpoints()).unwrap();
    let error = RunDir::find("run", root.path()).unwrap_err();
    assert!(matches!(&error, RunError::NotFound { .. }), "{error}");
}
