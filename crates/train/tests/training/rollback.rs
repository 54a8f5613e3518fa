//! A rollback after a loss that is not finite abandons one branch and starts another; after a crash at any
//! point, the disk holds one of the two.

use crate::small_run::{
    self, Killer, Warnings, assert_same, begin, begin_on, begin_watched, folder, go_on,
    go_on_watched, newest_whole, plan, steps, unless_killed,
};
use burn::tensor::Device;
use charnn_message::Describe;
use charnn_testkit::on_every_device;
use charnn_train::{
    Disk, Event, OnNonfinite, OptimizerKind, Outcome, Plan, Run, Schedule, TrainError, Warning,
    start, train,
};
use std::io::ErrorKind;
use std::path::Path;

/// Each update takes 10 times the weights from the weights: soon none is finite. With half the rate it
/// takes longer, and with an eighth they shrink.
fn hot(root: &Path, name: &str, on_nonfinite: OnNonfinite) -> Plan {
    plan(root, name, |config| {
        config.train.optimizer = OptimizerKind::Sgd;
        config.train.weight_decay = 1.0;
        config.train.learning_rate = 10.0;
        config.train.lr_schedule = Schedule::Constant;
        config.train.warmup_steps = 0;
        config.train.grad_clip = 1.0;
        config.train.on_nonfinite = on_nonfinite;
        config.train.epochs = 100;
        config.train.max_steps = 45;
        config.eval.every_steps = 10_000;
        config.sample.every_steps = 7;
        config.checkpoint.every = "5 steps".parse().unwrap();
    })
}

/// Every line of a run's metrics is there, once.
#[track_caller]
fn assert_whole_metrics(plan: &Plan) {
    let text = std::fs::read_to_string(folder(plan).path().join("metrics.jsonl")).unwrap();
    let steps = text.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line.get("train_loss").map(|_| line["step"].as_u64().unwrap())
    });
    assert_eq!(steps.flatten().collect::<Vec<_>>(), (1..=plan.steps).collect::<Vec<_>>());
}

#[test]
fn a_resumed_run_rolls_back_and_never_returns_to_the_abandoned_branch() {
    let root = tempfile::tempdir().unwrap();
    let stops = hot(root.path(), "run", OnNonfinite::Stop);
    let Err(TrainError::Diverged { step, .. }) = begin(&stops, Disk::quick(), &|| false) else {
        panic!("it should not have come to its end")
    };
    let left = step - 1;
    assert_eq!(newest_whole(&stops), left);
    assert!(left % 5 > 0, "{left} would have been saved anyway");
    let plan = hot(root.path(), "run", OnNonfinite::Rollback);
    let mut warnings = Warnings::default();
    let outcome =
        go_on_watched(&Device::flex(), &plan, Disk::quick(), &mut warnings, &|| false).unwrap();
    assert_eq!(outcome, Outcome::Completed, "{:?}", warnings.0);
    let abandoned = format!("continuing from step {left} ");
    assert!(!warnings.0.iter().any(|it| it.contains(&abandoned)), "{:?}", warnings.0);
    assert_whole_metrics(&plan);
    assert_eq!(steps(&plan), [40, 45]);
}

/// Decoupled weight decay grows the weights as in [`hot`]: GPUs have Adam's update, and are a step ahead
/// of what is known.
fn hot_adam(root: &Path, name: &str, on_nonfinite: OnNonfinite) -> Plan {
    let plan = hot(root, name, on_nonfinite);
    small_run::plan(root, name, |config| {
        *config = plan.config.clone();
        config.train.optimizer = OptimizerKind::AdamW;
    })
}

#[test]
fn on_every_device_the_state_before_a_step_that_is_not_finite_is_exact() {
    on_every_device(|device| {
        let root = tempfile::tempdir().unwrap();
        let stops = hot_adam(root.path(), "stops", OnNonfinite::Stop);
        let error = begin_on(device, &stops, Disk::quick(), &|| false).unwrap_err();
        let TrainError::Diverged { step, .. } = error else { panic!("{error:?}") };
        let ends = small_run::plan(root.path(), "ends", |config| {
            *config = stops.config.clone();
            config.run.name = "ends".to_owned();
            config.train.max_steps = step - 1;
        });
        begin_on(device, &ends, Disk::quick(), &|| false).unwrap();
        let checkpoint = |plan: &Plan, file: &str| {
            let step = format!("step-{:08}", step - 1);
            std::fs::read(folder(plan).checkpoints().join(step).join(file)).unwrap()
        };
        for file in ["model.safetensors", "optimizer.safetensors", "carried.safetensors"] {
            assert!(checkpoint(&stops, file) == checkpoint(&ends, file), "{file}");
        }

        let whole = hot_adam(root.path(), "whole", OnNonfinite::Rollback);
        begin_on(device, &whole, Disk::quick(), &|| false).unwrap();
        assert_whole_metrics(&whole);
        let broken = hot_adam(root.path(), "broken", OnNonfinite::Rollback);
        begin_on(device, &broken, Disk::quick(), &small_run::after(33)).unwrap();
        assert_eq!(small_run::go_on_with(device, &broken, &|| false), Outcome::Completed);
        assert_same("broken", &broken, &whole);
    });
}

