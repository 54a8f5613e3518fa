//! What a trainer does to its folder, and what it never does to another.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod small;

use charnn_runs::{CheckpointSelector, Disk, RunDir, RunError, RunWarning, RunWriter};
use small::{content, create, finished, load, resume, save, snapshot, steps};
use std::io::ErrorKind;
use std::path::Path;

/// Another run of the same name, as a user starts it after moving the old one away.
fn reuse(root: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    finished(root, "run", 3);
    snapshot(&root.join("run"))
}

#[cfg(unix)]
#[test]
fn a_renamed_run_is_followed_and_the_new_owner_of_its_name_is_not_touched() {
    for is_reused in [false, true] {
        let root = tempfile::tempdir().unwrap();
        let (old, new) = (root.path().join("run"), root.path().join("renamed"));
        let mut run = create(root.path(), "run");
        save(&mut run, 1, None, 1).unwrap();
        std::fs::rename(&old, &new).unwrap();
        let foreign = if is_reused { reuse(root.path()) } else { Vec::new() };
        let warnings = save(&mut run, 2, None, 1).unwrap();
        assert_eq!(warnings, [RunWarning::Moved { from: old.clone(), to: new.clone() }]);
        assert_eq!(save(&mut run, 4, None, 1).unwrap(), [], "it is reported once");
        assert_eq!(run.dir().path(), new);
        assert_eq!(steps(run.dir()), [4]);
        let rows = run.dir().metrics().unwrap();
        assert_eq!(rows.iter().map(|row| row.step).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(old.exists(), is_reused);
        if is_reused {
            assert_eq!(snapshot(&old), foreign);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_lost_its_folder_to_another_saves_elsewhere_with_all_rows() {
    let (root, away) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut run = create(root.path(), "run");
    save(&mut run, 1, None, 1).unwrap();
    save(&mut run, 2, None, 1).unwrap();
    std::fs::rename(root.path().join("run"), away.path().join("run")).unwrap();
    let foreign = reuse(root.path());
    let moved = steps(&RunDir::find("run", away.path()).unwrap());
    for _ in 0..2 {
        let error = save(&mut run, 4, None, 1).unwrap_err();
        assert!(matches!(&error, RunError::Replaced { path } if path.ends_with("run")), "{error}");
        let error = run.prune(1, &mut |_| ()).unwrap_err();
        assert!(matches!(error, RunError::Replaced { .. }), "{error}");
        let error = run.roll_back(&mut content(1, None).progress, &mut |_| ()).unwrap_err();
        assert!(matches!(error, RunError::Replaced { .. }), "{error}");
    }
    assert_eq!(snapshot(&root.path().join("run")), foreign);
    assert_eq!(steps(&RunDir::find("run", away.path()).unwrap()), moved);
    let elsewhere = run.save_elsewhere(&content(4, None)).unwrap();
    let copy = RunDir::find(&elsewhere.display().to_string(), root.path()).unwrap();
    let rows = copy.metrics().unwrap();
    assert_eq!(rows.iter().map(|row| row.step).collect::<Vec<_>>(), [1, 2, 4, 4]);
    assert_eq!(load(&copy, CheckpointSelector::Last).0.unwrap(), 4);
    drop(run);
    let (_, step, warnings) = resume(&copy);
    assert_eq!((step, warnings), (4, vec![]), "its checkpoint knows the length of its rows");
    std::fs::remove_dir_all(elsewhere).unwrap();
}

#[cfg(unix)]
#[test]
fn a_run_whose_lock_file_was_removed_is_locked_again_unless_another_process_has_it() {
    let root = tempfile::tempdir().unwrap();
    let mut run = create(root.path(), "run");
    let lock = run.dir().path().join(".lock");
    std::fs::remove_file(&lock).unwrap();
    assert_eq!(save(&mut run, 1, None, 1).unwrap(), []);
    assert!(lock.is_file());
    let second = || RunWriter::resume(run.dir().clone(), Disk::quick(), &mut |_| ());
    assert!(matches!(second(), Err(RunError::Locked { .. })));
    std::fs::remove_file(&lock).unwrap();
    let second = second().unwrap();
    let before = snapshot(run.dir().path());
    let error = save(&mut run, 2, None, 1).unwrap_err();
    assert!(matches!(error, RunError::Replaced { .. }), "{error}");
    let after = snapshot(run.dir().path());
    let changed: Vec<_> = before.iter().zip(&after).filter(|(a, b)| a != b).collect();
    // The rows were written before, by the process that still believed to own the run.
    let is_row = |path: &Path| path.extension().is_some_and(|it| it == "jsonl");
    assert!(
        before.len() == after.len() && changed.iter().all(|(a, _)| is_row(&a.0)),
        "{changed:?}"
    );
    drop(second);
}

#[test]
fn a_new_run_is_locked_before_anyone_can_see_it() {
    let root = tempfile::tempdir().unwrap();
    // The folder gets its name by the rename; a failure before that leaves no run.
    for at in 0.. {
        let name = format!("run-{at}");
        let disk = Disk::failing(at, ErrorKind::Other, true);
        let made = RunWriter::create(root.path(), &name, "test", &content(0, None), disk.clone());
        let path = root.path().join(&name);
        assert!(!path.exists() || path.join(".lock").is_file(), "operation {at}");
        if !disk.has_failed() {
            made.unwrap();
            assert!(at > 10, "{at} operations");
            return;
        }
    }
}

#[test]
fn rows_that_were_lost_are_reported_and_the_file_stays_valid() {
    for (name, half_lines) in [("metrics.jsonl", 3), ("samples.jsonl", 1)] {
        let root = tempfile::tempdir().unwrap();
        let run = finished(root.path(), "run", 3);
        let path = run.path().join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        let line = text.lines().next().unwrap().len() + 1;
        let kept = line * half_lines / 2;
        std::fs::write(&path, &text[..kept]).unwrap();
        let (mut writer, _, warnings) = resume(&run);
        let whole = kept / line * line;
        let missing = (text.len() - whole) as u64;
        assert_eq!(warnings, [RunWarning::MissingRows { path: path.clone(), missing }], "{name}");
        save(&mut writer, 4, None, 100).unwrap();
        drop(writer);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), whole / line + 1);
        for line in text.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        assert_eq!(resume(&run).2, [], "{name}: reported once");
    }
}

#[test]
fn a_checkpoint_that_a_killed_process_did_not_prune_is_pruned_without_saving() {
    let root = tempfile::tempdir().unwrap();
    let mut run = create(root.path(), "run");
    for step in 1..=4 {
        save(&mut run, step, Some((1, 1.0)), 100).unwrap();
    }
    let dir = run.dir().clone();
    drop(run);
    let (mut run, ..) = resume(&dir);
    assert_eq!(steps(&dir), [0, 1, 2, 3, 4]);
    run.prune(2, &mut |_| ()).unwrap();
    assert_eq!(steps(&dir), [1, 3, 4], "the best stays");
}

#[test]
fn an_abandoned_branch_leaves_no_checkpoints_and_no_rows() {
    let root = tempfile::tempdir().unwrap();
    let dir = finished(root.path(), "run", 4);
    let (mut run, ..) = resume(&dir);
    let mut progress = run.older(3, |it| Ok(it.progress), &mut |_| ()).unwrap();
    assert_eq!(progress.step, 2);
    run.roll_back(&mut progress, &mut |_| ()).unwrap();
    assert_eq!(steps(&dir), [0, 1, 2]);
    assert_eq!(dir.metrics().unwrap().len(), 2);
    assert_eq!(progress.best.unwrap().step, 2);
}
