//! A run folder that is renamed or replaced while it is trained.

#![cfg(unix)]
use crate::small_run::{Warnings, assert_same, begin, begin_watched, folder, go_on, plan, steps};
use burn::tensor::Device;
use charnn_train::{Disk, Event, Observer, Outcome, Plan, RunError, SaveError, TrainError};
use std::path::{Path, PathBuf};

/// Does something to the folder when step 7 is made, and remembers the warnings.
struct Meddler<F> {
    meddle: Option<F>,
    warnings: Warnings,
}

impl<F: FnOnce()> Observer for Meddler<F> {
    fn on(&mut self, event: &Event<'_>) {
        self.warnings.on(event);
        if let Event::StepDone { step: 7, .. } = event
            && let Some(meddle) = self.meddle.take()
        {
            meddle();
        }
    }
}

/// Trains `plan` and does something at step 7. Returns the outcome and the warnings.
fn train_with(plan: &Plan, meddle: impl FnOnce()) -> (Result<Outcome, TrainError>, Vec<String>) {
    let mut observer = Meddler { meddle: Some(meddle), warnings: Warnings::default() };
    let device = Device::flex();
    let outcome = begin_watched(&device, plan, Disk::quick(), &mut observer, &|| false);
    (outcome, observer.warnings.0)
}

fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(content(&path));
        } else {
            all.push((path.clone(), std::fs::read(path).unwrap()));
        }
    }
    all.sort();
    all
}

#[test]
fn a_run_that_is_renamed_continues_in_its_folder() {
    let root = tempfile::tempdir().unwrap();
    let whole = plan(root.path(), "whole", |_| ());
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let run = plan(root.path(), "run", |_| ());
    let at = |name: &str| root.path().join(name);
    let (outcome, warnings) =
        train_with(&run, || std::fs::rename(at("run"), at("renamed")).unwrap());
    assert_eq!(outcome.unwrap(), Outcome::Completed);
    assert!(warnings.len() == 1 && warnings[0].contains("renamed to"), "{warnings:?}");
    assert!(!at("run").exists());
    let renamed = plan(root.path(), "renamed", |_| ());
    assert_same("renamed", &renamed, &whole);
}

#[test]
fn a_run_whose_name_another_run_took_ends_saves_elsewhere_and_leaves_the_other_alone() {
    let root = tempfile::tempdir().unwrap();
    let whole = plan(root.path(), "whole", |_| ());
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let run = plan(root.path(), "run", |_| ());
    let away = tempfile::tempdir().unwrap();
    let path = root.path().join("run");
    let mut other = None;
    let (outcome, warnings) = train_with(&run, || {
        std::fs::rename(&path, away.path().join("run")).unwrap();
        begin(&run, Disk::quick(), &|| false).unwrap();
        other = Some(content(&path));
    });
    let Err(TrainError::Unsaved { source, elsewhere: Some(elsewhere) }) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(matches!(source, SaveError::Run(RunError::Replaced { .. })), "{source}");
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(content(&path), other.unwrap());
    // What was saved elsewhere is the whole run, rows included.
    let copy = root.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    for (path, bytes) in content(&elsewhere) {
        let to = copy.join(path.strip_prefix(&elsewhere).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, bytes).unwrap();
    }
    std::fs::remove_dir_all(elsewhere).unwrap();
    let copy = plan(root.path(), "copy", |_| ());
    assert_eq!(go_on(&copy, &|| false), Outcome::Completed);
    assert_same("copy", &copy, &whole);
}

#[test]
fn a_finished_run_that_was_killed_before_it_pruned_is_pruned_when_it_is_resumed() {
    let root = tempfile::tempdir().unwrap();
    let run = plan(root.path(), "run", |_| ());
    let aside = root.path().join("aside");
    let mut early = PathBuf::new();
    let meddle = || {
        early = folder(&run).checkpoints().join(format!("step-{:08}", steps(&run)[0]));
        std::fs::rename(&early, &aside).unwrap();
    };
    train_with(&run, meddle).0.unwrap();
    let kept = steps(&run);
    // As a process leaves it that is killed between its last checkpoint and pruning.
    std::fs::rename(&aside, &early).unwrap();
    assert_eq!(steps(&run).len(), kept.len() + 1);
    assert_eq!(go_on(&run, &|| false), Outcome::Completed);
    assert_eq!(steps(&run), kept);
}