#[test]
fn no_rollback_is_suggested_after_the_last_one() {
    let root = tempfile::tempdir().unwrap();
    for (rollbacks, is_told) in [(0, true), (2, true), (3, false)] {
        let name = format!("run-{rollbacks}");
        let plan = hot(root.path(), &name, OnNonfinite::Stop);
        let mut from = start(&plan, &Device::flex());
        from.progress.rollbacks = rollbacks;
        let mut run = Run::create(&plan, "test", &from, Disk::quick()).unwrap();
        let error = train(&plan, &Device::flex(), &mut run, from, &mut [], &|| false).unwrap_err();
        let TrainError::Diverged { can_go_back, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*can_go_back, is_told);
        let hint = &error.describe().hints[0].english;
        assert!(hint.contains("train.learning_rate") && hint.contains("a lower train.grad_clip"));
    }
}

#[test]
fn a_run_killed_at_any_event_remembers_its_rollback() {
    let root = tempfile::tempdir().unwrap();
    let whole = hot(root.path(), "whole", OnNonfinite::Rollback);
    let mut warnings = Warnings::default();
    begin_watched(&Device::flex(), &whole, Disk::quick(), &mut warnings, &|| false).unwrap();
    let back = warnings.0.iter().filter(|it| it.contains("continuing from")).count();
    assert_eq!(back, 3, "{:?}", warnings.0);
    assert_whole_metrics(&whole);
    for at in 0.. {
        let name = format!("killed-{at}");
        let plan = hot(root.path(), &name, OnNonfinite::Rollback);
        let (mut events, mut sent_back, mut kept) = (0, 0, 0);
        let mut killer = Killer(|event: &Event<'_>| {
            events += 1;
            match event {
                Event::Warning(Warning::WentBack { .. }) => sent_back += 1,
                Event::Saved { .. } => kept = sent_back,
                _ => {}
            }
            events > at
        });
        let begun = unless_killed(|| {
            begin_watched(&Device::flex(), &plan, Disk::quick(), &mut killer, &|| false).unwrap()
        });
        if begun.is_some() {
            assert!(at > 60, "{at} events");
            break;
        }
        let (run, saved) = Run::resume(folder(&plan), Disk::quick(), &mut |_| ()).unwrap();
        assert_eq!(saved.progress.rollbacks, kept, "{name}");
        drop(run);
        assert_eq!(go_on(&plan, &|| false), Outcome::Completed, "{name}");
        assert_same(&name, &plan, &whole);
        std::fs::remove_dir_all(root.path().join(name)).unwrap();
    }
}

#[test]
fn a_rollback_is_complete_or_absent_whatever_operation_fails() {
    let root = tempfile::tempdir().unwrap();
    // One that has a checkpoint of the step before the one that cannot be made.
    let stops = hot(root.path(), "stopped", OnNonfinite::Stop);
    begin(&stops, Disk::quick(), &|| false).unwrap_err();
    let whole = hot(root.path(), "whole", OnNonfinite::Rollback);
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let mut faults = 0;
    for forever in [false, true] {
        for at in (0..).step_by(5) {
            let name = format!("broken-{forever}-{at}");
            let plan = hot(root.path(), &name, OnNonfinite::Rollback);
            copy(folder(&stops).path(), &root.path().join(&name));
            let disk = Disk::failing(at, ErrorKind::Other, forever);
            let outcome = go_on_watched(
                &Device::flex(),
                &plan,
                disk.clone(),
                &mut Warnings::default(),
                &|| false,
            );
            if !disk.has_failed() {
                outcome.unwrap();
                break;
            }
            faults += 1;
            if let Err(TrainError::Unsaved { elsewhere: Some(folder), .. }) = outcome {
                std::fs::remove_dir_all(folder).unwrap();
            }
            assert_eq!(go_on(&plan, &|| false), Outcome::Completed, "{name}");
            assert_whole_metrics(&plan);
            // Where one checkpoint failed and later ones did not, it may have gone back further.
            if forever {
                assert_same(&name, &plan, &whole);
            }
            std::fs::remove_dir_all(root.path().join(name)).unwrap();
        }
    }
    assert!(faults > 20, "{faults} faults");
}

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
