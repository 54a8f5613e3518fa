//! Removing runs and checkpoints, and verifying them.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod small;

use charnn_runs::{
    CheckpointSelector, Damage, Disk, Garbage, RunDir, RunError, folder_bytes, garbage, sweep,
};
use small::{checkpoint, create, finished, load, save, snapshot, steps};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, SystemTime};

#[test]
fn a_removed_run_is_gone_and_its_neighbor_untouched() {
    let root = tempfile::tempdir().unwrap();
    let (first, second) = (finished(root.path(), "a", 2), finished(root.path(), "b", 2));
    let before = snapshot(second.path());
    first.clone().remove(&Disk::quick()).unwrap();
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1);
    assert_eq!(snapshot(second.path()), before);
    assert!(first.remove(&Disk::quick()).is_err(), "it is gone");
}

#[cfg(unix)]
#[test]
fn of_a_link_only_the_link_is_removed() {
    let root = tempfile::tempdir().unwrap();
    let run = finished(root.path(), "a", 2);
    let before = snapshot(run.path());
    for end in ["link", "link/"] {
        std::os::unix::fs::symlink(run.path(), root.path().join("link")).unwrap();
        let link = RunDir::find(&root.path().join(end).to_string_lossy(), root.path()).unwrap();
        assert_eq!(folder_bytes(link.path()), 0, "{end}");
        link.remove(&Disk::quick()).unwrap();
        assert!(!root.path().join("link").is_symlink(), "{end}");
        assert_eq!(snapshot(run.path()), before, "{end}");
    }
}

#[test]
fn a_run_in_training_is_not_removed() {
    let root = tempfile::tempdir().unwrap();
    let writer = create(root.path(), "a");
    let run = writer.dir().clone();
    let error = run.clone().remove(&Disk::quick()).unwrap_err();
    assert!(matches!(error, RunError::Locked { .. }), "{error:?}");
    assert!(load(&run, CheckpointSelector::Last).0.is_ok());
}

#[test]
fn a_removal_that_fails_leaves_the_run_or_no_run() {
    for at in 0.. {
        let root = tempfile::tempdir().unwrap();
        let run = finished(root.path(), "a", 2);
        let disk = Disk::failing(at, ErrorKind::Other, true);
        let removed = run.clone().remove(&disk);
        if !disk.has_failed() {
            assert!(removed.is_ok() && at >= 2, "{at} operations");
            return;
        }
        assert!(removed.is_err());
        let whole = run.path().exists();
        assert!(!whole || load(&run, CheckpointSelector::Last).0.unwrap() == 2, "operation {at}");
    }
}

/// Makes the folder `path`, last changed two hours ago.
fn old_folder(path: &Path) {
    std::fs::create_dir(path).unwrap();
    let old = SystemTime::now() - Duration::from_hours(2);
    std::fs::File::open(path).unwrap().set_modified(old).unwrap();
}

#[cfg(unix)]
#[test]
fn leftovers_are_swept_once_and_not_with_every_run() {
    let root = tempfile::tempdir().unwrap();
    let dead = [".tmp-dead", ".trash-dead"].map(|name| root.path().join(name));
    for path in &dead {
        old_folder(path);
    }
    let alive = root.path().join(".tmp-alive");
    std::fs::create_dir(&alive).unwrap();
    create(root.path(), "a");
    assert!(dead.iter().all(|path| path.exists()));
    sweep(root.path());
    assert!(dead.iter().all(|path| !path.exists()) && alive.exists());
}

#[cfg(unix)]
#[test]
fn garbage_is_what_died_and_with_a_limit_old_checkpoints() {
    let root = tempfile::tempdir().unwrap();
    let run = finished(root.path(), "a", 4);
    let mut busy = create(root.path(), "busy");
    save(&mut busy, 1, None, 9).unwrap();
    old_folder(&root.path().join(".tmp-dead"));
    std::fs::create_dir(root.path().join(".tmp-alive")).unwrap();
    std::fs::create_dir(run.checkpoints().join(".tmp-step-00000009")).unwrap();
    let names = |found: &[Garbage]| {
        let name = |it: &Garbage| it.path.file_name().unwrap().to_string_lossy().into_owned();
        let mut names: Vec<String> = found.iter().map(name).collect();
        names.sort();
        names.join(" ")
    };
    let collect = |keep_last, remove| {
        let mut errors = Vec::new();
        let found =
            garbage(root.path(), keep_last, remove, &Disk::quick(), &mut |it| errors.push(it));
        assert!(matches!(errors[..], [RunError::Locked { .. }]), "{errors:?}");
        found
    };
    let before = snapshot(run.path());
    let dead = ".tmp-dead .tmp-step-00000009";
    assert_eq!(names(&collect(None, false)), dead);
    let pruned = format!("{dead} step-00000000 step-00000001 step-00000002");
    let found = collect(Some(2), false);
    assert_eq!(names(&found), pruned);
    assert!(found.iter().map(|it| it.bytes).sum::<u64>() > 1000, "{found:?}");
    assert_eq!(snapshot(run.path()).len(), before.len(), "nothing was removed");
    collect(Some(2), true);
    assert_eq!(steps(&run), [3, 4]);
    assert!(!root.path().join(".tmp-dead").exists() && root.path().join(".tmp-alive").exists());
    assert_eq!(steps(busy.dir()), [0, 1], "a run in training is left alone");
    assert_eq!(collect(Some(2), true), []);
    assert_eq!(load(&run, CheckpointSelector::Best).0.unwrap(), 4);
}

#[test]
fn the_best_checkpoint_and_the_only_usable_one_are_kept() {
    let root = tempfile::tempdir().unwrap();
    let mut run = create(root.path(), "a");
    for step in 1..=4 {
        save(&mut run, step, Some((2, 1.0)), 9).unwrap();
    }
    let dir = run.dir().clone();
    drop(run);
    let run = dir;
    garbage(root.path(), Some(1), true, &Disk::quick(), &mut |it| panic!("{it}"));
    assert_eq!(steps(&run), [2, 4]);
    for step in [2, 4] {
        std::fs::write(checkpoint(&run, step).join("vocab.json"), "").unwrap();
    }
    garbage(root.path(), Some(1), true, &Disk::quick(), &mut |it| panic!("{it}"));
    assert_eq!(steps(&run), [2, 4], "where nothing can be used, nothing is removed");
}

#[test]
fn every_damaged_file_is_found() {
    for name in ["config.toml", "vocab.json", "model.safetensors", "progress.toml", "MANIFEST.json"]
    {
        let root = tempfile::tempdir().unwrap();
        let run = finished(root.path(), "a", 3);
        let damaged = |run: &charnn_runs::RunDir| {
            let all = run.verify().unwrap();
            assert_eq!(all.iter().map(|it| it.step).collect::<Vec<_>>(), [0, 1, 2, 3]);
            all.into_iter().filter_map(|it| Some((it.step, it.damage?))).collect::<Vec<_>>()
        };
        assert_eq!(damaged(&run), []);
        let path = checkpoint(&run, 2).join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        // Of the weights a bit of a number: nothing but the checksum tells.
        let at = if name == "model.safetensors" { bytes.len() - 1 } else { bytes.len() / 2 };
        bytes[at] ^= 1;
        std::fs::write(path, bytes).unwrap();
        let found = damaged(&run);
        let [(2, damage)] = &found[..] else { panic!("{name}: {found:?}") };
        let is_named = matches!(damage, Damage::Changed { file } | Damage::Content { file, .. } if file == name);
        assert!(is_named, "{name}: {damage:?}");
    }
}
