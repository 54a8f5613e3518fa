//! A disk that is full: nothing that is needed is given up for a checkpoint, and least of all in vain.

use crate::small_run::{
    Warnings, after, assert_same, begin, damage, folder, go_on, go_on_watched, newest_whole, plan,
    steps,
};
use burn::tensor::Device;
use charnn_train::{Disk, Outcome, Run, RunDir, TrainError};
use std::io::ErrorKind;

/// The newest checkpoint is damaged, and only the one before it can be resumed.
#[test]
fn the_checkpoint_that_a_run_goes_on_from_is_not_deleted_for_room() {
    let root = tempfile::tempdir().unwrap();
    // The next checkpoint is that of the damaged one's step.
    let rarely = |name: &str| plan(root.path(), name, |config| config.eval.every_steps = 100);
    let whole = rarely("whole");
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let mut kept_out = 0;
    for at in (0..).step_by(4) {
        let name = format!("run-{at}");
        let broken = rarely(&name);
        begin(&broken, Disk::quick(), &after(12)).unwrap();
        assert_eq!(steps(&broken), [3, 6]);
        damage(&broken, 6, "model.safetensors");
        let from = 3;
        // What is written no longer fits; what is removed, is.
        let disk = Disk::failing(at, ErrorKind::StorageFull, true);
        let mut warnings = Warnings::default();
        let outcome =
            go_on_watched(&Device::flex(), &broken, disk.clone(), &mut warnings, &|| false);
        if !disk.has_failed() {
            break;
        }
        assert!(newest_whole(&broken) >= from, "{at}: {:?}", steps(&broken));
        if let Err(TrainError::Unsaved { elsewhere: Some(folder), .. }) = &outcome {
            kept_out += 1;
            std::fs::remove_dir_all(folder).unwrap();
        }
        assert_eq!(go_on(&broken, &|| false), Outcome::Completed, "{at}");
        assert_same(&name, &broken, &whole);
    }
    assert!(kept_out > 3, "{kept_out} times it did not fit at the end");
}

#[test]
fn what_is_saved_elsewhere_has_every_line_of_the_run() {
    let root = tempfile::tempdir().unwrap();
    let whole = plan(root.path(), "whole", |_| ());
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let broken = plan(root.path(), "broken", |_| ());
    begin(&broken, Disk::quick(), &after(12)).unwrap();
    let disk = Disk::failing(0, ErrorKind::StorageFull, true);
    let outcome =
        go_on_watched(&Device::flex(), &broken, disk, &mut Warnings::default(), &|| false);
    let Err(TrainError::Unsaved { elsewhere: Some(elsewhere), .. }) = outcome else {
        panic!("{outcome:?}")
    };
    let moved = plan(root.path(), "moved", |_| ());
    let run = RunDir::find(&elsewhere.display().to_string(), root.path()).unwrap();
    let (mut run, saved) = Run::resume(run, Disk::quick(), &mut |_| ()).unwrap();
    run.restore(saved, &Device::flex(), &mut |_| ()).unwrap(); // cuts what is too long
    drop(run);
    std::fs::rename(&elsewhere, root.path().join("moved")).unwrap();
    assert_same("moved", &moved, &whole);
    assert!(folder(&moved).path().is_dir());
}
